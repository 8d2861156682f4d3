/**
 * `npm test`: checks the types, then runs the tests; arguments go to vitest (`npm test -- test/unit`). The last line is
 * `N passed, N failed, N skipped`. A type error, an error outside a test and a run without a test count as failed.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseCLI, startVitest, type TestCase, type Vitest } from 'vitest/node';

const root = join(import.meta.dirname, '..');

/** What a run came to. */
interface Outcome {
  passed: number;
  failed: number;
  skipped: number;
}

requireNode(24);
process.chdir(root);
const typesAreSound = checkTypes();
const outcome = await runTests(process.argv.slice(2));
if (!typesAreSound) {
  console.error('The type check failed; see the top of this output.');
  outcome.failed += 1;
}
if (outcome.passed + outcome.failed === 0) {
  console.error('No test was executed.');
  outcome.failed = 1;
}
console.log(`${outcome.passed} passed, ${outcome.failed} failed, ${outcome.skipped} skipped`);
process.exit(outcome.failed > 0 ? 1 : 0);

/** The project pins its Node as a package, which `npm run` finds first; anything older cannot even strip types. */
function requireNode(major: number): void {
  if (Number(process.versions.node.split('.')[0]) >= major) return;
  console.error(`Node ${major} or newer is needed, this is ${process.version}. Run "npm ci", then "npm test".`);
  process.exit(1);
}

function checkTypes(): boolean {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  return spawnSync(process.execPath, [compiler, '--noEmit'], { cwd: root, stdio: 'inherit' }).status === 0;
}

async function runTests(args: string[]): Promise<Outcome> {
  const { filter, options } = parseCLI(['vitest', 'run', ...args]);
  process.exitCode = 0;
  const vitest = await startVitest('test', filter, options);
  const outcome = countTests(vitest);
  outcome.failed += vitest.state.getUnhandledErrors().length;
  // Vitest knows more ways to fail than there are tests: coverage thresholds, a bad filter, an interrupted run.
  if (Number(process.exitCode ?? 0) !== 0 && outcome.failed === 0) outcome.failed = 1;
  return outcome;
}

function countTests(vitest: Vitest): Outcome {
  const outcome: Outcome = { passed: 0, failed: 0, skipped: 0 };
  const reasons = new Map<string, number>();
  for (const module of vitest.state.getTestModules()) {
    // A file that cannot be loaded, or whose hooks fail, has errors of its own beside those of its tests.
    const suites = [module, ...module.children.allSuites()];
    outcome.failed += suites.filter((suite) => suite.errors().length > 0).length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') outcome.passed += 1;
      else if (state === 'failed') outcome.failed += 1;
      else {
        outcome.skipped += 1;
        const reason = skipReason(test);
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      }
    }
  }
  for (const [reason, count] of reasons) console.log(`${count} × ${reason}`);
  const missing = vitest.getProvidedContext().missing ?? [];
  for (const reason of missing) console.log(`missing ${reason}`);
  // Elsewhere what is missing skips its tests; where everything must run, that would be a gap nobody sees.
  if (process.env['CI']) outcome.failed += missing.length;
  return outcome;
}

/** `context.skip(reason)` keeps its reason; `it.skipIf` and a name filter have none. */
function skipReason(test: TestCase): string {
  const result = test.result();
  return (result.state === 'skipped' ? result.note : undefined) ?? 'skipped by a condition or a filter';
}
