import { InvalidInput } from '../../src/errors.ts';
import type { EndpointSetup, EndpointTarget, Format, Inspection, PublishTarget, UploadedFile } from '../../src/formats/format.ts';
import { normalizeFilePath, normalizeGenericVersion, validateGenericName } from './name.ts';
import { genericSortKey, isGenericPrerelease } from './order.ts';

/** Any files, under a package and a version of the publisher's choice: `PUT /{package}/{version}/{path}`. */
export const genericFormat: Format = {
  id: 'generic',
  title: 'Generic',
  purlType: 'generic',
  normalizeName: (name) => name,
  validateName: validateGenericName,
  normalizeVersion: normalizeGenericVersion,
  sortKey: genericSortKey,
  isPrerelease: isGenericPrerelease,
  publishes: 'file',
  duplicates: 'allowed',
  maxFileBytes: 10 * 1024 ** 3,
  inspect: inspectGeneric,
  setup: setupGeneric,
};

/** The bytes say nothing: package and version come from the target. Throws InvalidInput, InvalidName, InvalidVersion. */
async function inspectGeneric(file: UploadedFile, target: PublishTarget): Promise<Inspection> {
  const { name, version } = target;
  if (name === undefined) throw new InvalidInput('name', 'A generic file needs the name of the package that it belongs to.');
  if (version === undefined) throw new InvalidInput('version', 'A generic file needs the version that it belongs to.');
  validateGenericName(name);
  return {
    version: { name, version: normalizeGenericVersion(version) },
    file: { name: normalizeFilePath(file.fileName), contentType: 'application/octet-stream' },
  };
}

function setupGeneric({ url, package: name = '<package>', version = '<version>' }: EndpointTarget): EndpointSetup {
  const file = `${url}/${name}/${version}/<file>`;
  const header = '-H "Authorization: Bearer $TOKEN"';
  return {
    configure: [{ title: 'Token', language: 'sh', code: 'export TOKEN=<your token>' }],
    publish: [{ title: 'curl', language: 'sh', code: `curl --fail ${header} -T <file> "${file}"` }],
    install: [
      { title: 'curl', language: 'sh', code: `curl --fail --location ${header} -O "${file}"` },
      { title: 'wget', language: 'sh', code: `wget --header="Authorization: Bearer $TOKEN" "${file}"` },
    ],
  };
}
