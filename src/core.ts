import type { Logger } from 'pino';
import type { CleanupBell } from './cleanup/bell.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { Database } from './db/database.ts';
import type { FormatRegistry } from './formats/registry.ts';
import type { DownloadCounter } from './packages/downloads.ts';
import type { FilePlace, StoredFile } from './packages/download.ts';
import type { PackageHeads } from './packages/heads.ts';
import type { PathSplit, SplitPlace } from './packages/path-splits.ts';
import type { RevisionMemory } from './packages/revision-memory.ts';
import type { DocumentCache } from './documents/cache.ts';
import type { EventTail } from './events/tail.ts';
import type { Authenticator } from './access/authenticate.ts';
import type { Hashing } from './storage/hashing.ts';
import type { GrowingParts } from './uploads/growing-parts.ts';
import type { ObjectStore } from './storage/object-store.ts';

/** What every service works with; made once by `createApp`. Services are functions that take it first. */
export interface Core {
  config: Config;
  database: Database;
  store: ObjectStore;
  hashing: Hashing;
  /** Of uploads that come in chunks. */
  growing: GrowingParts;
  clock: Clock;
  formats: FormatRegistry;
  log: Logger;
  authenticator: Authenticator;
  heads: PackageHeads;
  /** See `locatePackage` (packages/locate.ts). */
  findSplit: (split: PathSplit) => Promise<SplitPlace | undefined>;
  /** See `findStoredFile` (packages/download.ts). */
  findStoredFile: (place: FilePlace) => Promise<StoredFile | undefined>;
  /** Rows of packages that reads ask for again and again. */
  atRevision: RevisionMemory;
  documents: DocumentCache;
  downloads: DownloadCounter;
  cleanupBell: CleanupBell;
  /** The new end of the event log. */
  events: EventTail;
}
