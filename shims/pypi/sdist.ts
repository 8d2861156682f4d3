import { InvalidPackage } from '../../src/errors.ts';
import type { UploadedFile } from '../../src/formats/format.ts';
import { gunzipped } from '../kit/gunzip.ts';
import { StrictTarReader } from '../kit/tar.ts';
import { openCheckedZip, readZip, type ZipArchive } from '../kit/zip.ts';
import { maxMetadataBytes } from './wheel.ts';

/** Real ones stay far below these; gzip reaches a ratio of 1,000 with zeros. */
const limits = { maxUnpackedBytes: 4 * 1024 ** 3, maxRatio: 200, freeUnpackedBytes: 64 * 1024 ** 2, maxEntries: 200_000, maxPathLength: 1024 };

/** In the one folder at the top of the archive (https://packaging.python.org/en/latest/specifications/source-distribution-format/#source-distribution-archive-format). */
const packageInfo = /^(?:\.\/)?[^/]+\/PKG-INFO$/;

/**
 * The PKG-INFO of a source distribution, byte by byte: of a `.tar.gz`, or of a `.zip` as old tools make them. Throws InvalidPackage where there is none or more than one, where the
 * archive breaks a limit, has paths that lead out of it, or has what archive readers take in different ways (see `StrictTarReader` and `readZip`).
 */
export async function readSdistMetadata(file: UploadedFile): Promise<Buffer> {
  return isZip(file) ? fromZip(await readZip(file)) : fromTar(file, false);
}

/** As {@link readSdistMetadata}, of one that was published: reads no further than to what it looks for. */
export async function readPublishedPackageInfo(file: UploadedFile): Promise<Buffer> {
  return isZip(file) ? fromZip(await openCheckedZip(file)) : fromTar(file, true);
}

function isZip({ fileName }: UploadedFile): boolean {
  return /\.zip$/i.test(fileName);
}

function fromZip(archive: ZipArchive): Promise<Buffer> {
  const found = archive.entries.filter(({ path }) => packageInfo.test(path));
  const [entry] = found;
  if (entry === undefined || found.length > 1) throw onlyOne(found.length);
  return archive.read(entry, maxMetadataBytes);
}

async function fromTar(file: UploadedFile, isChecked: boolean): Promise<Buffer> {
  const found: { sizeBytes: number; pieces: Buffer[]; length: number }[] = [];
  let entries = 0;
  const tar = new StrictTarReader(({ path, kind, sizeBytes }) => {
    if (++entries > limits.maxEntries) throw new InvalidPackage(`The archive has more than ${limits.maxEntries} entries.`);
    checkPath(path);
    if (!packageInfo.test(path)) return undefined;
    if (kind !== 'file') throw new InvalidPackage('The PKG-INFO of the archive is no file.');
    if (sizeBytes > maxMetadataBytes) throw new InvalidPackage(`The PKG-INFO of the archive has more than ${maxMetadataBytes} bytes.`);
    const info = { sizeBytes, pieces: [] as Buffer[], length: 0 };
    found.push(info);
    return (piece) => {
      info.pieces.push(Buffer.from(piece));
      info.length += piece.length;
    };
  });
  const isThere = () => found[0] !== undefined && found[0].length === found[0].sizeBytes;
  for await (const piece of gunzipped(await file.open(), file.sizeBytes, limits)) {
    tar.push(piece);
    if (isChecked && isThere()) break;
  }
  if (!isChecked) tar.end();
  const [info] = found;
  if (info === undefined || found.length > 1) throw onlyOne(found.length);
  return Buffer.concat(info.pieces);
}

function onlyOne(count: number): InvalidPackage {
  return new InvalidPackage(`A source distribution has exactly one PKG-INFO in its folder, this one has ${count}; "python -m build" makes one that has it.`);
}

function checkPath(path: string): void {
  const isLong = path.length > limits.maxPathLength;
  if (isLong || path.startsWith('/') || path.split('/').includes('..') || path.includes('\0')) {
    throw new InvalidPackage(`The archive has a path that is too long, or leads out of it: "${path.slice(0, 100)}".`);
  }
}
