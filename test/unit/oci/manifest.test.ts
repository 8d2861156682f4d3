import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChartConfig, parseImageConfig } from '../../../shims/oci/config.ts';
import { factsOf, type OciMetadata } from '../../../shims/oci/facts.ts';
import { parseManifest } from '../../../shims/oci/manifest.ts';
import { parseContentRange } from '../../../shims/oci/range.ts';
import { parseScopes } from '../../../shims/oci/scope.ts';
import { ociFormat } from '../../../shims/oci/format.ts';
import { EntrepotError, InvalidInput, InvalidPackage } from '../../../src/errors.ts';
import { configType, descriptorOf, imageOf, indexOf, manifestType } from '../../support/oci-image.ts';

const bytes = (text: string) => Buffer.from(text);
const kindOf = (manifest: string, known: Partial<Parameters<typeof factsOf>[1]> = {}) =>
  (factsOf(parseManifest(bytes(manifest)), { name: 'a', version: 'sha256:x', sizeBytes: 1, ...known }).metadata as unknown as OciMetadata).kind;

describe('a manifest', () => {
  it('is read as far as it is understood, whatever else it has', () => {
    const { mediaType, config, layers, annotations } = parseManifest(bytes(imageOf({ fields: { annotations: { a: 'b' }, more: { deep: [1] } } }).manifest));
    expect([mediaType, config?.mediaType, layers.length, annotations]).toEqual([manifestType, configType, 1, { a: 'b' }]);
  });

  it('may leave out its media type', () => {
    expect(parseManifest(bytes('{"schemaVersion":2,"manifests":[]}')).mediaType).toBe('application/vnd.oci.image.index.v1+json');
    expect(parseManifest(bytes(`{"schemaVersion":2,"config":${JSON.stringify(descriptorOf('{}', configType))}}`)).mediaType).toBe(manifestType);
  });

  it('is refused with a reason, or read, whatever it is', () => {
    const descriptor = fc.record({ mediaType: fc.oneof(fc.string(), fc.constant(configType)), digest: fc.oneof(fc.string(), fc.constant(`sha256:${'a'.repeat(64)}`)), size: fc.oneof(fc.anything(), fc.nat()), urls: fc.anything(), platform: fc.anything(), annotations: fc.anything() }, { requiredKeys: [] });
    const document = fc.record({ schemaVersion: fc.constantFrom(1, 2, '2'), mediaType: fc.oneof(fc.anything(), fc.constant(manifestType)), config: fc.oneof(descriptor, fc.anything()), layers: fc.oneof(fc.array(descriptor), fc.anything()), manifests: fc.oneof(fc.array(descriptor), fc.anything()), subject: fc.oneof(descriptor, fc.anything()), annotations: fc.anything(), artifactType: fc.anything() }, { requiredKeys: [] });
    const read = (content: Uint8Array) => {
      try {
        factsOf(parseManifest(content), { name: 'a', version: 'sha256:x', sizeBytes: 1 });
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidPackage);
      }
    };
    fc.assert(fc.property(document, (value) => read(bytes(JSON.stringify(value) ?? ''))), { numRuns: 1000 });
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), read));
  });

  it('has so many annotations and URLs, its own and those of what it lists together', () => {
    const [half, more] = ['x'.repeat(2_000_000), 'x'.repeat(2_200_000)];
    const described = (said: object) => descriptorOf('{}', manifestType, said);
    for (const fields of [{ annotations: { a: more }, subject: described({ annotations: { b: more } }) }, { annotations: { a: more, b: more } }, { subject: described({ urls: [more, more] }) }, { annotations: { [`${more}${more}`]: '' } }]) {
      expect(() => parseManifest(bytes(indexOf([], fields).manifest))).toThrow(InvalidPackage);
    }
    expect(parseManifest(bytes(indexOf([], { annotations: { a: half }, subject: described({ urls: [half] }) }).manifest)).annotations).toEqual({ a: half });
  });

  it('is what it declares, or what its parts are', () => {
    expect(kindOf(imageOf().manifest)).toBe('IMAGE');
    expect(kindOf(indexOf([]).manifest)).toBe('INDEX');
    expect(kindOf(imageOf({ configType: 'application/vnd.cncf.helm.config.v1+json' }).manifest)).toBe('HELM_CHART');
    expect(kindOf(imageOf({ fields: { artifactType: 'application/spdx+json' } }).manifest)).toBe('SBOM');
    expect(kindOf(imageOf({ layerType: 'application/vnd.dev.cosign.simplesigning.v1+json' }).manifest)).toBe('SIGNATURE');
    expect(kindOf(imageOf({ layerType: 'application/vnd.in-toto+json' }).manifest)).toBe('ATTESTATION');
    expect(kindOf(imageOf({ configType: 'application/vnd.example' }).manifest)).toBe('ARTIFACT');
  });

  it('says who made it and for what, in annotations or labels', () => {
    const said = { 'org.opencontainers.image.description': 'what it is', 'org.opencontainers.image.licenses': 'MIT', 'org.opencontainers.image.source': 'https://example.com/src', 'org.opencontainers.image.url': 'javascript:alert(1)' };
    const manifest = parseManifest(bytes(imageOf({ fields: { annotations: said } }).manifest));
    expect(factsOf(manifest, { name: 'a', version: 'sha256:x', sizeBytes: 1 })).toMatchObject({ description: 'what it is', licenses: ['MIT'], repositoryUrl: 'https://example.com/src' });
    expect(factsOf(manifest, { name: 'a', version: 'sha256:x', sizeBytes: 1 })).not.toHaveProperty('homepage');
    const image = parseImageConfig(bytes(JSON.stringify({ os: 'linux', architecture: 'amd64', author: 'Ann', config: { Labels: said, Env: ['A=1', 2], ExposedPorts: { '80/tcp': {} } } })));
    expect(image).toMatchObject({ env: ['A=1'], exposedPorts: ['80/tcp'] });
    expect(factsOf(parseManifest(bytes(imageOf().manifest)), { name: 'a', version: 'sha256:x', sizeBytes: 1, image })).toMatchObject({ description: 'what it is', authors: ['Ann'] });
  });
});

