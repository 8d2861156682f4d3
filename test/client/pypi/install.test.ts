import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { setVersionStatus, type StatusChange } from '../../../src/packages/status.ts';
import type { Registry } from '../../support/app.ts';
import { wheel, type Wheel } from '../../support/python-files.ts';
import { uploadWheel } from '../../wire/pypi-request.ts';
import { overBackends } from '../over-backends.ts';
import { openPython, publishWith, type Python } from './python.ts';

/** A wheel with a module that tells its version. */
const module = (distribution: Wheel) => wheel({ ...distribution, files: { [`${distribution.name.replaceAll('-', '_')}.py`]: `version = "${distribution.version}"\n` } });
const versions = (name: string, ...all: string[]) => all.map((version) => module({ name, version }));

async function mark(app: Registry, name: string, version: string, change: StatusChange, reason?: string): Promise<void> {
  const [head] = await app.core.heads.list('pypi', name);
  await setVersionStatus(app.core, await app.actor('developer'), head?.id ?? '', [{ version, change, ...(reason === undefined ? {} : { reason }) }]);
}

const escaped = (text: string) => text.replace(/[.+]/g, '\\$&');

/** Both installers, each with what it prints of a version that it has installed. */
const installers = [
  { title: 'pip', installed: (name: string, version: string) => new RegExp(`Successfully installed ${name}-${escaped(version)}`) },
  { title: 'uv', installed: (name: string, version: string) => new RegExp(`\\+ ${name}==${escaped(version)}`) },
];

