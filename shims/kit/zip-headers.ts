import { malformedZip, parseExtra, wide, type ZipEntry } from './zip-directory.ts';

/** The fixed part of the header before an entry; its name and extra fields follow, with their lengths at 26 and 28. */
export const headerBytes = 30;
const headerSignature = 0x04034b50;
const descriptorSignature = 0x08074b50;
const none32 = 0xffffffff;
/** Encryption, descriptor, patch, UTF-8, masked headers: flags that change what an entry is. */
const tellingFlags = 0x2869;

/**
 * Compares the headers that stand before and behind the content of each entry with the directory (APPNOTE 4.3.7, 4.3.9), while the part of the archive
 * before the directory streams through: readers that unpack while they download go by these headers, all others by the directory. Entries
 * must fill that part without gaps or overlaps. Synchronous: {@link push} bytes as they come, then {@link end}; both throw InvalidPackage.
 */
export class HeaderWalk {
  #entries: readonly ZipEntry[];
  #directoryOffset: number;
  #index = 0;
  #offset = 0;
  /** What is collected now, until it has `#wanted` bytes. */
  #pieces: Buffer[] = [];
  #wanted = headerBytes;
  #state: 'header' | 'names' | 'content' | 'descriptor' = 'header';
  #skip = 0;
  #fixed: Buffer = Buffer.alloc(0);
  /** Where the content of each entry begins. */
  readonly contentOffsets = new Map<ZipEntry, number>();

  constructor(entries: readonly ZipEntry[], directoryOffset: number) {
    this.#entries = entries.toSorted((a, b) => a.headerOffset - b.headerOffset);
    this.#directoryOffset = directoryOffset;
    this.#startEntry();
  }

  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#index >= this.#entries.length) throw malformedZip('it has bytes that belong to no entry');
      const isSkipping = this.#state === 'content';
      const length = Math.min(chunk.length - at, isSkipping ? this.#skip : this.#wanted);
      if (isSkipping) this.#skip -= length;
      else {
        this.#pieces.push(Buffer.from(chunk.subarray(at, at + length)));
        this.#wanted -= length;
      }
      at += length;
      this.#offset += length;
      this.#settle();
    }
  }

  end(): void {
    if (this.#index < this.#entries.length) throw malformedZip('its last entry ends too early');
  }

  /** Goes on to the next state as long as nothing more is wanted in this one. */
  #settle(): void {
    for (;;) {
      if (this.#state === 'content') {
        if (this.#skip > 0) return;
        this.#endContent();
      } else {
        if (this.#wanted > 0) return;
        const bytes = Buffer.concat(this.#pieces);
        this.#pieces = [];
        if (this.#state === 'header') this.#header(bytes);
        else if (this.#state === 'names') this.#names(bytes);
        else this.#descriptor(bytes);
      }
      if (this.#index >= this.#entries.length) return;
    }
  }

  #entry(): ZipEntry {
    const entry = this.#entries[this.#index];
    if (entry === undefined) throw malformedZip('it has bytes that belong to no entry');
    return entry;
  }

  #startEntry(): void {
    this.#state = 'header';
    this.#wanted = headerBytes;
    const entry = this.#entries[this.#index];
    if (entry !== undefined && entry.headerOffset !== this.#offset) throw malformedZip(`before ${shown(entry)} is a gap, or it overlaps another entry`);
  }

  #header(fixed: Buffer): void {
    const entry = this.#entry();
    if (fixed.readUInt32LE(0) !== headerSignature) throw malformedZip(`${shown(entry)} has no header`);
    if (fixed.readUInt16LE(26) !== entry.rawName.length) throw malformedZip(`${shown(entry)} has two names`);
    const flags = fixed.readUInt16LE(6) & tellingFlags;
    if ((flags & ~0x808) !== 0 || (flags & 8) !== (entry.hasDescriptor ? 8 : 0)) throw malformedZip(`the two headers of ${shown(entry)} differ`);
    if (fixed.readUInt16LE(8) !== (entry.method === 'stored' ? 0 : 8)) throw malformedZip(`the two headers of ${shown(entry)} differ`);
    this.#fixed = fixed;
    this.#state = 'names';
    this.#wanted = entry.rawName.length + fixed.readUInt16LE(28);
  }

  #names(names: Buffer): void {
    const entry = this.#entry();
    const { rawName, hasDescriptor, sizeBytes, packedBytes } = entry;
    if (!names.subarray(0, rawName.length).equals(rawName)) throw malformedZip(`${shown(entry)} has two names`);
    const fixed = this.#fixed;
    const zip64 = parseExtra(names.subarray(rawName.length)).get(0x0001);
    const size = (offset: number, at: number) => {
      const narrow = fixed.readUInt32LE(offset);
      return narrow === none32 && zip64 !== undefined && zip64.length >= 16 ? wide(zip64, at) : narrow;
    };
    const says = [fixed.readUInt32LE(14), size(18, 8), size(22, 0)];
    const isRight = [entry.crc32, packedBytes, sizeBytes].every((value, index) => says[index] === value || (hasDescriptor && (says[index] === 0 || says[index] === none32)));
    if (!isRight) throw malformedZip(`the two headers of ${shown(entry)} differ`);
    // Its end could only be guessed by who reads it in a stream.
    if (hasDescriptor && entry.method === 'stored' && packedBytes > 0 && says[1] !== packedBytes) throw malformedZip(`${shown(entry)} is stored without its size before it`);
    this.contentOffsets.set(entry, this.#offset);
    this.#state = 'content';
    this.#skip = packedBytes;
  }

  #endContent(): void {
    if (!this.#entry().hasDescriptor) return this.#nextEntry();
    this.#wanted = (this.#entries[this.#index + 1]?.headerOffset ?? this.#directoryOffset) - this.#offset;
    if (![12, 16, 20, 24].includes(this.#wanted)) throw malformedZip(`behind ${shown(this.#entry())} is a gap, or it overlaps another entry`);
    this.#state = 'descriptor';
  }

  /** Its signature is optional, its sizes have 32 or 64 bits (APPNOTE 4.3.9). */
  #descriptor(bytes: Buffer): void {
    const entry = this.#entry();
    const isSigned = bytes.length === 16 || bytes.length === 24;
    const values = isSigned ? bytes.subarray(4) : bytes;
    const sizes = values.length === 12 ? [values.readUInt32LE(4), values.readUInt32LE(8)] : [wide(values, 4), wide(values, 12)];
    const isRight = values.readUInt32LE(0) === entry.crc32 && sizes[0] === entry.packedBytes && sizes[1] === entry.sizeBytes;
    if (!isRight || (isSigned && bytes.readUInt32LE(0) !== descriptorSignature)) throw malformedZip(`what stands behind ${shown(entry)} differs from the directory`);
    this.#nextEntry();
  }

  #nextEntry(): void {
    this.#index++;
    this.#startEntry();
  }
}

function shown({ path }: ZipEntry): string {
  return `"${path.slice(0, 100)}"`;
}
