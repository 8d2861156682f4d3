import { InvalidInput, InvalidName, InvalidVersion } from '../../src/errors.ts';

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const repository = new RegExp(`^${component}(?:/${component})*$`);
const tag = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;
const digest = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** A digest in its parts. */
export interface Digest {
  algorithm: 'sha256' | 'sha512';
  hex: string;
}

/**
 * Throws InvalidName unless a repository may be called so; the whole name, with the path of its namespace, follows the same rule
 * (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests).
 */
export function validateName(name: string): void {
  if (name.length > 255 || !repository.test(name)) {
    throw new InvalidName(name, `"${shown(name)}" can't be the name of a repository: it is made of a-z and 0-9 with single ".", "_", "__" or dashes between them, in parts joined by "/".`);
  }
}

/** Throws InvalidName unless a tag may be called so. */
export function validateTag(name: string): void {
  if (!tag.test(name)) throw new InvalidName(name, `"${shown(name)}" can't be a tag: it has 1 to 128 letters, digits and _ . - and begins with none of the last two.`);
}

/** Whether a reference is meant as a digest: no tag has a colon. */
export function isDigestLike(reference: string): boolean {
  return reference.includes(':');
}

/** Throws InvalidInput of `digest` for what is no digest of an algorithm that is computed here. */
export function parseDigest(text: string): Digest {
  if (!digest.test(text)) throw new InvalidInput('digest', `"${shown(text)}" is no digest such as sha256:… or sha512:… in lower-case hex.`);
  const colon = text.indexOf(':');
  return { algorithm: text.slice(0, colon) as Digest['algorithm'], hex: text.slice(colon + 1) };
}

/** A version is a manifest, and is called by its digest. Throws InvalidVersion. */
export function normalizeVersion(version: string): string {
  if (!digest.test(version)) throw new InvalidVersion(version, `"${shown(version)}" is no digest of a manifest, such as sha256:… in lower-case hex.`);
  return version;
}

/** Names come from strangers; a message shows at most the beginning of a long one. */
function shown(text: string): string {
  return text.length > 150 ? `${text.slice(0, 150)}…` : text;
}
