import { InvalidPackage } from '../../src/errors.ts';
import type { UploadedFile } from '../../src/formats/format.ts';
import { openCheckedZip, readZip, type ZipArchive } from '../kit/zip.ts';
import type { ZipEntry } from '../kit/zip-directory.ts';
import type { WheelName } from './file-name.ts';
import { normalizeName } from './name.ts';
import { normalizeVersion, parseVersion, spellVersion } from './version.ts';

/** Core metadata may have so many bytes, description included. */
export const maxMetadataBytes = 4 * 1024 ** 2;

/**
 * The METADATA of a wheel, byte by byte (https://packaging.python.org/en/latest/specifications/binary-distribution-format/#the-dist-info-directory).
 * Throws InvalidPackage for what is no archive that all tools read in one way (see `readZip`), and for a wheel without exactly one `.dist-info` folder of its own
 * name with METADATA, WHEEL and RECORD in it.
 */
export async function readWheelMetadata(file: UploadedFile, name: WheelName): Promise<Buffer> {
  const archive = await readZip(file);
  const folder = distInfoOf(archive, name);
  for (const part of ['WHEEL', 'RECORD']) find(archive, `${folder}/${part}`);
  return archive.read(find(archive, `${folder}/METADATA`), maxMetadataBytes);
}

/** As {@link readWheelMetadata}, of a wheel that was published, so that nothing but its directory and that one entry is read. */
export async function readPublishedMetadata(file: UploadedFile, name: WheelName): Promise<Buffer> {
  const archive = await openCheckedZip(file);
  return archive.read(find(archive, `${distInfoOf(archive, name)}/METADATA`), maxMetadataBytes);
}

function distInfoOf({ entries }: ZipArchive, { name, version }: WheelName): string {
  const folders = new Set(entries.map(({ path }) => path.slice(0, Math.max(0, path.indexOf('/')))).filter((folder) => /\.dist-info$/i.test(folder)));
  const [folder, ...others] = folders;
  if (folder === undefined || others.length > 0) throw new InvalidPackage(`A wheel has exactly one .dist-info folder, this one has ${folders.size}.`);
  const [, itsName = '', itsVersion = ''] = /^(.*?)-([^-]*)\.dist-info$/i.exec(folder) ?? [];
  const parsed = parseVersion(itsVersion) ?? parseVersion(itsVersion.replaceAll('_', '-'));
  const isOwn = normalizeName(itsName) === normalizeName(name) && parsed !== undefined && normalizeVersion(spellVersion(parsed)) === normalizeVersion(version);
  if (!isOwn) throw new InvalidPackage(`The folder ${folder.slice(0, 100)} of the wheel is not that of ${name} ${version}, as its file name says.`);
  return folder;
}

function find({ entries }: ZipArchive, path: string): ZipEntry {
  const entry = entries.find((candidate) => candidate.path === path);
  if (entry === undefined) throw new InvalidPackage(`The wheel has no ${path}.`);
  return entry;
}
