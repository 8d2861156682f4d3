import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChecksum } from '../../../shims/maven/checksum.ts';
import { renderListing } from '../../../shims/maven/listing.ts';
import { defaultPrefixOf, renderArtifactMetadata, renderGroupMetadata, renderSnapshotMetadata } from '../../../shims/maven/metadata.ts';
import { newestBuilds, plainKindOf, snapshotMetadataOf } from '../../../shims/maven/snapshot-files.ts';
import { InvalidInput } from '../../../src/errors.ts';

const at = Date.parse('2026-11-20T10:32:17.999Z');
const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

describe('maven-metadata.xml', () => {
  it('of an artifact', () => {
    expect(renderArtifactMetadata({ group: 'com.acme', artifact: 'lib', versions: ['1.0', '1.1', '2.0-SNAPSHOT'], updatedAtMs: at })).toBe(
      `${declaration}<metadata modelVersion="1.1.0"><groupId>com.acme</groupId><artifactId>lib</artifactId><versioning><latest>2.0-SNAPSHOT</latest><release>1.1</release>` +
        '<versions><version>1.0</version><version>1.1</version><version>2.0-SNAPSHOT</version></versions><lastUpdated>20261120103217</lastUpdated></versioning></metadata>\n',
    );
    expect(renderArtifactMetadata({ group: 'g', artifact: 'a', versions: ['1-SNAPSHOT'], updatedAtMs: at })).not.toContain('<release>');
  });

  it('of a snapshot version: the newest of each kind of file', () => {
    const rows = [
      ['lib-1-20260101.000000-1.jar', 1], ['lib-1-20260101.000000-1.pom', 2], ['lib-1-20260101.000000-1-sources.jar', 3],
      ['lib-1-20260102.000000-2.jar', 5], ['lib-1-20260102.000000-2.pom', 4],
      ['lib-1-20260102.000000-10.jar', 4], ['other.txt', 9], ['ivy-1-SNAPSHOT.xml', 9],
    ].map(([fileName, uploadedAt]) => ({ fileName: String(fileName), uploadedAt: at + Number(uploadedAt) }));
    const metadata = snapshotMetadataOf('g', 'lib', '1-SNAPSHOT', rows);
    expect(metadata && renderSnapshotMetadata(metadata)).toBe(
      `${declaration}<metadata modelVersion="1.1.0"><groupId>g</groupId><artifactId>lib</artifactId><version>1-SNAPSHOT</version><versioning>` +
        '<snapshot><timestamp>20260102.000000</timestamp><buildNumber>10</buildNumber></snapshot><lastUpdated>20261120103218</lastUpdated><snapshotVersions>' +
        '<snapshotVersion><extension>jar</extension><value>1-20260102.000000-10</value><updated>20261120103218</updated></snapshotVersion>' +
        '<snapshotVersion><extension>pom</extension><value>1-20260102.000000-2</value><updated>20261120103218</updated></snapshotVersion>' +
        '<snapshotVersion><classifier>sources</classifier><extension>jar</extension><value>1-20260101.000000-1</value><updated>20261120103218</updated></snapshotVersion>' +
        '</snapshotVersions></versioning></metadata>\n',
    );
    const newest = newestBuilds('lib', '1-SNAPSHOT', rows);
    const newestOf = (fileName: string) => newest[plainKindOf('lib', '1-SNAPSHOT', fileName) ?? 'none'];
    expect(newestOf('lib-1-SNAPSHOT.jar')).toBe('lib-1-20260102.000000-10.jar');
    expect(newestOf('lib-1-SNAPSHOT-sources.jar')).toBe('lib-1-20260101.000000-1-sources.jar');
    expect(newestOf('lib-1-SNAPSHOT-javadoc.jar')).toBeUndefined();
    expect(newestOf('lib-1-20250101.000000-1.jar')).toBeUndefined();
    expect(snapshotMetadataOf('g', 'lib', '1-SNAPSHOT', [{ fileName: 'other.txt', uploadedAt: at }])).toBeUndefined();
  });

  it('of a snapshot version whose files are replaced', () => {
    const metadata = snapshotMetadataOf('g', 'lib', '1-SNAPSHOT', [{ fileName: 'lib-1-SNAPSHOT.jar', uploadedAt: at }]);
    expect(metadata && renderSnapshotMetadata(metadata)).toContain(
      '<versioning><lastUpdated>20261120103217</lastUpdated><snapshotVersions><snapshotVersion><extension>jar</extension><value>1-SNAPSHOT</value><updated>20261120103217</updated></snapshotVersion></snapshotVersions></versioning>',
    );
  });

  it('of a group with plugins', () => {
    expect(renderGroupMetadata([{ name: 'Hi & co', prefix: 'hi', artifact: 'hi-maven-plugin' }])).toBe(
      `${declaration}<metadata modelVersion="1.1.0"><plugins><plugin><name>Hi &amp; co</name><prefix>hi</prefix><artifactId>hi-maven-plugin</artifactId></plugin></plugins></metadata>\n`,
    );
    expect(['maven-hi-plugin', 'hi-maven-plugin', 'maven-plugin-plugin', 'hi', 'hi-plugin'].map(defaultPrefixOf)).toEqual(['hi', 'hi', 'plugin', 'hi', 'hi']);
  });
});

describe('a checksum file', () => {
  const sha1 = 'a'.repeat(39) + 'B';
  it.for([sha1, `${sha1}\n`, `${sha1}  lib-1.0.jar\n`, `SHA1(lib-1.0.jar)= ${sha1}`, `${sha1} *lib-1.0.jar`, `/home/x/lib-1.0.jar = ${sha1}`])('%s', (text) => {
    expect(parseChecksum(text, 'sha1')).toBe(sha1.toLowerCase());
  });

  it.for(['', 'x', 'a'.repeat(39), 'g'.repeat(40), 'a'.repeat(41), '<html>'])('without one: "%s"', (text) => {
    expect(() => parseChecksum(text, 'sha1')).toThrow(InvalidInput);
  });

  it('of any content ends with a digest or an error of the catalogue', () => {
    fc.assert(fc.property(fc.string(), fc.constantFrom('md5', 'sha1', 'sha256', 'sha512' as const), (text, algorithm) => {
      try {
        expect(parseChecksum(text, algorithm as 'md5')).toMatch(/^[0-9a-f]+$/);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidInput);
      }
    }));
  });
});

it('a listing has relative links with their address as text', () => {
  const page = renderListing('com/acme/<lib>', [{ name: '1.0+b', isFolder: true }, { name: 'a #?:%&.jar', isFolder: false, sizeBytes: 7, uploadedAtMs: at }], false);
  expect(page).toContain('<title>Index of /com/acme/&lt;lib&gt;</title>');
  expect(page).toContain('<a href="../">../</a>\n<a href="1.0+b/">1.0+b/</a>\n<a href="a%20%23%3F%3A%25&amp;.jar">a #?:%&amp;.jar</a>  2026-11-20 10:32  7\n');
  expect(renderListing('', [], true)).not.toContain('../');
});
