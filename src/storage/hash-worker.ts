import { parentPort } from 'node:worker_threads';
import type { DigestName, KnownDigests } from './digests.ts';
import { startDigests } from './incremental-digests.ts';
import type { IncrementalDigests } from './incremental-digests.ts';

/** What a hashing thread is told. */
export type HashRequest =
  | { job: number; kind: 'begin'; names: readonly DigestName[] }
  | { job: number; kind: 'update'; chunk: Uint8Array }
  | { job: number; kind: 'digests' }
  | { job: number; kind: 'drop' };

/** What it answers: each update and each request for digests once, in their order within the job. */
export type HashReply = { job: number; digests?: KnownDigests };

const jobs = new Map<number, IncrementalDigests>();

parentPort?.on('message', (request: HashRequest) => {
  const { job } = request;
  switch (request.kind) {
    case 'begin':
      jobs.set(job, startDigests(request.names));
      return;
    case 'update':
      jobs.get(job)?.update(request.chunk);
      return reply({ job });
    case 'digests': {
      const digests = jobs.get(job)?.digests();
      return reply(digests ? { job, digests } : { job });
    }
    case 'drop':
      jobs.delete(job);
  }
});

function reply(message: HashReply): void {
  parentPort?.postMessage(message);
}
