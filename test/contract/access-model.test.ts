import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Actor, anonymous } from '../../src/access/actor.ts';
import { actions, canSee, decide } from '../../src/access/decide.ts';
import { deletablePackages, readableNodes, readablePackages } from '../../src/access/visible-nodes.ts';
import { countRows, listPages } from '../../src/db/keyset.ts';
import { NotFound } from '../../src/errors.ts';
import { childListQuery, loadNamespaces, type NamespaceRecord } from '../../src/namespaces/queries/namespaces.ts';
import { loadNamedPackages, loadPackages } from '../../src/packages/queries/load-packages.ts';
import { packageListQuery } from '../../src/packages/queries/package-list.ts';
import type { PackageRecord } from '../../src/packages/queries/records.ts';
import { getPublishTarget, getUploadTarget } from '../../src/packages/publish-target.ts';
import { searchPackages } from '../../src/packages/search.ts';
import { subjectOf } from '../../src/packages/subject.ts';
import { getPackageInView } from '../../src/packages/view.ts';
import type { TestApp } from '../support/app.ts';
import { insertWorld, removeWorld, type Rows, worlds } from './random-world.ts';
import { inView, may, mayKnow, publishing, uploading, upwards, type Caller, type World } from './reference-model.ts';
import { databases, openRegistry, refusal } from './registry.ts';

const formats = ['npm', 'generic'];

/** One caller in one world, with all that is needed to ask. */
interface Case {
  app: TestApp;
  world: World;
  rows: Rows;
  caller: Caller;
  actor: Actor;
  /** Notes an answer of the registry and the model's; `about` says of what. */
  compare: (about: string, actual: unknown, model: unknown) => void;
}

describe.for(databases)('decision, filter of lists and model agree on $name', ({ name, open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await openRegistry(open);
    await app.core.database.tx(removeWorld);
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);

  test('for any caller in any world', async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const rows = await app.core.database.tx((tx) => insertWorld(tx, world));
        try {
          expect(await differences(app, world, rows)).toEqual([]);
        } finally {
          await app.core.database.tx(removeWorld);
        }
      }),
      // On a busy machine fewer worlds rather than a longer run.
      { numRuns: name === 'SQLite' ? 200 : 100, interruptAfterTimeLimit: 25_000 },
    );
  }, 120_000);
});

async function differences(app: TestApp, world: World, rows: Rows): Promise<string[]> {
  const found: string[] = [];
  for (const [index, caller] of world.callers.entries()) {
    const actor = await actorOf(app, rows, caller, index);
    const compare: Case['compare'] = (about, actual, model) => {
      const [ours, theirs] = [JSON.stringify(actual), JSON.stringify(model)];
      if (ours !== theirs) found.push(`${JSON.stringify(caller)}: ${about} is ${ours}, by the model ${theirs}`);
    };
    const asked = { app, world, rows, caller, actor, compare };
    decisions(asked);
    await lists(asked);
    await narrowed(asked);
    await services(asked);
  }
  return found;
}

async function actorOf({ core }: TestApp, { users, tokens }: Rows, caller: Caller, index: number): Promise<Actor> {
  const token = tokens[index];
  if (token) return core.authenticator.actorOfToken(token);
  const user = caller.kind === 'PERSON' ? users[caller.user] : undefined;
  return user ? core.authenticator.actorOfUser(user) : anonymous;
}

/** Every action on every node, on any package there, and on every package. */
function decisions({ world, rows, caller, actor, compare }: Case): void {
  for (const [index, row] of rows.nodes.entries()) {
    const subjects = [undefined, ...formats.map((format) => ({ format, normalizedName: 'lib' }))];
    for (const subject of subjects) {
      const about = subject ? { node: index, format: subject.format, name: subject.normalizedName } : { node: index };
      const words = `at "${row.path}"${subject ? ` for ${subject.format}` : ''}`;
      compare(`canSee ${words}`, canSee(actor, row, subject), mayKnow(world, caller, about));
      for (const action of actions) compare(`${action} ${words}`, toldBy(decide(actor, action, row, subject)), toldByModel(world, caller, action, about));
    }
  }
  for (const [index, row] of rows.packages.entries()) {
    const about = world.packages[index];
    const node = about && rows.nodes[about.node];
    if (!node) continue;
    const words = `${row.format} ${row.name} at "${node.path}"`;
    compare(`canSee ${words}`, canSee(actor, node, subjectOf(row)), mayKnow(world, caller, about));
    for (const action of actions) compare(`${action} ${words}`, toldBy(decide(actor, action, node, subjectOf(row))), toldByModel(world, caller, action, about));
  }
}

