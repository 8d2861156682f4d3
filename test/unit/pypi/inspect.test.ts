import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntrepotError, InvalidPackage } from '../../../src/errors.ts';
import { inspectDistribution } from '../../../shims/pypi/inspect.ts';
import { readPublishedPackageInfo } from '../../../shims/pypi/sdist.ts';
import { readPublishedMetadata } from '../../../shims/pypi/wheel.ts';
import { parseWheelName } from '../../../shims/pypi/file-name.ts';
import { tar, tarball } from '../../support/npm-tarball.ts';
import { attestation, type Distribution, metadataText, type PythonFile, sdist, wheel } from '../../support/python-files.ts';
import { uploadedBytes } from '../../support/uploaded.ts';
import { zip, type ZipFile } from '../../support/zip.ts';

const demo = { name: 'Acme.Demo', version: '1.0', headers: ['Requires-Python: >=3.8', 'Summary: A demo'] };
const inspect = ({ fileName, bytes }: PythonFile, ...beside: PythonFile[]) =>
  inspectDistribution(uploadedBytes(bytes, fileName), {}, [...beside, { fileName, bytes }].map((file) => uploadedBytes(file.bytes, file.fileName)));
const metadataSha256 = (distribution: Distribution) => createHash('sha256').update(metadataText(distribution)).digest('hex');

it('reads a wheel', async () => {
  expect(await inspect(wheel({ ...demo, build: '3', tag: 'cp311.cp312-abi3-linux_x86_64' }))).toMatchObject({
    describes: true,
    version: { name: 'Acme.Demo', version: '1.0', description: 'A demo', metadata: { metadataVersion: '2.4', requiresPython: '>=3.8' } },
    file: {
      name: 'acme_demo-1.0-3-cp311.cp312-abi3-linux_x86_64.whl',
      attributes: { kind: 'wheel', build: '3', pythonTags: ['cp311', 'cp312'], abiTags: ['abi3'], platformTags: ['linux_x86_64'], requiresPython: '>=3.8', metadataSha256: metadataSha256(demo) },
    },
  });
});

it('reads a source distribution, also an old zip', async () => {
  const tarred = await sdist(demo);
  const zipped = { fileName: 'Acme.Demo-1.0.zip', bytes: zip([{ path: 'Acme.Demo-1.0/PKG-INFO', content: metadataText(demo) }, { path: 'Acme.Demo-1.0/x.egg-info/PKG-INFO', content: 'x' }]) };
  for (const file of [tarred, zipped]) {
    const { describes, version, file: facts } = await inspect(file);
    expect([describes, version.name, facts.name]).toEqual([undefined, 'Acme.Demo', file.fileName]);
    expect(facts.attributes).toEqual({ kind: 'sdist', requiresPython: '>=3.8', metadataSha256: metadataSha256(demo) });
    const again = await readPublishedPackageInfo(uploadedBytes(file.bytes, file.fileName));
    expect(again.equals(Buffer.from(metadataText(demo)))).toBe(true);
  }
});

it('finds the same metadata once more when it is published', async () => {
  const { fileName, bytes } = wheel({ ...demo, description: 'ä\r\n' });
  const again = await readPublishedMetadata(uploadedBytes(bytes, fileName), parseWheelName(fileName));
  expect(again.toString()).toBe(metadataText({ ...demo, description: 'ä\r\n' }));
});

it('reads a file once, however many attestations and signatures come with it', async () => {
  const { fileName, bytes } = wheel(demo);
  const signed = (name: string) => uploadedBytes(Buffer.from(name.endsWith('.asc') ? '-----BEGIN PGP SIGNATURE-----\n' : JSON.stringify(attestation({ fileName, bytes }))), name);
  const opened = async (...companions: string[]) => {
    const file = uploadedBytes(bytes, fileName);
    let times = 0;
    const all = [{ ...file, open: (...range: Parameters<typeof file.open>) => (times++, file.open(...range)) }, ...companions.map(signed)];
    for (const one of all) await inspectDistribution(one, {}, all);
    return times;
  };
  expect(await opened(`${fileName}.asc`, `${fileName}.publish.attestation`)).toBe(await opened());
});

