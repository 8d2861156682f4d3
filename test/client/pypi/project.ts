import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'vitest';
import { requireClient } from '../../support/environment/requirements.ts';
import { freshFolder } from '../../support/environment/temporary.ts';
import type { PythonFile } from '../../support/python-files.ts';
import { runClient } from '../run-client.ts';

/** A project that leaves nothing empty that Python packages can say. */
const pyproject = `
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "Acme.Everything"
version = "1.2.0"
description = "Has all there is"
readme = "README.md"
requires-python = ">=3.8"
license = "MIT OR Apache-2.0"
keywords = ["one", "two"]
authors = [{ name = "Ada", email = "ada@everything.example" }]
maintainers = [{ name = "Bob" }]
classifiers = ["Programming Language :: Python :: 3"]
dependencies = ["acme-alpha>=1; python_version>'3'"]

[project.optional-dependencies]
fast = ["acme-beta[speed]~=2.0"]

[project.urls]
Homepage = "https://everything.example/"
Source = "https://git.everything.example/"

[project.scripts]
everything = "acme_everything:main"
`;

let built: Promise<PythonFile[]> | undefined;

/** A wheel and an sdist as "python -m build" makes them; built once. Skips the test where the tools are missing. */
export function buildEverything(context: TestContext): Promise<PythonFile[]> {
  const build = requireClient(context, 'pyproject-build');
  built ??= buildWith(build);
  return built;
}

async function buildWith(build: string): Promise<PythonFile[]> {
  const { path: cwd } = await freshFolder();
  await mkdir(join(cwd, 'src', 'acme_everything'), { recursive: true });
  await writeFile(join(cwd, 'pyproject.toml'), pyproject);
  await writeFile(join(cwd, 'README.md'), '# Everything\n\nIs here: ä.\n');
  await writeFile(join(cwd, 'src', 'acme_everything', '__init__.py'), 'def main():\n    print("everything runs")\n');
  const { code, stdout, stderr } = await runClient(build, ['--no-isolation'], { cwd, env: { PATH: process.env['PATH'] ?? '', HOME: cwd } });
  if (code !== 0) throw new Error(`the build failed: ${stdout}${stderr}`);
  const names = (await readdir(join(cwd, 'dist'))).sort();
  return Promise.all(names.map(async (fileName) => ({ fileName, bytes: await readFile(join(cwd, 'dist', fileName)) })));
}
