import { createHash } from 'node:crypto';
import { createBLAKE2b } from 'hash-wasm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileTable } from '../../../src/db/tables/file.ts';
import { setVersionStatus } from '../../../src/packages/status.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { countEverything, listObjects } from '../../support/leftovers.ts';
import { formType } from '../../support/multipart.ts';
import { attestation, sdist, uploadForm, wheel } from '../../support/python-files.ts';
import { pypiPath, simplePage, upload, uploadWheel } from '../pypi-request.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app?.close());

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

describe('200', () => {
  it('a wheel, then an sdist of the same version in another spelling', async () => {
    const demo = { name: 'Acme.Demo', version: '1.0.0', headers: ['Requires-Python: >=3.8', 'Summary: A demo'] };
    const wheelFile = wheel(demo);
    const sdistFile = await sdist({ ...demo, name: 'acme_demo', version: '1.0', headers: ['Requires-Python: >=3.9'] });
    const first = await upload(app, wheelFile, demo);
    expect([first.status, await first.text()]).toEqual([200, 'Published.\n']);
    expect((await upload(app, sdistFile, { name: 'acme-demo', version: '1.0' })).status).toBe(200);
    const page = await simplePage(app, 'acme-demo');
    expect(page).toMatchObject({ name: 'acme-demo', versions: ['1.0.0'] });
    const files = page.files.map((file) => [file.filename, file.hashes.sha256, file['requires-python'], file.size]);
    expect(files).toEqual([
      ['acme_demo-1.0.0-py3-none-any.whl', sha256(wheelFile.bytes), '>=3.8', wheelFile.bytes.length],
      ['acme_demo-1.0.tar.gz', sha256(sdistFile.bytes), '>=3.9', sdistFile.bytes.length],
    ]);
  });

  it('at the endpoint itself, without digests, with fields of old tools', async () => {
    const file = wheel({ name: 'bare', version: '2.0' });
    const empty = ['sha256_digest', 'md5_digest', 'filetype', 'pyversion', 'protocol_version', ':action'].map((name) => ({ name, content: '' }));
    const parts = [...empty, { name: 'classifiers', content: 'A' }, { name: 'classifiers', content: 'B' }];
    expect((await upload(app, file, { name: 'bare', version: '2.0' }, { parts })).status).toBe(200);
    const other = wheel({ name: 'bare', version: '2.1' });
    const response = await app.fetch(pypiPath(''), 'developer', { method: 'POST', headers: { 'content-type': formType }, body: uploadForm(other, { name: 'bare', version: '2.1' }) as unknown as BodyInit });
    expect(response.status).toBe(200);
  });

  it('digests of all kinds, MD5 as the documentation has it', async () => {
    const file = wheel({ name: 'digests', version: '1' });
    const blake2 = (await createBLAKE2b(256)).update(file.bytes).digest('hex');
    const md5 = createHash('md5').update(file.bytes).digest('base64url');
    const parts = [{ name: 'md5_digest', content: md5 }, { name: 'blake2_256_digest', content: blake2.toUpperCase() }];
    expect((await upload(app, file, { name: 'digests', version: '1' }, { parts })).status).toBe(200);
  });

  it('a description that comes with a later wheel replaces what the sdist said', async () => {
    const demo = { name: 'later', version: '1.0' };
    await upload(app, await sdist({ ...demo, headers: ['Summary: from the sdist', 'Dynamic: Requires-Dist'] }), demo);
    await uploadWheel(app, { ...demo, headers: ['Summary: from the wheel', 'Requires-Dist: alpha>=1'] });
    await upload(app, { ...(await sdist({ ...demo, headers: ['Summary: another sdist'] })), fileName: 'LATER-1.0.tar.gz' }, demo);
    const info = await (await app.fetch(pypiPath('pypi/later/json'), 'reader')).json();
    expect(info).toMatchObject({ info: { summary: 'from the wheel', requires_dist: ['alpha>=1'] } });
  });

  it('attestations and a signature, which are served and told of', async () => {
    const file = wheel({ name: 'attested', version: '1.0' });
    const statements = [attestation(file), attestation(file, 'https://slsa.dev/provenance/v1')];
    const signature = '-----BEGIN PGP SIGNATURE-----\n\nx\n-----END PGP SIGNATURE-----\n';
    const parts = [{ name: 'attestations', content: JSON.stringify(statements) }, { name: 'gpg_signature', fileName: `${file.fileName}.asc`, content: signature }];
    expect((await upload(app, file, { name: 'attested', version: '1.0' }, { parts })).status).toBe(200);
    const [listed, ...others] = (await simplePage(app, 'attested')).files;
    expect(others).toEqual([]);
    expect(listed).toMatchObject({ filename: file.fileName, 'gpg-sig': true, provenance: `${app.url}${pypiPath(`integrity/attested/1/${file.fileName}/provenance`)}` });
    const provenance = await app.fetch(new URL(listed?.provenance ?? '').pathname, 'reader');
    expect(provenance.headers.get('content-type')).toBe('application/vnd.pypi.integrity.v1+json');
    expect(await provenance.json()).toEqual({ version: 1, attestation_bundles: [{ publisher: { kind: 'Entrepot', claims: null }, attestations: statements }] });
    expect(await (await app.fetch(`${new URL(listed?.url ?? '').pathname}.asc`, 'reader')).text()).toBe(signature);
    const rows = await app.core.database.reads.find(FileTable);
    const own = rows.filter(({ name }) => name.startsWith('attested-')).map(({ name, attributes }) => [name.slice(file.fileName.length), attributes]);
    expect(own.filter(([ending]) => ending !== '').sort()).toEqual([
      ['.asc', { kind: 'signature', of: file.fileName }],
      ['.publish.attestation', { kind: 'attestation', of: file.fileName, predicateType: 'https://docs.pypi.org/attestations/publish/v1' }],
      ['.slsa.attestation', { kind: 'attestation', of: file.fileName, predicateType: 'https://slsa.dev/provenance/v1' }],
    ]);
  });
});

