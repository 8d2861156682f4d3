import type { Readable } from 'node:stream';
import { InvalidPackage } from '../../src/errors.ts';
import { readmeRank } from './readme.ts';
import { StrictTarReader, type TarEntry } from '../kit/tar.ts';
import { installPath, passesForPackageJson } from './tarball-path.ts';
import { gunzipped } from '../kit/gunzip.ts';
import type { UnpackedLimits } from '../kit/unpacked.ts';

/** Bounds of an archive; see {@link defaultTarballLimits}. */
export interface TarballLimits extends UnpackedLimits {
  maxEntries: number;
  maxPathLength: number;
  maxPackageJsonBytes: number;
  /** So much of a README is kept, the rest is cut off. */
  maxReadmeBytes: number;
}

/** Real packages stay far below these; gzip reaches a ratio of 1,000 with zeros. */
export const defaultTarballLimits: TarballLimits = {
  maxUnpackedBytes: 2 * 1024 ** 3,
  maxRatio: 200,
  freeUnpackedBytes: 32 * 1024 ** 2,
  maxEntries: 200_000,
  maxPathLength: 1024,
  maxPackageJsonBytes: 2 * 1024 ** 2,
  maxReadmeBytes: 512 * 1024,
};

/** What an archive holds. Paths are as npm installs them, without their first segment. */
export interface TarballContents {
  packageJson: Buffer;
  /** Not cut off yet: up to one piece more than the limit. */
  readme?: { fileName: string; bytes: Buffer };
  /** Regular files, and the sum of their sizes. */
  fileCount: number;
  unpackedBytes: number;
  hasShrinkwrap: boolean;
  /** A `binding.gyp` at the root: npm compiles it at install. */
  hasBindingGyp: boolean;
}

/**
 * Reads an npm tarball (gzipped ustar, GNU or pax tar) in one pass, holding nothing but its package.json and README.
 * As npm does at install: the first segment of every path is dropped whatever it is called, links are ignored.
 *
 * Throws InvalidPackage for what is no such archive, breaks a limit, has an absolute path or one with `..`, has no
 * package.json, or has several (also in another letter case), because which of them counts depends on the client; and for
 * all that tar readers understand in different ways, see {@link StrictTarReader}.
 * Passes on what `packed` throws, and closes it in any case.
 */
export async function readTarball(packed: Readable, packedBytes: number, limits = defaultTarballLimits): Promise<TarballContents> {
  const reader = new TarballReader(limits);
  const tar = new StrictTarReader((entry) => reader.entry(entry));
  for await (const piece of gunzipped(packed, packedBytes, limits)) tar.push(piece);
  tar.end();
  return reader.contents();
}

class TarballReader {
  #limits: TarballLimits;
  #entries = 0;
  #fileCount = 0;
  #unpackedBytes = 0;
  #packageJson: Buffer[] | undefined;
  #packageJsons = 0;
  #readme: { fileName: string; rank: number; pieces: Buffer[] } | undefined;
  #hasShrinkwrap = false;
  #hasBindingGyp = false;

  constructor(limits: TarballLimits) {
    this.#limits = limits;
  }

  /** Takes note of an entry; returns what its content is to be given to, if it is of interest. */
  entry({ path: archivePath, kind, sizeBytes }: TarEntry): ((piece: Buffer) => void) | undefined {
    if (++this.#entries > this.#limits.maxEntries) {
      throw new InvalidPackage(`The archive has more than ${this.#limits.maxEntries} entries.`);
    }
    const path = installPath(archivePath, this.#limits.maxPathLength);
    if (kind !== 'file') return undefined;
    this.#fileCount++;
    this.#unpackedBytes += sizeBytes;
    if (path === 'npm-shrinkwrap.json') this.#hasShrinkwrap = true;
    if (path === 'binding.gyp') this.#hasBindingGyp = true;
    if (passesForPackageJson(path)) return this.#takePackageJson(path, sizeBytes);
    return this.#takeReadme(path);
  }

  contents(): TarballContents {
    if (this.#packageJson === undefined) {
      throw new InvalidPackage('The archive has no package.json; "npm pack" makes one that has it at package/package.json.');
    }
    const { fileName, pieces } = this.#readme ?? {};
    return {
      packageJson: Buffer.concat(this.#packageJson),
      ...(fileName !== undefined && pieces !== undefined && { readme: { fileName, bytes: Buffer.concat(pieces) } }),
      fileCount: this.#fileCount,
      unpackedBytes: this.#unpackedBytes,
      hasShrinkwrap: this.#hasShrinkwrap,
      hasBindingGyp: this.#hasBindingGyp,
    };
  }

  #takePackageJson(path: string, sizeBytes: number): ((piece: Buffer) => void) | undefined {
    if (++this.#packageJsons > 1) throw new InvalidPackage('The archive has more than one package.json at its root.');
    if (sizeBytes > this.#limits.maxPackageJsonBytes) {
      throw new InvalidPackage(`The package.json is larger than ${this.#limits.maxPackageJsonBytes} bytes.`);
    }
    if (path !== 'package.json') return undefined;
    const pieces: Buffer[] = [];
    this.#packageJson = pieces;
    return (piece) => pieces.push(piece);
  }

  #takeReadme(path: string): ((piece: Buffer) => void) | undefined {
    const rank = readmeRank(path);
    const best = this.#readme;
    if (rank === undefined || (best !== undefined && !isBetter(path, rank, best.fileName, best.rank))) return undefined;
    const pieces: Buffer[] = [];
    let keptBytes = 0;
    this.#readme = { fileName: path, rank, pieces };
    return (piece) => {
      // One byte past the limit tells that there was more to cut off.
      if (keptBytes > this.#limits.maxReadmeBytes) return;
      pieces.push(piece);
      keptBytes += piece.length;
    };
  }
}

/** Among equals the first by name, so that the order in the archive doesn't matter. */
function isBetter(path: string, rank: number, bestPath: string, bestRank: number): boolean {
  return rank < bestRank || (rank === bestRank && path < bestPath);
}
