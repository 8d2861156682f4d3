import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/database.ts';
import { type UserRow, UserTable } from '../db/tables/access.ts';
import { SessionTable, type TokenRow, TokenTable, type TokenScope, tokenScopes } from '../db/tables/credential.ts';
import { Unauthenticated } from '../errors.ts';
import { type Actor, type ActorToken, anonymous } from './actor.ts';
import { loadRights } from './queries/rights.ts';
import type { Narrowing } from './narrowing.ts';
import { needsOf } from './decide.ts';
import { type CredentialReference, isSigned, TokenSigner } from './signed-token.ts';
import { isPlausibleSecret, secretSha256, tokenPrefix } from './secret.ts';
import { signIn } from './sign-in.ts';
import { TokenUse } from './token-use.ts';

/** What a client presented, whatever header it came in. `address`: of the client, where failures are counted by it. */
export type Credential =
  | { kind: 'secret'; secret: string }
  | { kind: 'password'; username: string; password: string; address?: string }
  | { kind: 'session'; secret: string };

/** How long an answer may be reused: a revoked token works for at most this long on any process. */
const ttlMs = 500;

const mistyped = 'The token is mistyped or incomplete.';

/** Turns credentials into actors; remembers each for at most half a second. */
export class Authenticator {
  /** When tokens were last used. */
  readonly use: TokenUse;
  readonly #signer: TokenSigner;
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #recent = new LRUCache<string, Promise<Actor>>({ max: 10_000, ttl: ttlMs, ttlResolution: 0 });

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.use = new TokenUse(database, clock);
    this.#signer = new TokenSigner(database, clock);
  }

  /** The actor of a credential; no credential is the anonymous actor. Throws Unauthenticated where it is no good. */
  actorOf(credential: Credential | undefined): Actor | Promise<Actor> {
    if (!credential) return anonymous;
    if (credential.kind === 'secret' && isSigned(credential.secret)) return this.#bySigned(credential.secret);
    const key = keyOf(credential);
    const known = this.#recent.get(key);
    if (known) return known;
    // Not remembered, or anybody could fill the memory with headers of any length.
    if (credential.kind === 'secret' && !isPlausibleSecret(credential.secret)) return Promise.reject(new Unauthenticated(mistyped));
    const actor = this.#find(credential);
    this.#recent.set(key, actor);
    // Each wrong password is to be counted, and who came too often may come again.
    if (credential.kind === 'password') actor.catch(() => this.#recent.peek(key) === actor && this.#recent.delete(key));
    return actor;
  }

  /** Forgets what was remembered: for callers that just changed rights in this process. */
  forget(): void {
    this.#recent.clear();
  }

  /** A user with all their rights, as if signed in: to explain what they may. */
  async actorOfUser(user: UserRow): Promise<Actor> {
    return {
      user: { id: user.id, username: user.username, displayName: user.displayName, isAdmin: user.isAdmin },
      token: undefined,
      sessionId: undefined,
      scopes: new Set(tokenScopes),
      ...(await loadRights(this.#database.reads, user.id)),
    };
  }

  /** What a token may, as if it were presented. Throws Unauthenticated where it is no longer good. */
  async actorOfToken(token: TokenRow): Promise<Actor> {
    const now = this.#clock.now();
    if (token.revokedAt !== null) throw new Unauthenticated('The token is unknown or revoked.');
    if (token.expiresAt !== null && token.expiresAt <= now) throw new Unauthenticated('The token has expired.');
    const rights = { scopes: new Set(token.scopes), token: actorToken(token) };
    if (token.userId !== null) return { ...(await this.#byUserId(token.userId, 'The user of this token is blocked.')), ...rights };
    if (token.parentId !== null) await this.#checkParent(token.parentId);
    const roles = token.namespaceId !== null && token.role !== null ? [[token.namespaceId, token.role] as const] : [];
    return { ...anonymous, ...rights, roles: new Map(roles) };
  }

  /**
   * Makes a token that stands for a credential for so many seconds, narrowed to some packages and actions. It is signed, not stored: each time it is
   * used the credential is looked up again, with whatever rights it has by then. Of more packages than fit into a token the last are left out. Throws Unauthenticated where the credential is no good, or
   * stands for another one itself.
   */
  async narrow(credential: Credential | undefined, narrowedTo: Narrowing[], ttlSeconds: number): Promise<{ token: string; expiresAt: number }> {
    const actor = await this.actorOf(credential);
    if (actor.narrowedTo || actor.sessionId !== undefined) throw new Unauthenticated('Only a token or a password can be narrowed.');
    const expiresAt = Math.min(this.#clock.now() + ttlSeconds * 1000, actor.token?.expiresAt ?? Infinity);
    return { token: await this.#signer.sign({ credential: await this.#refer(actor, credential), narrowedTo, expiresAt }), expiresAt };
  }

  async #refer({ user, token }: Actor, credential: Credential | undefined): Promise<CredentialReference> {
    if (token && credential) return { kind: 'token', id: token.id, print: printOf(secretSha256(secretOf(credential))) };
    if (!user) return { kind: 'nobody' };
    const row = await this.#database.reads.findOneByOrFail(UserTable, { id: user.id });
    return { kind: 'user', id: user.id, print: printOf(secretSha256(row.passwordHash ?? '')) };
  }

  async #bySigned(secret: string): Promise<Actor> {
    const { claims, id } = await this.#signer.open(secret);
    const { credential, narrowedTo } = claims;
    // Of nobody's, which everybody can have made without end, nothing has to be looked up.
    if (credential.kind === 'nobody') return narrowed(anonymous, narrowedTo);
    const key = `signed ${id}`;
    const known = this.#recent.get(key);
    if (known) return known;
    const actor = this.#byReference(credential).then((found) => narrowed(found, narrowedTo));
    this.#recent.set(key, actor);
    return actor;
  }

  async #byReference(reference: Exclude<CredentialReference, { kind: 'nobody' }>): Promise<Actor> {
    const { reads } = this.#database;
    if (reference.kind === 'user') {
      const user = await reads.findOne(UserTable, { where: { id: reference.id } });
      if (!user || user.isBlocked || printOf(secretSha256(user.passwordHash ?? '')) !== reference.print) throw new Unauthenticated('The password has changed, or the user is blocked; sign in again.');
      return this.actorOfUser(user);
    }
    const token = await reads.findOne(TokenTable, { where: { id: reference.id } });
    if (!token) throw new Unauthenticated('The token is unknown or revoked.');
    const isPrevious = printOf(token.previousSha256 ?? '') === reference.print && (token.previousExpiresAt ?? 0) > this.#clock.now();
    if (printOf(token.secretSha256) !== reference.print && !isPrevious) throw new Unauthenticated('The token was rotated; use its new secret.');
    const actor = await this.actorOfToken(token);
    this.use.note(token);
    return actor;
  }

  #find(credential: Credential): Promise<Actor> {
    if (credential.kind === 'secret') return this.#byToken(credential.secret);
    if (credential.kind === 'session') return this.#bySession(credential.secret);
    return this.#byPassword(credential);
  }

  async #byToken(secret: string): Promise<Actor> {
    if (!isPlausibleSecret(secret)) throw new Unauthenticated(mistyped);
    const { reads } = this.#database;
    const sha256 = secretSha256(secret);
    const current = await reads.findOne(TokenTable, { where: { secretSha256: sha256 } });
    const previous = current ? null : await reads.findOne(TokenTable, { where: { previousSha256: sha256 } });
    if (previous && (previous.previousExpiresAt ?? 0) <= this.#clock.now()) throw new Unauthenticated('The token was rotated; use its new secret.');
    const token = current ?? previous;
    if (!token) throw new Unauthenticated('The token is unknown or revoked.');
    const actor = await this.actorOfToken(token);
    this.use.note(token);
    return actor;
  }

  /** A job's token works no longer than the one that minted it. */
  async #checkParent(id: string): Promise<void> {
    const parent = await this.#database.reads.findOne(TokenTable, { where: { id } });
    const isGood = parent && parent.revokedAt === null && (parent.expiresAt === null || parent.expiresAt > this.#clock.now());
    if (!isGood) throw new Unauthenticated('The token that minted this one is revoked or has expired.');
  }

  async #bySession(secret: string): Promise<Actor> {
    const session = await this.#database.reads.findOne(SessionTable, { where: { secretSha256: secretSha256(secret) } });
    if (!session || session.expiresAt <= this.#clock.now()) throw new Unauthenticated('The session has ended; sign in again.');
    return { ...(await this.#byUserId(session.userId, 'This user is blocked.')), sessionId: session.id };
  }

  async #byPassword(credential: { username: string; password: string; address?: string }): Promise<Actor> {
    // Clients that know only user and password put the token in the password's place.
    if (credential.password.startsWith(tokenPrefix)) return this.#byToken(credential.password);
    return this.actorOfUser(await signIn({ database: this.#database, clock: this.#clock }, { ...credential, address: credential.address ?? '' }));
  }

  async #byUserId(id: string, ifBlocked: string): Promise<Actor> {
    const user = await this.#database.reads.findOne(UserTable, { where: { id } });
    if (!user || user.isBlocked) throw new Unauthenticated(ifBlocked);
    return this.actorOfUser(user);
  }
}

/** Enough of a hash to tell that it is another one. */
function printOf(hash: string): string {
  return hash.slice(0, 32);
}

function secretOf(credential: Credential): string {
  return credential.kind === 'password' ? credential.password : credential.secret;
}

/** Scopes that none of the actions needs would be of no use but for what has no package. */
function narrowed(actor: Actor, narrowedTo: readonly Narrowing[]): Actor {
  const needed = new Set<TokenScope>(['READ', ...narrowedTo.flatMap(({ actions }) => actions.map((action) => needsOf(action).scope))]);
  return { ...actor, narrowedTo, scopes: new Set([...actor.scopes].filter((scope) => needed.has(scope))) };
}

/** What a credential is remembered by; passwords with their address, since that may be refused where another is not. */
function keyOf(credential: Credential): string {
  if (credential.kind !== 'password') return `${credential.kind} ${credential.secret}`;
  return JSON.stringify([credential.username, credential.password, credential.address ?? '']);
}

function actorToken({ id, kind, name, namespaceId, formats, namePattern, mintsJobs, build, expiresAt }: TokenRow): ActorToken {
  return {
    id,
    kind,
    name,
    namespaceId,
    formats: formats === null ? undefined : new Set(formats),
    namePattern: namePattern ?? undefined,
    mintsJobs,
    build: build ?? undefined,
    expiresAt,
  };
}
