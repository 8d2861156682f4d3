import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import parse from 'spdx-expression-parse';

/** A package that this project is made of, or is tested with. */
export interface Dependency {
  name: string;
  version: string;
  /** As it says itself; undefined: it does not. */
  license: string | undefined;
  isForTests: boolean;
}

/** An expression of SPDX, as it is parsed. */
type Expression = { license: string; exception?: string } | { conjunction: 'and' | 'or'; left: Expression; right: Expression };

/** Every dependency of the lock file, by name. */
export function listDependencies(): Dependency[] {
  const lock = JSON.parse(readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8')) as { packages: Record<string, { version: string; license?: string; dev?: boolean; devOptional?: boolean }> };
  return Object.entries(lock.packages)
    .filter(([path]) => path !== '')
    .map(([path, { version, license, dev = false, devOptional = false }]) => ({ name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length), version, license, isForTests: dev || devOptional }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Licences that ask for nothing but to be named, as those of data do. */
const free = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'CC-BY-3.0', 'CC0-1.0', 'ISC', 'MIT'];
/** Those of tools that tests run and nobody hands on. */
const freeForTests = [...free, 'CC-BY-4.0', 'MPL-2.0', 'Python-2.0', 'Unlicense'];

/** Whether a dependency may be used: under one of the licences of the list, where it leaves a choice. */
export function isFree({ license, isForTests }: Pick<Dependency, 'license' | 'isForTests'>): boolean {
  const allowed = isForTests ? freeForTests : free;
  const holds = (expression: Expression): boolean => {
    if ('license' in expression) return allowed.includes(expression.license) && expression.exception === undefined;
    const [left, right] = [holds(expression.left), holds(expression.right)];
    return expression.conjunction === 'or' ? left || right : left && right;
  };
  try {
    return license !== undefined && holds(parse(license) as Expression);
  } catch {
    return false;
  }
}
