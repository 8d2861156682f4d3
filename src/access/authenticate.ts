import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/database.ts';
import { MembershipTable, type TokenScope, TokenTable, tokenScopes, type UserRow, UserTable } from '../db/tables/access.ts';
import { Unauthenticated } from '../errors.ts';
import { type Actor, anonymous } from './actor.ts';
import { isPlausibleSecret, secretSha256 } from './secret.ts';
import { signIn } from './users.ts';

/** What a client presented, whatever header it came in. */
export type Credential = { kind: 'secret'; secret: string } | { kind: 'password'; username: string; password: string };

/** How long an answer may be reused: a revoked token works for at most this long on any process. */
const ttlMs = 1_000;

/** Turns credentials into actors; remembers each for at most a second. */
export class Authenticator {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #recent = new LRUCache<string, Promise<Actor>>({ max: 10_000, ttl: ttlMs });

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** The actor of a credential; no credential is the anonymous actor. Throws Unauthenticated where it is no good. */
  actorOf(credential: Credential | undefined): Actor | Promise<Actor> {
    if (!credential) return anonymous;
    const key = credential.kind === 'secret' ? credential.secret : `${credential.username}\0${credential.password}`;
    const known = this.#recent.get(key);
    if (known) return known;
    const actor = credential.kind === 'secret' ? this.#byToken(credential.secret) : this.#byPassword(credential);
    this.#recent.set(key, actor);
    return actor;
  }

  /** Forgets what was remembered: for callers that just changed rights in this process. */
  forget(): void {
    this.#recent.clear();
  }

  async #byToken(secret: string): Promise<Actor> {
    if (!isPlausibleSecret(secret)) throw new Unauthenticated('The token is mistyped or incomplete.');
    const { reads } = this.#database;
    const token = await reads.findOne(TokenTable, { where: { secretSha256: secretSha256(secret) } });
    if (!token || token.revokedAt !== null) throw new Unauthenticated('The token is unknown or revoked.');
    if (token.expiresAt !== null && token.expiresAt <= this.#clock.now()) throw new Unauthenticated('The token has expired.');
    const user = await reads.findOne(UserTable, { where: { id: token.userId } });
    if (!user || user.isBlocked) throw new Unauthenticated('The user of this token is blocked.');
    return this.#actor(user, token.id, token.scopes);
  }

  async #byPassword(credential: { username: string; password: string }): Promise<Actor> {
    // Clients that know only user and password put the token in the password's place.
    if (credential.password.startsWith('ept_')) return this.#byToken(credential.password);
    const user = await signIn(this.#database, credential.username, credential.password);
    return this.#actor(user, undefined, tokenScopes);
  }

  async #actor(user: UserRow, tokenId: string | undefined, scopes: readonly TokenScope[]): Promise<Actor> {
    const memberships = await this.#database.reads.find(MembershipTable, { where: { userId: user.id } });
    return {
      user: { id: user.id, username: user.username, displayName: user.displayName, isAdmin: user.isAdmin },
      tokenId,
      scopes: new Set(scopes),
      roles: new Map(memberships.map(({ namespaceId, role }) => [namespaceId, role])),
    };
  }
}
