import { Worker } from 'node:worker_threads';
import type { Digests } from './digests.ts';
import type { HashReply, HashRequest } from './hash-worker.ts';
import type { HashJob } from './hashing.ts';

/** One hashing thread and the jobs on it. */
export interface HashThread {
  readonly jobs: number;
  begin(): HashJob;
  close(): Promise<void>;
}

interface Waiting {
  resolve(digests: Digests | undefined): void;
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
  worker.on('message', (reply: HashReply) => queues.get(reply.job)?.shift()?.resolve(reply.digests));

  function end(job: number): void {
    // Answers still to come find no queue; whoever waits for one is told here.
    const queue = queues.get(job);
    if (queue === undefined) return;
    queues.delete(job);
    if (queues.size === 0) worker.unref();
    for (const waiting of queue) waiting.reject(new Error('the hash job has ended'));
  }

  function ask(request: HashRequest): Promise<Digests | undefined> {
    return new Promise((resolve, reject) => {
      const queue = queues.get(request.job);
      if (queue === undefined) return reject(gone ?? new Error('the hash job has ended'));
      queue.push({ resolve, reject });
      worker.postMessage(request);
    });
  }

  return {
    get jobs() {
      return queues.size;
    },
    begin() {
      const job = (lastJob += 1);
      if (gone === undefined) queues.set(job, []);
      // A caller that waits for nothing but its digests must not see the process end underneath.
      worker.ref();
      return {
        async update(chunk) {
          await ask({ job, kind: 'update', chunk });
        },
        async digests() {
          const digests = await ask({ job, kind: 'digests' });
          end(job);
          return digests as Digests;
        },
        drop() {
          if (queues.has(job)) worker.postMessage({ job, kind: 'drop' } satisfies HashRequest);
          end(job);
        },
      };
    },
    async close() {
      await worker.terminate();
    },
  };
}
