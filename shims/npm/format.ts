import type { Format } from '../../src/formats/format.ts';
import { isPrerelease, semverSortKey } from '../../src/formats/semver-order.ts';
import { inspectTarball } from './inspect.ts';
import { nameFromPurl, normalizeVersion, purlName, validateName, validateTag } from './name.ts';
import { setupNpm } from './setup.ts';

/** npm packages: one tarball is one version (https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md). */
export const npmFormat: Format = {
  id: 'npm',
  title: 'npm',
  purlType: 'npm',
  purlName,
  nameFromPurl,
  normalizeName: (name) => name,
  validateName,
  normalizeVersion,
  sortKey: semverSortKey,
  isPrerelease,
  publishes: 'version',
  duplicates: 'refused',
  defaultTag: 'latest',
  validateTag,
  maxFileBytes: 1024 ** 3,
  inspect: inspectTarball,
  setup: setupNpm,
};
