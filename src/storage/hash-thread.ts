import { Worker } from 'node:worker_threads';
import type { DigestName, KnownDigests } from './digests.ts';
import type { HashReply, HashRequest } from './hash-worker.ts';
import type { HashJob } from './hashing.ts';

/** One hashing thread and the jobs on it. */
export interface HashThread {
  readonly jobs: number;
  begin(names: readonly DigestName[]): HashJob;
  close(): Promise<void>;
}

interface Waiting {
  resolve(digests: KnownDigests | undefined): void;
  reject(error: Error): void;
}

/** Next to this file, and compiled or not as this file is. */
function workerUrl(): URL {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new URL(`./hash-worker.${extension}`, import.meta.url);
}

/** Starts a thread; `onExit` runs once when it is gone, wanted or not, and every job on it has then rejected. */
export function openHashThread(onExit: () => void): HashThread {
  // Options of the main program (an --input-type, a loader of a test runner) are not meant for this file.
  const worker = new Worker(workerUrl(), { execArgv: [] });
  const queues = new Map<number, Waiting[]>();
  let lastJob = 0;
  let awaited = 0;
  let gone: Error | undefined;
  worker.unref();

  function fail(error: Error): void {
    if (gone !== undefined) return;
    gone = error;
    for (const queue of queues.values()) for (const waiting of queue) waiting.reject(error);
    queues.clear();
    onExit();
  }
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('the hashing thread has ended')));
  worker.on('message', (reply: HashReply) => {
    const waiting = queues.get(reply.job)?.shift();
    if (waiting === undefined) return;
    answered(1);
    waiting.resolve(reply.digests);
  });

  function answered(count: number): void {
    awaited -= count;
    if (awaited === 0) worker.unref();
  }

  function ask(request: HashRequest): Promise<KnownDigests | undefined> {
    return new Promise((resolve, reject) => {
      const queue = queues.get(request.job);
      if (queue === undefined) return reject(gone ?? new Error('the hash job has ended'));
      queue.push({ resolve, reject });
      awaited += 1;
      // A caller that waits for nothing else must not see the process end underneath; a job that nobody waits for keeps none alive.
      worker.ref();
      worker.postMessage(request);
    });
  }

  return {
    get jobs() {
      return queues.size;
    },
    begin(names) {
      const job = (lastJob += 1);
      if (gone === undefined) queues.set(job, []);
      worker.postMessage({ job, kind: 'begin', names } satisfies HashRequest);
      return {
        async update(chunk) {
          await ask({ job, kind: 'update', chunk });
        },
        async digests() {
          return (await ask({ job, kind: 'digests' })) as KnownDigests;
        },
        drop() {
          // Answers still to come find no queue; whoever waits for one is told here.
          const queue = queues.get(job);
          if (queue === undefined) return;
          queues.delete(job);
          worker.postMessage({ job, kind: 'drop' } satisfies HashRequest);
          answered(queue.length);
          for (const waiting of queue) waiting.reject(new Error('the hash job has ended'));
        },
      };
    },
    async close() {
      await worker.terminate();
    },
  };
}