function toldBy(decision: ReturnType<typeof decide>): string {
  return decision.allowed ? 'allowed' : decision.visible ? 'refused' : 'hidden';
}

function toldByModel(world: World, caller: Caller, action: string, about: Parameters<typeof may>[3]): string {
  return may(world, caller, action, about) ? 'allowed' : mayKnow(world, caller, about) ? 'refused' : 'hidden';
}

/** The SQL filters, and the lists that are made with them. */
async function lists({ app, world, rows, caller, actor, compare }: Case): Promise<void> {
  const { core } = app;
  const { reads, dialect } = core.database;
  const readsNode = (index: number) => may(world, caller, 'READ', { node: index });
  const nodes = readableNodes(actor, 'n');
  const packages = readablePackages(actor, dialect);
  const deletable = deletablePackages(actor, dialect);
  const from = 'FROM package p JOIN namespace n ON n.id = p.namespace_id WHERE';
  const [nodeRows, packageRows, deletableRows, known, loaded, children, below, counts] = await Promise.all([
    reads.query(`SELECT n.id FROM namespace n WHERE ${nodes.sql}`, [...nodes.parameters]) as Promise<{ id: string }[]>,
    reads.query(`SELECT p.id ${from} ${packages.sql}`, [...packages.parameters]) as Promise<{ id: string }[]>,
    reads.query(`SELECT p.id ${from} ${deletable.sql}`, [...deletable.parameters]) as Promise<{ id: string }[]>,
    loadNamespaces(core, actor, rows.nodes.map(({ id }) => id)),
    loadPackages(core, actor, rows.packages.map(({ id }) => id)),
    listPages<NamespaceRecord & { parentId: string }>(reads, childListQuery(core, actor, rows.nodes.map(({ id }) => id), undefined), { limit: 50, backward: false }),
    listPages<PackageRecord>(reads, packageListQuery(core, actor, rows.nodes, {}, { field: 'NAME', direction: 'ASC' }), { limit: 50, backward: false }),
    countRows(reads, packageListQuery(core, actor, rows.nodes, {}, { field: 'NAME', direction: 'ASC' })),
  ]);
  const nodeNames = (ids: Iterable<string>) => [...ids].map((id) => rows.nodes.find((row) => row.id === id)?.path ?? id).sort();
  const packageNames = (ids: Iterable<string>) => [...ids].map((id) => rows.packages.findIndex((row) => row.id === id)).sort();
  const idsOf = (list: Iterable<{ id: string }> | undefined) => [...(list ?? [])].map(({ id }) => id);
  const nodesBy = (holds: (index: number) => boolean) => rows.nodes.filter((_row, index) => holds(index)).map(({ path }) => path).sort();
  const packagesBy = (holds: (about: World['packages'][number]) => boolean) => world.packages.flatMap((about, index) => (holds(about) ? [index] : []));
  const isReadable = (about: World['packages'][number]) => may(world, caller, 'READ', about);

  compare('readableNodes', nodeNames(idsOf(nodeRows)), nodesBy(readsNode));
  compare('readablePackages', packageNames(idsOf(packageRows)), packagesBy(isReadable));
  compare('deletablePackages', packageNames(idsOf(deletableRows)), packagesBy((about) => may(world, caller, 'DELETE', about)));
  compare('loadNamespaces', nodeNames(known.keys()), nodesBy((index) => mayKnow(world, caller, { node: index })));
  compare('loadPackages', packageNames(loaded.keys()), packagesBy((about) => !about.isDeleted && isReadable(about)));
  const perNode = rows.nodes.map(async (row, index) => {
    const expected = packagesBy((about) => !about.isDeleted && isReadable(about) && upwards(world, about.node).includes(index));
    compare(`children of "${row.path}"`, nodeNames(idsOf(children.get(row.id)?.rows)), nodesBy((child) => world.nodes[child]?.parent === index && readsNode(child)));
    compare(`packages below "${row.path}"`, packageNames(idsOf(below.get(row.id)?.rows)), expected);
    compare(`count of packages below "${row.path}"`, counts.get(row.id) ?? 0, expected.length);
    const alone = await listPages<PackageRecord>(reads, packageListQuery(core, actor, [row], {}, { field: 'CREATED_AT', direction: 'ASC' }), { limit: 50, backward: false });
    compare(`packages below "${row.path}" alone`, packageNames(idsOf([...alone.values()][0]?.rows)), expected);
  });
  await Promise.all(perNode);
}

