import { parentPort } from 'node:worker_threads';
import { startDigests } from './incremental-digests.ts';
import type { IncrementalDigests } from './incremental-digests.ts';
import type { Digests } from './digests.ts';

/** What a hashing thread is told. A job begins with its first message, whichever that is. */
export type HashRequest =
  | { job: number; kind: 'update'; chunk: Uint8Array }
  | { job: number; kind: 'digests' }
  | { job: number; kind: 'drop' };

/** What it answers: each update and each request for digests once, in their order within the job. */
export type HashReply = { job: number; digests?: Digests };

const jobs = new Map<number, IncrementalDigests>();

parentPort?.on('message', (request: HashRequest) => {
  const running = jobs.get(request.job) ?? startDigests();
  switch (request.kind) {
    case 'update':
      jobs.set(request.job, running);
      running.update(request.chunk);
      return reply({ job: request.job });
    case 'digests':
      jobs.delete(request.job);
      return reply({ job: request.job, digests: running.digests() });
    case 'drop':
      jobs.delete(request.job);
  }
});

function reply(message: HashReply): void {
  parentPort?.postMessage(message);
}
