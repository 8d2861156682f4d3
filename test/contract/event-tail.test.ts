import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { bootstrap } from '../../src/access/bootstrap.ts';
import { numberEvents } from '../../src/events/number.ts';
import { followLog, type StreamItem } from '../../src/events/stream.ts';
import { createNamespace } from '../../src/namespaces/manage.ts';
import { TestClock } from '../support/clock.ts';
import { databases } from '../support/environment/databases.ts';
import { openCores } from './cores.ts';

describe.for(databases)('the end of the log on $name', ({ open, missing }) => {
  const test = it.skipIf(missing !== undefined);

  async function openCore() {
    const { cores, close } = await openCores(open, 1, new TestClock());
    const [core] = cores;
    if (!core) throw new Error('no core');
    const admin = await core.authenticator.actorOf({ kind: 'secret', secret: (await bootstrap(core)) ?? '' });
    await numberEvents(core);
    return { core, admin, close };
  }

  test('reaches whoever is the first to listen, be it ever so new', async () => {
    const { core, admin, close } = await openCore();
    const items = followLog(core, { actor: async () => admin, matches: () => true, afterSeq: undefined, signal: new AbortController().signal, heartbeatMs: 600_000 });
    const item = items.next();
    // Until it waits for news.
    await sleep(30);
    await createNamespace(core, admin, { kind: 'GROUP', parentPath: '', slug: 'first' });
    await numberEvents(core);
    await core.events.look();
    expect((await item).value).toMatchObject({ kind: 'EVENT', event: { type: 'NAMESPACE_CREATED' } });
    await items.return?.();
    await close();
  });

  test('is told as a heartbeat to whoever wants none of what happens all the time', async () => {
    const { core, admin, close } = await openCore();
    vi.useFakeTimers({ toFake: ['performance'] });
    const items = followLog(core, { actor: async () => admin, matches: () => false, afterSeq: undefined, signal: new AbortController().signal, heartbeatMs: 15_000 });
    let item: StreamItem | undefined;
    void items.next().then(({ value }) => (item = value));
    for (let index = 0; index < 10; index++) {
      await createNamespace(core, admin, { kind: 'GROUP', parentPath: '', slug: `group-${index}` });
      await numberEvents(core);
      await core.events.look();
      await sleep(10);
      vi.advanceTimersByTime(5_000);
    }
    await expect.poll(() => item).toMatchObject({ kind: 'HEARTBEAT' });
    vi.useRealTimers();
    await items.return?.();
    await close();
  });
});
