import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Every secret begins with it. */
export const tokenPrefix = 'ept_';

/**
 * A fresh token secret: `ept_`, 32 random base64url characters (192 bits), and 6 hex characters of their CRC-32, so that
 * secret scanners recognise one and a mistyped one is refused without a look into the database.
 */
export function newSecret(): string {
  const body = randomBytes(24).toString('base64url').replace(/-/g, 'A').replace(/_/g, 'B');
  return `${tokenPrefix}${body}${checksum(body)}`;
}

/** What is stored instead of the secret: lower-case hex. */
export function secretSha256(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Longest secret that can be one, in characters. */
export const maxSecretLength = 512;

/** Whether a string that looks like a secret of ours has the right checksum; strings without our tokenPrefix pass. */
export function isPlausibleSecret(secret: string): boolean {
  if (secret.length === 0 || secret.length > maxSecretLength) return false;
  if (!secret.startsWith(tokenPrefix)) return true;
  const body = secret.slice(tokenPrefix.length, -6);
  return checksum(body) === secret.slice(-6);
}

/** Enough of a secret to recognise it by, and not enough to guess it: one that is not of our making may be short. */
export function secretHint(secret: string): string {
  return secret.slice(0, secret.startsWith(tokenPrefix) ? 8 : 2);
}

function checksum(body: string): string {
  return (crc32(body) & 0xffffff).toString(16).padStart(6, '0');
}