it('reads attestations and signatures that come with their file', async () => {
  const file = wheel(demo);
  const attested = { fileName: `${file.fileName}.publish.attestation`, bytes: Buffer.from(JSON.stringify(attestation(file))) };
  expect(await inspect(attested, file)).toMatchObject({
    version: { name: 'Acme.Demo', description: 'A demo' },
    file: { name: attested.fileName, contentType: 'application/json', attributes: { kind: 'attestation', of: file.fileName, predicateType: 'https://docs.pypi.org/attestations/publish/v1' } },
  });
  const signed = { fileName: `${file.fileName}.asc`, bytes: Buffer.from('-----BEGIN PGP SIGNATURE-----\n') };
  expect(await inspect(signed, file)).toMatchObject({ file: { attributes: { kind: 'signature', of: file.fileName } } });
  for (const alone of [attested, signed]) await expect(inspect(alone)).rejects.toThrow('send them together');
  await expect(inspect({ ...attested, fileName: `${file.fileName}.slsa.attestation` }, file)).rejects.toThrow('makes it');
  await expect(inspect(attested, { ...wheel({ ...demo, files: { x: '1' } }), fileName: file.fileName })).rejects.toThrow('with other content');
  await expect(inspect({ ...attested, bytes: Buffer.alloc(600_000) }, file)).rejects.toThrow('at most');
});

