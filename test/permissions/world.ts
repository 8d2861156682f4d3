import { principalId } from '../../src/access/actor.ts';
import { rotateToken } from '../../src/access/rotate-token.ts';
import { createToken } from '../../src/access/tokens.ts';
import { createUser } from '../../src/access/users.ts';
import { MembershipTable, type Role } from '../../src/db/tables/access.ts';
import { type TokenScope, tokenScopes } from '../../src/db/tables/credential.ts';
import { instanceId, type NamespaceRow, type Visibility } from '../../src/db/tables/namespace.ts';
import type { Published } from '../../src/packages/publish.ts';
import { updateSettings } from '../../src/settings/update.ts';
import { put } from '../graphql/client.ts';
import { nupkg } from '../support/nupkg.ts';
import { uploadedBytes } from '../support/uploaded.ts';
import { holdBlob, imageOf, putImage } from '../support/oci-image.ts';
import { password, startApp, type TestApp } from '../support/app.ts';
import type { Asker, Situation } from './reference.ts';

/** A group with a project in it, in one of the situations to be told apart. */
export interface Place extends Situation {
  name: string;
  group: NamespaceRow;
  project: NamespaceRow;
  /** What stands there for all who may not change it. */
  standing: Target;
  /** Secrets of the tokens without a user, which are good for this place alone. */
  secrets: Map<string, string>;
}

/** Packages to be asked for, one of each format. */
export interface Target extends Record<PackageOf, Published> {
  number: number;
}

/** Everything that the walk goes through. */
export interface World {
  app: TestApp;
  places: Place[];
  askers: Asker[];
  /** The header that an asker sends at a place. */
  headers(asker: Asker, place: Place): Record<string, string>;
  /** The user or token that an asker is; of nobody for those without a good credential. */
  principalIdOf(asker: Asker, place: Place): Promise<string>;
  /** Packages of these formats for somebody who will change them; those of the others are what stands there. */
  fresh(place: Place, ...formats: PackageOf[]): Promise<Target>;
  /** Runs something while the registry of the place is on. */
  whileOn<Thing>(place: Place, work: () => Promise<Thing>): Promise<Thing>;
}

const situations: (Situation & { name: string })[] = [
  { name: 'public', visibility: 'PUBLIC' },
  { name: 'internal', visibility: 'INTERNAL' },
  { name: 'private', visibility: 'PRIVATE' },
  { name: 'anyone-can-pull', visibility: 'PRIVATE', anyoneCanPull: true },
  { name: 'package-restricted', visibility: 'PRIVATE', isRestricted: true },
  { name: 'registry-off', visibility: 'PUBLIC', isOff: true },
];

const all = [...tokenScopes];
const rolesOfScopes: Record<Exclude<TokenScope, 'ADMIN'>, Role> = { READ: 'REPORTER', WRITE: 'DEVELOPER', DELETE: 'MAINTAINER' };

/** People with all their rights, by role. */
const people: Asker[] = [
  { name: 'anonymous', isUser: false, scopes: ['READ'], credential: 'none' },
  { name: 'outsider', isUser: true, scopes: all },
  { name: 'guest', isUser: true, role: 'GUEST', scopes: all },
  { name: 'reader', isUser: true, role: 'REPORTER', scopes: all },
  { name: 'developer', isUser: true, role: 'DEVELOPER', scopes: all },
  { name: 'maintainer', isUser: true, role: 'MAINTAINER', scopes: all },
  { name: 'owner', isUser: true, role: 'OWNER', scopes: all },
  { name: 'admin', isUser: true, isAdmin: true, scopes: all },
];

const personal: Asker[] = [
  ...all.map((scope): Asker => ({ name: `owner's ${scope}`, isUser: true, role: 'OWNER', scopes: [scope] })),
  ...all.map((scope): Asker => ({ name: `admin's ${scope}`, isUser: true, isAdmin: true, scopes: [scope] })),
];
const nodeTokens: Asker[] = [
  ...(['READ', 'WRITE', 'DELETE'] as const).map((scope): Asker => ({ name: `deploy ${scope}`, isUser: false, isForPackages: true, role: rolesOfScopes[scope], scopes: [scope] })),
  ...all.map((scope): Asker => ({ name: `project ${scope}`, isUser: false, role: 'OWNER', scopes: [scope] })),
  { name: 'deploy that mints', isUser: false, isForPackages: true, role: 'DEVELOPER', scopes: ['READ', 'WRITE'], mints: true },
  ...(['READ', 'WRITE', 'DELETE'] as const).map((scope): Asker => ({ name: `job ${scope}`, isUser: false, isForPackages: true, role: 'MAINTAINER', scopes: [scope] })),
];
const bad: Asker[] = ['expired', 'revoked', 'blocked', 'rotated', 'job of a revoked token'].map((name) => ({ name, isUser: true, role: 'OWNER', scopes: all, credential: 'bad' }));

