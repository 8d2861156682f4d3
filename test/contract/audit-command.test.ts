import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AuditOptions, auditExport } from '../../src/audit-command.ts';
import { writeEventCursor } from '../../src/events/cursor.ts';
import type { TestApp } from '../support/app.ts';
import { runCommand } from '../support/environment/commands.ts';
import { fillLog, numbered } from '../support/event-log.ts';
import { databases, openRegistry, publishAs, refusal } from './registry.ts';

describe.for(databases)('entrepot audit export on $name', { timeout: 60_000 }, ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await openRegistry(open);
    await publishAs(app, { as: 'owner' });
    app.clock.advance(1_000);
    await publishAs(app, { as: 'owner', version: '2.0.0' });
    await numbered(app.core);
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const run = async (options: AuditOptions): Promise<{ type: string; cursor: string; details: Record<string, unknown> }[]> => {
    const output = new PassThrough();
    const [written] = await Promise.all([text(output), auditExport(app.core, options, output).then(() => output.end())]);
    return written.split('\n').slice(0, -1).map((line) => JSON.parse(line));
  };

  test('writes everything, be audit events off', async () => {
    const all = await run({ namespace: 'acme' });
    expect(all.map(({ type }) => type)).toEqual(['NAMESPACE_CREATED', 'NAMESPACE_CREATED', 'PACKAGE_PUBLISHED', 'PACKAGE_PUBLISHED']);
    expect((await run({ namespace: '' })).length).toBeGreaterThan(all.length);
    expect(await run({ namespace: 'acme', from: '2030-01-02T03:04:06Z' })).toEqual(all.slice(3));
    expect(await run({ namespace: 'acme', to: '2030-01-02T03:04:06Z' })).toEqual(all.slice(0, 3));
    expect(await run({ namespace: 'acme', after: all[1]!.cursor })).toEqual(all.slice(2));
  });

  test.for<[string, AuditOptions]>([
    ['UsageError', {}],
    ['UsageError', { namespace: 'nowhere' }],
    ['UsageError', { namespace: '', from: 'yesterday' }],
    ['UsageError', { namespace: '', to: '2030-01-01' }],
    ['InvalidInput', { namespace: '', after: 'x' }],
    ['CursorExpired', { namespace: '', after: writeEventCursor(1_000_000) }],
  ])('%s for %o', async ([error, options]) => {
    expect(await refusal(run(options))).toBe(error);
  });

  test('waits for whoever reads slowly, and ends where nobody reads', async () => {
    await fillLog(app.core, 3_000, app.clock.now());
    let lines = 0;
    const slow = new Writable({
      highWaterMark: 1,
      write: (chunk, _encoding, done) => {
        lines += String(chunk).split('\n').length - 1;
        setImmediate(done);
      },
    });
    await auditExport(app.core, { namespace: '' }, slow);
    expect(lines).toBeGreaterThan(3_000);
    let written = 0;
    const broken = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => {
        written += 1;
        setImmediate(() => done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })));
      },
    });
    await auditExport(app.core, { namespace: '' }, broken);
    expect(written).toBe(1);
  });

  test('is a command', async () => {
    const env = { DATABASE_URL: app.core.config.databaseUrl, STORAGE_URL: app.core.config.storageUrl, LOG_LEVEL: 'silent' };
    const command = (...args: string[]) => runCommand(process.execPath, ['src/main.ts', 'audit', 'export', ...args], { timeoutSeconds: 50, env });
    const { ok, output } = await command('--namespace', 'acme/widgets');
    expect([ok, output.split('\n').slice(0, -1).map((line) => JSON.parse(line))]).toEqual([true, await run({ namespace: 'acme/widgets' })]);
    expect(await command()).toMatchObject({ ok: false, output: 'entrepot: audit export needs --namespace\n' });
  });
});
