import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What one test run leaves on the machine: one temporary folder and the services started for it. */
export interface Workspace {
  /** Every file of the run is below this folder. */
  directory: string;
  /** Makes a service end with the run, however the run ends. */
  adopt(service: ChildProcess): void;
  /** Ends the services and removes the folder. */
  close(): Promise<void>;
}

/**
 * Opens the run's workspace. A caretaker process beside the run does the tidying when its standard input closes, so it
 * happens after Ctrl-C, a crash or a kill as well as after a normal end.
 */
export async function openWorkspace(): Promise<Workspace> {
  const directory = await mkdtemp(join(tmpdir(), 'entrepot-tests-'));
  const caretaker = spawn(process.execPath, [join(import.meta.dirname, 'caretaker.ts'), directory], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => caretaker.once('exit', () => resolve()));
  await new Promise((resolve, reject) => {
    caretaker.stdout.once('data', resolve);
    caretaker.once('error', reject);
    caretaker.once('exit', () => reject(new Error('The caretaker of the test run did not start.')));
  });
  caretaker.stdout.destroy();
  caretaker.unref();
  return {
    directory,
    adopt(service) {
      const pid = service.pid;
      if (pid === undefined) return;
      caretaker.stdin.write(`+${pid}\n`);
      service.once('exit', () => caretaker.stdin.write(`-${pid}\n`));
      service.unref();
    },
    async close() {
      caretaker.ref();
      caretaker.stdin.end();
      await ended;
    },
  };
}
