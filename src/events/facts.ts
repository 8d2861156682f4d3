import DataLoader from 'dataloader';
import { LRUCache } from 'lru-cache';
import type { Subject } from '../access/decide.ts';
import type { Core } from '../core.ts';
import { isIn, whereAll } from '../db/condition.ts';
import type { PackageRow } from '../db/tables/package.ts';
import { loadNodes, type NamespaceRecord } from '../namespaces/queries/namespaces.ts';
import { subjectOf } from '../packages/subject.ts';

/** What of a package decides who hears of it. */
export interface PackageFacts {
  namespaceId: string;
  subject: Required<Subject>;
}

/** How long what was read may be used for further readers, in milliseconds: as long as a credential is. */
const ttlMs = 500;

/**
 * Nodes and packages as decisions about events need them, read once for all who listen and remembered for half a second, or until the
 * log tells of a change to them.
 */
export class EventFacts {
  readonly #nodes: Remembered<NamespaceRecord>;
  readonly #packages: Remembered<PackageFacts>;

  constructor(core: Pick<Core, 'database'>) {
    this.#nodes = remembered((ids) => loadNodes(core, ids));
    this.#packages = remembered((ids) => loadPackageFacts(core, ids));
  }

  /** A node, whether anybody may know of it or not; null where it is gone. */
  node(id: string): Promise<NamespaceRecord | null> {
    return this.#nodes.load(id);
  }

  /** A package, deleted or not. */
  package(id: string): Promise<PackageFacts | null> {
    return this.#packages.load(id);
  }

  /** Reads everything anew from now on. */
  forget(): void {
    this.#nodes.clearAll();
    this.#packages.clearAll();
  }
}

type Remembered<Value> = DataLoader<string, Value | null>;

function remembered<Value>(load: (ids: readonly string[]) => Promise<Map<string, Value>>): Remembered<Value> {
  return new DataLoader<string, Value | null>(
    async (ids) => {
      const found = await load(ids);
      return ids.map((id) => found.get(id) ?? null);
    },
    { maxBatchSize: 500, cacheMap: new LRUCache<string, Promise<Value | null>>({ max: 5_000, ttl: ttlMs }) },
  );
}

type Row = Pick<PackageRow, 'id' | 'namespaceId' | 'format' | 'normalizedName' | 'isRestricted' | 'visibility'>;

async function loadPackageFacts(core: Pick<Core, 'database'>, ids: readonly string[]): Promise<Map<string, PackageFacts>> {
  const { sql, parameters } = whereAll([isIn('id', ids)]);
  const rows: Row[] = await core.database.reads.query(
    `SELECT id, namespace_id AS namespaceId, format, normalized_name AS normalizedName, is_restricted AS isRestricted, visibility FROM package${sql}`,
    parameters,
  );
  return new Map(rows.map((row) => [row.id, { namespaceId: row.namespaceId, subject: subjectOf(row) }]));
}
