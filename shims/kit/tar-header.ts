import { InvalidPackage } from '../../src/errors.ts';

/** One 512-byte header. */
export interface TarHeader {
  path: string;
  linkPath: string;
  /** The kinds of entries a package may have, and those that describe the entry behind them. */
  kind: 'file' | 'directory' | 'link' | 'symlink' | 'pax' | 'pax-global' | 'long-path' | 'long-link';
  sizeBytes: number;
}

export const tarBlockBytes = 512;

/** Both ways to write a plain file; `7` and the devices are no package's business, other letters are vendors' extensions. */
const kinds: Record<string, TarHeader['kind']> = {
  '0': 'file', '\0': 'file', '1': 'link', '2': 'symlink', '5': 'directory', x: 'pax', g: 'pax-global', L: 'long-path', K: 'long-link',
};

export function malformedTar(why: string): InvalidPackage {
  return new InvalidPackage(`The archive is not a tar archive, or it is damaged: ${why}.`);
}

/**
 * Parses a header of the ustar format
 * (https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_06) or of GNU tar
 * (https://www.gnu.org/software/tar/manual/html_node/Standard.html); undefined for a block of zeros.
 *
 * Whatever tar readers take in different ways is refused, see {@link StrictTarReader}. Throws InvalidPackage.
 */
export function parseTarHeader(block: Buffer): TarHeader | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  if (octal(block, 148, 8) !== checksum(block)) throw malformedTar('the checksum of a header is wrong');
  const magic = block.toString('latin1', 257, 263);
  if (magic !== 'ustar\0' && magic !== 'ustar ') throw malformedTar('it is not of the ustar or GNU format');
  const prefix = magic === 'ustar\0' ? text(block, 345, 155) : '';
  // Readers differ in whether there is a prefix when the version is not the standard's.
  if (prefix !== '' && block.toString('latin1', 263, 265) !== '00') throw malformedTar('it is of an unknown ustar version');
  const name = text(block, 0, 100);
  const path = prefix === '' ? name : `${prefix}/${name}`;
  const kind = kinds[block.toString('latin1', 156, 157)];
  if (kind === undefined) throw new InvalidPackage(`The archive has an entry that is neither file, folder nor link: "${path.slice(0, 100)}".`);
  const isFolder = kind === 'file' && path.endsWith('/');
  return { path, linkPath: text(block, 157, 100), kind: isFolder ? 'directory' : kind, sizeBytes: octal(block, 124, 12) };
}

/**
 * Parses pax records, `<length> <key>=<value>\n` each
 * (https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html#tag_20_94_13_03). Throws InvalidPackage for
 * what is not exactly that; also for line ends and NULs within a value, at which some readers begin another record or stop.
 */
export function parsePax(records: Buffer): Map<string, string> {
  const found = new Map<string, string>();
  for (let start = 0; start < records.length; ) {
    const digits = /^[1-9][0-9]{0,6}(?= )/.exec(records.toString('latin1', start, start + 8))?.[0];
    const end = start + Number(digits);
    if (digits === undefined || end > records.length || records[end - 1] !== 0x0a) throw malformedTar('an extended header is malformed');
    const record = records.toString('utf8', start + digits.length + 1, end - 1);
    const equals = record.indexOf('=');
    const key = record.slice(0, equals);
    if (equals < 1 || /[\n\0]/.test(record) || found.has(key)) throw malformedTar('an extended header is ambiguous');
    found.set(key, record.slice(equals + 1));
    start = end;
  }
  return found;
}

/** An unsigned octal field. GNU's binary form is for 8 GiB and more, so nothing that is taken needs it. */
function octal(block: Buffer, offset: number, length: number): number {
  const field = block.toString('latin1', offset, offset + length);
  const digits = /^(?: *([0-7]+))?[ \0]*$/.exec(field);
  if (digits === null) throw malformedTar('a number in a header is malformed');
  return Number.parseInt(digits[1] ?? '0', 8);
}

function text(block: Buffer, offset: number, length: number): string {
  const field = block.subarray(offset, offset + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? length : end);
}

function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let i = 0; i < tarBlockBytes; i++) if (i < 148 || i >= 156) sum += block[i] ?? 0;
  return sum;
}
