import { InvalidInput, InvalidName, InvalidVersion } from '../../src/errors.ts';

const plain = /^[A-Za-z0-9_~@+-][A-Za-z0-9._~@+-]{0,254}$/;
const plainRule = 'it must be 1 to 255 letters, digits and . _ ~ @ + - and may not start with a dot';
const maxPathLength = 512;

/** Throws InvalidName unless a generic package may be called so. */
export function validateGenericName(name: string): void {
  if (!plain.test(name)) throw new InvalidName(name, `"${name.slice(0, 100)}" can't be a package name: ${plainRule}.`);
}

/** Throws InvalidVersion unless a generic version may be called so; versions are compared letter by letter. */
export function normalizeGenericVersion(version: string): string {
  if (!plain.test(version)) throw new InvalidVersion(version, `"${version.slice(0, 100)}" can't be a version: ${plainRule}.`);
  return version;
}

/**
 * The path of a file within its version, in Unicode's composed form (NFC) so that the same name typed on two systems
 * is one file. At most 512 characters; segments joined by `/`, none of them empty, `.` or `..`; no control characters, no
 * backslashes, no half characters. Takes a decoded path. Throws InvalidInput.
 */
export function normalizeFilePath(path: string): string {
  const reject = (why: string): never => {
    throw new InvalidInput('fileName', `"${path.toWellFormed().slice(0, 100)}" can't be a file name: ${why}.`);
  };
  if (!path.isWellFormed()) reject('it is not valid Unicode');
  // Composing may lengthen a name, so the length that counts is the one afterwards; the first check only bounds the work.
  const normal = path.length > 4 * maxPathLength ? path : path.normalize('NFC');
  if (normal.length > maxPathLength) reject(`it has more than ${maxPathLength} characters`);
  // Cc: control characters; 2028 and 2029 break lines where listings are read line by line.
  if (/[\p{Cc}\\\u2028\u2029]/u.test(normal)) reject('control characters and backslashes are not allowed');
  if (normal.split('/').some((segment) => ['', '.', '..'].includes(segment))) reject('no segment may be empty, "." or ".."');
  return normal;
}