it('configurations are never in the way', () => {
  fc.assert(fc.property(fc.anything(), (value) => {
    const text = bytes(JSON.stringify(value) ?? '');
    parseImageConfig(text);
    parseChartConfig(text);
  }));
  expect(parseChartConfig(bytes('{"name":"app","version":"1.0.0","maintainers":[{"name":"Ann","email":"a@example.com"}],"deprecated":true}'))).toEqual({ name: 'app', version: '1.0.0', maintainers: ['Ann <a@example.com>'], deprecated: true });
});

it('scopes are read, and what is none is passed over', () => {
  expect(parseScopes(['repository:acme/app:pull,push repository:other:delete', 'registry:catalog:*', 'repository:a:none', 'nonsense', 'repository(plugin):x:*'])).toEqual([
    { repository: 'acme/app', actions: ['READ', 'PUBLISH'] },
    { repository: 'other', actions: ['DELETE'] },
    { repository: undefined, actions: ['READ'] },
    { repository: 'x', actions: ['READ', 'PUBLISH', 'DELETE'] },
  ]);
  expect(parseScopes([Array(200).fill('repository:a:pull').join(' ')])).toHaveLength(50);
});

it.for([['0-0', { start: 0, sizeBytes: 1 }], ['5-9', { start: 5, sizeBytes: 5 }], ['bytes 5-9/20', { start: 5, sizeBytes: 5 }]] as const)('Content-Range: %s', ([header, expected]) => {
  expect(parseContentRange(header)).toEqual(expected);
});

it.for(['', '5', '9-5', '-5', 'a-b', '0-1,2-3', `${'9'.repeat(20)}-1`])('Content-Range: %s is refused', (header) => {
  expect(() => parseContentRange(header)).toThrow(InvalidInput);
});

it('names, tags and versions are refused with a reason, or taken, whatever they are', () => {
  const name = fc.oneof(fc.string(), fc.stringMatching(/^[a-z0-9._/-]{0,20}$/));
  for (const check of [ociFormat.validateName, ociFormat.validateTag ?? (() => undefined), ociFormat.normalizeVersion]) {
    fc.assert(fc.property(name, (text) => {
      try {
        check(text);
      } catch (error) {
        expect(error).toBeInstanceOf(EntrepotError);
      }
    }));
  }
  for (const good of ['a', 'a/b', 'a-b__c.d/e--f', '0']) expect(() => ociFormat.validateName(good)).not.toThrow();
  for (const bad of ['', '/', 'a/', 'A', 'a..b', '-a', 'a_', 'a___b', 'a//b']) expect(() => ociFormat.validateName(bad)).toThrow(EntrepotError);
});

it('the latest version is the one that was published last', () => {
  const keys = [9, 10, 99, 1_700_000_000_000, 1_700_000_000_001].map((instant) => ociFormat.sortKey('sha256:x', instant));
  expect([...keys].sort()).toEqual(keys);
});
