/**
 * The floor: what the same machine does with as little as possible between socket and bytes. `node floor.ts setup.json`
 * serves what the setup names and prints `floor <document port> <bare port>`.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fastify from 'fastify';
import { createPool } from 'mysql2/promise';

/** A statement as the registry runs it. */
export interface Statement {
  sql: string;
  parameters: readonly (string | number)[];
}

export interface FloorSetup {
  /** Responses of the registry, to be sent again from memory by the same HTTP stack. */
  documents: { path: string; status: number; headers: Record<string, string>; bodyFile?: string }[];
  /** Served by `GET /file`: read and sent in a loop. */
  file: string;
  /** Where `PUT` puts bodies. */
  uploadFolder: string;
  /** Run by `POST /rows`, one after the other, the rows sent as JSON. */
  rows?: { database: { sqliteFile: string } | { mysqlUrl: string }; statements: Statement[] };
}

const bufferBytes = 256 * 1024;

const setup = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as FloorSetup;
await mkdir(setup.uploadFolder, { recursive: true });
const documents = fastify();
for (const { path, status, headers, bodyFile } of setup.documents) {
  const body = bodyFile === undefined ? undefined : await readFile(bodyFile);
  documents.get(path, (_request, reply) => {
    void reply.code(status).headers(headers).send(body);
  });
}
await documents.listen({ host: '127.0.0.1', port: 0 });

const runStatements = setup.rows && openRows(setup.rows);
const bare = createServer((request, response) => {
  const handle = request.method === 'PUT' ? receive : request.method === 'POST' ? sendRows : sendFile;
  handle(request, response).catch((error: unknown) => {
    // The bench hangs up at the end of a run.
    if (!request.socket.destroyed) console.error(error);
    response.destroy();
  });
});
bare.listen(0, '127.0.0.1', () => {
  const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
  console.log(`floor ${portOf(documents.server)} ${portOf(bare)}`);
});

/** A loop from the file to the socket through one buffer. */
async function sendFile(_request: IncomingMessage, response: ServerResponse): Promise<void> {
  const file = await open(setup.file);
  try {
    const { size } = await file.stat();
    response.writeHead(200, { 'content-length': size });
    const buffer = Buffer.allocUnsafeSlow(bufferBytes);
    for (let position = 0; position < size; ) {
      const { bytesRead } = await file.read(buffer, 0, bufferBytes, position);
      position += bytesRead;
      await new Promise<void>((resolve, reject) => response.write(buffer.subarray(0, bytesRead), (error) => (error ? reject(error) : resolve())));
    }
    response.end();
  } finally {
    await file.close();
  }
}

/** Body to a file with four digests, as durable as the registry's own: data flushed, renamed, folder flushed. */
async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const hashes = ['md5', 'sha1', 'sha256', 'sha512'].map((name) => createHash(name));
  const path = join(setup.uploadFolder, randomUUID());
  const file = await open(`${path}.part`, 'wx');
  let batch: Buffer[] = [];
  let batchLength = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    for (const hash of hashes) hash.update(chunk);
    batch.push(chunk);
    batchLength += chunk.length;
    if (batchLength < bufferBytes) continue;
    await file.writev(batch);
    batch = [];
    batchLength = 0;
  }
  if (batch.length > 0) await file.writev(batch);
  await file.datasync();
  await file.close();
  await rename(`${path}.part`, path);
  const folder = await open(setup.uploadFolder);
  await folder.sync();
  await folder.close();
  const body = JSON.stringify(hashes.map((hash) => hash.digest('hex')));
  response.writeHead(201, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
}

/** Reads the body, as it must, and sends the rows. */
async function sendRows(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  JSON.parse(Buffer.concat(chunks).toString());
  const body = Buffer.from(JSON.stringify({ data: await runStatements?.() }));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
}

function openRows({ database, statements }: NonNullable<FloorSetup['rows']>): () => Promise<unknown[]> {
  if ('sqliteFile' in database) {
    const sqlite = new DatabaseSync(database.sqliteFile, { readOnly: true });
    const prepared = statements.map(({ sql, parameters }) => ({ statement: sqlite.prepare(sql), parameters }));
    return async () => prepared.map(({ statement, parameters }) => statement.all(...parameters));
  }
  const pool = createPool({ uri: database.mysqlUrl, connectionLimit: 10, supportBigNumbers: true });
  return async () => {
    const results: unknown[] = [];
    for (const { sql, parameters } of statements) results.push((await pool.query(sql, [...parameters]))[0]);
    return results;
  };
}
