import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { findProgram, runCommand } from '../support/environment/commands.ts';
import type { Workspace } from '../support/environment/workspace.ts';
import type { Delay, Question, Usage } from './probe.ts';

const root = join(import.meta.dirname, '..', '..');

/** Where things run: what is measured on one processor, everything else on another. */
export interface Placement {
  /** Put before a command to run it on the measured processor. */
  prefix: readonly string[];
  text: string;
}

/** Where a program is started: on which processor, and whose end is its end. */
export interface Place {
  placement: Placement;
  workspace: Workspace;
}

/** A program that was started. */
export interface Running {
  pid: number;
  /** Ends it, and waits for that. */
  stop(): Promise<void>;
}

/** Pins this process (and what it starts) to the second processor, where that can be done, and says where the measured ones go. */
export async function placeProcesses(): Promise<Placement> {
  const taskset = await findProgram('taskset');
  if (taskset === null || availableParallelism() < 2) {
    return { prefix: [], text: 'nothing is pinned: taskset or a second processor is missing, so the load generator takes from what it measures' };
  }
  const { output } = await runCommand(taskset, ['-cp', String(process.pid)], { timeoutSeconds: 10 });
  const allowed = expandList(/: ([\d,-]+)\s*$/.exec(output.trim())?.[1] ?? '0-1');
  const [measured = 0, load = 1] = allowed;
  await runCommand(taskset, ['-a', '-cp', String(load), String(process.pid)], { timeoutSeconds: 10 });
  return { prefix: [taskset, '-c', String(measured)], text: `servers on processor ${measured}, load generator (and database server) on ${load}` };
}

/** `0-2,5` is 0, 1, 2, 5. */
function expandList(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** A measured Node process. */
export class Measured {
  readonly child: ChildProcess;

  constructor(child: ChildProcess) {
    this.child = child;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  usage(): Promise<Usage> {
    return this.#ask<Usage>('usage');
  }

  /** How late the event loop was while `work` ran. */
  async loopDelay(work: () => Promise<void>): Promise<Delay> {
    await this.#ask('watch');
    await work();
    return this.#ask<Delay>('delay');
  }

  stop(): Promise<void> {
    return endProcess(this.child);
  }

  async #ask<Value>(question: Question): Promise<Value> {
    this.child.send(question);
    for (;;) {
      const [message] = (await once(this.child, 'message')) as [{ answer?: Question; value?: Value }];
      if (message.answer === question) return message.value as Value;
    }
  }
}

/** Asks a process to end, and kills it where it does not within ten seconds. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}

export interface StartOptions extends Place {
  /** Script below the project's root, and its arguments. */
  args: readonly string[];
  env?: Record<string, string>;
  /** Node's own options, such as `--cpu-prof`. */
  nodeOptions?: readonly string[];
}

/** Starts a Node program that is measured. It ends with the bench, however that ends. */
export function startMeasured({ placement, workspace, args, env = {}, nodeOptions = [] }: StartOptions): Measured {
  const probe = join(import.meta.dirname, 'probe.ts');
  const [command = process.execPath, ...rest] = [...placement.prefix, process.execPath, ...nodeOptions, '--import', probe, ...args];
  const child = spawn(command, rest, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  workspace.adopt(child);
  // The workspace lets go of what it adopts, but an early end of this one is waited for.
  child.ref();
  return new Measured(child);
}

/** Starts any program on the measured processor. It ends with the bench, however that ends. */
export function startPinned({ placement, workspace }: Place, program: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const [command = program, ...rest] = [...placement.prefix, program, ...args];
  const child = spawn(command, rest, { stdio: ['ignore', 'ignore', 'inherit'], ...options });
  workspace.adopt(child);
  child.ref();
  return child;
}

/** The first match of `pattern` in what the process prints; throws where it ends before. The output is read on, so that it never blocks. */
export function outputOf({ child }: Measured, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const match = pattern.exec(output);
      if (match) resolve(match);
      output = output.slice(-4096);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${child.spawnargs.at(-1)} ended with ${code}: ${output.slice(-500)}`)));
  });
}
