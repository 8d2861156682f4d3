import { InvalidPackage } from '../../src/errors.ts';

/**
 * The path of an entry of a zip archive. Names that say that they are UTF-8 must be; others are read letter by letter, so that they stay apart.
 * Throws InvalidPackage where a path is empty, too long, absolute, climbs, or has a backslash or control character, which some systems take
 * for something else.
 */
export function zipPath(rawName: Buffer, isUtf8: boolean, maxLength: number): string {
  const path = isUtf8 ? decodeUtf8(rawName) : rawName.toString('latin1');
  const reject = (why: string): never => {
    throw new InvalidPackage(`The archive has a path that ${why}: "${path.slice(0, 100)}".`);
  };
  if (path === '') reject('is empty');
  if (path.length > maxLength) reject(`has more than ${maxLength} characters`);
  if (/[\p{Cc}\\]/u.test(path)) reject('has a backslash or a control character');
  const segments = (path.endsWith('/') ? path.slice(0, -1) : path).split('/');
  if (segments.some((segment) => segment === '' || segment === '.' || segment === '..') || /^[A-Za-z]:/.test(path)) reject('leaves the folder it is unpacked in');
  return path;
}

function decodeUtf8(rawName: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(rawName);
  } catch {
    throw new InvalidPackage('The archive has a path that is not UTF-8, though it says so.');
  }
}
