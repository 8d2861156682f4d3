import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayMs, dayOf } from '../../src/days.ts';
import type { Published } from '../../src/packages/publish.ts';
import { deleteVersion } from '../../src/packages/remove.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { ask, backends, put, query } from './client.ts';

describe.each(backends)('downloads over $name', (backend) => {
  describe.skipIf(backend.missing)('in GraphQL', () => {
    let app: TestApp;
    const statements: string[] = [];
    const published: Record<string, Published> = {};
    let today: number;
    const at = (day: number, ms = 0) => new Date(day * dayMs + ms).toISOString();

    beforeAll(async () => {
      app = await startApp({ backend: await backend.open(), onStatement: (sql) => statements.push(sql) });
      for (const version of ['1.0.0', '2.0.0', '3.0.0']) published[version] = await put(app, 'acme/widgets', { name: 'lib', version });
      published['other'] = await put(app, 'acme', { name: 'other' });
      published['idle'] = await put(app, 'acme', { name: 'idle' });
      // Two, one and five downloads on the first day, one of 1.0.0 on the second, three of 2.0.0 on the third.
      await download({ '1.0.0': 2, '2.0.0': 1, '3.0.0': 5, 'other': 4 });
      app.clock.advance(dayMs);
      await download({ '1.0.0': 1 });
      app.clock.advance(dayMs);
      await download({ '2.0.0': 3 });
      today = dayOf(app.clock.now());
    });

    afterAll(() => app?.close());

    async function download(counts: Record<string, number>): Promise<void> {
      for (const [key, count] of Object.entries(counts)) {
        const done = published[key];
        if (!done) throw new Error(`${key} was not published`);
        for (let index = 0; index < count; index++) {
          app.core.downloads.count({ id: done.fileIds[0] ?? '', versionId: done.version.id, packageId: done.package.id });
        }
      }
      await app.core.downloads.flush();
    }

    const selection = 'total lastDownloadedAt groups { day version { version } count }';
    const ofPackage = async (args: string, name = 'lib') => {
      const data = await ask(app, 'reader', `{ package(namespace: "acme", format: NPM, name: "${name}") { downloads${args} { ${selection} } } }`);
      return data.package.downloads;
    };

    it('have a total and the last one', async () => {
      expect(await ofPackage('')).toEqual({ total: 12, lastDownloadedAt: new Date(app.clock.now()).toISOString(), groups: [] });
      expect(await ofPackage('', 'idle')).toEqual({ total: 0, lastDownloadedAt: null, groups: [] });
    });

    it('are told by day, without days that had none', async () => {
      expect((await ofPackage('(groupBy: DAY)')).groups).toEqual([
        { day: at(today - 2), version: null, count: 8 },
        { day: at(today - 1), version: null, count: 1 },
        { day: at(today), version: null, count: 3 },
      ]);
    });

    it('are told by version, the most first', async () => {
      expect((await ofPackage('(groupBy: VERSION)')).groups).toEqual([
        { day: null, version: { version: '3.0.0' }, count: 5 },
        { day: null, version: { version: '2.0.0' }, count: 4 },
        { day: null, version: { version: '1.0.0' }, count: 3 },
      ]);
    });

    it.each([
      ['from the last moment of the first day', -2, dayMs - 1, undefined, undefined, 12],
      ['from the first moment of the second day', -1, 0, undefined, undefined, 4],
      ['to the first moment of the second day', undefined, undefined, -1, 0, 9],
      ['to the last moment of the first day', undefined, undefined, -2, dayMs - 1, 8],
      ['of one day', -1, 5000, -1, 5000, 1],
      ['after the last day', 1, 0, undefined, undefined, 0],
    ])('are counted %s', async (_title, fromDay, fromMs, toDay, toMs, total) => {
      const from = fromDay === undefined ? 'null' : `"${at(today + fromDay, fromMs)}"`;
      const to = toDay === undefined ? 'null' : `"${at(today + toDay, toMs)}"`;
      const found = await ofPackage(`(from: ${from}, to: ${to}, groupBy: DAY)`);
      expect(found.total).toBe(total);
      expect(found.groups.reduce((sum: number, group: { count: number }) => sum + group.count, 0)).toBe(total);
    });

    it('of a version are its own', async () => {
      const document = `{ package(namespace: "acme", format: NPM, name: "lib") { versions { nodes { version downloads { total lastDownloadedAt groups { count } } onFirst: downloads(to: "${at(today - 2)}") { total } } } } }`;
      expect((await ask(app, 'reader', document)).package.versions.nodes).toEqual([
        { version: '3.0.0', downloads: { total: 5, lastDownloadedAt: new Date(app.clock.now() - 2 * dayMs).toISOString(), groups: [] }, onFirst: { total: 5 } },
        { version: '2.0.0', downloads: { total: 4, lastDownloadedAt: new Date(app.clock.now()).toISOString(), groups: [] }, onFirst: { total: 1 } },
        { version: '1.0.0', downloads: { total: 3, lastDownloadedAt: new Date(app.clock.now() - dayMs).toISOString(), groups: [] }, onFirst: { total: 2 } },
      ]);
    });

    it.each([
      ['ends before it begins', `from: "${new Date(2).toISOString()}", to: "${new Date(1).toISOString()}"`],
      ['has 367 days', `from: "${at(1)}", to: "${at(367)}", groupBy: DAY`],
    ])('a range that %s is refused', async (_title, args) => {
      const { errors } = await query(app, 'reader', `{ package(namespace: "acme", format: NPM, name: "lib") { downloads(${args}) { total } } }`);
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['INVALID_INPUT']);
    });

    it('a range of one instant, of 366 days, and a longer one that is not told by day, are none too many', async () => {
      for (const args of [`from: "${at(1)}", to: "${at(1)}"`, `from: "${at(1)}", to: "${at(366)}", groupBy: DAY`, `from: "${at(1)}", to: "${at(5000)}"`]) {
        expect((await ofPackage(`(${args})`)).total).toBe(0);
      }
    });

    it('are not for those who may not read', async () => {
      expect((await ask(app, 'outsider', `{ package(namespace: "acme", format: NPM, name: "lib") { downloads { total } } packages { nodes { downloads { total } } } }`))).toEqual({ package: null, packages: { nodes: [] } });
    });

    it('of many packages and versions are one statement of a kind', async () => {
      const document = `{ packages { nodes { downloads(groupBy: DAY) { ${selection} } versions { nodes { downloads { total lastDownloadedAt } } } } } }`;
      await ask(app, 'reader', '{ viewer { isAdmin } }');
      statements.length = 0;
      expect((await ask(app, 'reader', document)).packages.nodes).toHaveLength(3);
      expect(statements.filter((sql) => sql.includes('download_day'))).toHaveLength(3);
      expect(statements.filter((sql) => sql.includes('MAX(f.last_downloaded_at)'))).toHaveLength(2);
    });

    it('of a deleted version still count for the package, under no name', async () => {
      await deleteVersion(app.core, await app.actor('owner'), published['3.0.0']?.version.id ?? '');
      expect(await ofPackage('(groupBy: VERSION)')).toEqual({
        total: 12,
        lastDownloadedAt: new Date(app.clock.now()).toISOString(),
        groups: [
          { day: null, version: null, count: 5 },
          { day: null, version: { version: '2.0.0' }, count: 4 },
          { day: null, version: { version: '1.0.0' }, count: 3 },
        ],
      });
    });
  });
});
