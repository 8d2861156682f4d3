import { check } from './check/check.ts';
import type { Core } from './core.ts';

/** Prints a line for each thing that is wrong, and one at the end; returns the exit code: 1 where something is. */
export async function checkCommand(core: Core, { bytes = false }: { bytes?: boolean }, print: (line: string) => void): Promise<number> {
  let rules = 0;
  const problems = await check(core, {
    withBytes: bytes,
    onRule(title, found) {
      rules += 1;
      for (const problem of found) print(`${title}? ${problem}`);
    },
  });
  print(`${rules} rules looked at, ${problems.length} problems found${bytes ? '' : '; --bytes reads all content as well'}`);
  return problems.length === 0 ? 0 : 1;
}
