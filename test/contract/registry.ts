import { createHash, randomBytes } from 'node:crypto';
import { type Actor, anonymous } from '../../src/access/actor.ts';
import { orDiscard, stage } from '../../src/blobs/stage.ts';
import type { Core } from '../../src/core.ts';
import type { Database } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open.ts';
import type { NamespaceRow } from '../../src/db/tables/namespace.ts';
import type { FileFacts, VersionFacts } from '../../src/formats/format.ts';
import { findNamespaceByPath } from '../../src/namespaces/repository.ts';
import { publish, type Published, type PublishInput } from '../../src/packages/publish.ts';
import type { StagedObject } from '../../src/storage/digests.ts';
import { type Person, startApp, type StartOptions, type TestApp } from '../support/app.ts';
import { openWithFiles } from '../support/environment/backends.ts';
import { databases, type FreshDatabase } from '../support/environment/databases.ts';

export { databases };

/** A registry on one of the databases, with a files store. */
export async function openRegistry(open: () => Promise<FreshDatabase>, options: StartOptions = {}): Promise<TestApp> {
  return startApp({ ...options, backend: await openWithFiles(open) });
}

/** A fresh database with its tables; `drop` closes it as well. */
export async function openMigrated(open: () => Promise<FreshDatabase>): Promise<{ database: Database; drop: () => Promise<void> }> {
  const fresh = await open();
  const database = await openDatabase(fresh.url);
  await migrate(database);
  return {
    database,
    drop: async () => {
      await database.close();
      await fresh.drop();
    },
  };
}

/** What a test says of a publish; all that it leaves out is unimportant to it. */
export interface TestPublish {
  as?: Person;
  namespace?: string;
  format?: string;
  name?: string;
  version?: string;
  tags?: string[];
  /** File names with their content; default: one file with random content. */
  files?: Record<string, string | Buffer>;
  facts?: Partial<VersionFacts>;
  fileFacts?: Partial<FileFacts>;
  input?: Partial<PublishInput>;
}

/** Stages and publishes like a shim does. */
export async function publishAs(app: TestApp, wanted: TestPublish = {}): Promise<Published> {
  const { core } = app;
  const { as = 'developer', namespace = 'acme/widgets', format = 'npm', name = 'lib', version = '1.0.0', tags, facts, fileFacts, input } = wanted;
  const actor = await app.actor(as);
  const files = wanted.files ?? { [`${name.split('/').at(-1)}-${version}.tgz`]: randomBytes(32) };
  const staged: { facts: FileFacts; object: StagedObject }[] = await Promise.all(
    Object.entries(files).map(async ([fileName, content]) => ({ facts: { name: fileName, ...fileFacts }, object: await stageBytes(core, content) })),
  );
  const row = await node(core, namespace);
  return orDiscard(core, staged.map(({ object }) => object), () =>
    publish(core, actor, {
      namespace: row,
      format: core.formats.get(format),
      version: { name, version, ...facts },
      files: staged,
      ...(tags ? { tags } : {}),
      ...input,
    }),
  );
}

/** Puts bytes into the store as a body that arrives. */
export function stageBytes(core: Core, content: string | Buffer): Promise<StagedObject> {
  return stage(core, chunks(content), { limitBytes: 1024 ** 3 });
}

export async function* chunks(content: string | Buffer): AsyncGenerator<Buffer> {
  yield Buffer.from(content);
}

/** The namespace at a path. */
export async function node(core: Core, path: string): Promise<NamespaceRow> {
  const row = await findNamespaceByPath(core.database.reads, path);
  if (!row) throw new Error(`no namespace ${path}`);
  return row;
}

/** The class name of what a promise rejects with; 'nothing' where it does not reject. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'nothing';
  } catch (error) {
    return error instanceof Error ? error.constructor.name : String(error);
  }
}

/** The tags of a package as they are in the database. */
export async function tagsOf(core: Core, packageId: string): Promise<Record<string, string>> {
  const rows: { name: string; version: string }[] = await core.database.reads.query(
    'SELECT t.name, v.version FROM tag t JOIN version v ON v.id = t.version_id WHERE t.package_id = ? ORDER BY t.name',
    [packageId],
  );
  return Object.fromEntries(rows.map(({ name, version }) => [name, version]));
}

export function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A person that nobody is: rights made by hand. */
export function actorWith(rights: Partial<Actor>): Actor {
  return { ...anonymous, user: { id: 'usr_x', username: 'x', displayName: 'x', isAdmin: false }, scopes: new Set(['READ', 'WRITE', 'DELETE', 'ADMIN']), ...rights };
}
