import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFileName } from '../../../shims/maven/file-name.ts';
import { checkFileName } from '../../../shims/maven/inspect.ts';
import { parsePath, segmentsOf } from '../../../shims/maven/path.ts';

const parse = (path: string) => parsePath(path.split('/'));

function refuses(place: Parameters<typeof checkFileName>[0]): boolean {
  try {
    checkFileName(place);
    return false;
  } catch {
    return true;
  }
}

describe('a path', () => {
  it.for([
    ['com/acme/lib/1.0/lib-1.0.jar', 'com.acme', 'lib', '1.0', 'lib-1.0.jar'],
    ['junit/junit/4.13/junit-4.13.pom', 'junit', 'junit', '4.13', 'junit-4.13.pom'],
    ['com/acme/lib/1.0-SNAPSHOT/lib-1.0-20260101.101010-1-sources.jar.asc', 'com.acme', 'lib', '1.0-SNAPSHOT', 'lib-1.0-20260101.101010-1-sources.jar.asc'],
    // sbt's plugins in Maven's layout: the file is not called like its folder.
    ['com/acme/plug_2.12_1.0/1.0/plug-1.0.jar', 'com.acme', 'plug_2.12_1.0', '1.0', 'plug-1.0.jar'],
    // Gradle's and Ivy's own layout.
    ['com.acme/lib/1.0/ivy-1.0.xml', 'com.acme', 'lib', '1.0', 'ivy-1.0.xml'],
    ['com.acme/lib/1.0/jars/lib.jar', 'com.acme', 'lib', '1.0', 'jars/lib.jar'],
    ['com/acme/lib/1.0/ivys/ivy.xml', 'com.acme', 'lib', '1.0', 'ivys/ivy.xml'],
    ['com.acme/plug/scala_2.12/sbt_1.0/1.0/jars/plug.jar', 'com.acme', 'plug', '1.0', 'scala_2.12/sbt_1.0/jars/plug.jar'],
    // Words that look like a folder by type are versions where the file says so.
    ['com/acme/lib/sources/lib-sources.jar', 'com.acme', 'lib', 'sources', 'lib-sources.jar'],
    ['a/docs/1.0/docs-1.0.jar', 'a', 'docs', '1.0', 'docs-1.0.jar'],
  ] as const)('%s is a file of a version', ([path, group, artifact, version, fileName]) => {
    expect(parse(path)).toEqual({ kind: 'file', group, artifact, version, fileName });
    for (const digest of ['md5', 'sha1', 'sha256', 'sha512'] as const) expect(parse(`${path}.${digest}`)).toEqual({ kind: 'file', group, artifact, version, fileName, digest });
    expect(parsePath(segmentsOf({ group, artifact, version, fileName }))).toEqual({ kind: 'file', group, artifact, version, fileName });
  });

  it.for([
    ['com/acme/maven-metadata.xml', ['com', 'acme'], {}],
    ['com/acme/lib/maven-metadata.xml.sha1', ['com', 'acme', 'lib'], { digest: 'sha1' }],
    ['com/acme/lib/1-SNAPSHOT/maven-metadata.xml.sha512', ['com', 'acme', 'lib', '1-SNAPSHOT'], { digest: 'sha512' }],
  ] as const)('%s is metadata', ([path, folder, which]) => {
    expect(parse(path)).toEqual({ kind: 'metadata', folder, ...which });
  });

  it.for(['', 'x', 'com/acme', 'com/acme/lib-1.0.jar', 'maven-metadata.xml', 'archetype-catalog.xml', '.md5', 'a/b/c/.sha1'])('"%s" means nothing', (path) => {
    expect(parse(path)).toBeUndefined();
  });

  it('means what it says, and no two mean the same but for dots and slashes of the group', () => {
    const segment = fc.constantFrom('com', 'acme', 'com.acme', 'lib', '1.0', 'jars', 'ivys', 'docs', 'scala_2.12', 'sbt_1.0', 'lib-1.0.jar', 'lib.jar', 'ivy.xml', '1-SNAPSHOT');
    const paths = fc.array(segment, { minLength: 4, maxLength: 8 });
    fc.assert(
      fc.property(paths, (segments) => {
        const meant = parsePath(segments);
        if (meant?.kind !== 'file') return;
        // Only a group with dots in a segment comes back in another form.
        expect(segmentsOf(meant).join('/').replaceAll('.', '/')).toBe(segments.join('/').replaceAll('.', '/'));
        // Where a version or an artifact is called like a folder of another layout, the file is refused, and never taken for another one.
        if (refuses(meant)) expect(segments.join('/')).toMatch(/jars|ivys|docs|scala_|sbt_/);
        else expect(parsePath(segmentsOf(meant))).toEqual(meant);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a file name', () => {
  const parse = (fileName: string, version = '1.0') => parseFileName('lib', version, fileName);
  it.for([
    ['lib-1.0.jar', { classifier: undefined, extension: 'jar' }],
    ['lib-1.0-sources.jar', { classifier: 'sources', extension: 'jar' }],
    ['lib-1.0-bin.tar.gz', { classifier: 'bin', extension: 'tar.gz' }],
    ['lib-1.0.tar.gz', { classifier: undefined, extension: 'tar.gz' }],
    ['lib-1.0-jdk1.5.jar', { classifier: 'jdk1.5', extension: 'jar' }],
    ['lib-1.0.pom.asc', { classifier: undefined, extension: 'pom.asc' }],
    ['lib-1.0-sources.jar.sigstore.json', { classifier: 'sources', extension: 'jar.sigstore.json' }],
    ['lib-1.0-linux-x86_64.tar.gz.asc', { classifier: 'linux-x86_64', extension: 'tar.gz.asc' }],
  ] as const)('%s', ([fileName, parts]) => {
    expect(parse(fileName)).toEqual({ ...parts, build: undefined });
  });

  it.for(['lib-1.0', 'lib-1.0-sources', 'other-1.0.jar', 'lib-2.0.jar', 'lib-1.0jar', 'ivy-1.0.xml', 'lib-1.0-.jar', 'lib-1.0.'])('%s is of another form', (fileName) => {
    expect(parse(fileName)).toBeUndefined();
  });

  it('of a snapshot tells its build', () => {
    const build = { timestamp: '20261120.103217', buildNumber: 12, value: '1.1-20261120.103217-12' };
    expect(parse('lib-1.1-20261120.103217-12.jar', '1.1-SNAPSHOT')).toEqual({ classifier: undefined, extension: 'jar', build });
    expect(parse('lib-1.1-20261120.103217-12-sources.jar', '1.1-SNAPSHOT')).toEqual({ classifier: 'sources', extension: 'jar', build });
    expect(parse('lib-1.1-SNAPSHOT-sources.jar', '1.1-SNAPSHOT')).toEqual({ classifier: 'sources', extension: 'jar', build: undefined });
    expect(parse('lib-20261120.103217-1.jar', 'SNAPSHOT')).toMatchObject({ build: { value: '20261120.103217-1' } });
    for (const fileName of ['lib-1.1-2026.1-1.jar', 'lib-1.1-20261120.103217.jar', 'lib-1.2-20261120.103217-1.jar']) expect([fileName, parse(fileName, '1.1-SNAPSHOT')]).toEqual([fileName, undefined]);
    expect(parse('lib-1.1-20261120.103217-1.jar', '1.1')).toEqual({ classifier: '20261120.103217-1', extension: 'jar', build: undefined });
  });
});
