import { expect, it } from 'vitest';
import { pypiFormat } from '../../../shims/pypi/format.ts';
import { type SettingChanges, updateSettings } from '../../../src/settings/update.ts';
import type { Registry } from '../../support/app.ts';
import { wheel } from '../../support/python-files.ts';
import { uploadWheel } from '../../wire/pypi-request.ts';
import { overBackends } from '../over-backends.ts';
import { openPython, type Python, type PythonSetup } from './python.ts';

/** Somebody tries to publish a wheel, and is refused in these words. */
interface Refusal {
  title: string;
  setup: PythonSetup;
  status: string;
  words: string;
  file?: ReturnType<typeof wheel>;
}

const plain = wheel({ name: 'told', version: '1.0' });

const refusals: Refusal[] = [
  { title: 'a bad token', setup: { as: 'a bad token' }, status: '401 Unauthorized', words: 'The token is mistyped or incomplete.' },
  { title: 'no right to publish', setup: { as: 'reader' }, status: '403 Forbidden', words: 'You need the role DEVELOPER or higher to publish here.' },
  { title: 'a namespace that may not be known', setup: { as: 'outsider' }, status: '404 Not Found', words: 'There is no namespace "acme/widgets", or you may not see it.' },
  { title: 'a registry that is off', setup: { as: 'owner', at: 'acme/off' }, status: '403 Forbidden', words: 'The package registry is switched off here.' },
  { title: 'a name that another project owns', setup: { as: 'owner', at: 'acme/gadgets' }, status: '400 Bad Request', words: 'owned belongs to another project or group below this top-level group; publish it there.', file: wheel({ name: 'owned', version: '2.0' }) },
  { title: 'a file that is too large', setup: { as: 'owner', at: 'acme/small' }, status: '413 Content Too Large', words: 'The upload is larger than the 100 bytes allowed here.' },
  {
    title: 'a wheel whose metadata is of another project',
    setup: { as: 'developer' },
    status: '400 Bad Request',
    words: 'The metadata in told-1.0-py3-none-any.whl is of forged 1.0; it must be what the file name says.',
    file: wheel({ name: 'told', version: '1.0', metadata: 'Metadata-Version: 2.1\nName: forged\nVersion: 1.0\n' }),
  },
];

overBackends(
  (registry) => {
    const publish = async (python: Python, tool: 'twine' | 'uv') => {
      const { code, stdout, stderr } = await python.run(python.snippet('publish', tool));
      return { code, printed: `${stdout} ${stderr}` };
    };

    it.for(refusals)('publish: $title', async ({ setup, status, words, file = plain }, context) => {
      const python = await openPython(context, registry(), setup);
      await python.dist(file);
      const byTwine = await publish(python, 'twine');
      expect([byTwine.code, byTwine.printed]).toEqual([1, expect.stringContaining(words)]);
      const byUv = await publish(python, 'uv');
      expect([byUv.code, byUv.printed]).toEqual([2, expect.stringContaining(words)]);
      expect(byUv.printed).toContain(status.slice(0, 3));
    });

    it('install: no token, a bad one, and one that may not', async (context) => {
      for (const as of ['anonymous', 'a bad token', 'outsider'] as const) {
        const python = await openPython(context, registry(), { as });
        const byPip = await python.run(python.snippet('install', 'pip', { package: 'owned' }));
        expect([as, byPip.code, byPip.stderr]).toEqual([as, 1, expect.stringContaining('No matching distribution found for owned')]);
        const byUv = await python.run(python.snippet('install', 'uv', { package: 'owned' }));
        expect([as, byUv.code, byUv.stderr]).toEqual([as, 1, expect.stringMatching(/owned was not found|401 Unauthorized/)]);
      }
    });

    it('install: a registry that is off', async (context) => {
      const python = await openPython(context, registry(), { as: 'owner', at: 'acme/off' });
      const byPip = await python.run(`${python.snippet('install', 'pip', { package: 'owned' })} -vv`);
      expect([byPip.code, byPip.stdout]).toEqual([1, expect.stringContaining('403 Client Error: The package registry is switched off here.')]);
    });
  },
  async (registry) => {
    await registry.namespace('acme/gadgets');
    await settings(registry, 'acme/off', { node: { registryEnabled: { value: false } } });
    await settings(registry, 'acme/small', { formats: [{ format: pypiFormat, settings: { maxFileBytes: { value: 100 } } }] });
    await uploadWheel(registry, { name: 'owned', version: '1.0' });
  },
);

async function settings(app: Registry, path: string, changes: SettingChanges): Promise<void> {
  const { id } = await app.namespace(path);
  await updateSettings(app.core, await app.actor('admin'), id, changes);
}
