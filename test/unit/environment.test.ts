import { generateKeyPairSync } from 'node:crypto';
import { access } from 'node:fs/promises';
import { Storage } from '@google-cloud/storage';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { describe, expect, inject, it } from 'vitest';
import { backends } from '../support/environment/backends.ts';
import { freshBucket } from '../support/environment/buckets.ts';
import { clientFiles, type ClientName, clientNames } from '../support/environment/clients.ts';
import { runCommand } from '../support/environment/commands.ts';
import { databases, freshDatabase } from '../support/environment/databases.ts';
import { requireClient, requireEmulator, requireMariadb } from '../support/environment/requirements.ts';
import { freshFolder } from '../support/environment/temporary.ts';

it('runs on the pinned Node, in child processes too', async () => {
  expect(Number(process.versions.node.split('.')[0])).toBeGreaterThanOrEqual(24);
  const { output } = await runCommand('node', ['--version'], { timeoutSeconds: 10 });
  expect(output.trim()).toBe(process.version);
});

it('gives folders below the run’s own', async () => {
  const folder = await freshFolder();
  expect(folder.path.startsWith(inject('workspace'))).toBe(true);
  await folder.remove();
  await expect(access(folder.path)).rejects.toThrow('ENOENT');
});

describe('MariaDB', () => {
  it('gives an empty utf8mb4 database under REPEATABLE-READ and drops it', async (context) => {
    requireMariadb(context);
    const database = await freshDatabase();
    const connection = await createConnection(database.url);
    const [rows] = await connection.query<RowDataPacket[]>(
      'SELECT @@tx_isolation AS isolation, @@character_set_database AS charset, VERSION() AS version, @@max_connections AS connections',
    );
    expect(rows[0]).toMatchObject({ isolation: 'REPEATABLE-READ', charset: 'utf8mb4', connections: 300 });
    expect(rows[0]?.['version']).toContain('MariaDB');
    await connection.query('CREATE TABLE t (name VARCHAR(20)) ENGINE=InnoDB');
    await connection.query('INSERT INTO t VALUES (?)', ['📦 entrepôt']);
    const [stored] = await connection.query<RowDataPacket[]>('SELECT name FROM t');
    expect(stored).toEqual([{ name: '📦 entrepôt' }]);
    await connection.end();
    await database.drop();
    await expect(createConnection(database.url)).rejects.toThrow('Unknown database');
  });
});

describe('GCS emulator', () => {
  it.for([{ resumable: false }, { resumable: true }])('keeps an object, resumable upload: $resumable', async ({ resumable }, context) => {
    requireEmulator(context);
    const file = await openFile('folder/a b.txt');
    await file.save(Buffer.alloc(300_000, 'entrepot'), { resumable, validation: 'md5' });
    const [content] = await file.download();
    expect(content.length).toBe(300_000);
    const [tail] = await file.download({ start: 299_992, end: 299_999 });
    expect(tail.toString()).toBe('entrepot');
    await file.delete();
    expect((await file.exists())[0]).toBe(false);
  });

  it('refuses a second object under ifGenerationMatch 0', async (context) => {
    requireEmulator(context);
    const file = await openFile('once');
    await file.save('first', { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } });
    await expect(file.save('second', { resumable: false, preconditionOpts: { ifGenerationMatch: 0 } })).rejects.toMatchObject({ code: 412 });
    expect((await file.download())[0].toString()).toBe('first');
  });

  it('serves a V4 signed URL', async (context) => {
    requireEmulator(context);
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
    const file = await openFile('signed.txt', { client_email: 'tests@entrepot.example', private_key: privateKey });
    await file.save('signed', { resumable: false });
    const [url] = await file.getSignedUrl({ version: 'v4', action: 'read', expires: Date.now() + 60_000 });
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([200, 'signed']);
  });
});

/** How clients are asked for their version that know no `--version`. */
const versionArguments: Partial<Record<ClientName, string[]>> = { crane: ['version'], oras: ['version'], regctl: ['version'], helm: ['version'] };
/** How those refuse to tell their version that do not: without a terminal nuget would print its help for ever. */
const refusals: Partial<Record<ClientName, string>> = { nuget: 'Unknown command' };

describe('clients', () => {
  it.for(clientNames.filter((name) => !clientFiles.includes(name)))('%s runs', async (name, context) => {
    const program = requireClient(context, name);
    // Without a registry the suite can only say that there is none.
    if (name === 'oci-conformance') return;
    const asked = versionArguments[name] ?? ['--version'];
    const result = await runCommand(program, asked, { timeoutSeconds: 20 });
    const refusal = refusals[name];
    expect(result.output).toMatch(refusal ?? /\d+\.\d+/);
    expect(result.ok).toBe(refusal === undefined);
  });
});

describe.for([...databases, ...backends])('$name', ({ open }) => {
  it('opens', async (context) => {
    const opened = await open(context);
    await ('drop' in opened ? opened.drop() : opened.close());
  });
});

async function openFile(name: string, credentials?: { client_email: string; private_key: string }) {
  const bucket = await freshBucket();
  const storage = new Storage({ apiEndpoint: bucket.endpoint, projectId: 'entrepot', ...(credentials && { credentials }) });
  return storage.bucket(bucket.url.slice('gs://'.length)).file(name);
}
