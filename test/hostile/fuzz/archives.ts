import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { tar, type TarEntry } from '../../support/npm-tarball.ts';
import { zip, type ZipFile } from '../../support/zip.ts';
import { byteChanges, changeBytes, changeText, textChanges } from './changes.ts';

/** A file of a package, as far as it is to be changed: of parts where it is an archive that we have written, else bytes. */
export interface Sample {
  fileName: string;
  kind: 'zip' | 'tgz' | 'bytes';
  /** Of `bytes` one, without a path. */
  entries: { path: string; content: Buffer }[];
}

/** A file that is changed as a whole: a real archive, or a text. */
export function wholeFile(fileName: string, content: string | Buffer): Sample {
  return { fileName, kind: 'bytes', entries: [{ path: '', content: Buffer.from(content) }] };
}

const number = fc.constantFrom(0, 1, 7, 0xff, 0xfffe, 0xffff, 0x10000, 0x7fffffff, 0xfffffffe, 0xffffffff);
const zipField = fc.constantFrom('flags', 'method', 'crc', 'size', 'packed', 'offset');
const what = fc.constantFrom('content', 'content', 'content', 'path', 'double', 'many', 'order', 'header', 'end', 'bytes', 'inner');

/** One way of changing a file, in the terms of its format. */
export const sampleChange = fc.record({ what, entry: fc.nat({ max: 1000 }), text: textChanges, bytes: byteChanges, number, zipField, isCentral: fc.boolean(), tarType: fc.constantFrom('file', 'link', 'symlink', 'directory', 'character-device', 'block-device', 'fifo', 'contiguous-file'), name: fc.boolean() });

type Change = typeof sampleChange extends fc.Arbitrary<infer Value> ? Value : never;

/** The bytes of the changed file. */
export async function changeSample(sample: Sample, change: Change): Promise<Buffer> {
  const entries = sample.entries.map((entry) => ({ ...entry }));
  const index = change.entry % entries.length;
  const chosen = entries[index] as Sample['entries'][number];
  if (change.what === 'content') chosen.content = changeContent(chosen.content, change);
  else if (change.what === 'path' && sample.kind !== 'bytes') chosen.path = changeText(chosen.path, change.text).slice(0, 20_000);
  else if (change.what === 'double') entries.push({ ...chosen });
  else if (change.what === 'many') for (let copy = 0; copy < 3_000; copy++) entries.push({ path: `many/${copy}`, content: Buffer.alloc(0) });
  else if (change.what === 'order') entries.reverse();
  if (sample.kind === 'bytes') return change.what === 'bytes' || change.what === 'header' ? changeBytes(chosen.content, change.bytes) : chosen.content;
  const packed = sample.kind === 'zip' ? packZip(entries, index, change) : await packTar(entries, index, change);
  return change.what === 'bytes' ? changeBytes(packed, change.bytes) : packed;
}

/** Texts are changed as such, anything else byte by byte. */
function changeContent(content: Buffer, { text, bytes }: Change): Buffer {
  const isText = content.length < 200_000 && !content.includes(0) && content.toString('utf8').isWellFormed() && !content.toString('utf8').includes('\ufffd');
  return isText ? Buffer.from(changeText(content.toString('utf8'), text)) : changeBytes(content, bytes);
}

function packZip(entries: Sample['entries'], index: number, change: Change): Buffer {
  const header = { [change.zipField]: change.zipField === 'method' || change.zipField === 'flags' ? change.number & 0xffff : change.number };
  const files = entries.map((entry, at): ZipFile => ({ ...entry, ...(change.what === 'header' && at === index ? { [change.isCentral ? 'central' : 'local']: header, zip64: change.name } : {}) }));
  const end = change.what === 'end' ? { entries: change.number & 0xffff, zip64: change.isCentral, ...(change.name ? { directoryOffset: change.number } : {}), behind: Buffer.from(change.bytes[0]?.bytes ?? []) } : {};
  return zip(files, end);
}

async function packTar(entries: Sample['entries'], index: number, change: Change): Promise<Buffer> {
  const isHeader = (at: number) => change.what === 'header' && at === index;
  const links = ['link', 'symlink'];
  const named = entries.map(({ path, content }, at): TarEntry => {
    const linkname = links.includes(change.tarType) ? { linkname: changeText(path, change.text).slice(0, 300) } : {};
    const header = isHeader(at) ? { name: path, type: change.tarType, pax: change.name ? { size: String(change.number), path: changeText(path, change.text).slice(0, 2_000) } : null, ...linkname } : { name: path };
    return [header as TarEntry[0], isHeader(at) && change.tarType !== 'file' && change.tarType !== 'contiguous-file' ? '' : content];
  });
  const unpacked = await tar(named);
  return gzipSync(change.what === 'inner' || change.what === 'end' ? changeBytes(unpacked, change.bytes) : unpacked, { level: 1 });
}
