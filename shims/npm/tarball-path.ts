import { InvalidPackage } from '../../src/errors.ts';

/**
 * Where npm puts an entry of an archive: the path without its first segment, whatever that is called, and without
 * empty and `.` segments; '' for what has no more than one segment.
 * Throws InvalidPackage for a path that is absolute on some system, has a `..`, a NUL, or is longer than `maxLength`.
 */
export function installPath(path: string, maxLength: number): string {
  const shown = path.length > 100 ? `${path.slice(0, 100)}…` : path;
  if (path.length > maxLength) throw new InvalidPackage(`The archive has a path longer than ${maxLength} characters: "${shown}".`);
  // On Windows a backslash separates as well, so both are taken for separators where it is about getting out.
  if (/^([/\\]|[A-Za-z]:[/\\])/.test(path)) throw new InvalidPackage(`The archive has an absolute path: "${shown}".`);
  if (path.includes('\0')) throw new InvalidPackage('The archive has a path with a NUL character.');
  if (path.split(/[/\\]/).includes('..')) throw new InvalidPackage(`The archive has a path with "..": "${shown}".`);
  const [, ...rest] = path.split('/');
  return rest.filter((segment) => segment !== '' && segment !== '.').join('/');
}

/** Whether some file system would take the path for the package.json at the root. */
export function passesForPackageJson(path: string): boolean {
  const folded = path.normalize('NFKC').toLowerCase().replaceAll('\\', '/').replace(/(?<![. ])[. ]+$/, '');
  return folded === 'package.json';
}
