import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProtectionRule } from '../../../src/protection/manage.ts';
import { updateSettings } from '../../../src/settings/update.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { countEverything } from '../../support/leftovers.ts';
import { form, formType } from '../../support/multipart.ts';
import { dependencies, nupkg, nuspec, snupkg } from '../../support/nupkg.ts';
import { zip } from '../../support/zip.ts';
import { nugetPath, type Push, pushBytes, pushed, pushForm } from '../nuget-request.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.close());

/** Refused with these words, in the body and behind the status, and nothing is left of it. */
async function refused(bytes: Buffer, status: number, words: RegExp | string, options: Push = {}): Promise<void> {
  const before = await countEverything(app.core);
  const response = await pushBytes(app, bytes, options);
  const { error } = (await response.json()) as { error: string };
  expect(error).toMatch(words);
  expect([response.status, response.statusText]).toEqual([status, error.replace(/[^ -~]+/g, '?').slice(0, 300)]);
  expect(await countEverything(app.core)).toEqual(before);
}

const versions = async (id: string) => ((await (await app.fetch(`${nugetPath()}/v3/flatcontainer/${id}/index.json`, 'reader')).json()) as { versions: string[] }).versions;

describe('a push', () => {
  it.for(['/v3/package', '/v3/package/', '/api/v2', '/api/v2/', '/api/v2/package', '/api/v2/package/'])('201 to %s', async (to) => {
    const id = `To${to.replace(/\W/g, '_')}`.replace(/_+$/, (end) => `${end}x`);
    expect((await pushBytes(app, nupkg(id, '1.0.0'), { to })).status).toBe(201);
    expect(await versions(id.toLowerCase())).toEqual(['1.0.0']);
  });

  it('201 in chunks without a length, with the key in a header of its own', async () => {
    const { body, headers } = pushForm(nupkg('Chunked', '1.0.0'));
    const pieces = new ReadableStream({
      start(controller) {
        for (let at = 0; at < body.length; at += 100) controller.enqueue(new Uint8Array(body.subarray(at, at + 100)));
        controller.close();
      },
    });
    const response = await fetch(`${app.url}${nugetPath()}/v3/package/`, { method: 'PUT', headers: { ...headers, 'x-nuget-apikey': app.secrets.developer }, body: pieces, duplex: 'half' } as RequestInit);
    expect(response.status).toBe(201);
  });

  it('201 with the token as password, for a wrong key beside it', async () => {
    const { body, headers } = pushForm(nupkg('Basic', '1.0.0'));
    const send = (more: Record<string, string>) => fetch(`${app.url}${nugetPath()}/v3/package/`, { method: 'PUT', headers: { ...headers, 'x-nuget-apikey': 'any', ...more }, body: new Uint8Array(body) });
    const challenged = await send({});
    expect([challenged.status, challenged.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="Entrepot"']);
    expect((await send({ authorization: `Basic ${Buffer.from(`token:${app.secrets.developer}`).toString('base64')}` })).status).toBe(201);
  });

  it('409 where the version is there, however it is spelled', async () => {
    await pushed(app, 'Twice.Over', '1.0');
    for (const [id, version] of [['Twice.Over', '1.0'], ['twice.over', '1.0.0'], ['TWICE.OVER', '1.0.0.0'], ['Twice.Over', '01.00.0+build']] as const) {
      await refused(nupkg(id, version, { files: [{ path: 'other.txt', content: 'x' }] }), 409, 'twice.over.1.0.0.nupkg is already published and may not be replaced.');
    }
    await pushed(app, 'Twice.Over', '1.0.0.1');
    await pushed(app, 'Twice.Over', '1.0.0-RC');
    await refused(nupkg('Twice.Over', '1.0.0-rc'), 409, /already published/);
    expect(await versions('twice.over')).toEqual(['1.0.0-rc', '1.0.0', '1.0.0.1']);
  });

  it('201 over the version where duplicates are allowed, with the facts of the new one', async () => {
    const { id } = await app.namespace('acme/nightly');
    const format = app.core.formats.get('nuget');
    await updateSettings(app.core, await app.actor('admin'), id, { formats: [{ format, settings: { duplicates: { value: 'ALLOWED' } } }] });
    const namespace = 'acme/nightly';
    await pushed(app, 'Nightly', '1.0.0', { namespace, metadata: '<authors>Ada</authors><description>before</description>' });
    await pushed(app, 'Nightly', '1.0.0', { namespace, metadata: `<authors>Ada</authors><description>after</description>${dependencies({ '': { Other: '1.0' } })}` });
    const index = await (await app.fetch(`${nugetPath(namespace)}/v3/registration/nightly/index.json`, 'reader')).json();
    expect(index.items[0].items[0].catalogEntry).toMatchObject({ description: 'after', dependencyGroups: [{ dependencies: [{ id: 'Other', range: '[1.0.0, )' }] }] });
    const spec = await app.fetch(`${nugetPath(namespace)}/v3/flatcontainer/nightly/1.0.0/nightly.nuspec`, 'reader');
    expect(await spec.text()).toContain('<description>after</description>');
  });

  it('401, 403 and 404 as anywhere else', async () => {
    const bytes = nupkg('Not.Mine', '1.0.0');
    await refused(bytes, 401, 'Sign in first: this needs a valid token.', { as: 'anonymous' });
    await refused(bytes, 403, 'You need the role DEVELOPER or higher to publish here.', { as: 'reader' });
    await refused(bytes, 404, 'There is no namespace "acme/widgets", or you may not see it.', { as: 'outsider' });
  });

  it('403 where a rule protects the id', async () => {
    const { id } = await app.namespace('acme/guarded');
    await createProtectionRule(app.core, await app.actor('owner'), id, { target: 'PACKAGE', format: 'nuget', namePattern: 'core.*', pattern: null, publishRole: 'OWNER', deleteRole: null, isImmutable: false });
    await refused(nupkg('Core.Ui', '1.0.0'), 403, /protected by the rule "core\.\*" of "acme\/guarded": publishing needs the role OWNER\./, { namespace: 'acme/guarded' });
    await pushed(app, 'Core.Ui', '1.0.0', { namespace: 'acme/guarded', as: 'owner' });
  });

  it('413 for what is too large, also where the length is not said before', async () => {
    const { id } = await app.namespace('acme/small');
    const format = app.core.formats.get('nuget');
    await updateSettings(app.core, await app.actor('admin'), id, { formats: [{ format, settings: { maxFileBytes: { value: 10_000 } } }] });
    const namespace = 'acme/small';
    const large = nupkg('Large', '1.0.0', { files: [{ path: 'a.bin', content: Buffer.alloc(20_000, 7), stored: true }] });
    await refused(large, 413, 'The upload is larger than the 10000 bytes allowed here.', { namespace });
    await pushed(app, 'Small', '1.0.0', { namespace });
  });
});

describe('400 for a form', () => {
  const put = (body: Buffer, contentType = formType) => app.fetch(`${nugetPath()}/v3/package/`, 'developer', { method: 'PUT', headers: { 'content-type': contentType }, body: new Uint8Array(body) });

  it.for([
    ['without a file', form([{ name: 'a', content: 'b' }]), /has no file/],
    ['with two files', form([1, 2].map((n) => ({ name: 'package', fileName: 'p.nupkg', content: nupkg('Two', `${n}.0.0`) }))), /one package/],
    ['that is cut off', form([{ name: 'package', fileName: 'p.nupkg', content: nupkg('Cut', '1.0.0') }]).subarray(0, -30), /ends too early/],
  ] as const)('%s', async ([, body, words]) => {
    const before = await countEverything(app.core);
    const response = await put(body);
    expect([response.status, await response.text()]).toEqual([400, expect.stringMatching(words)]);
    expect(await countEverything(app.core)).toEqual(before);
  });

  it('415 for another kind of body', async () => {
    expect((await put(nupkg('Raw', '1.0.0'), 'application/octet-stream')).status).toBe(415);
  });
});

describe('400 for a package', () => {
  const metadata = '<authors>a</authors><description>d</description>';
  it.for<[string, Buffer, RegExp]>([
    ['that is no archive', Buffer.from('hello'), /not a zip archive/],
    ['that is cut off', nupkg('Cut', '1.0.0').subarray(0, 300), /not a zip archive/],
    ['of no bytes', Buffer.alloc(0), /not a zip archive/],
    ['without a nuspec', zip([{ path: 'lib/a.nuspec', content: nuspec('No', '1.0.0') }]), /no \.nuspec at its root/],
    ['with two nuspecs', nupkg('Two', '1.0.0', { files: [{ path: 'other.nuspec', content: nuspec('Other', '1.0.0') }] }), /more than one \.nuspec/],
    ['whose nuspec is no XML', nupkg('Bad', '1.0.0', { nuspec: '<package><metadata>' }), /not well-formed/],
    ['whose nuspec is something else', nupkg('Bad', '1.0.0', { nuspec: '<html/>' }), /<package><metadata>/],
    ['with a bomb of entities', nupkg('Bomb', '1.0.0', { nuspec: `<!DOCTYPE p [<!ENTITY a "${'x'.repeat(1000)}"><!ENTITY b "&a;&a;&a;">]>${nuspec('Bomb', '1.0.0')}` }), /document type declaration/],
    ['with an entity from elsewhere', nupkg('Xxe', '1.0.0', { nuspec: `<!DOCTYPE p [<!ENTITY a SYSTEM "file:///etc/passwd">]>${nuspec('Xxe', '1.0.0', '<description>&a;</description>')}` }), /document type declaration/],
    ['that unpacks to far more', nupkg('Zeros', '1.0.0', { files: [{ path: 'zeros', content: Buffer.alloc(80 * 1024 ** 2) }] }), /unpacks to more than/],
    ['with a path that climbs', nupkg('Climb', '1.0.0', { files: [{ path: '../../etc/cron.d/x', content: 'x' }] }), /path/],
    ['with an absolute path', nupkg('Root', '1.0.0', { files: [{ path: '/etc/passwd', content: 'x' }] }), /path/],
    ['without an id', nupkg('', '1.0.0', { nuspec: nuspec('', '1.0.0') }), /can't be a package id/],
    ['with an id that climbs', nupkg('../../evil', '1.0.0'), /can't be a package id/],
    ['with an id of look-alikes', nupkg('x', '1.0.0', { nuspec: nuspec('Newtonsoft.Jѕon', '1.0.0') }), /can't be a package id/],
    ['with two ids', nupkg('Forged', '1.0.0', { metadata: '<id>Other</id>' }), /more than one <id>/],
    ['with two lists of dependencies', nupkg('Two.Lists', '1.0.0', { metadata: metadata + dependencies({ net6: { Good: '1.0' } }) + dependencies({ net6: { Other: '1.0' } }) }), /more than one <dependencies>/],
    ['whose icon is damaged', nupkg('Damaged', '1.0.0', { metadata: `${metadata}<icon>i.png</icon>`, files: [{ path: 'i.png', content: 'x', central: { crc: 1 }, local: { crc: 1 } }] }), /not what its directory says/],
    ['with an overlong id', nupkg('a'.repeat(101), '1.0.0'), /1 to 100/],
    ['without a version', nupkg('None', ''), /not a NuGet version/],
    ['with a version that climbs', nupkg('Climb', '1.0.0/../2'), /not a NuGet version/],
    ['with a dependency that floats', nupkg('Float', '1.0.0', { metadata: metadata + dependencies({ net6: { Other: '1.*' } }) }), /floats/],
    ['with a dependency of a broken range', nupkg('Range', '1.0.0', { metadata: metadata + dependencies({ net6: { Other: '[2.0,1.0]' } }) }), /is empty/],
    ['with a dependency on a path', nupkg('Dep', '1.0.0', { metadata: metadata + dependencies({ net6: { '../x': '1.0' } }) }), /can't be a package id/],
    ['whose icon is not there', nupkg('Icon', '1.0.0', { metadata: `${metadata}<icon>../../etc/passwd</icon>` }), /names "\.\.\/\.\.\/etc\/passwd" as icon, which is not in the package/],
    ['whose README is not there', nupkg('Readme', '1.0.0', { metadata: `${metadata}<readme>README.md</readme>` }), /as readme, which is not/],
  ])('%s', async ([, bytes, words]) => {
    await refused(bytes, 400, words);
  });
});

describe('a push of symbols', () => {
  it('201 beside their package, and once more the very same', async () => {
    await pushed(app, 'With.Symbols', '1.0.0');
    const bytes = snupkg('With.Symbols', '1.0.0');
    for (let time = 0; time < 2; time++) expect((await pushBytes(app, bytes, { to: '/v3/symbols/' })).status).toBe(201);
    const stored = await app.fetch(`${nugetPath()}/v3/flatcontainer/with.symbols/1.0.0/with.symbols.1.0.0.snupkg`, 'reader');
    expect(Buffer.from(await stored.arrayBuffer()).equals(bytes)).toBe(true);
    await refused(snupkg('With.Symbols', '1.0.0', [{ path: 'b.pdb', content: 'other' }]), 409, 'with.symbols.1.0.0.snupkg is already published and may not be replaced.', { to: '/v3/symbols/' });
    expect(await versions('with.symbols')).toEqual(['1.0.0']);
  });

  it('404 without their package', async () => {
    await refused(snupkg('Lonely', '1.0.0'), 404, 'There is no Lonely@1.0.0 yet that it could be published with; publish that first.', { to: '/v3/symbols/' });
    await pushed(app, 'Lonely', '1.0.0');
    await refused(snupkg('Lonely', '2.0.0'), 404, /There is no Lonely@2\.0\.0 yet/, { to: '/v3/symbols/' });
  });

  it('400 for what is no symbol package, or has more in it than symbols', async () => {
    await refused(nupkg('No.Symbols', '1.0.0'), 400, /no symbol package/, { to: '/v3/symbols/' });
    await refused(snupkg('No.Symbols', '1.0.0', [{ path: 'package/evil.exe', content: 'MZ' }]), 400, /holds \.pdb files only, this one has "package\/evil\.exe"/, { to: '/v3/symbols/' });
    await refused(snupkg('No.Symbols', '1.0.0', [{ path: 'lib/evil.dll', content: 'MZ' }]), 400, /holds \.pdb files only, this one has "lib\/evil\.dll"/, { to: '/v3/symbols/' });
  });
});
