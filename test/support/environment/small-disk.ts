import { open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLines, runCommand } from './commands.ts';
import { freshFolder } from './temporary.ts';

/** A disk with little room, which can be filled to the last byte. */
export interface SmallDisk {
  path: string;
  /** Leaves no room. */
  fill(): Promise<void>;
  /** Takes that back. */
  empty(): Promise<void>;
  remove(): Promise<void>;
}

/** Mounts one; tells why where this machine does not let it. */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk | { missing: string }> {
  const folder = await freshFolder();
  const mounted = await runCommand('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder.path], { timeoutSeconds: 10 });
  if (!mounted.ok) {
    await folder.remove();
    return { missing: `skipped, no small disk can be mounted (${lastLines(mounted.output)})` };
  }
  const filler = join(folder.path, 'filler');
  return {
    path: folder.path,
    async fill() {
      const file = await open(filler, 'a');
      // Whole blocks first; what is written meanwhile by others takes the rest.
      for (let bytes = 1024 * 1024; bytes >= 4096; ) {
        const written = await file.write(Buffer.alloc(bytes)).catch(() => undefined);
        if (written?.bytesWritten !== bytes) bytes >>= 1;
      }
      await file.close();
      const { bavail } = await statfs(folder.path);
      if (bavail > 0) throw new Error(`${bavail} blocks are still free`);
    },
    empty: () => rm(filler, { force: true }),
    async remove() {
      await runCommand('umount', ['-l', folder.path], { timeoutSeconds: 10 });
      await folder.remove();
    },
  };
}
