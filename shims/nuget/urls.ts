import { lowerId, packageFileName } from './name.ts';
import { versionKey } from './version.ts';

/**
 * Registrations come in two hives: one without what clients older than NuGet 4.3 cannot read, one with everything
 * (https://learn.microsoft.com/nuget/api/registration-base-url-resource#versioning).
 */
export type Hive = 'registration' | 'registration-semver2';

/** Addresses of an endpoint. All lie below the folder of the service index, where newer clients send their credential unasked. */
export function nugetUrls(endpointUrl: string) {
  const v3 = `${endpointUrl}/v3`;
  const v2 = `${endpointUrl}/api/v2`;
  const folder = (id: string, version: string) => `${v3}/flatcontainer/${lowerId(id)}/${versionKey(version)}`;
  return {
    index: `${v3}/index.json`,
    v2,
    flatContainer: `${v3}/flatcontainer/`,
    search: `${v3}/query`,
    autocomplete: `${v3}/autocomplete`,
    publish: `${v3}/package`,
    symbols: `${v3}/symbols`,
    hive: (hive: Hive) => `${v3}/${hive}/`,
    registration: (hive: Hive, id: string) => `${v3}/${hive}/${lowerId(id)}/index.json`,
    page: (hive: Hive, id: string, lower: string, upper: string) => `${v3}/${hive}/${lowerId(id)}/page/${versionKey(lower)}/${versionKey(upper)}.json`,
    leaf: (hive: Hive, id: string, version: string) => `${v3}/${hive}/${lowerId(id)}/${versionKey(version)}.json`,
    nupkg: (id: string, version: string) => `${folder(id, version)}/${packageFileName(id, versionKey(version))}`,
    /** A file within the package. */
    content: (id: string, version: string, name: 'icon' | 'readme' | 'license') => `${folder(id, version)}/${name}`,
    /** What the entry of a version in a v2 feed leads to. */
    v2Package: (id: string, version: string) => `${v2}/package/${id}/${versionKey(version)}`,
    v2Entry: (id: string, version: string) => `${v2}/Packages(Id='${id}',Version='${versionKey(version)}')`,
  };
}

/** See {@link nugetUrls}. */
export type NugetUrls = ReturnType<typeof nugetUrls>;
