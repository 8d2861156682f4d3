import { InvalidName, InvalidVersion } from '../../src/errors.ts';

/** A package as Maven names it (https://maven.apache.org/pom.html#maven-coordinates). */
export interface ModuleName {
  group: string;
  artifact: string;
}

const groupRule = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/;
const artifactRule = /^(?!\.+$)[A-Za-z0-9_.+-]+$/;
const versionRule = /^(?!\.)[A-Za-z0-9_.+~^!-]{1,255}$/;
/** What clients write for "the newest": no version may be called so. */
const reservedVersions = new Set(['LATEST', 'RELEASE']);

/** Splits `group:artifact`. Throws InvalidName unless a package may be called so. */
export function parseName(name: string): ModuleName {
  const [group = '', artifact = '', ...rest] = name.split(':');
  if (rest.length > 0 || name.length > 255 || !groupRule.test(group) || !artifactRule.test(artifact)) {
    throw new InvalidName(
      name,
      `"${name.slice(0, 100)}" can't be a package name: it must be group:artifact, such as com.acme:lib, of letters, digits, dots, hyphens and underscores, 255 characters together.`,
    );
  }
  return { group, artifact };
}

/** Throws InvalidVersion unless a version may be called so; versions are compared letter by letter. */
export function normalizeMavenVersion(version: string): string {
  if (!versionRule.test(version) || reservedVersions.has(version)) {
    throw new InvalidVersion(version, `"${version.slice(0, 100)}" can't be a version: it must be 1 to 255 letters, digits and . _ + ~ ^ ! -, and neither LATEST nor RELEASE.`);
  }
  return version;
}
