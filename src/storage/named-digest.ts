import { InvalidInput } from '../errors.ts';

/** A digest that names its algorithm, in its parts. */
export interface NamedDigest {
  algorithm: 'sha256' | 'sha512';
  /** Lower-case. */
  hex: string;
}

const namedDigest = /^(?:(sha256):([0-9a-f]{64})|(sha512):([0-9a-f]{128}))$/;

/**
 * Reads `sha256:` or `sha512:` and lower-case hex (https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests), the algorithms that are computed
 * here; undefined for anything else.
 */
export function readDigest(text: string): NamedDigest | undefined {
  const [, sha256, sha256Hex, sha512, sha512Hex] = namedDigest.exec(text) ?? [];
  const [algorithm, hex] = [sha256 ?? sha512, sha256Hex ?? sha512Hex];
  return algorithm === undefined || hex === undefined ? undefined : { algorithm: algorithm as NamedDigest['algorithm'], hex };
}

/** The same; throws InvalidInput of `digest` for what is none. */
export function parseDigest(text: string): NamedDigest {
  const digest = readDigest(text);
  if (!digest) throw new InvalidInput('digest', `"${text.length > 150 ? `${text.slice(0, 150)}…` : text}" is no digest such as sha256:… or sha512:… in lower-case hex.`);
  return digest;
}
