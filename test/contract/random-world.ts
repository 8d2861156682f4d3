import fc from 'fast-check';
import type { EntityManager } from 'typeorm';
import { writeDisabledFormats } from '../../src/access/disabled-formats.ts';
import {
  grantLevels,
  MembershipTable,
  PackageGrantTable,
  roles,
  TeamMembershipTable,
  TeamMemberTable,
  TeamTable,
  type UserRow,
  UserTable,
} from '../../src/db/tables/access.ts';
import { type TokenRow, TokenTable, tokenScopes } from '../../src/db/tables/credential.ts';
import { instanceId, type NamespaceRow, NamespaceTable } from '../../src/db/tables/namespace.ts';
import { type PackageRow, PackageTable, VersionTable } from '../../src/db/tables/package.ts';
import { newId } from '../../src/ids.ts';
import type { Caller, World, WorldNode } from './reference-model.ts';

const visibilities = ['PUBLIC', 'INTERNAL', 'PRIVATE'] as const;
const formats = ['npm', 'generic'] as const;
/** Of nodes: each begins like another, and `_` is any character to LIKE. */
const names = ['a', 'aa', 'a_a', 'aba', 'a-a', 'a.a'];
/** Every world has so many people and teams, so that indices into them always hold. */
const people = 3;
const teams = 2;

const node = fc.record({
  visibility: fc.constantFrom(...visibilities),
  isPullOpen: fc.nat(3).map((dice) => dice === 3),
  off: fc.constantFrom<string[] | '*'>([], [], [], ['npm'], ['generic'], ['npm', 'generic'], '*'),
});
const roleSomewhere = fc.record({ node: fc.nat(9), role: fc.constantFrom(...roles) });
const grant = (holders: number) => fc.record({ holder: fc.nat(holders - 1), level: fc.constantFrom(...grantLevels) });
const narrowing = {
  scopes: fc.uniqueArray(fc.constantFrom(...tokenScopes), { minLength: 1 }),
  formats: fc.option(fc.uniqueArray(fc.constantFrom(...formats), { minLength: 1 }), { freq: 2 }),
  // LIKE and GLOB each have signs of their own, and SQLite's LIKE takes either case.
  namePattern: fc.option(fc.constantFrom('lib', 'lib*', 'LIB*', '*', '*_x', 'l%', '[lt]*', '?ib', '*i*-*'), { freq: 2 }),
};

/** Callers of every kind: nobody, each person by password or session, and their and the nodes' tokens. */
const token: fc.Arbitrary<Caller> = fc.oneof(
  fc.record({ kind: fc.constant('PERSONAL' as const), user: fc.nat(people - 1), ...narrowing }),
  fc.record({ kind: fc.constantFrom('DEPLOY' as const, 'PROJECT' as const, 'JOB' as const), node: fc.nat(9), role: fc.constantFrom(...roles), ...narrowing }),
);

