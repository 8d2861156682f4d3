import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { rules, type SourceFile } from './support/architecture.ts';

const root = join(import.meta.dirname, '..');

const files: SourceFile[] = ['src', 'schema', 'shims', 'test']
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }))
  .map((path) => ({ path: path.split(sep).join('/'), text: readFileSync(join(root, path), 'utf8') }));

it('reads the project', () => {
  expect(files.map((file) => file.path)).toContain('src/errors.ts');
});

describe.for(rules)('$name', ({ check, bad, good }) => {
  it('holds', () => {
    expect(files.flatMap((file) => check(file).map((problem) => `${file.path} ${problem}`))).toEqual([]);
  });

  it.for(bad.map((file, index) => ({ ...file, title: `${index + 1}, ${file.path}` })))('catches bad sample $title', (file) => {
    expect(check(file)).not.toEqual([]);
  });

  it.for(good.map((file, index) => ({ ...file, title: `${index + 1}, ${file.path}` })))('lets good sample $title pass', (file) => {
    expect(check(file)).toEqual([]);
  });
});
