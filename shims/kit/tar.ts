import { InvalidPackage } from '../../src/errors.ts';
import { malformedTar, parsePax, parseTarHeader, tarBlockBytes, type TarHeader } from './tar-header.ts';

/** An entry of an archive. */
export interface TarEntry {
  path: string;
  kind: 'file' | 'directory' | 'link' | 'symlink';
  sizeBytes: number;
}

/** Is told of each entry; what it returns is given the content, piece by piece. May throw to end the reading. */
export type OnEntry = (entry: TarEntry) => ((piece: Buffer) => void) | undefined;

/** Far above a path's limit, below the megabyte from which npm's reader ignores extended headers. */
const maxMetaBytes = 64 * 1024;

/**
 * Reads a tar archive strictly: it takes the part of the format in which all tar readers agree, and refuses the rest.
 *
 * A registry that reads an archive otherwise than the clients do shows one package and installs another. Readers differ in
 * a file with a link target (npm's reader then takes its content for further entries), in links and folders with a size, in
 * what comes after the end mark, in several notes about one path, in global notes and in malformed ones; so all of these are
 * refused. Real packages have none of them.
 *
 * Synchronous: {@link push} bytes as they come, then {@link end}. Both throw InvalidPackage and what the listener throws.
 */
export class StrictTarReader {
  #onEntry: OnEntry;
  /** The header that is being read; may be spread over pieces. */
  #block = Buffer.alloc(tarBlockBytes);
  #filled = 0;
  #take: ((piece: Buffer) => void) | undefined;
  #contentBytes = 0;
  #paddingBytes = 0;
  /** An entry that describes the next one, and its content. */
  #meta: { kind: TarHeader['kind']; pieces: Buffer[] } | undefined;
  /** What was said of the next entry. */
  #notes = new Map<string, string>();
  #ended = false;

  constructor(onEntry: OnEntry) {
    this.#onEntry = onEntry;
  }

  push(chunk: Buffer): void {
    let position = 0;
    while (position < chunk.length) {
      const rest = chunk.length - position;
      if (this.#contentBytes > 0) {
        const length = Math.min(rest, this.#contentBytes);
        this.#take?.(chunk.subarray(position, position + length));
        this.#contentBytes -= length;
        position += length;
        if (this.#contentBytes === 0) this.#endContent();
      } else if (this.#paddingBytes > 0) {
        const length = Math.min(rest, this.#paddingBytes);
        this.#paddingBytes -= length;
        position += length;
      } else {
        const length = Math.min(rest, tarBlockBytes - this.#filled);
        chunk.copy(this.#block, this.#filled, position, position + length);
        this.#filled += length;
        position += length;
        if (this.#filled === tarBlockBytes) this.#header();
      }
    }
  }

  /** To be called after the last piece. The end mark may be missing, as it is in archives of old tools. */
  end(): void {
    const rest = this.#block.subarray(0, this.#filled);
    const isWithin = this.#contentBytes > 0 || this.#paddingBytes > 0 || this.#notes.size > 0;
    if (isWithin || rest.some((byte) => byte !== 0)) throw malformedTar('it ends too early');
  }

  #header(): void {
    this.#filled = 0;
    const header = parseTarHeader(this.#block);
    if (header === undefined) {
      if (this.#notes.size > 0) throw malformedTar('an extended header describes nothing');
      this.#ended = true;
      return;
    }
    if (this.#ended) throw malformedTar('there is more behind its end');
    this.#contentBytes = header.sizeBytes;
    this.#paddingBytes = -header.sizeBytes & (tarBlockBytes - 1);
    const { kind } = header;
    if (kind === 'file' || kind === 'directory' || kind === 'link' || kind === 'symlink') this.#take = this.#entry(header, kind);
    else this.#startMeta(kind, header.sizeBytes);
  }

  #entry(header: TarHeader, kind: TarEntry['kind']): ((piece: Buffer) => void) | undefined {
    const notes = this.#notes;
    this.#notes = new Map();
    const { sizeBytes } = header;
    const path = notes.get('path') ?? header.path;
    const linkPath = notes.get('linkpath') ?? header.linkPath;
    const isLink = kind === 'link' || kind === 'symlink';
    const shown = `"${path.slice(0, 100)}"`;
    if (path === '') throw malformedTar('an entry has no path');
    if (isLink !== (linkPath !== '')) throw malformedTar(`${shown} has ${isLink ? 'no' : 'a'} link target`);
    if (kind !== 'file' && sizeBytes > 0) throw malformedTar(`${shown} is no file, but has content`);
    if ((notes.get('size') ?? String(sizeBytes)) !== String(sizeBytes)) throw malformedTar(`${shown} has two sizes`);
    return this.#onEntry({ path, kind, sizeBytes });
  }

  #startMeta(kind: TarHeader['kind'], sizeBytes: number): void {
    if (sizeBytes === 0 || sizeBytes > maxMetaBytes) throw malformedTar('an extended header is empty or too long');
    const pieces: Buffer[] = [];
    this.#meta = { kind, pieces };
    // A copy: the piece's memory may be used again before the last one comes.
    this.#take = (piece) => pieces.push(Buffer.from(piece));
  }

  #endContent(): void {
    const meta = this.#meta;
    this.#meta = undefined;
    this.#take = undefined;
    if (meta === undefined) return;
    const content = Buffer.concat(meta.pieces);
    if (meta.kind === 'long-path') this.#note('path', longText(content));
    else if (meta.kind === 'long-link') this.#note('linkpath', longText(content));
    else for (const [key, value] of parsePax(content)) this.#noteRecord(key, value, meta.kind === 'pax-global');
  }

  #noteRecord(key: string, value: string, isGlobal: boolean): void {
    if (key.startsWith('GNU.sparse.')) throw new InvalidPackage('The archive has a sparse file, which packages may not have.');
    const matters = key === 'path' || key === 'linkpath' || key === 'size';
    // `git archive` puts the commit into a global comment; that is all a package needs of them.
    if (isGlobal && matters) throw malformedTar(`it sets the ${key} of all entries at once`);
    if (matters) this.#note(key, value);
  }

  #note(key: string, value: string): void {
    if (this.#notes.has(key)) throw malformedTar(`the ${key} of an entry is given twice`);
    this.#notes.set(key, value);
  }
}

/** GNU tar ends a long name with a NUL. */
function longText(content: Buffer): string {
  const text = content.toString().replace(/(?<!\0)\0+$/, '');
  if (text.includes('\0')) throw malformedTar('a long name has a NUL within');
  return text;
}