/** Makes the places, the people and their tokens. */
export async function makeWorld(): Promise<World> {
  const app = await startApp();
  await updateSettings(app.core, await app.actor('admin'), instanceId, { node: { auditEvents: { value: true } } });
  const places: Place[] = [];
  for (const situation of situations) places.push(await makePlace(app, situation));
  const secrets = await makePeople(app, places);
  for (const place of places) await makeNodeTokens(app, place);
  for (const place of places) await settle(app, place);
  app.core.authenticator.forget();
  const secretOf = (asker: Asker, place: Place) => place.secrets.get(asker.name) ?? secrets.get(asker.name);
  return {
    app,
    places,
    askers: [...people, ...personal, ...nodeTokens, ...bad],
    headers(asker, place): Record<string, string> {
      const secret = secretOf(asker, place);
      return secret === undefined ? {} : { authorization: `Bearer ${secret}` };
    },
    async principalIdOf(asker, place) {
      const secret = secretOf(asker, place);
      if (secret === undefined || asker.credential === 'bad') return 'usr_nobody';
      return principalId(await app.core.authenticator.actorOf({ kind: 'secret', secret })) ?? '';
    },
    fresh: async (place, ...formats) => ({ ...place.standing, ...(await makePackages(app, place, formats)) }),
    async whileOn(place, work) {
      if (!place.isOff) return work();
      await setOff(app, place, false);
      try {
        return await work();
      } finally {
        await setOff(app, place, true);
      }
    },
  };
}

async function makePlace(app: TestApp, situation: Situation & { name: string }): Promise<Place> {
  const group = await app.namespace(`w-${situation.name}`, 'GROUP', situation.visibility as Visibility);
  const project = await app.namespace(`w-${situation.name}/proj`, 'PROJECT', situation.visibility as Visibility);
  const place = { ...situation, group, project, secrets: new Map<string, string>() };
  return { ...place, standing: (await makePackages(app, { ...place, isOff: false }, packageFormats)) as Target };
}

let count = 0;

/** Makes packages of these formats; while the registry of its place is off, it is on for a moment. */
async function makePackages(app: TestApp, place: Omit<Place, 'standing'>, formats: readonly PackageOf[]): Promise<Partial<Target> & { number: number }> {
  const made: Partial<Target> & { number: number } = { number: count++ };
  if (place.isOff) await setOff(app, place, false);
  for (const format of formats) made[format] = await makers[format](app, place.project, made.number);
  if (place.isRestricted) await restrict(app, formats.flatMap((format) => made[format]?.package.id ?? []));
  if (place.isOff) await setOff(app, place, true);
  return made;
}

const makers = {
  /** With two versions and a tag. */
  async npm(app: TestApp, { path }: NamespaceRow, number: number): Promise<Published> {
    const name = `lib-${number}`;
    const version = (version: string) => ({ name, version, metadata: { manifest: { name, version } }, files: { [`${name}-${version}.tgz`]: `${name} ${version}` } });
    await put(app, path, version('1.0.0'));
    return put(app, path, { ...version('1.1.0'), tags: ['latest', 'beta'] });
  },
  generic: (app: TestApp, { path }: NamespaceRow, number: number) => put(app, path, { format: 'generic', name: `tool-${number}`, version: '1', files: { 'a.txt': `generic ${number}` } }),
  maven: (app: TestApp, { path }: NamespaceRow, number: number) => put(app, path, { format: 'maven', name: `org.acme:lib-${number}`, version: '1.0', files: { [`lib-${number}-1.0.jar`]: `maven ${number}` } }),
  pypi(app: TestApp, { path }: NamespaceRow, number: number): Promise<Published> {
    const wheel = `py_${number}-1.0-py3-none-any.whl`;
    return put(app, path, { format: 'pypi', name: `py-${number}`, version: '1.0', files: { [wheel]: `pypi ${number}`, [`${wheel}.publish.attestation`]: '{}' } });
  },
  nuget: (app: TestApp, { path }: NamespaceRow, number: number) => putNuget(app, path, `Lib.${number}`),
  /** An image with the tags 1.0 and beta; beside it the blob `held NUMBER` is held. */
  async oci(app: TestApp, project: NamespaceRow, number: number): Promise<Published> {
    const admin = await app.actor('admin');
    const image = await putImage(app.core, admin, project, `img-${number}`, imageOf({ layers: [`layer ${number}`] }), ['1.0', 'beta']);
    await holdBlob(app.core, admin, project, `img-${number}`, `held ${number}`);
    return image;
  },
};

/** A format that packages are made of here. */
export type PackageOf = keyof typeof makers;
const packageFormats = Object.keys(makers) as PackageOf[];

/** A NuGet package with a version that is listed, and one that is not. */
async function putNuget(app: TestApp, path: string, name: string): Promise<Published> {
  const publish = async (bytes: Buffer) => {
    const { version, file } = await app.core.formats.get('nuget').inspect(uploadedBytes(bytes), {});
    return put(app, path, { format: 'nuget', ...version, files: { [file.name]: bytes } });
  };
  const { version } = await publish(nupkg(name, '2.0.0'));
  await app.core.database.tx((tx) => tx.query("UPDATE version SET status = 'HIDDEN' WHERE id = ?", [version.id]));
  return publish(nupkg(name, '1.0.0'));
}

