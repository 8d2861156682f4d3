import { setTimeout as sleep } from 'node:timers/promises';
import { closeCore, openCore } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { adminSecret, startServer } from '../fault/server-process.ts';
import { startProxy } from '../support/alternating-proxy.ts';
import { fillRegistry, type Registry } from '../support/app.ts';
import type { OpenBackend } from '../support/environment/backends.ts';
import { leftoversOf } from '../support/leftovers.ts';

/** How long a server may remember a right; README "Access". */
const rememberedMs = 500;

/** What clients connect to; `url` without a slash at the end. */
interface Front {
  url: string;
  close(): Promise<void>;
}

/**
 * Starts a fresh registry of two server processes on an empty backend, behind a proxy: unless told otherwise one that gives every request
 * to the other server. What a test does past HTTP happens in its own process, which is a third on the same database and store.
 */
export async function startPair(backend: OpenBackend, startFront: (serverUrls: string[]) => Promise<Front> = startProxy): Promise<Registry> {
  Object.assign(process.env, backend.env);
  const env = { ...backend.env, TRUST_PROXY: 'true' };
  // At once: they must not trip over each other when the schema is made and the first admin.
  const servers = await Promise.all([startServer(env), startServer(env)]);
  const serverUrls = servers.map(({ url }) => url);
  const front = await startFront(serverUrls);
  const core = await openCore(readConfig({ LOG_LEVEL: 'error', ...backend.env }));
  return {
    ...(await fillRegistry(core, front.url, adminSecret)),
    serverUrls,
    forgetRights: () => sleep(2 * rememberedMs),
    pass: (ms) => sleep(ms),
    async close() {
      await front.close();
      await closeCore(core);
      const codes = await Promise.all(servers.map((server) => server.stop()));
      const problems = servers.map((server, index) => `${server.output()}${codes[index] === 0 ? '' : `ended with ${codes[index]}`}`);
      const wrong = problems.filter((text) => /"level":[56]0|^ended/m.test(text));
      const left = await leftoversOf(backend.env);
      await backend.close();
      if (left.length > 0) throw new Error(`left over after the sweep: ${left.join('; ')}`);
      if (wrong.length > 0) throw new Error(`a server failed: ${wrong.join('\n')}`);
    },
  };
}
