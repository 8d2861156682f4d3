import { NotFound } from '../../src/errors.ts';
import { serveFile } from '../../src/http/files.ts';
import { findFileOf } from '../../src/packages/download.ts';
import type { Exchange } from '../kit/shim.ts';
import { splitName } from './name.ts';
import { findHead } from './packument-route.ts';

/** `GET /{package}/-/{file}.tgz`, with or without the scope before the file name. */
export async function getTarball(exchange: Exchange): Promise<void> {
  const head = await findHead(exchange);
  const { version, fileName } = parseTarballName(head.name, exchange.params['file'] ?? '');
  const file = await findFileOf(exchange.core, head, version, fileName);
  if (!file) throw new NotFound('Tarball', `${head.name} has no version ${version}.`);
  await serveFile(exchange.core, exchange.request, exchange.response, file, { immutable: true });
}

/** npm 11 writes `@scope/name-1.0.0.tgz`, others `name-1.0.0.tgz`; throws NotFound for what is no tarball of this package. */
export function parseTarballName(packageName: string, file: string): { version: string; fileName: string } {
  const { base } = splitName(packageName);
  const fileName = file.startsWith(`${packageName}-`) ? file.slice(packageName.length - base.length) : file;
  if (!fileName.startsWith(`${base}-`) || !fileName.endsWith('.tgz')) throw new NotFound('Tarball', `${file} is no tarball of ${packageName}.`);
  return { version: fileName.slice(base.length + 1, -'.tgz'.length), fileName };
}