/** Trees of nodes with packages, people, teams and tokens, as random as the tables allow. Indices are taken modulo what there is. */
export const worlds: fc.Arbitrary<World> = fc
  .record({
    isConsistent: fc.boolean(),
    instance: node,
    nodes: fc.array(fc.record({ parent: fc.nat(9), isProject: fc.boolean(), shape: node }), { minLength: 1, maxLength: names.length }),
    users: fc.array(
      fc.record({ isAdmin: fc.nat(7).map((dice) => dice === 7), roles: fc.array(roleSomewhere, { maxLength: 2 }), teams: fc.uniqueArray(fc.nat(teams - 1)) }),
      { minLength: people, maxLength: people },
    ),
    teams: fc.array(fc.record({ roles: fc.array(roleSomewhere, { maxLength: 2 }) }), { minLength: teams, maxLength: teams }),
    packages: fc.array(
      fc.record({
        node: fc.nat(9),
        format: fc.constantFrom(...formats),
        name: fc.constantFrom('lib', 'lib_x', 'lib-x', 'tool'),
        isRestricted: fc.boolean(),
        visibility: fc.option(fc.constantFrom(...visibilities), { freq: 2 }),
        isDeleted: fc.nat(5).map((dice) => dice === 5),
        userGrants: fc.array(grant(people), { maxLength: 1 }),
        teamGrants: fc.array(grant(teams), { maxLength: 1 }),
      }),
      { minLength: 1, maxLength: 7 },
    ),
    tokens: fc.array(token, { maxLength: 4 }),
  })
  .map(({ isConsistent, instance, nodes: shapes, users, teams: groups, packages, tokens }) => {
    const nodes: WorldNode[] = [{ name: '', parent: undefined, isProject: false, ...instance }];
    for (const [index, { parent, isProject, shape }] of shapes.entries()) {
      const holders = nodes.flatMap((other, at) => (other.isProject ? [] : [at]));
      const above = holders[parent % holders.length] ?? 0;
      const open = visibilities.slice(visibilities.indexOf((nodes[above] as WorldNode).visibility));
      const visibility = isConsistent && !open.includes(shape.visibility) ? (open[0] ?? 'PRIVATE') : shape.visibility;
      nodes.push({ ...shape, name: names[index] ?? '', parent: above, isProject, visibility });
    }
    const at = (index: number) => index % nodes.length;
    // Of several roles on one node the last: there is one row for both.
    const placed = <Role extends { node: number }>(list: Role[]) => [...new Map(list.map((role) => [at(role.node), { ...role, node: at(role.node) }])).values()];
    const topOf = (index: number): number => (nodes[index]?.parent ? topOf(nodes[index].parent) : index);
    const taken = new Set<string>();
    return {
      nodes,
      users: users.map((user) => ({ ...user, roles: placed(user.roles) })),
      teams: groups.map((group) => ({ roles: placed(group.roles) })),
      packages: packages
        .map((owner) => ({ ...owner, node: at(owner.node) }))
        .filter(({ node: home, format, name }) => {
          const claim = `${topOf(home)} ${format} ${name}`;
          return !taken.has(claim) && taken.add(claim);
        }),
      callers: [
        { kind: 'ANONYMOUS' as const },
        ...users.map((_user, user) => ({ kind: 'PERSON' as const, user })),
        ...tokens.map((caller) => ('node' in caller ? { ...caller, node: at(caller.node) } : caller)),
      ],
    };
  });

/** The rows of a world, in the order of its lists. */
export interface Rows {
  nodes: NamespaceRow[];
  users: UserRow[];
  packages: PackageRow[];
  /** By index of the caller; undefined for those without a token. */
  tokens: (TokenRow | undefined)[];
}

