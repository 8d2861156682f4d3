import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { attestation, wheel } from '../../support/python-files.ts';
import { overBackends } from '../over-backends.ts';
import { buildEverything } from './project.ts';
import { openPython, publishWith } from './python.ts';

overBackends((registry) => {
  it('twine publishes a wheel and an sdist, pip installs each of them', async (context) => {
    const built = await buildEverything(context);
    expect(built.map(({ fileName }) => fileName)).toEqual(['acme_everything-1.2.0-py3-none-any.whl', 'acme_everything-1.2.0.tar.gz']);
    const python = await openPython(context, registry(), { as: 'developer' });
    await python.dist(...built);
    const published = await python.run(python.snippet('publish', 'twine'));
    expect(published).toMatchObject({ code: 0, stderr: '' });
    expect(published.stdout).toContain('Uploading distributions to <pypi>/legacy/ Uploading acme_everything-1.2.0-py3-none-any.whl');

    await publishWith(python, wheel({ name: 'acme-alpha', version: '1.5', files: { 'acme_alpha.py': '' } }));
    const installed = await python.run(python.snippet('install', 'pip', { package: 'acme-everything' }));
    expect(installed).toMatchObject({ code: 0, stderr: '' });
    // The metadata was enough to see what it depends on.
    expect(installed.stdout).toMatch(/acme_everything-1\.2\.0-py3-none-any\.whl\.metadata/);
    expect(installed.stdout).toMatch(/Successfully installed acme-alpha-1\.5 acme[-.]everything-1\.2\.0/i);
    expect(await python.run('everything')).toEqual({ code: 0, stdout: 'everything runs', stderr: '' });

    const fromSource = await python.run(`${python.snippet('install', 'pip', { package: 'acme-everything', version: '1.2.0' })} --force-reinstall --no-deps --no-binary :all: --no-build-isolation`);
    expect(fromSource.stdout).toContain('acme_everything-1.2.0.tar.gz');
    expect(fromSource.code).toBe(0);
    expect(await python.run('everything')).toMatchObject({ code: 0, stdout: 'everything runs' });
  });

  it('uv publishes and installs', async (context) => {
    const python = await openPython(context, registry(), { as: 'developer' });
    await python.dist(wheel({ name: 'by-uv', version: '0.1', files: { 'by_uv.py': 'x = 42\n' } }));
    const published = await python.run(python.snippet('publish', 'uv'));
    expect(published).toMatchObject({ code: 0, stderr: expect.stringContaining('Uploading by_uv-0.1-py3-none-any.whl') });
    const installed = await python.run(python.snippet('install', 'uv', { package: 'by-uv' }));
    expect(installed).toMatchObject({ code: 0, stderr: expect.stringContaining('+ by-uv==0.1') });
    expect(await python.run('"$VIRTUAL_ENV/bin/python" -c "import by_uv; print(by_uv.x)"')).toEqual({ code: 0, stdout: '42', stderr: '' });
  });

  it('a file that is there is refused in words, and passed over where the client is told to', async (context) => {
    const python = await openPython(context, registry(), { as: 'developer' });
    const words = 'File already exists: again-1.0-py3-none-any.whl is already published and may not be replaced.';
    await publishWith(python, wheel({ name: 'again', version: '1.0' }));
    const byTwine = await python.run(python.snippet('publish', 'twine'));
    expect([byTwine.code, byTwine.stdout + byTwine.stderr]).toEqual([1, expect.stringContaining(`HTTPError: 409 Conflict from <pypi>/legacy/ ${words}`)]);
    const byUv = await python.run(python.snippet('publish', 'uv'));
    expect([byUv.code, byUv.stderr]).toEqual([2, expect.stringContaining(`Server returned status code 409 Conflict. Server says: ${words}`)]);
    const skipped = await python.run(`${python.snippet('publish', 'uv')} --check-url "$UV_DEFAULT_INDEX"`);
    expect(skipped).toMatchObject({ code: 0, stderr: expect.stringContaining('File again-1.0-py3-none-any.whl already exists, skipping') });
    // twine takes its own option for PyPI alone, so it is asked what it would make of the answer.
    await writeFile(join(python.folder, 'skip.py'), skip);
    expect(await python.run(`python skip.py ${python.url}/legacy/`)).toMatchObject({ code: 0, stdout: expect.stringContaining('told: again 409 True; other 400 False') });
  });

  it('twine publishes attestations, which pip would find', async (context) => {
    const python = await openPython(context, registry(), { as: 'developer' });
    const file = wheel({ name: 'attested', version: '1.0' });
    await python.dist(file, { fileName: `${file.fileName}.publish.attestation`, bytes: Buffer.from(JSON.stringify(attestation(file))) });
    expect(await python.run(`${python.snippet('publish', 'twine')} --attestations`)).toMatchObject({ code: 0 });
    const page = await registry().fetch('/api/packages/acme/widgets/pypi/simple/attested/', 'reader', { headers: { accept: 'application/vnd.pypi.simple.v1+json' } });
    const { files } = (await page.json()) as { files: { provenance: string }[] };
    const provenance = await registry().fetch(new URL(files[0]?.provenance ?? '').pathname, 'reader');
    expect(await provenance.json()).toMatchObject({ version: 1, attestation_bundles: [{ attestations: [attestation(file)] }] });
    // Of other bytes it is refused.
    const other = wheel({ name: 'attested', version: '2.0' });
    await python.dist(other, { fileName: `${other.fileName}.publish.attestation`, bytes: Buffer.from(JSON.stringify(attestation({ ...file, fileName: other.fileName }))) });
    const refused = await python.run(`${python.snippet('publish', 'twine')} --attestations`);
    expect([refused.code, refused.stdout + refused.stderr]).toEqual([1, expect.stringContaining('The attestation is about a attested-2.0-py3-none-any.whl with other content')]);
  });
});

/** Uploads with twine's own code and prints whether it would pass over the refusal. */
const skip = `
import os, sys
from twine.commands.upload import skip_upload
from twine.package import PackageFile
from twine.repository import Repository

repository = Repository(sys.argv[1], "__token__", os.environ["TOKEN"], disable_progress_bar=True)
told = []
for name in ["again", "other"]:
    package = PackageFile.from_filename("dist/again-1.0-py3-none-any.whl", None)
    package.safe_name = name
    answer = repository._upload(package)
    told.append(f"{name} {answer.status_code} {skip_upload(answer, True, package)}")
print("told:", "; ".join(told))
`;
