import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { requireClient } from '../../support/environment/requirements.ts';
import { uploadWheel } from '../../wire/pypi-request.ts';
import { overBackends } from '../over-backends.ts';
import { openPython } from './python.ts';

const project = (name: string, backend: string) => `
[build-system]
${backend}

[project]
name = "${name}"
version = "0.1"
description = "It tells its name"
requires-python = ">=3.10,<4"
authors = [{ name = "Ada", email = "ada@demo.example" }]
`;

overBackends((registry) => {
  it('flit builds and publishes', async (context) => {
    requireClient(context, 'flit');
    const python = await openPython(context, registry(), { as: 'developer' });
    await writeFile(join(python.folder, 'pyproject.toml'), project('by-flit', 'requires = ["flit_core >=3.11,<5"]\nbuild-backend = "flit_core.buildapi"'));
    await writeFile(join(python.folder, 'by_flit.py'), '"""It tells its name."""\nname = "flit"\n');
    const published = await python.run(python.snippet('publish', 'Flit'));
    expect([published.code, published.stdout + published.stderr]).toEqual([0, expect.stringContaining('Uploading dist/by_flit-0.1.tar.gz')]);
    expect(await python.run(python.snippet('install', 'pip', { package: 'by-flit' }))).toMatchObject({ code: 0 });
    expect(await python.run('"$VIRTUAL_ENV/bin/python" -c "import by_flit; print(by_flit.name)"')).toMatchObject({ stdout: 'flit' });
    const again = await python.run(python.snippet('publish', 'Flit'));
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('File already exists: by_flit-0.1-py3-none-any.whl')]);
  });

  it('Poetry publishes, and installs from a source', async (context) => {
    requireClient(context, 'poetry');
    await uploadWheel(registry(), { name: 'for-poetry', version: '1.5', headers: ['Requires-Python: >=3.8'], files: { 'for_poetry.py': 'version = "1.5"\n' } });
    const python = await openPython(context, registry(), { as: 'developer' });
    await writeFile(join(python.folder, 'pyproject.toml'), project('by-poetry', 'requires = ["poetry-core>=2"]\nbuild-backend = "poetry.core.masonry.api"'));
    await writeFile(join(python.folder, 'by_poetry.py'), 'name = "poetry"\n');
    const published = await python.run(`poetry build --quiet && ${python.snippet('publish', 'Poetry').replaceAll('\n', ' && ')}`);
    expect([published.code, published.stdout + published.stderr]).toEqual([0, expect.stringContaining('Uploading by_poetry-0.1-py3-none-any.whl 100%')]);
    const again = await python.run(python.snippet('publish', 'Poetry'));
    expect([again.code, again.stdout + again.stderr]).toEqual([1, expect.stringContaining('HTTP Error 409: File already exists: by_poetry-0.1')]);
    const added = await python.run(python.snippet('install', 'Poetry', { package: 'for-poetry' }));
    expect([added.code, added.stdout + added.stderr]).toEqual([0, expect.stringContaining('Installing for-poetry (1.5)')]);
    expect(await python.run('"$VIRTUAL_ENV/bin/python" -c "import for_poetry; print(for_poetry.version)"')).toMatchObject({ stdout: '1.5' });
  });
});