/** Writes a world into the tables; its nodes lie below the instance, which becomes the world's first node. */
export async function insertWorld(tx: EntityManager, world: World): Promise<Rows> {
  const nodes: NamespaceRow[] = [];
  const instance = await tx.findOneByOrFail(NamespaceTable, { id: instanceId });
  for (const [index, { name, parent, isProject, visibility, isPullOpen, off }] of world.nodes.entries()) {
    const shape = { visibility, isPullOpen, disabledFormats: off === '*' ? '*' : writeDisabledFormats(off) };
    const above = parent === undefined ? undefined : nodes[parent];
    if (!above) {
      await tx.update(NamespaceTable, { id: instanceId }, shape);
      nodes.push({ ...instance, ...shape });
      continue;
    }
    const id = newId('namespace');
    const path = above.path === '' ? name : `${above.path}/${name}`;
    const topId = above.id === instanceId ? id : above.topId;
    nodes.push({ ...above, ...shape, id, kind: isProject ? 'PROJECT' : 'GROUP', parentId: above.id, topId, path, name, lineage: `${above.lineage}${id}/`, createdAt: index });
  }
  await tx.insert(NamespaceTable, nodes.slice(1));
  const idOf = (index: number) => nodes[index]?.id ?? '';

  const users: UserRow[] = world.users.map(({ isAdmin }, index) => ({ id: newId('user'), username: `w${index}`, displayName: '', passwordHash: null, isAdmin, isBlocked: false, createdAt: 0 }));
  const teamIds = world.teams.map(() => newId('team'));
  await tx.insert(UserTable, users);
  await tx.insert(TeamTable, teamIds.map((id, index) => ({ id, name: `t${index}`, description: null, createdAt: 0 })));
  await insertAll(tx, TeamMemberTable, world.users.flatMap((user, index) => user.teams.map((team) => ({ teamId: teamIds[team], userId: users[index]?.id, createdAt: 0 }))));
  await insertAll(tx, MembershipTable, world.users.flatMap((user, index) => user.roles.map(({ node: home, role }) => ({ userId: users[index]?.id, namespaceId: idOf(home), role, createdAt: 0 }))));
  await insertAll(tx, TeamMembershipTable, world.teams.flatMap((team, index) => team.roles.map(({ node: home, role }) => ({ teamId: teamIds[index], namespaceId: idOf(home), role, createdAt: 0 }))));

  const packages: PackageRow[] = world.packages.map(({ node: home, format, name, isRestricted, visibility, isDeleted }, index) => ({
    id: newId('package'), namespaceId: idOf(home), topId: nodes[home]?.topId ?? '', format, name, normalizedName: name, revision: 1, description: null, keywords: null,
    createdAt: index, updatedAt: index, deletedAt: isDeleted ? index : null, isRestricted, visibility,
  }));
  await insertAll(tx, PackageTable, packages);
  // Searches look for packages that have something to offer.
  await insertAll(tx, VersionTable, packages.map(({ id: packageId }) => ({
    id: newId('version'), packageId, version: '1.0.0', normalizedVersion: '1.0.0', sortKey: '1', isPrerelease: false, status: 'PUBLISHED', statusReason: null, description: null, readme: null,
    licenses: [], homepage: null, repositoryUrl: null, keywords: [], authors: [], metadata: {}, build: null, sizeBytes: 0, publishedAt: 0, publishedById: null, deletedAt: null, tombstone: '',
  })));
  await insertAll(tx, PackageGrantTable, world.packages.flatMap(({ userGrants, teamGrants }, index) => [
    ...userGrants.map(({ holder, level }) => ({ packageId: packages[index]?.id, principalId: users[holder]?.id, level, createdAt: 0 })),
    ...teamGrants.map(({ holder, level }) => ({ packageId: packages[index]?.id, principalId: teamIds[holder], level, createdAt: 0 })),
  ]));

  const tokens = world.callers.map((caller, index): TokenRow | undefined => {
    if (caller.kind === 'ANONYMOUS' || caller.kind === 'PERSON') return undefined;
    const holder = caller.kind === 'PERSONAL' ? { userId: users[caller.user]?.id ?? '', namespaceId: null, role: null } : { userId: null, namespaceId: idOf(caller.node), role: caller.role };
    return {
      id: newId('token'), kind: caller.kind, name: 'w', secretSha256: `w${index}`, previousSha256: null, previousExpiresAt: null, hint: '', ...holder, parentId: null,
      scopes: caller.scopes, formats: caller.formats, namePattern: caller.namePattern, mintsJobs: false, build: null, createdById: null, createdAt: 0, expiresAt: null, revokedAt: null, lastUsedAt: null,
    };
  });
  await insertAll(tx, TokenTable, tokens.filter((row) => row !== undefined));
  return { nodes, users, packages, tokens };
}

/** Empties the tables of whatever world there was. */
export async function removeWorld(tx: EntityManager): Promise<void> {
  for (const table of ['package_grant', 'version', 'package', 'access_token', 'membership', 'team_member', 'team_membership', 'team', 'user']) await tx.query(`DELETE FROM ${table}`);
  const rows = await tx.find(NamespaceTable, { order: { lineage: 'DESC' } });
  for (const { id } of rows) if (id !== instanceId) await tx.delete(NamespaceTable, { id });
}

async function insertAll(tx: EntityManager, table: Parameters<EntityManager['insert']>[0], rows: readonly object[]): Promise<void> {
  if (rows.length > 0) await tx.insert(table, rows as never);
}
