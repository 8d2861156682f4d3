import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Database } from '../db/database.ts';
import { SigningKeyTable } from '../db/tables/credential.ts';
import { upsert } from '../db/upsert.ts';
import { Unauthenticated } from '../errors.ts';
import type { Narrowing } from './narrowing.ts';

/** Every signed token begins with it. */
const signedPrefix = 'eps_';
const purpose = 'narrowed credentials';
/** In characters: none is made longer, since proxies take no line of a header with more than 8 KiB; of what is longer not even the signature is looked at. */
const maxLength = 8_000;

/** Which credential a token stands for. `print`: what of it must not have changed since; nobody's has none. */
export type CredentialReference = { kind: 'token' | 'user'; id: string; print: string } | { kind: 'nobody' };

/** What a signed token says. */
export interface SignedClaims {
  credential: CredentialReference;
  narrowedTo: Narrowing[];
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** A signed token that is good. */
export interface OpenedToken {
  claims: SignedClaims;
  /** The same for the same token alone, and short. */
  id: string;
}

/** Whether a secret looks like a signed token. */
export function isSigned(secret: string): boolean {
  return secret.startsWith(signedPrefix);
}

/**
 * Signs and opens tokens that stand for a credential for some minutes: `eps_`, the claims as JSON in base64url, a dot, and their HMAC-SHA-256
 * (https://www.rfc-editor.org/rfc/rfc2104). The key is in the database, so what one process signs all others open.
 */
export class TokenSigner {
  readonly #database: Database;
  readonly #clock: Clock;
  #key: Promise<Buffer> | undefined;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** A token is good for what it has room for: of too many packages the last are left out. */
  async sign({ credential, narrowedTo, expiresAt }: SignedClaims): Promise<string> {
    const key = await this.#getKey();
    for (let kept = narrowedTo.length; ; kept--) {
      const body = Buffer.from(JSON.stringify({ credential, narrowedTo: narrowedTo.slice(0, kept), expiresAt })).toString('base64url');
      const token = `${signedPrefix}${body}.${macOf(key, body)}`;
      if (token.length <= maxLength || kept === 0) return token;
    }
  }

  /** Throws Unauthenticated for what was not signed here, to the letter, or has expired. */
  async open(secret: string): Promise<OpenedToken> {
    const [body = '', id = '', ...more] = secret.length > maxLength ? [] : secret.slice(signedPrefix.length).split('.');
    const [given, expected] = [id, macOf(await this.#getKey(), body)].map((mac) => Buffer.from(mac)) as [Buffer, Buffer];
    if (more.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) throw new Unauthenticated('The token was not made here.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as SignedClaims;
    if (claims.expiresAt <= this.#clock.now()) throw new Unauthenticated('The token has expired.');
    return { claims, id };
  }

  #getKey(): Promise<Buffer> {
    this.#key ??= this.#loadKey().catch((error: unknown) => {
      this.#key = undefined;
      throw error;
    });
    return this.#key;
  }

  /** Made by whoever needs it first; all others find that one. */
  async #loadKey(): Promise<Buffer> {
    const find = () => this.#database.reads.findOne(SigningKeyTable, { where: { purpose } });
    const known = await find();
    if (known) return Buffer.from(known.secret, 'base64url');
    const secret = randomBytes(32).toString('base64url');
    await this.#database.tx((tx) => upsert(tx, 'signing_key', { purpose, secret, created_at: this.#clock.now() }, ['purpose'], { created_at: 'signing_key.created_at' }));
    const made = await find();
    return Buffer.from(made?.secret ?? secret, 'base64url');
  }
}

/** As it stands in the token: there is one way to write it. */
function macOf(key: Buffer, body: string): string {
  return createHmac('sha256', key).update(body).digest('base64url');
}