overBackends((registry) => {
  const install = async (python: Python, title: string, spec: string, ...options: string[]) => {
    const { code, stdout, stderr } = await python.run([python.snippet('install', title, { package: spec }), ...options].join(' '));
    return { code, printed: `${stdout} ${stderr}` };
  };

  it.for(installers)('$title installs the highest version, and pre-releases only when asked', async ({ title, installed }, context) => {
    const python = await openPython(context, registry(), { as: 'developer' });
    const name = `plain-${title}`;
    await publishWith(python, ...versions(name, '1.9', '1.10', '2.0rc1', '2.0.dev3'));
    expect((await install(python, title, name)).printed).toMatch(installed(name, '1.10'));
    expect((await install(python, title, `${name}==1.9.0`)).printed).toMatch(installed(name, '1.9'));
    expect((await install(python, title, name, '--upgrade', title === 'uv' ? '--prerelease allow' : '--pre')).printed).toMatch(installed(name, '2.0rc1'));
    expect((await install(python, title, `"${name}<2.0rc1,>=2.0.dev1"`)).printed).toMatch(installed(name, '2.0.dev3'));
    const none = await install(python, title, `${name}==7`);
    expect([none.code, none.printed]).toEqual([1, expect.stringMatching(/No matching distribution found|no version of/)]);
  });

  it.for(installers)('$title passes over what was withdrawn unless it is asked for exactly, and then says why', async ({ title, installed }, context) => {
    const python = await openPython(context, registry(), { as: 'developer' });
    const name = `yanked-${title}`;
    await publishWith(python, ...versions(name, '1.0', '1.1', '1.2'));
    await mark(registry(), name, '1.2', 'YANK', 'eats <your> data');
    await mark(registry(), name, '1.1', 'HIDE');
    expect((await install(python, title, name)).printed).toMatch(installed(name, '1.0'));
    const exact = await install(python, title, `${name}==1.2`);
    expect([exact.code, exact.printed]).toEqual([0, expect.stringMatching(installed(name, '1.2'))]);
    expect(exact.printed).toMatch(/yanked.*eats <your> data/i);
    await mark(registry(), name, '1.2', 'UNYANK');
    expect((await install(python, title, name, '--upgrade')).printed).not.toMatch(/yanked version/i);
  });

  it.for(installers)('$title installs epochs, post-releases and local versions', async ({ title, installed }, context) => {
    const python = await openPython(context, registry(), { as: 'developer' });
    const name = `odd-${title}`;
    await publishWith(python, ...versions(name, '2.0', '1.0.post1', '1.0+local.7', '1!0.5'));
    expect((await install(python, title, name)).printed).toMatch(installed(name, '1!0.5'));
    expect((await install(python, title, `${name}==1.0+local.7`)).printed).toMatch(installed(name, '1.0+local.7'));
    expect((await install(python, title, `"${name}>=1.0,<1.1"`, '--upgrade')).printed).toMatch(installed(name, '1.0.post1'));
  });

  it.for(installers)('$title verifies hashes', async ({ title, installed }, context) => {
    const python = await openPython(context, registry(), { as: 'developer' });
    const name = `hashed-${title}`;
    const file = module({ name, version: '1.0' });
    await publishWith(python, file);
    const requirements = (sha256: string) => writeFile(join(python.folder, 'requirements.txt'), `${name}==1.0 --hash=sha256:${sha256}\n`);
    await requirements('0'.repeat(64));
    const refused = await install(python, title, '-r requirements.txt', '--require-hashes', '--no-cache');
    expect([refused.code, refused.printed]).toEqual([1, expect.stringMatching(/DO NOT MATCH THE HASHES|Hash mismatch/)]);
    await requirements(createHash('sha256').update(file.bytes).digest('hex'));
    expect((await install(python, title, '-r requirements.txt', '--require-hashes')).printed).toMatch(installed(name, '1.0'));
  });

  it.for(installers)('$title goes by what each file needs: Python, dependencies, extras', async ({ title, installed }, context) => {
    const python = await openPython(context, registry(), { as: 'developer' });
    const name = `needs-${title}`;
    await publishWith(
      python,
      module({ name, version: '1.0', headers: ['Requires-Python: >=3.8', `Requires-Dist: ${name}-base (>=1)`, `Requires-Dist: ${name}-more ; extra == 'more'`, 'Provides-Extra: more'] }),
      module({ name, version: '2.0', headers: ['Requires-Python: >=99'] }),
      ...versions(`${name}-base`, '1.0'),
      ...versions(`${name}-more`, '3.0'),
    );
    const plain = await install(python, title, name);
    expect(plain.printed).toMatch(title === 'pip' ? /Successfully installed needs-pip-1\.0 needs-pip-base-1\.0/ : /\+ needs-uv==1\.0 \+ needs-uv-base==1\.0/);
    expect((await install(python, title, `"${name}[more]"`)).printed).toMatch(installed(`${name}-more`, '3.0'));
    expect(await python.run(`"$VIRTUAL_ENV/bin/python" -c "import ${name.replace('-', '_')} as m; print(m.version)"`)).toMatchObject({ stdout: '1.0' });
  });

  it.for(installers)('$title installs from project, group and instance, by a token in the URL alone', async ({ title, installed }, context) => {
    const developer = await openPython(context, registry(), { as: 'developer' });
    const name = `levels-${title}`;
    await publishWith(developer, ...versions(name, '1.0'));
    for (const at of ['acme/widgets', 'acme', '']) {
      const reader = await openPython(context, registry(), { as: 'reader', at });
      const { printed } = await install(reader, title, name);
      expect(printed).toMatch(installed(name, '1.0'));
      // Nothing is shown of the token.
      expect(printed).not.toContain(registry().secrets.reader);
    }
    const anonymous = await openPython(context, registry(), { as: 'anonymous' });
    const refused = await install(anonymous, title, name);
    expect([refused.code, refused.printed]).toEqual([1, expect.stringMatching(/No matching distribution found|401/)]);
  });

  it.for(installers)('$title installs from a public project without a token', async ({ title, installed }, context) => {
    const name = `public-${title}`;
    await registry().namespace(name, 'PROJECT', 'PUBLIC');
    await uploadWheel(registry(), { name, version: '1.0' }, { as: 'admin', node: name });
    const anonymous = await openPython(context, registry(), { as: 'anonymous', at: name });
    expect((await install(anonymous, title, name)).printed).toMatch(installed(name, '1.0'));
  });
});
