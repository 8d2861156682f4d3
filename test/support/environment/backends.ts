import { freshBucket } from './buckets.ts';
import { databases, type FreshDatabase, freshDatabase, kind, type Kind } from './databases.ts';
import { freshFolder } from './temporary.ts';

/** An empty database and an empty blob store that belong together. */
export interface OpenBackend {
  /** A value for `DATABASE_URL`. */
  databaseUrl: string;
  /** A value for `STORAGE_URL`. */
  storageUrl: string;
  /** All variables a server process needs to use the two: `DATABASE_URL`, `STORAGE_URL`, with GCS `STORAGE_EMULATOR_HOST`. */
  env: Record<string, string>;
  close(): Promise<void>;
}

/** What several server processes share. */
export const deployed: Kind<OpenBackend> = kind('MariaDB + GCS emulator', ['mariadb', 'fake-gcs-server'], openDeployed);

/** The combinations that everything must run on: the embedded one and the deployed one. */
export const backends: Kind<OpenBackend>[] = [kind('SQLite + files', [], openEmbedded), deployed];

/** SQLite and files, for what needs no other. */
export async function openEmbedded(): Promise<OpenBackend> {
  const folder = await freshFolder();
  const databaseUrl = `file:${folder.path}/entrepot.sqlite`;
  const storageUrl = `file:${folder.path}/blobs`;
  return { databaseUrl, storageUrl, env: { DATABASE_URL: databaseUrl, STORAGE_URL: storageUrl }, close: folder.remove };
}

async function openDeployed(): Promise<OpenBackend> {
  const [database, bucket] = await Promise.all([freshDatabase(), freshBucket()]);
  return {
    databaseUrl: database.url,
    storageUrl: bucket.url,
    env: { DATABASE_URL: database.url, STORAGE_URL: bucket.url, STORAGE_EMULATOR_HOST: bucket.endpoint },
    close: database.drop,
  };
}

/** The databases, each with files on disk: for what does not depend on where bytes are stored. */
export const withFiles = databases.map(({ name, missing, open }) => ({ name, missing, open: () => openWithFiles(open) }));

/** A fresh database with a fresh folder for its files. */
export async function openWithFiles(open: () => Promise<FreshDatabase>): Promise<OpenBackend> {
  const [database, folder] = await Promise.all([open(), freshFolder()]);
  const storageUrl = `file:${folder.path}/blobs`;
  return {
    databaseUrl: database.url,
    storageUrl,
    env: { DATABASE_URL: database.url, STORAGE_URL: storageUrl },
    close: async () => {
      await database.drop();
      await folder.remove();
    },
  };
}
