import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backends } from '../support/environment/backends.ts';
import { startApp, type TestApp } from '../support/app.ts';

const minuteMs = 60 * 1000;

describe.for(backends)('a clock that is set back, on $name', ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await startApp({ backend: await open() });
  });
  afterAll(() => app?.close());

  it.skipIf(missing !== undefined)('leaves what is published later later, unless it was far ahead', async () => {
    const published = async (version: string): Promise<number> => {
      expect((await app.fetch(`/api/packages/acme/widgets/generic/back/${version}/file`, 'developer', { method: 'PUT', body: version })).status).toBe(201);
      const [row] = await app.core.database.reads.query('SELECT published_at AS publishedAt FROM version WHERE version = ?', [version]);
      return Number(row.publishedAt);
    };
    const first = await published('1');
    expect(first).toBe(app.clock.now());
    app.clock.advance(-10 * minuteMs);
    expect(await published('2')).toBe(first + 1);
    app.clock.advance(-120 * minuteMs);
    expect(await published('3')).toBe(app.clock.now());
    app.clock.advance(5 * minuteMs);
    expect(await published('4')).toBe(app.clock.now());
  });
});
