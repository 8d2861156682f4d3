import type { Core } from '../../../src/core.ts';
import { upsert } from '../../../src/db/upsert.ts';
import type { NamespaceRow } from '../../../src/db/tables/namespace.ts';
import { newId } from '../../../src/ids.ts';
import { createNamespace } from '../../../src/namespaces/manage.ts';
import { admin } from './people.ts';
import { insertRows, type Row } from './rows.ts';
import type { Sizes } from './sizes.ts';
import { loadSpecimens, type Specimen } from './specimen.ts';
import { nameOf, word } from './words.ts';

/** The package that has most versions: of npm, at the instance. */
export const largestPackage = '@bench/largest';

/** Packages of one transaction. */
const batch = 200;

/**
 * Fills a registry, in which each kind of package has been published already, by rows: copies of those under other names, so that they are what a publish
 * leaves, with dependencies on each other, their events, and the sums. Only the bytes are shared.
 */
export async function fill(core: Core, sizes: Sizes, onProgress: (text: string) => void): Promise<void> {
  const projects = await makeTree(core, sizes.nodes);
  await makeMembers(core, sizes.members, projects);
  onProgress(`${sizes.nodes} nodes, ${sizes.members} members`);
  const specimens = await loadSpecimens(core);
  const root = await core.database.reads.query("SELECT id, top_id AS topId FROM namespace WHERE path = ''");
  const perPackage = Math.max(1, Math.round((sizes.versions - sizes.largest) / (sizes.packages - 1)));
  for (let from = 0; from < sizes.packages - 1; from += batch) {
    const made: Made[] = [];
    for (let index = from; index < Math.min(from + batch, sizes.packages - 1); index++) {
      const specimen = specimens[index % specimens.length] as Specimen;
      // Few packages have many versions, most have few.
      const count = Math.max(1, Math.round(perPackage * (index % 10 === 0 ? 5.5 : 0.5)));
      made.push({ specimen, home: projects[(index * 7919) % projects.length] as NamespaceRow, name: nameOf(specimen.format.id, index), count });
    }
    await insertPackages(core, made);
    if (from % 10_000 === 0) onProgress(`${from} packages`);
  }
  const npm = specimens.find(({ format }) => format.id === 'npm');
  if (npm) await insertPackages(core, [{ specimen: npm, home: root[0] as NamespaceRow, name: largestPackage, count: sizes.largest }]);
  onProgress(`${sizes.packages} packages`);
}

/** A package to be made. */
interface Made {
  specimen: Specimen;
  home: Pick<NamespaceRow, 'id' | 'topId'>;
  name: string;
  /** Of its versions. */
  count: number;
}

async function makeTree(core: Core, count: number): Promise<NamespaceRow[]> {
  const projects: NamespaceRow[] = [];
  const visibilities = ['PRIVATE', 'INTERNAL', 'PUBLIC'] as const;
  for (let group = 0, made = 0; made < count; group++) {
    const top = `${word(group)}-${group}`;
    await createNamespace(core, admin, { kind: 'GROUP', parentPath: '', slug: top, visibility: visibilities[group % 3] ?? 'PRIVATE' });
    made += 1;
    for (let sub = 0; sub < 10 && made < count; sub++) {
      await createNamespace(core, admin, { kind: 'GROUP', parentPath: top, slug: `team-${sub}`, visibility: visibilities[group % 3] ?? 'PRIVATE' });
      made += 1;
      for (let project = 0; project < 9 && made < count; project++, made++) {
        projects.push(await createNamespace(core, admin, { kind: 'PROJECT', parentPath: `${top}/team-${sub}`, slug: `${word(project)}-${project}`, visibility: visibilities[group % 3] ?? 'PRIVATE' }));
      }
    }
  }
  return projects;
}

