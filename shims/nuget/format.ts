import type { Format } from '../../src/formats/format.ts';
import { inspectNupkg } from './inspect.ts';
import { lowerId, validateId } from './name.ts';
import { setupNuget } from './setup.ts';
import { isPrerelease, nugetSortKey, versionKey } from './version.ts';

/** NuGet packages: a nupkg is a version, its symbols may join it later (https://learn.microsoft.com/nuget/api/overview). */
export const nugetFormat: Format = {
  id: 'nuget',
  title: 'NuGet',
  purlType: 'nuget',
  normalizeName: lowerId,
  validateName: validateId,
  normalizeVersion: versionKey,
  sortKey: nugetSortKey,
  isPrerelease,
  publishes: 'file',
  duplicates: 'refused',
  maxFileBytes: 1024 ** 3,
  inspect: inspectNupkg,
  setup: setupNuget,
};
