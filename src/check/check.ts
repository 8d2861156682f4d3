import { setTimeout as sleep } from 'node:timers/promises';
import type { Core } from '../core.ts';
import { blobRules, byteRules } from './blob-rules.ts';
import { logRules } from './log-rules.ts';
import { packageRules } from './package-rules.ts';
import { mostOfRule, type Rule, type Violation } from './rule.ts';
import { treeRules } from './tree-rules.ts';
import { usageRules } from './usage-rules.ts';

export interface CheckOptions {
  /** Reads all bytes as well. */
  withBytes?: boolean;
  /** How long to wait before what looks wrong is looked at once more; default 2 s. */
  againAfterMs?: number;
  /** Hears of each rule when it has been looked at. */
  onRule?: (title: string, problems: readonly string[]) => void;
}

/**
 * Looks whether all that must hold of what is stored does hold, and returns what does not, in words. May run beside servers: what looks wrong
 * because it is just being changed does not when it is looked at again. Changes nothing.
 */
export async function check(core: Core, { withBytes = false, againAfterMs = 2_000, onRule }: CheckOptions = {}): Promise<string[]> {
  const problems: string[] = [];
  for (const rule of [...treeRules, ...packageRules, ...usageRules, ...logRules, ...blobRules, ...(withBytes ? byteRules : [])]) {
    const found = await lastingViolations(core, rule, againAfterMs);
    onRule?.(rule.title, found);
    problems.push(...found);
  }
  return problems;
}

async function lastingViolations(core: Core, rule: Rule, againAfterMs: number): Promise<string[]> {
  const first = await violationsOf(core, rule);
  if (first.length === 0) return [];
  await sleep(againAfterMs);
  const known = new Set(first.map((violation) => violation.of));
  const second = await violationsOf(core, rule);
  return second.filter((violation) => known.has(violation.of)).map(({ words }) => words);
}

async function violationsOf(core: Core, rule: Rule): Promise<Violation[]> {
  const found: Violation[] = [];
  for await (const violation of rule.violations(core)) {
    found.push(violation);
    if (found.length >= mostOfRule) break;
  }
  return found;
}