/** Each in three projects. */
async function makeMembers(core: Core, count: number, projects: readonly NamespaceRow[]): Promise<void> {
  const now = core.clock.now();
  const users = Array.from({ length: count }, (_, index) => ({ id: newId('user', now), username: `member-${index}`, display_name: `Member ${index}`, password_hash: null, is_admin: 0, is_blocked: 0, created_at: now }));
  const memberships = users.flatMap(({ id }, index) =>
    [0, 1, 2].map((place) => ({ user_id: id, namespace_id: projects[(index * 31 + place * 577) % projects.length]?.id ?? '', role: place === 0 ? 'MAINTAINER' : 'DEVELOPER', created_at: now })),
  );
  await core.database.tx(async (tx) => {
    await insertRows(tx, 'user', users);
    await insertRows(tx, 'membership', [...new Map(memberships.map((row) => [row.user_id + row.namespace_id, row])).values()]);
  });
}

/** All rows that publishing these would have left. */
async function insertPackages(core: Core, made: readonly Made[]): Promise<void> {
  const now = core.clock.now();
  const [log] = await core.database.reads.query('SELECT last_seq AS lastSeq FROM event_log WHERE id = 1');
  let seq = Number(log.lastSeq);
  const rows: Record<'package' | 'version' | 'file' | 'dependency' | 'tag' | 'event' | 'download_day', Row[]> = { package: [], version: [], file: [], dependency: [], tag: [], event: [], download_day: [] };
  const usage = new Map<string, { size_bytes: number; packages: number; versions: number; files: number }>();
  for (const { specimen, home, name, count } of made) {
    const { format } = specimen;
    const id = newId('package', now);
    const normalizedName = format.normalizeName(name);
    rows.package.push({ ...specimen.package, id, namespace_id: home.id, top_id: format.root === undefined ? home.topId : home.id, name, normalized_name: normalizedName, revision: count, created_at: now, updated_at: now });
    let lastVersionId = '';
    for (let number = 0; number < count; number++) {
      const versionId = newId('version', now);
      const fileId = newId('file', now);
      const version = `1.${number}.0`;
      lastVersionId = versionId;
      rows.version.push({ ...specimen.version, id: versionId, package_id: id, version, normalized_version: version, sort_key: format.sortKey(version, now), is_prerelease: 0, published_at: now });
      rows.file.push({ ...specimen.file, id: fileId, version_id: versionId, package_id: id, name: specimen.fileName(name, version), uploaded_at: now });
      for (let position = 0; position < 2; position++) {
        const target = nameOf(format.id, (seq * 31 + position) % 100_000);
        rows.dependency.push({ version_id: versionId, position, format: format.id, kind: 'runtime', name: target, normalized_name: format.normalizeName(target), requirement: '^1.0.0' });
      }
      seq += 1;
      rows.event.push({ ...specimen.event, id: newId('event', now), seq, namespace_id: home.id, package_id: id, version_id: versionId, occurred_at: now });
      if (number % 10 === 0) rows.download_day.push({ file_id: fileId, day: Math.floor(now / 86_400_000), version_id: versionId, package_id: id, count: 1 });
    }
    if (format.defaultTag !== undefined) rows.tag.push({ package_id: id, name: format.defaultTag, version_id: lastVersionId, updated_at: now });
    const sum = usage.get(home.id) ?? { size_bytes: 0, packages: 0, versions: 0, files: 0 };
    usage.set(home.id, { size_bytes: sum.size_bytes + count * specimen.sizeBytes, packages: sum.packages + 1, versions: sum.versions + count, files: sum.files + count });
  }
  await core.database.tx(async (tx) => {
    for (const [table, all] of Object.entries(rows)) await insertRows(tx, table, all);
    for (const [namespaceId, { size_bytes, packages, versions, files }] of usage) {
      await upsert(tx, 'namespace_usage', { namespace_id: namespaceId, size_bytes, packages, versions, files }, ['namespace_id'], {
        size_bytes: 'namespace_usage.size_bytes + new.size_bytes', packages: 'namespace_usage.packages + new.packages', versions: 'namespace_usage.versions + new.versions', files: 'namespace_usage.files + new.files',
      });
    }
    await tx.query('UPDATE event_log SET last_seq = ? WHERE id = 1', [seq]);
  });
}
