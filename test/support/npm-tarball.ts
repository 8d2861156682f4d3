import { gzipSync } from 'node:zlib';
import { pack, type Header } from 'tar-stream';

/** Files beside the package.json, by path below `package/`. */
export type TarballFiles = Record<string, string | Buffer>;

/** A tarball as `npm pack` makes it, with the manifest as its package.json. */
export function npmTarball(manifest: { name: string; version: string; [field: string]: unknown }, files: TarballFiles = {}): Promise<Buffer> {
  const entries = Object.entries(files).map(([path, content]): TarEntry => [`package/${path}`, content]);
  return tarball([['package/package.json', JSON.stringify(manifest, null, 2)], ...entries]);
}

type TarHeader = Partial<Header> & { name: string };

/** A path or a whole header, and the content. */
export type TarEntry = [header: string | TarHeader, content?: string | Buffer];

/** A gzipped tar of these entries as they are, however wrong. */
export async function tarball(entries: TarEntry[]): Promise<Buffer> {
  return gzipSync(await tar(entries));
}

/** The same without gzip. */
export async function tar(entries: TarEntry[]): Promise<Buffer> {
  const archive = pack();
  for (const [header, content = ''] of entries) {
    const given = typeof header === 'string' ? { name: header } : header;
    archive.entry({ mtime: new Date(0), ...given }, content);
  }
  archive.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of archive) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