/** What is left where the credential is narrowed to the name of a package, in its own node or in the one above: as the filters of lists say it, and one by one. */
async function narrowed({ app, world, rows, caller, actor, compare }: Case): Promise<void> {
  const { reads, dialect } = app.core.database;
  const from = 'FROM package p JOIN namespace n ON n.id = p.namespace_id WHERE';
  // Another package for each caller, or it would take too long.
  const chosen = world.callers.indexOf(caller) % rows.packages.length;
  const places = rows.packages.flatMap(({ format, normalizedName }, index) => {
    if (index !== chosen) return [];
    const home = world.packages[index]?.node ?? 0;
    return [home, world.nodes[home]?.parent ?? home].map((node) => ({ format, normalizedName, namespaceId: rows.nodes[node]?.id ?? '' }));
  });
  for (const { format, ...only } of places) {
    const narrow: Actor = { ...actor, narrowedTo: [{ format, package: only, actions: ['READ', 'DELETE'] }] };
    const filters = { READ: readablePackages(narrow, dialect), DELETE: deletablePackages(narrow, dialect) };
    for (const action of ['READ', 'DELETE'] as const) {
      const { sql, parameters } = filters[action];
      const found: { id: string }[] = await reads.query(`SELECT p.id ${from} ${sql}`, [...parameters]);
      const expected = rows.packages.filter((row, index) => {
        const about = world.packages[index];
        const node = about && rows.nodes[about.node];
        return node && decide(narrow, action, node, subjectOf(row)).allowed;
      });
      compare(`${action} narrowed to ${format} ${only.normalizedName} of ${only.namespaceId}`, found.map(({ id }) => id).sort(), expected.map(({ id }) => id).sort());
      const others = expected.filter((row) => row.namespaceId !== only.namespaceId || row.normalizedName !== only.normalizedName || row.format !== format);
      if (action === 'DELETE') compare(`DELETE beyond ${format} ${only.normalizedName} of ${only.namespaceId}`, others.length, 0);
    }
  }
}

/** What people and clients ask: a search, a name in a view, a name as a dependency, a publish, bytes sent ahead. */
async function services({ app, world, rows, caller, actor, compare }: Case): Promise<void> {
  const { core } = app;
  const isAnonymous = caller.kind === 'ANONYMOUS';
  const named = await loadNamedPackages(core, actor, rows.packages);
  const names = [...new Map(world.packages.map(({ format, name }) => [`${format}/${name}`, { format, name }])).values()];
  for (const { format, name } of names) {
    const oldest = world.packages.find((claim) => claim.format === format && claim.name === name && may(world, caller, 'READ', claim));
    const expected = oldest && !oldest.isDeleted ? rows.packages[world.packages.indexOf(oldest)]?.id : undefined;
    compare(`${format} ${name} as a dependency`, named.get(`${format}/${name}`)?.id, expected);
  }
  const switchedOn: World = { ...world, nodes: world.nodes.map((node) => ({ ...node, off: [] })) };
  for (const [index, { path }] of rows.nodes.entries()) {
    const uploaded = await refusal(getUploadTarget(core, actor, path));
    compare(`sending bytes ahead to "${path}"`, uploaded === 'nothing' ? 'allowed' : uploaded, uploading(world, caller, index));
    for (const format of formats) {
      const { off } = world.nodes[index] as World['nodes'][number];
      const claims = world.packages.filter((about) => about.format === format && may(switchedOn, caller, 'READ', about) && upwards(world, about.node).includes(index));
      // A name is found once: as the oldest claim of it, if that is not deleted, nor switched off.
      const total = [...Map.groupBy(claims, ({ name }) => name).values()].filter(([oldest]) => oldest?.isDeleted === false && may(world, caller, 'READ', oldest)).length;
      const refused = off === '*' || off.includes(format) ? (isAnonymous ? 'Unauthenticated' : 'Forbidden') : total;
      const expected = mayKnow(world, caller, { node: index }) ? refused : isAnonymous ? 'Unauthenticated' : 'NotFound';
      const search = searchPackages(core, actor, { namespacePath: path, format, words: [], offset: 0, limit: 1 });
      compare(`a search for ${format} at "${path}"`, await search.then((found) => found.total, nameOf), expected);
    }
    const views = names.map(async ({ format: id, name }) => {
      const format = core.formats.get(id);
      const found = await getPackageInView(core, actor, path, format, name).then((head) => rows.packages.findIndex((row) => row.id === head.id), nameOf);
      compare(`${id} ${name} read at "${path}"`, found, inView(world, caller, index, id, name));
      const published = await refusal(getPublishTarget(core, actor, path, { format, name }));
      compare(`publishing ${id} ${name} at "${path}"`, published === 'nothing' ? 'allowed' : published, publishing(world, caller, index, id, name));
    });
    await Promise.all(views);
  }
}

function nameOf(error: unknown): string {
  if (error instanceof NotFound) return 'NotFound';
  return error instanceof Error ? error.constructor.name : String(error);
}
