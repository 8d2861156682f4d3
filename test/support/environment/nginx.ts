import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram, runCommand } from './commands.ts';
import { unpackDebianPackage } from './debian.ts';
import { findCached, installCached, type CachedTool, type Tool } from './tools.ts';

/** Debian's own, whichever version that is: the bare program, without the service that its installation would start on port 80. */
const nginx: CachedTool = {
  name: 'nginx',
  version: 'debian',
  program: 'usr/sbin/nginx',
  async install(folder) {
    const unpacked = await unpackDebianPackage('nginx', folder);
    if (!unpacked.ok) return unpacked;
    await rm(join(folder, 'usr', 'share'), { recursive: true, force: true });
    return runCommand(join(folder, 'usr', 'sbin', 'nginx'), ['-v'], { timeoutSeconds: 10 });
  },
};

/** Where nginx is: on the PATH, or from the cache, unpacked first when `install`. */
export async function findNginx(install: boolean): Promise<Tool> {
  const path = (await findProgram('nginx')) ?? (await findCached(nginx));
  if (path !== null) return { path };
  return install ? installCached(nginx) : { missing: 'not on the PATH' };
}
