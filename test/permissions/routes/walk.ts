import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UploadTable } from '../../../src/db/tables/file.ts';
import { newId } from '../../../src/ids.ts';
import { uploadLifetimeMs } from '../../../src/uploads/create.ts';
import { type Asker, byName, onNewPackage, onNode, onPackage, type Outcome, type Situation } from '../reference.ts';
import { formatOf, type Level, type RouteRow, routeRows } from '../routes.ts';
import { changeWatch, type ChangeWatch, refusalsFirst } from '../unchanged.ts';
import { makeWorld, type PackageOf, type Place, type World } from '../world.ts';

const levels: Level[] = ['project', 'group', 'instance'];
const instance: Situation = { visibility: 'PUBLIC' };

let world: World;
let watch: ChangeWatch;

/** Defines the tests of all routes of a format, or of the server's own: each asked by everybody, everywhere. */
export function walkRoutes(format: PackageOf | 'server'): void {
  beforeAll(async () => {
    world = await makeWorld();
    watch = changeWatch(world.app.core);
  }, 60_000);
  afterAll(() => world?.app.close());

  // The server's own routes name no node.
  describe.for(format === 'server' ? levels.slice(0, 1) : levels)('at %s level', (level) => {
    const rows = routeRows.filter(({ route }) => formatOf(route) === format);
    it.for(rows.map((row, index) => ({ ...row, title: `${row.route} (${row.need} of ${row.of.toLowerCase()}, row ${index + 1})` })))('$title', { timeout: 60_000 }, (row) => walkRow(row, level));
  });
}

async function walkRow(row: RouteRow, level: Level): Promise<void> {
  const wrong: string[] = [];
  for (const place of world.places) {
    const attempts = world.askers.map((asker) => ({ asker, expected: expectedOf(row, asker, place, level) }));
    // Those who are refused first: then it is quickly seen that nothing has changed.
    for (const { asker, expected } of attempts.sort(refusalsFirst)) {
      const problem = await attempt(row, asker, place, level, expected);
      if (problem !== undefined) wrong.push(`${asker.name} in ${place.name}: ${problem}`);
    }
  }
  expect(wrong).toEqual([]);
}

function expectedOf({ need, of, orNew, byId, isPath, isEmptyIfMissing }: RouteRow, asker: Asker, place: Place, level: Level): Outcome {
  const at = level === 'instance' ? instance : place;
  // A role in the group says nothing of the instance.
  const { role: _, ...elsewhere } = asker;
  const who: Asker = level === 'instance' ? elsewhere : asker;
  if (of === 'NEW') {
    const outcome = onNewPackage(who, at, need);
    return isPath && outcome === 404 ? onNewPackage(elsewhere, instance, need) : outcome;
  }
  if (of === 'HERE' && level !== 'project') {
    const outcome = onNewPackage(who, at, need);
    return outcome === 'done' ? 404 : outcome;
  }
  if (of === 'NODE') return switchedOff(onNode(who, at, need), who, at);
  if (of === 'NODE_ITSELF') return onNode(who, at, need);
  if (of !== 'PACKAGE' && of !== 'HERE') return onNode(asker, place, need);
  const outcome = onPackage(asker, place, need);
  if (byId || outcome !== 404) return outcome;
  // Whoever may publish new names in the node is told of this one; in its own project it is refused to them.
  const isTold = (!orNew && of !== 'HERE') || (level !== 'project' && onNewPackage(who, at, need) === 'done');
  if (isTold) {
    const told = byName(asker, place, need, { asker: who, situation: at });
    const isEmpty = isEmptyIfMissing === 'ANYWHERE' || (isEmptyIfMissing === 'IN_NODE' && onNode(who, at, 'SEE') === 'done');
    return isEmpty && told === 404 ? 'done' : told;
  }
  return onNode(who, at, 'SEE') === 'done' ? 403 : outcome;
}

/** What lists the packages of a node is refused where its registry is off. */
function switchedOff(outcome: Outcome, { credential }: Asker, { isOff }: Situation): Outcome {
  if (outcome !== 'done' || !isOff) return outcome;
  return credential === 'none' ? 401 : 403;
}

let number = 0;

/** What is wrong with the answer, in words. */
async function attempt(row: RouteRow, asker: Asker, place: Place, level: Level, expected: Outcome): Promise<string | undefined> {
  const mayChange = row.changes === true && expected === 'done';
  const target = mayChange && row.of === 'PACKAGE' ? await world.fresh(place, formatOf(row.route) as PackageOf) : place.standing;
  const node = level === 'project' ? place.project.path : level === 'group' ? place.group.path : '';
  const call = await row.call({ target, node, number: number++, openUpload: () => openUpload(asker, place) });
  const path = call.path.includes('REV') ? call.path.replace('REV', await revOf(target)) : call.path;
  const before = mayChange ? undefined : await watch.now();
  const headers = { ...call.headers, ...world.headers(asker, place) };
  const response = await fetch(`${world.app.url}${path}`, { method: call.method, headers, ...(call.body === undefined ? {} : { body: call.body }) });
  const text = await response.text();
  const wanted = expected === 'done' ? row.ok : expected;
  if (response.status !== wanted) return `${response.status} instead of ${wanted}: ${text.slice(0, 200)}`;
  if (wanted === 401 && response.headers.get('www-authenticate') === null && !row.route.startsWith('server')) return '401 without a challenge';
  if (call.method === 'GET') {
    const { status } = await fetch(`${world.app.url}${path}`, { method: 'HEAD', headers });
    if (status !== wanted) return `${status} to HEAD instead of ${wanted}`;
  }
  if (before !== undefined && (await watch.now()) !== before) return `${wanted}, and yet something changed`;
  return undefined;
}

async function openUpload(asker: Asker, place: Place): Promise<string> {
  const { core } = world.app;
  const [id, now] = [newId('upload'), core.clock.now()];
  const empty = { objectKey: null, sizeBytes: null, md5: null, sha1: null, sha256: null, sha512: null, receivedBytes: 0, partCount: 0, lengthBytes: null, turn: 0, format: null, packageName: null };
  const principalId = await world.principalIdOf(asker, place);
  await core.database.tx((tx) => tx.insert(UploadTable, { id, namespaceId: place.project.id, principalId, fileName: 'f', ...empty, createdAt: now, expiresAt: now + uploadLifetimeMs }));
  return id;
}

/** What npm would have seen of the package. */
async function revOf({ npm }: Place['standing']): Promise<string> {
  const [row] = await world.app.core.database.reads.query('SELECT revision FROM package WHERE id = ?', [npm.package.id]);
  return `${row.revision}-0`;
}
