import { InvalidName, InvalidVersion } from '../../src/errors.ts';
import { readDigest } from '../../src/storage/named-digest.ts';

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const repository = new RegExp(`^${component}(?:/${component})*$`);
const tag = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

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

/** A version is a manifest, and is called by its digest. Throws InvalidVersion. */
export function normalizeVersion(version: string): string {
  if (!readDigest(version)) throw new InvalidVersion(version, `"${shown(version)}" is no digest of a manifest, such as sha256:… in lower-case hex.`);
  return version;
}

/** Names come from strangers; a message shows at most the beginning of a long one. */
function shown(text: string): string {
  return text.length > 150 ? `${text.slice(0, 150)}…` : text;
}