describe('refused, and nothing is left', () => {
  const demo = { name: 'refused', version: '1.0' };
  const file = wheel(demo);
  const wrong = 'a'.repeat(64);
  const other = wheel({ ...demo, files: { 'x.py': '1' } });

  it.each<[string, number, string, Parameters<typeof upload>[3] & { file?: typeof file; of?: typeof demo }]>([
    ['anonymous', 401, 'Sign in first', { as: 'anonymous' }],
    ['a reader', 403, 'DEVELOPER', { as: 'reader' }],
    ['somebody without any role', 404, 'There is no namespace', { as: 'outsider' }],
    ['another SHA-256', 400, `but ${wrong} was announced`, { parts: [{ name: 'sha256_digest', content: wrong }] }],
    ['another MD5', 400, 'The md5 of the upload is', { parts: [{ name: 'md5_digest', content: wrong.slice(0, 32) }] }],
    ['another BLAKE2', 400, 'The blake2_256 of the upload is', { parts: [{ name: 'blake2_256_digest', content: wrong }] }],
    ['a digest that is none', 400, 'is not 64 hexadecimal digits', { parts: [{ name: 'sha256_digest', content: 'abc' }] }],
    ['another name in the form', 400, 'The file is refused 1.0, but other 1.0 was to be published', { of: { name: 'other', version: '1.0' } }],
    ['another version in the form', 400, 'but refused 1.1 was to be published', { of: { name: 'refused', version: '1.1' } }],
    ['a name that is none', 400, "can't be a project name", { of: { name: '-refused', version: '1.0' } }],
    ['a version that is none', 400, 'is not a version of Python packages', { of: { name: 'refused', version: 'one' } }],
    ['no name', 400, 'must be sent before the file', { of: { name: '', version: '1.0' } }],
    ['another action', 400, '"submit" is not possible here', { parts: [{ name: ':action', content: 'submit' }] }],
    ['another protocol', 400, 'Only version 1', { parts: [{ name: 'protocol_version', content: '2' }] }],
    ['an egg', 400, 'Only wheels and source distributions', { parts: [{ name: 'filetype', content: 'bdist_egg' }] }],
    ['a name twice', 400, 'may come once', { parts: [{ name: 'name', content: 'refused' }, { name: 'name', content: 'refused' }] }],
    ['a file of another name', 400, 'is neither a wheel', { file: { ...file, fileName: 'refused-1.0.exe' } }],
    ['a path as name', 400, 'is not the name of a wheel', { file: { ...file, fileName: '../refused-1.0-py3-none-any.whl' } }],
    ['no file', 400, 'has no file', { parts: [{ name: 'content', content: '' }] }],
    ['two files', 400, 'takes one file', { parts: [{ name: 'content', fileName: file.fileName, content: file.bytes }, { name: 'content', fileName: file.fileName, content: file.bytes }] }],
    ['attestations that are no JSON', 400, 'it is not JSON', { parts: [{ name: 'attestations', content: '{' }] }],
    ['attestations that are no list', 400, 'must be a list', { parts: [{ name: 'attestations', content: '{}' }] }],
    ['two attestations of a kind', 400, 'one attestation of each kind', { parts: [{ name: 'attestations', content: JSON.stringify([attestation(file), attestation(file)]) }] }],
    ['an attestation of other content', 400, 'with other content', { parts: [{ name: 'attestations', content: JSON.stringify([attestation({ ...other, fileName: file.fileName })]) }] }],
    ['an attestation of another file', 400, 'is about x.whl', { parts: [{ name: 'attestations', content: JSON.stringify([attestation({ ...file, fileName: 'x.whl' })]) }] }],
    ['an attestation of something else', 400, 'its predicate is none of', { parts: [{ name: 'attestations', content: JSON.stringify([attestation(file, 'https://x.example')]) }] }],
    ['a signature that is none', 400, 'not an armoured PGP signature', { parts: [{ name: 'gpg_signature', fileName: 'x.asc', content: 'hello' }] }],
  ])('%s', async (_, status, message, { file: sent = file, of = demo, ...options }) => {
    const before = await countEverything(app.core);
    const objects = await listObjects(app.core);
    const response = await upload(app, sent, of, options);
    expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(message)]);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    if (status === 401) expect(response.headers.get('www-authenticate')).toBe('Basic realm="Entrepot"');
    expect(await countEverything(app.core)).toEqual(before);
    expect(await listObjects(app.core)).toEqual(objects);
  });

  it('409 for a file that is there, whatever it holds, in the words that twine looks for', async () => {
    expect((await upload(app, file, demo)).status).toBe(200);
    for (const sent of [file, { ...other, fileName: file.fileName }]) {
      const response = await upload(app, sent, demo);
      expect([response.status, response.statusText, await response.text()]).toEqual([409, expect.stringMatching(/^File already exists: refused-1\.0-py3-none-any\.whl /), expect.stringContaining('already exists')]);
    }
    expect((await simplePage(app, 'refused')).files.map(({ hashes }) => hashes.sha256)).toEqual([sha256(file.bytes)]);
  });

  it('400, not 409, for a name that another project owns: twine must not take it for a file that is there', async () => {
    await app.namespace('acme/gadgets');
    const response = await uploadWheel(app, { name: 'refused', version: '9' }, { node: 'acme/gadgets', as: 'owner' });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining('belongs to another project or group')]);
  });

  it('405 for GET of the upload address', async () => {
    const response = await app.fetch(pypiPath('legacy/'), 'developer');
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('415 for a body of another kind', async () => {
    const response = await app.fetch(pypiPath('legacy/'), 'developer', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
    expect([response.status, await response.text()]).toEqual([415, 'Send the body as multipart/form-data.\n']);
  });
});

it('a version that was withdrawn is published further, and stays withdrawn', async () => {
  const demo = { name: 'withdrawn', version: '1.0' };
  await uploadWheel(app, demo);
  const [head] = await app.core.heads.list('pypi', 'withdrawn');
  await setVersionStatus(app.core, await app.actor('developer'), head?.id ?? '', [{ version: '1.0.0', change: 'YANK', reason: 'broken' }]);
  expect((await uploadWheel(app, { ...demo, tag: 'py2-none-any' })).status).toBe(200);
  expect((await simplePage(app, 'withdrawn')).files.map(({ yanked }) => yanked)).toEqual(['broken', 'broken']);
});
