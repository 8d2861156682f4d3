import { type App, type AppOptions, createApp } from '../../src/app.ts';
import { createToken } from '../../src/access/tokens.ts';
import { insertMember } from '../../src/access/members.ts';
import { createUser, findUser } from '../../src/access/users.ts';
import { anonymous, type Actor } from '../../src/access/actor.ts';
import { sweep } from '../../src/blobs/sweep.ts';
import type { Core } from '../../src/core.ts';
import { readConfig } from '../../src/config.ts';
import type { OpenOptions } from '../../src/db/open.ts';
import type { Role } from '../../src/db/tables/access.ts';
import type { NamespaceRow, Visibility } from '../../src/db/tables/namespace.ts';
import { createNamespace } from '../../src/namespaces/manage.ts';
import { TestClock } from './clock.ts';
import { type OpenBackend, openEmbedded } from './environment/backends.ts';
import { leftovers } from './leftovers.ts';

/** Who asks: nobody, a user without any role, the members of `acme` by role, the instance's admin. */
export type Person = 'anonymous' | 'outsider' | 'reader' | 'developer' | 'maintainer' | 'owner' | 'admin';

const members: Partial<Record<Person, Role>> = { reader: 'REPORTER', developer: 'DEVELOPER', maintainer: 'MAINTAINER', owner: 'OWNER' };

/** Password of every test user. */
export const password = 'correct horse battery';

/** A registry with the private group `acme` and in it the private project `acme/widgets`, whatever serves it. */
export interface Registry {
  /** Its services, for what a test does past HTTP. */
  core: Core;
  /** `http://127.0.0.1:port`. */
  url: string;
  /** Of each server, where there are several behind the `url`. */
  serverUrls: readonly string[];
  /** The secret of each person's token. */
  secrets: Record<Exclude<Person, 'anonymous'>, string>;
  /** The actor that a person is. */
  actor(person: Person): Promise<Actor>;
  /** A request as somebody. */
  fetch(path: string, as: Person, init?: RequestInit): Promise<Response>;
  /** Makes a top-level group or project, or one below `acme`. */
  namespace(path: string, kind?: 'GROUP' | 'PROJECT', visibility?: Visibility): Promise<NamespaceRow>;
  /** Resolves when no server remembers a right that was taken away before. */
  forgetRights(): Promise<void>;
  /** Lets so many milliseconds pass. */
  pass(ms: number): Promise<void>;
  /** Stops it; fails where blobs, objects or removals are left over that nothing needs. */
  close(): Promise<void>;
}

/** A registry in the test's own process. */
export interface TestApp extends Registry {
  app: App;
  /** Its clock, which stands still. */
  clock: TestClock;
}

export interface StartOptions extends OpenOptions, Pick<AppOptions, 'resolve'> {
  /** Default: SQLite and files. */
  backend?: OpenBackend;
  /** More environment variables. */
  env?: Record<string, string>;
}

/** Stops the work on events and webhooks, where statements are counted or the database is made to fail: it would come in between. */
export async function stopBackground({ app }: TestApp): Promise<void> {
  await Promise.all([app.relay.stop(), app.webhooks.stop()]);
}

/** Starts a fresh registry on a fresh database and store. */
export async function startApp(options: StartOptions = {}): Promise<TestApp> {
  const backend = options.backend ?? (await openEmbedded());
  Object.assign(process.env, backend.env);
  const adminToken = 'fixed-admin-secret';
  const config = readConfig({
    LOG_LEVEL: 'error',
    ...backend.env,
    ...options.env,
    HOST: '127.0.0.1',
    ENTREPOT_ADMIN_TOKEN: adminToken,
  });
  const clock = new TestClock();
  // The machine's power stays on, and most of the time of many a test would be spent waiting for its disk.
  const app = await createApp({ ...config, port: 0 }, { waitsForDisk: false, ...options, clock });
  const { core } = app;
  const port = await app.listen();
  const url = `http://127.0.0.1:${port}`;

  return {
    ...(await fillRegistry(core, url, adminToken)),
    app,
    clock,
    serverUrls: [url],
    // Who takes them away in the same process needs no patience.
    forgetRights: async () => undefined,
    pass: async (ms) => clock.advance(ms),
    async close() {
      try {
        // Requests whose client has left may still be running.
        await app.server.close();
        clock.advance(48 * 60 * 60 * 1000);
        await sweep(core, { graceMs: 0 });
        const left = await leftovers(core);
        if (left.length > 0) throw new Error(`left over after the sweep: ${left.join('; ')}`);
      } finally {
        await app.close();
        await backend.close();
      }
    },
  };
}

/** Makes groups and people in an empty registry, and what tests need to act as them. */
export async function fillRegistry(core: Core, url: string, adminToken: string): Promise<Omit<Registry, 'serverUrls' | 'forgetRights' | 'pass' | 'close'>> {
  const admin = await core.authenticator.actorOf({ kind: 'secret', secret: adminToken });
  const acme = await createNamespace(core, admin, { kind: 'GROUP', parentPath: '', slug: 'acme' });
  await createNamespace(core, admin, { kind: 'PROJECT', parentPath: 'acme', slug: 'widgets' });
  const secrets = { admin: adminToken } as TestApp['secrets'];
  for (const person of ['outsider', 'reader', 'developer', 'maintainer', 'owner'] as const) {
    const user = await createUser(core, { username: person, password });
    const role = members[person];
    if (role) await insertMember(core, user.id, acme.id, role);
    secrets[person] = (await createToken(core, { userId: user.id, name: 'test' })).secret;
  }

  return {
    core,
    url,
    secrets,
    actor: async (person) => (person === 'anonymous' ? anonymous : core.authenticator.actorOf({ kind: 'secret', secret: secrets[person] })),
    fetch: (path, as, init = {}) => {
      const headers = new Headers(init.headers);
      if (as !== 'anonymous') headers.set('authorization', `Bearer ${secrets[as]}`);
      return fetch(`${url}${path}`, { redirect: 'manual', ...init, headers });
    },
    namespace: (path, kind = 'PROJECT', visibility = 'PRIVATE') => {
      const slash = path.lastIndexOf('/');
      return createNamespace(core, admin, { kind, parentPath: path.slice(0, Math.max(0, slash)), slug: path.slice(slash + 1), visibility });
    },
  };
}

/** The user of a person, for tests that need its id. */
export function userOf(core: Core, person: Person) {
  return findUser(core.database.reads, person);
}
