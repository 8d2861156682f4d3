import { InvalidName } from '../../src/errors.ts';

const maxLength = 100;

/**
 * Throws InvalidName unless a package may have this id: letters, digits and `_`, in parts between which stands one `.` or `-`, at most 100
 * characters. The client's own rule (NuGet.Client, `PackageIdValidator`) has any letters of Unicode; here only those of ASCII, as
 * on nuget.org, so that nobody can take a name that looks like another one.
 */
export function validateId(id: string): void {
  if (id.length <= maxLength && /^[A-Za-z0-9_]+(?:[.-][A-Za-z0-9_]+)*$/.test(id)) return;
  const rule = `it must be 1 to ${maxLength} letters, digits and _, with single . or - between them`;
  throw new InvalidName(id, `"${id.slice(0, 100)}" can't be a package id: ${rule}.`);
}

/** The form in which two spellings of one id are equal, and in which it stands in URLs. */
export function lowerId(id: string): string {
  return id.toLowerCase();
}

/** The name under which a package is kept, and in which `{id}.{version}` are lower case, as in the flat container. */
export function packageFileName(id: string, versionKey: string, extension = 'nupkg'): string {
  return `${lowerId(id)}.${versionKey}.${extension}`;
}
