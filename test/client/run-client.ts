import { spawn } from 'node:child_process';

/** How a client's run ended, with what it printed where. */
export interface ClientResult {
  /** Its exit code; null where it was killed. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** What a client's run may be told. */
export interface ClientRun {
  cwd: string;
  /** Its whole environment. */
  env: Record<string, string>;
  /** What to type when it prints which prompt, in this order. */
  answers?: readonly (readonly [prompt: string, answer: string])[];
  /** After this long it is killed. */
  timeoutSeconds?: number;
}

/** Runs a client as somebody at a terminal does, except that nothing of this process's environment reaches it. */
export async function runClient(program: string, args: readonly string[], run: ClientRun): Promise<ClientResult> {
  const { cwd, env, answers = [], timeoutSeconds = 120 } = run;
  const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  const waiting = [...answers];
  // A client that ends before it was asked everything closes the pipe.
  child.stdin.on('error', () => undefined);
  if (waiting.length === 0) child.stdin.end();
  let unanswered = '';
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      printed[name] += text;
      unanswered += text;
      const [next] = waiting;
      if (!next || !unanswered.includes(next[0])) return;
      waiting.shift();
      unanswered = '';
      child.stdin.write(`${next[1]}\n`);
    });
  }
  const timer = setTimeout(() => {
    printed.stderr += `\nkilled after ${timeoutSeconds} s`;
    child.kill('SIGKILL');
  }, timeoutSeconds * 1000);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, ...printed });
    });
  });
}
