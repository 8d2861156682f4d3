import { expect, it } from 'vitest';
import { insertMember } from '../../../src/access/members.ts';
import { createUpload } from '../../../src/uploads/create.ts';
import { publishUploads } from '../../../src/uploads/publish-uploads.ts';
import { pypiFormat } from '../../../shims/pypi/format.ts';
import { type Registry, userOf } from '../../support/app.ts';
import { attestation, type PythonFile } from '../../support/python-files.ts';
import { overBackends } from '../over-backends.ts';
import { countRows, emptyColumns, storedRows } from '../stored-rows.ts';
import { buildEverything } from './project.ts';
import { openPython, publishWith } from './python.ts';

overBackends((registry) => {
  it('stores the same for twine and for uploads of the same files', async (context) => {
    const [wheel, sdist] = await buildEverything(context);
    if (wheel === undefined || sdist === undefined) throw new Error('nothing was built');
    const { id } = await registry().namespace('other', 'PROJECT');
    const owner = await userOf(registry().core, 'owner');
    await insertMember(registry().core, owner?.id ?? '', id, 'OWNER');
    await registry().forgetRights();
    const statement = Buffer.from(JSON.stringify(attestation(wheel)));
    const attested: PythonFile = { fileName: `${wheel.fileName}.publish.attestation`, bytes: statement };
    const signature: PythonFile = { fileName: `${wheel.fileName}.asc`, bytes: Buffer.from('-----BEGIN PGP SIGNATURE-----\n') };

    const python = await openPython(context, registry(), { as: 'owner' });
    await python.dist(wheel, attested, signature);
    expect(await python.run(`${python.snippet('publish', 'twine')} --attestations`)).toMatchObject({ code: 0 });
    await publishWith(python, sdist);

    await publishUploaded(registry(), 'other', wheel, attested, signature);
    await publishUploaded(registry(), 'other', sdist);

    const byClient = await storedRows(registry(), 'acme/widgets');
    const byUpload = await storedRows(registry(), 'other');
    expect(byUpload).toEqual(byClient);
    // And it is not the same because nothing is there.
    expect(countRows(byClient)).toEqual({ package: 1, version: 1, file: 4, dependency: 2, tag: 0, event: 2 });
    expect(emptyColumns(byClient)).toEqual(['build', 'status_reason', 'tombstone']);
  });
});

/** Publishes files by GraphQL's way. */
async function publishUploaded(app: Registry, namespacePath: string, ...files: PythonFile[]): Promise<void> {
  const actor = await app.actor('owner');
  const uploadIds: string[] = [];
  for (const { fileName, bytes } of files) {
    const { id } = await createUpload(app.core, actor, { namespacePath, fileName });
    uploadIds.push(id);
    const response = await app.fetch(`/api/uploads/${id}`, 'owner', { method: 'PUT', body: new Uint8Array(bytes) });
    if (response.status !== 201) throw new Error(`The upload failed: ${response.status} ${await response.text()}`);
  }
  await publishUploads(app.core, actor, { namespacePath, format: pypiFormat, uploadIds });
}
