import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { backends } from '../support/environment/backends.ts';
import { nupkg, snupkg } from '../support/nupkg.ts';
import { nugetPath, pushBytes } from '../wire/nuget-request.ts';

describe.for(backends)('races on $name', ({ missing, open }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await startApp({ backend: await open() });
  });
  afterAll(() => app?.close());

  const statuses = async (pushes: readonly Promise<Response>[]) => (await Promise.all(pushes)).map(({ status }) => status).sort();
  const versions = async (id: string) => (await (await app.fetch(`${nugetPath()}/v3/flatcontainer/${id}/index.json`, 'reader')).json()).versions;
  const many = <T>(count: number, make: (number: number) => T) => Array.from({ length: count }, (_, number) => make(number));

  it('of 20 pushes of one version, each with other content, one wins', async (context) => {
    if (missing !== undefined) return context.skip(missing);
    const bytes = many(20, (number) => nupkg('Race.One', '1.0.0', { files: [{ path: 'a.txt', content: `content ${number}` }] }));
    expect(await statuses(bytes.map((one) => pushBytes(app, one)))).toEqual([201, ...Array(19).fill(409)]);
    const stored = Buffer.from(await (await app.fetch(`${nugetPath()}/v3/flatcontainer/race.one/1.0.0/race.one.1.0.0.nupkg`, 'reader')).arrayBuffer());
    expect(bytes.filter((one) => one.equals(stored))).toHaveLength(1);
    expect(await versions('race.one')).toEqual(['1.0.0']);
  });

  it('20 pushes of 20 versions all come through, while others read', async (context) => {
    if (missing !== undefined) return context.skip(missing);
    const pushes = many(20, (number) => pushBytes(app, nupkg('Race.Many', `1.${number}.0`)));
    const reads = many(20, () => app.fetch(`${nugetPath()}/v3/registration-semver2/race.many/index.json`, 'reader'));
    expect(await statuses(pushes)).toEqual(Array(20).fill(201));
    expect((await statuses(reads)).every((status) => status === 200 || status === 404)).toBe(true);
    expect(await versions('race.many')).toEqual(many(20, (number) => `1.${number}.0`));
  });

  it('symbols that come with their package are refused or join it, and never stand alone', async (context) => {
    if (missing !== undefined) return context.skip(missing);
    const outcomes = await Promise.all(
      many(10, async (number) => {
        const [pushed, symbols] = await Promise.all([pushBytes(app, nupkg('Race.Symbols', `1.${number}.0`)), pushBytes(app, snupkg('Race.Symbols', `1.${number}.0`), { to: '/v3/symbols/' })]);
        return [pushed.status, symbols.status];
      }),
    );
    for (const [pushed, symbols] of outcomes) expect([pushed, [201, 404].includes(symbols ?? 0)]).toEqual([201, true]);
    expect(await versions('race.symbols')).toHaveLength(10);
  });
});
