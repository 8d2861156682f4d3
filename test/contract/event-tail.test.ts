import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { bootstrap } from '../../src/access/bootstrap.ts';
import { numberEvents } from '../../src/events/number.ts';
import { followLog } from '../../src/events/stream.ts';
import { createNamespace } from '../../src/namespaces/manage.ts';
import { TestClock } from '../support/clock.ts';
import { databases } from '../support/environment/databases.ts';
import { openCores } from './cores.ts';

describe.for(databases)('the end of the log on $name', ({ open, missing }) => {
  it.skipIf(missing !== undefined)('reaches whoever is the first to listen, be it ever so new', async () => {
    const { cores, close } = await openCores(open, 1, new TestClock());
    const [core] = cores;
    if (!core) throw new Error('no core');
    const admin = await core.authenticator.actorOf({ kind: 'secret', secret: (await bootstrap(core)) ?? '' });
    await numberEvents(core);
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
});
