import { join } from 'node:path';
import { expect, it, type TestContext } from 'vitest';
import { createToken } from '../../../src/access/tokens.ts';
import { updateSettings } from '../../../src/settings/update.ts';
import { node } from '../../contract/registry.ts';
import { countEverything } from '../../support/leftovers.ts';
import { overBackends } from '../over-backends.ts';
import { buildAndRun, type ClientSetup, consumer, openMvn, project, snippetsFor } from './client.ts';

overBackends((registry) => {
  /** Deploys a jar of random content as a version; what mvn says comes back. */
  const deploy = async (context: TestContext, setup: ClientSetup, name: string, version: string) => {
    const mvn = await openMvn(context, registry(), setup);
    await mvn.run('sh', ['-c', 'head -c 3000 /dev/urandom > a.bin && jar cf it.jar a.bin']);
    const command = snippetsFor(mvn.url, name, version).publish('Maven, a file without a project');
    const { code, stdout } = await mvn.mvn(command.replace('<file>', 'it.jar').split(' ').slice(1));
    return { code, said: /status: (?:\d+ )?(.*) -> \[Help 1\]|ReasonPhrase: ?(.*)\. -> \[Help 1\]/.exec(stdout)?.slice(1).find((words) => words !== undefined) ?? stdout };
  };
  const refused = async (context: TestContext, setup: ClientSetup, name = 'com.acme:refused', version = '1.0') => {
    const before = await countEverything(registry().core);
    const { code, said } = await deploy(context, setup, name, version);
    expect([code, await countEverything(registry().core)]).toEqual([1, before]);
    return said;
  };

  it('mvn is told in words why it may not deploy', async (context) => {
    const at = 'acme/widgets';
    expect(await refused(context, { as: 'reader', at })).toContain('You need the role DEVELOPER or higher to publish here');
    expect(await refused(context, { as: 'a bad token', at })).toBe('The token is mistyped or incomplete.');
    expect(await refused(context, { as: 'outsider', at })).toContain('Could not find artifact com.acme:refused:jar:1.0 in entrepot (<url>)');
    expect(await refused(context, { as: 'developer', at }, 'com.acme:refused', '1.0{}')).toContain("can't be a version");
  });

  it('mvn is told that a release is there already, where that is refused; a snapshot never is', async (context) => {
    await registry().namespace('acme/strict', 'PROJECT', 'PRIVATE');
    const admin = await registry().actor('admin');
    const settings = { duplicates: { value: 'REFUSED' } };
    await updateSettings(registry().core, admin, (await node(registry().core, 'acme/strict')).id, { formats: [{ format: registry().core.formats.get('maven'), settings }] });
    const as = { as: 'developer', at: 'acme/strict' } as const;
    expect(await deploy(context, as, 'com.acme:once', '1.0')).toMatchObject({ code: 0 });
    expect(await refused(context, as, 'com.acme:once', '1.0')).toContain('once-1.0.jar is already published and may not be replaced');
    for (let build = 0; build < 2; build++) expect(await deploy(context, as, 'com.acme:once', '1.1-SNAPSHOT')).toMatchObject({ code: 0 });
  });

  it('mvn is told that there is no room', async (context) => {
    await registry().namespace('acme/small', 'PROJECT', 'PRIVATE');
    await updateSettings(registry().core, await registry().actor('admin'), (await node(registry().core, 'acme/small')).id, { node: { quotaBytes: { value: 200 } } });
    expect(await refused(context, { as: 'developer', at: 'acme/small' })).toContain('This does not fit: "acme/small" may hold 200 bytes');
  });

  it('a private package is built with by whoever may read it, also with a deploy token, and by nobody else', async (context) => {
    const at = 'acme/widgets';
    expect(await deploy(context, { as: 'developer', at }, 'com.acme:hidden', '1.0')).toMatchObject({ code: 0 });
    const { id } = await node(registry().core, 'acme');
    const { secret } = await createToken(registry().core, { kind: 'DEPLOY', name: 'ci', namespaceId: id, role: 'REPORTER', scopes: ['READ'] });
    const build = async (as: ClientSetup['as'], name = 'com.acme:hidden') => {
      const mvn = await openMvn(context, registry(), { as, at });
      const { pom } = consumer(mvn, name, '1.0', 'Hidden');
      return buildAndRun(mvn, await project(join(mvn.home, 'app'), { pom, sources: { 'acme/App.java': 'package acme;\npublic class App { public static void main(String[] a) { System.out.println("built"); } }\n' } }));
    };
    expect(await build({ secret })).toBe('built\n');
    expect(await build('anonymous')).toMatch(/status: 401|Not authorized|Could not transfer/);
    expect(await build('outsider')).toMatch(/Could not find artifact com\.acme:hidden:jar:1\.0 in entrepot \(<url>\)/);
    expect(await build('reader', 'com.acme:nothing')).toMatch(/Could not find artifact com\.acme:nothing:jar:1\.0 in entrepot \(<url>\)/);
  });
});
