import { access, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { missingJavaPackages } from './java-clients.ts';
import { findProgram, lastLines, runCommand, type CommandResult } from './commands.ts';
import { findPython } from './python-clients.ts';
import { step } from './tools.ts';

/**
 * Whether this machine may be installed on: Debian (or a relative of it) as root, that is a container, a CI machine or a
 * throw-away virtual machine. Anywhere else the tests use what they find.
 */
export async function mayInstall(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^ID(_LIKE)?=.*\bdebian\b/m.test(release);
}

/**
 * Installs the Debian packages that the tests need and that are not there, all in one go. MariaDB comes as its bare server
 * (`mariadb-server-core`), which has no service, no configuration and no data of its own to get in the way.
 * Returns null, or why it did not work.
 */
export async function installMissingPackages(): Promise<string | null> {
  const packages: string[] = [];
  if ((await findProgram('mariadbd')) === null) packages.push('mariadb-server-core');
  if ((await findProgram('my_print_defaults')) === null) packages.push('mariadb-client-core');
  if ((await findProgram('curl')) === null) packages.push('curl');
  if ((await findProgram('git')) === null) packages.push('git');
  if ((await findProgram('wget')) === null) packages.push('wget');
  if ((await findPython()) === null) packages.push('python3', 'python3-pip');
  if ((await findProgram('chromium')) === null) packages.push('chromium');
  if ((await findProgram('nuget')) === null) packages.push('nuget');
  for (const name of ['skopeo', 'buildah', 'podman', 'docker-registry']) if ((await findProgram(name)) === null) packages.push(name);
  if (await access('/etc/ssl/certs/ca-certificates.crt').then(() => false, () => true)) packages.push('ca-certificates');
  packages.push(...(await missingJavaPackages()));
  return packages.length === 0 ? null : installDebianPackages(packages);
}

let updated: Promise<CommandResult> | undefined;

/** Refreshes the package lists, once in a run. */
function updateLists(): Promise<CommandResult> {
  updated ??= step('refreshing the Debian package lists', () => apt(['update'], 300));
  return updated;
}

/** Installs Debian packages, refreshing the package lists before the first. Returns null, or why it did not work. */
export async function installDebianPackages(packages: string[]): Promise<string | null> {
  const update = await updateLists();
  if (!update.ok) return `apt-get update failed: ${lastLines(update.output)}`;
  const install = await step(`installing Debian packages ${packages.join(' ')}`, () =>
    apt(['install', '-y', '--no-install-recommends', ...packages], 900));
  return install.ok ? null : `apt-get install ${packages.join(' ')} failed: ${lastLines(install.output)}`;
}

/** Fetches a Debian package and unpacks its files into a folder, without installing it: nothing is configured and nothing started. */
export async function unpackDebianPackage(name: string, folder: string): Promise<CommandResult> {
  const update = await updateLists();
  if (!update.ok) return update;
  const download = await apt(['download', name], 300, folder);
  const archive = (await readdir(folder)).find((file) => file.endsWith('.deb'));
  if (!download.ok || archive === undefined) return { ok: false, output: download.output };
  const unpacked = await runCommand('dpkg-deb', ['-x', archive, '.'], { cwd: folder, timeoutSeconds: 60 });
  await rm(join(folder, archive));
  return unpacked;
}

/** One apt at a time on this machine: apt's own locks would make a second test run fail instead of wait. */
function apt(args: string[], timeoutSeconds: number, cwd?: string): Promise<CommandResult> {
  const options = ['-q', '-o', 'DPkg::Lock::Timeout=300'];
  return runCommand('flock', ['/var/lock/entrepot-test-apt', 'apt-get', ...options, ...args], {
    timeoutSeconds,
    env: { DEBIAN_FRONTEND: 'noninteractive' },
    ...(cwd === undefined ? {} : { cwd }),
  });
}
