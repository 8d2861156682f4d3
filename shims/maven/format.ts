import type { Format } from '../../src/formats/format.ts';
import { inspectMaven } from './inspect.ts';
import { buildOfFile } from './snapshot-files.ts';
import { normalizeMavenVersion, parseName } from './name.ts';
import { setupMaven } from './setup.ts';
import { isMavenPrerelease, isSnapshot, mavenSortKey } from './version-order.ts';

/** Packages of the Java world; a package is called `group:artifact`. */
export const mavenFormat: Format = {
  id: 'maven',
  title: 'Maven',
  purlType: 'maven',
  purlName: (name) => {
    const colon = name.indexOf(':');
    return { namespace: name.slice(0, colon), name: name.slice(colon + 1) };
  },
  nameFromPurl: (namespace, name) => (namespace === undefined ? name : `${namespace}:${name}`),
  // Groups and artifacts are compared letter by letter.
  normalizeName: (name) => name,
  validateName: parseName,
  normalizeVersion: normalizeMavenVersion,
  sortKey: mavenSortKey,
  isPrerelease: isMavenPrerelease,
  publishes: 'file',
  duplicates: 'allowed',
  isMutable: isSnapshot,
  buildOf: (name, version, fileName) => buildOfFile(parseName(name).artifact, version, fileName),
  maxFileBytes: 2 * 1024 ** 3,
  inspect: inspectMaven,
  setup: setupMaven,
};
