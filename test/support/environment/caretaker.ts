/**
 * Tidies up after a test run: `node caretaker.ts <folder>` reads `+pid` and `-pid` lines (services that run and that have
 * ended) until its input closes, which happens when the run ends for whatever reason. Then it kills the services and
 * removes the folder. A kill, not a shutdown: nothing of what they hold is kept.
 */
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';

const [folder] = process.argv.slice(2);
const services = new Set<number>();

process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  const pid = Number(line.slice(1));
  if (line.startsWith('+')) services.add(pid);
  else services.delete(pid);
}

for (const pid of services) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Already gone.
  }
}
if (folder !== undefined) await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
