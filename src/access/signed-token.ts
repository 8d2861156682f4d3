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
/** In characters: of what is longer not even the signature is looked at. */
const maxLength = 16 * 1024;

/** Which credential a token stands for. `print`: what of it must not have changed since; nobody's has none. */
export type CredentialReference = { kind: 'token' | 'user'; id: string; print: string } | { kind: 'nobody' };

/** What a signed token says. */
export interface SignedClaims {
  credential: CredentialReference;
  narrowedTo: Narrowing[];
  /** Milliseconds since the epoch. */
  expiresAt: number;
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

  async sign(claims: SignedClaims): Promise<string> {
    const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
    return `${signedPrefix}${body}.${macOf(await this.#getKey(), body).toString('base64url')}`;
  }

  /** Throws Unauthenticated for what was not signed here, or has expired. */
  async open(secret: string): Promise<SignedClaims> {
    const [body = '', mac = ''] = secret.length > maxLength ? [] : secret.slice(signedPrefix.length).split('.');
    const given = Buffer.from(mac, 'base64url');
    const expected = macOf(await this.#getKey(), body);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new Unauthenticated('The token was not made here.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as SignedClaims;
    if (claims.expiresAt <= this.#clock.now()) throw new Unauthenticated('The token has expired.');
    return claims;
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

function macOf(key: Buffer, body: string): Buffer {
  return createHmac('sha256', key).update(body).digest();
}