describe('refuses', () => {
  const info = 'acme_demo-1.0.dist-info';
  const good: Record<string, string> = { METADATA: String(metadataText(demo)), WHEEL: 'Wheel-Version: 1.0\n', RECORD: '' };
  const made = (entries: ZipFile[]): PythonFile => ({ fileName: 'acme_demo-1.0-py3-none-any.whl', bytes: zip(entries) });
  const withFiles = (files: Record<string, string>, folder = info) => made(Object.entries(files).map(([name, content]) => ({ path: `${folder}/${name}`, content })));
  const { METADATA: _, ...withoutMetadata } = good;
  const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024));
  it.each<[string, () => PythonFile | Promise<PythonFile>, string]>([
    ['a wheel of another name in its metadata', () => withFiles({ ...good, METADATA: 'Metadata-Version: 2.1\nName: other\nVersion: 1.0\n' }), 'is of other 1.0; it must be what the file name says'],
    ['a wheel of another version in its metadata', () => withFiles({ ...good, METADATA: 'Metadata-Version: 2.1\nName: acme-demo\nVersion: 1.1\n' }), 'is of acme-demo 1.1'],
    ['a wheel of another name in its folder', () => withFiles(good, 'other-1.0.dist-info'), 'is not that of acme_demo 1.0'],
    ['a wheel of another version in its folder', () => withFiles(good, 'acme_demo-1.1.dist-info'), 'is not that of acme_demo 1.0'],
    ['a wheel of another file name', () => ({ ...wheel(demo), fileName: 'other-1.0-py3-none-any.whl' }), 'is not that of other 1.0'],
    ['a wheel with two folders', () => made([...Object.entries(good).map(([name, content]) => ({ path: `${info}/${name}`, content })), { path: 'Acme.Demo-1.0.DIST-INFO/METADATA', content: '' }]), 'exactly one .dist-info folder, this one has 2'],
    ['a wheel without its folder', () => made([{ path: 'x.py' }]), 'exactly one .dist-info folder, this one has 0'],
    ['a wheel without METADATA', () => withFiles(withoutMetadata), `has no ${info}/METADATA`],
    ['a wheel without WHEEL', () => withFiles({ METADATA: good['METADATA'] ?? '', RECORD: '' }), `has no ${info}/WHEEL`],
    ['a wheel without RECORD', () => withFiles({ METADATA: good['METADATA'] ?? '', WHEEL: '' }), `has no ${info}/RECORD`],
    ['a wheel with METADATA twice', () => made([...Object.entries(good), ['METADATA', 'x'] as const].map(([name, content]) => ({ path: `${info}/${name}`, content }))), 'two entries called'],
    ['a wheel with a path that climbs', () => made([{ path: '../../etc/passwd' }]), 'leaves the folder'],
    ['a wheel with too much metadata', () => withFiles({ ...good, METADATA: `${good['METADATA']}${'x'.repeat(5_000_000)}` }), 'has more than 4194304 bytes'],
    ['a wheel that is none', () => ({ fileName: 'acme_demo-1.0-py3-none-any.whl', bytes: Buffer.from('hello') }), 'not a zip archive'],
    ['a truncated wheel', () => ({ ...wheel(demo), bytes: wheel(demo).bytes.subarray(0, 200) }), 'not a zip archive'],
    ['an sdist of another name', async () => ({ ...(await sdist(demo)), fileName: 'other-1.0.tar.gz' }), 'not the name of a source distribution of Acme.Demo 1.0, which would be acme_demo-1.0.tar.gz'],
    ['an sdist of another version', async () => ({ ...(await sdist(demo)), fileName: 'acme_demo-2.0.tar.gz' }), 'not the name of a source distribution'],
    ['an sdist without PKG-INFO', async () => ({ fileName: 'acme_demo-1.0.tar.gz', bytes: await tarball([['acme_demo-1.0/setup.py', '']]) }), 'this one has 0'],
    ['an sdist with PKG-INFO in no folder', async () => ({ fileName: 'acme_demo-1.0.tar.gz', bytes: await tarball([['PKG-INFO', good['METADATA'] ?? '']]) }), 'this one has 0'],
    ['an sdist with two', async () => ({ fileName: 'acme_demo-1.0.tar.gz', bytes: await tarball([['a/PKG-INFO', good['METADATA'] ?? ''], ['b/PKG-INFO', good['METADATA'] ?? '']]) }), 'this one has 2'],
    ['an sdist whose PKG-INFO is a link', async () => ({ fileName: 'acme_demo-1.0.tar.gz', bytes: await tarball([[{ name: 'a/PKG-INFO', type: 'symlink', linkname: '/etc/passwd' }]]) }), 'is no file'],
    ['an sdist with a path that climbs', async () => ({ fileName: 'acme_demo-1.0.tar.gz', bytes: await tarball([['../x', '']]) }), 'leads out of it'],
    ['an sdist that is not gzip', async () => ({ fileName: 'acme_demo-1.0.tar.gz', bytes: await tar([['a/PKG-INFO', '']]) }), 'not gzip'],
    ['an sdist that ends too early', async () => ({ ...(await sdist(demo)), bytes: (await sdist(demo)).bytes.subarray(0, 100) }), 'ends too early'],
    ['a bomb', () => ({ fileName: 'acme_demo-1.0.tar.gz', bytes: bomb }), 'unpacks to more than'],
    ['what is neither', () => ({ fileName: 'acme_demo-1.0.exe', bytes: Buffer.alloc(1) }), 'neither a wheel'],
    ['an attestation of nothing', () => ({ fileName: 'x.publish.attestation', bytes: Buffer.alloc(1) }), 'neither a wheel'],
  ])('%s', async (_, make, message) => {
    const refused = inspect(await make());
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toThrow(InvalidPackage);
  });
});

it('answers damaged files with a result or an error of the catalogue', async () => {
  const files = [wheel({ ...demo, files: { 'acme/x.py': 'x = 1\n'.repeat(50) } }), await sdist(demo)];
  const tarred = { fileName: 'acme_demo-1.0.tar.gz', bytes: await tar([['acme_demo-1.0/PKG-INFO', metadataText(demo)], ['acme_demo-1.0/x', 'x']]) };
  const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 });
  const property = fc.asyncProperty(fc.constantFrom(...files, tarred), damage, fc.option(fc.nat()), async (file, changes, cut) => {
    const bytes = Buffer.from(file.bytes);
    for (const [at, value] of changes) bytes[at % bytes.length] = value;
    const damaged = cut === null ? bytes : bytes.subarray(0, cut % bytes.length);
    const sent = file === tarred ? gzipSync(damaged) : damaged;
    await inspect({ ...file, bytes: sent }).catch((error: unknown) => expect(error).toBeInstanceOf(EntrepotError));
  });
  await fc.assert(property, { numRuns: 600 });
});
