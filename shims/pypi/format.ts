import type { Format } from '../../src/formats/format.ts';
import { inspectDistribution } from './inspect.ts';
import { normalizeName, validateName } from './name.ts';
import { setupPyPi } from './setup.ts';
import { isPrerelease, normalizeVersion, pythonSortKey } from './version.ts';

/** Python packages: wheels and source distributions, which join a version one by one (https://packaging.python.org/en/latest/specifications/). */
export const pypiFormat: Format = {
  id: 'pypi',
  title: 'PyPI',
  purlType: 'pypi',
  normalizeName,
  validateName,
  normalizeVersion,
  sortKey: pythonSortKey,
  isPrerelease,
  publishes: 'file',
  duplicates: 'refused',
  maxFileBytes: 2 * 1024 ** 3,
  inspect: inspectDistribution,
  setup: setupPyPi,
};
