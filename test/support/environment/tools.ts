import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { announce, lastLines, runCommand, type CommandResult } from './commands.ts';

/** A program that tests use: where it is, or why it is not there. */
export type Tool = { path: string } | { missing: string };

/** The project's own folder of installed tools; ignored by git, safe to delete. */
const toolFolder = join(import.meta.dirname, '..', '..', '..', '.cache', 'tools');

/** One pinned version of a tool that is kept in `.cache/tools`. */
export interface CachedTool {
  name: string;
  version: string;
  /** The program, relative to the tool's own folder. */
  program: string;
  /** Fills an empty folder. The folder is renamed afterwards, so nothing in it may remember its path. */
  install(folder: string): Promise<CommandResult>;
}

/** The cached program if it is there, without installing anything. */
export async function findCached(tool: CachedTool): Promise<string | null> {
  const path = join(toolFolder, `${tool.name}-${tool.version}`, tool.program);
  return stat(path).then(() => path, () => null);
}

/**
 * The cached program, installed first if it is not there. Two runs at the same time both install, each in a folder of its
 * own, and the first to finish is kept, so neither sees half a tool.
 */
export async function installCached(tool: CachedTool): Promise<Tool> {
  const found = await findCached(tool);
  if (found !== null) return { path: found };
  const title = `${tool.name} ${tool.version}`;
  const target = join(toolFolder, `${tool.name}-${tool.version}`);
  const folder = `${target}.${process.pid}`;
  await mkdir(folder, { recursive: true });
  const result = await step(`installing ${title}`, () => tool.install(folder));
  if (result.ok) await rename(folder, target).catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
  if (!result.ok) return { missing: `${title} could not be installed: ${lastLines(result.output)}` };
  const path = await findCached(tool);
  return path === null ? { missing: `${title} was installed but has no ${tool.program}` } : { path };
}

/** Runs one step of an installation with a line when it starts and a line when it ends. */
export async function step(title: string, work: () => Promise<CommandResult>): Promise<CommandResult> {
  announce(`${title} …`);
  const startedAt = performance.now();
  const result = await work();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  announce(`${title}: ${result.ok ? 'done' : 'failed'} after ${seconds} s`);
  return result;
}

/** The first `N.N[.N]` that a program prints when asked for its version, or null. */
export async function readVersion(program: string, ...args: string[]): Promise<string | null> {
  const result = await runCommand(program, args, { timeoutSeconds: 30 });
  return result.ok ? (/\d+\.\d+(\.\d+)?/.exec(result.output)?.[0] ?? null) : null;
}
