import { InvalidPackage } from '../../src/errors.ts';
import type { UploadedFile } from '../../src/formats/format.ts';
import { mostUnpacked, type UnpackedLimits } from './unpacked.ts';
import { bytesOf, readContent } from './zip-content.ts';
import { findDirectory, maxTailBytes, parseDirectory, type ZipEntry } from './zip-directory.ts';
import { HeaderWalk } from './zip-headers.ts';

/** Bounds of an archive; see {@link defaultZipLimits}. */
export interface ZipLimits extends UnpackedLimits {
  maxEntries: number;
  maxDirectoryBytes: number;
  maxPathLength: number;
}

/** Real packages stay far below these; deflate reaches a ratio of 1,000 with zeros. */
export const defaultZipLimits: ZipLimits = {
  maxEntries: 100_000,
  maxDirectoryBytes: 32 * 1024 ** 2,
  maxPathLength: 1024,
  maxUnpackedBytes: 16 * 1024 ** 3,
  maxRatio: 200,
  freeUnpackedBytes: 64 * 1024 ** 2,
};

/** An archive that has been checked; its entries can be read as long as the file is there. */
export interface ZipArchive {
  /** In the order of the directory. */
  entries: readonly ZipEntry[];
  /** The content of one entry. Throws InvalidPackage where it has more than `maxBytes`, or is not what the directory says. */
  read(entry: ZipEntry, maxBytes: number): Promise<Buffer>;
}

/**
 * Reads a zip archive strictly: it takes the part of the format in which all readers agree, and refuses the rest.
 *
 * A registry that reads an archive otherwise than the clients do shows one package and installs another; libraries that read zip archives
 * take one of the possible views and do not tell of the others. Some readers go by the directory at the end, some by the headers before each entry; they
 * differ in which end record they find, in which of two entries of one name counts, and in what lies between entries. So both
 * descriptions must agree, entries and directory must fill the file without a gap, and a name may come once. Archives that zip tools write are like that.
 *
 * Reads the file once as a stream, holding its directory alone. Throws InvalidPackage; passes on what the file's `open` throws.
 */
export async function readZip(file: UploadedFile, limits: ZipLimits = defaultZipLimits): Promise<ZipArchive> {
  const { entries, directoryOffset } = await readDirectory(file, limits);
  checkNames(entries);
  checkSize(entries, file.sizeBytes, limits);
  const walk = new HeaderWalk(entries, directoryOffset);
  if (directoryOffset > 0) for await (const chunk of (await file.open({ start: 0, end: directoryOffset - 1 })) as AsyncIterable<Buffer>) walk.push(chunk);
  walk.end();
  return { entries, read: (entry, maxBytes) => readContent(file, entry, maxBytes, walk.contentOffsets.get(entry)) };
}

/**
 * As {@link readZip}, for an archive that was checked when it was published: reads its directory, and of the rest only what is asked for. Throws InvalidPackage; passes on
 * what the file's `open` throws.
 */
export async function openCheckedZip(file: UploadedFile, limits: ZipLimits = defaultZipLimits): Promise<ZipArchive> {
  const { entries } = await readDirectory(file, limits);
  return {
    entries,
    read: (entry, maxBytes) => readContent(file, entry, maxBytes),
  };
}

async function readDirectory(file: UploadedFile, limits: ZipLimits): Promise<{ entries: ZipEntry[]; directoryOffset: number }> {
  const tailBytes = Math.min(file.sizeBytes, maxTailBytes);
  const tail = await bytesOf(file, file.sizeBytes - tailBytes, tailBytes);
  const place = await findDirectory(tail, file.sizeBytes, (offset, sizeBytes) => bytesOf(file, offset, sizeBytes));
  if (place.entries > limits.maxEntries) throw new InvalidPackage(`The archive has more than ${limits.maxEntries} entries.`);
  if (place.sizeBytes > limits.maxDirectoryBytes) throw new InvalidPackage(`The directory of the archive has more than ${limits.maxDirectoryBytes} bytes.`);
  return { entries: parseDirectory(await bytesOf(file, place.offset, place.sizeBytes), place.entries, limits.maxPathLength), directoryOffset: place.offset };
}

/** A file and a folder of one name, or a file within a file, are one too many as well. */
function checkNames(entries: readonly ZipEntry[]): void {
  const files = new Set<string>();
  const all = new Set<string>();
  for (const { path, isFolder } of entries) {
    const name = isFolder ? path.slice(0, -1) : path;
    if (all.has(name)) throw new InvalidPackage(`The archive has two entries called "${name.slice(0, 100)}".`);
    all.add(name);
    if (!isFolder) files.add(name);
  }
  // Sorted like this, what lies within a file comes right behind it.
  const sorted = Array.from(all, (name) => `${name}/`).sort();
  for (const [index, name] of sorted.entries()) {
    const next = sorted[index + 1];
    if (next?.startsWith(name) === true && files.has(name.slice(0, -1))) throw new InvalidPackage(`The archive has a file within a file: "${next.slice(0, -1).slice(0, 100)}".`);
  }
}

function checkSize(entries: readonly ZipEntry[], archiveBytes: number, limits: ZipLimits): void {
  const limit = mostUnpacked(archiveBytes, limits);
  if (entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) > limit) throw new InvalidPackage(`The archive unpacks to more than ${limit} bytes.`);
}