async function makePeople(app: TestApp, places: readonly Place[]): Promise<Map<string, string>> {
  const secrets = new Map<string, string>();
  const { core } = app;
  const user = async (name: string, role?: Role) => {
    const { id } = await createUser(core, { username: name, password, isAdmin: name.startsWith('w-admin') });
    for (const { group } of role ? places : []) {
      await core.database.tx((tx) => tx.insert(MembershipTable, { userId: id, namespaceId: group.id, role: role ?? 'GUEST', createdAt: core.clock.now() }));
    }
    return id;
  };
  for (const { name, role } of people.slice(1)) {
    secrets.set(name, (await createToken(core, { userId: await user(`w-${name}`, role), name })).secret);
  }
  // Somebody to be given roles and tokens, and to have them taken away.
  await user('w-anybody');
  const ownerId = await user('w-owner-2', 'OWNER');
  const adminId = await user('w-admin-2');
  for (const { name, scopes, isAdmin } of personal) secrets.set(name, (await createToken(core, { userId: isAdmin ? adminId : ownerId, name, scopes })).secret);
  secrets.set('expired', (await createToken(core, { userId: ownerId, name: 'expired', expiresAt: core.clock.now() + 1 })).secret);
  const revoked = await createToken(core, { userId: ownerId, name: 'revoked' });
  secrets.set('revoked', revoked.secret);
  const rotated = await createToken(core, { userId: ownerId, name: 'rotated' });
  secrets.set('rotated', rotated.secret);
  await rotateToken(core, await core.authenticator.actorOf({ kind: 'secret', secret: rotated.secret }), rotated.token.id);
  const blockedId = await user('w-blocked', 'OWNER');
  secrets.set('blocked', (await createToken(core, { userId: blockedId, name: 'blocked' })).secret);
  await core.database.tx(async (tx) => {
    await tx.query('UPDATE access_token SET revoked_at = ? WHERE id = ?', [core.clock.now(), revoked.token.id]);
    await tx.query('UPDATE user SET is_blocked = 1 WHERE id = ?', [blockedId]);
  });
  app.clock.advance(1);
  return secrets;
}

async function makeNodeTokens(app: TestApp, place: Place): Promise<void> {
  const gone = await createToken(app.core, { kind: 'DEPLOY', name: 'gone', namespaceId: place.group.id, role: 'MAINTAINER', mintsJobs: true });
  const orphan = await createToken(app.core, { kind: 'JOB', name: 'orphan', namespaceId: place.group.id, role: 'MAINTAINER', parentId: gone.token.id });
  place.secrets.set('job of a revoked token', orphan.secret);
  await app.core.database.tx((tx) => tx.query('UPDATE access_token SET revoked_at = ? WHERE id = ?', [app.core.clock.now(), gone.token.id]));
  const minter = await createToken(app.core, { kind: 'DEPLOY', name: 'minter', namespaceId: place.group.id, role: 'MAINTAINER', scopes: ['READ', 'WRITE', 'DELETE'], mintsJobs: true });
  for (const { name, role, scopes, mints = false } of nodeTokens) {
    const kind = name.startsWith('deploy') ? 'DEPLOY' : name.startsWith('project') ? 'PROJECT' : 'JOB';
    const parent = kind === 'JOB' ? { parentId: minter.token.id } : {};
    const { secret } = await createToken(app.core, { kind, name, namespaceId: place.group.id, role: role ?? 'GUEST', scopes, mintsJobs: mints, ...parent });
    place.secrets.set(name, secret);
  }
}

/** Brings the place into its situation. */
async function settle(app: TestApp, place: Place): Promise<void> {
  if (place.isOff) await setOff(app, place, true);
  if (place.anyoneCanPull) await setColumns(app, place, 'is_pull_open = 1');
}

/** As an owner does it: what is written to the column alone is gone when another setting of the place changes. */
async function setOff(app: TestApp, { group }: Pick<Place, 'group'>, isOff: boolean): Promise<void> {
  await updateSettings(app.core, await app.actor('admin'), group.id, { node: { registryEnabled: { value: !isOff } } });
}

async function setColumns(app: TestApp, { group }: Pick<Place, 'group'>, assignment: string): Promise<void> {
  await app.core.database.tx((tx) => tx.query(`UPDATE namespace SET ${assignment} WHERE lineage LIKE ?`, [`${group.lineage}%`]));
}

async function restrict(app: TestApp, packageIds: readonly string[]): Promise<void> {
  await app.core.database.tx(async (tx) => {
    for (const id of packageIds) await tx.query('UPDATE package SET is_restricted = 1 WHERE id = ?', [id]);
  });
}
