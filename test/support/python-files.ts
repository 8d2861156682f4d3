import { createHash } from 'node:crypto';
import { tarball } from './npm-tarball.ts';
import { form, type FormPart } from './multipart.ts';
import { zip, type ZipFile } from './zip.ts';

/** What a distribution is to be made of. */
export interface Distribution {
  name: string;
  version: string;
  /** Behind name and version in the metadata, such as `Requires-Python: >=3.8`. */
  headers?: readonly string[];
  description?: string;
  /** In place of the whole metadata. */
  metadata?: string | Buffer;
  /** Further files, by path. */
  files?: Record<string, string>;
}

/** A wheel; `tag` is `py3-none-any` unless said otherwise. */
export interface Wheel extends Distribution {
  tag?: string;
  build?: string;
}

/** A file to be uploaded. */
export interface PythonFile {
  fileName: string;
  bytes: Buffer;
}

/** The metadata of a distribution, as tools write it. */
export function metadataText({ name, version, headers = [], description = '', metadata }: Distribution): string | Buffer {
  return metadata ?? `${['Metadata-Version: 2.4', `Name: ${name}`, `Version: ${version}`, ...headers].join('\n')}\n\n${description}`;
}

/** A wheel as build tools make it, as far as a registry looks at it (https://packaging.python.org/en/latest/specifications/binary-distribution-format/). */
export function wheel(distribution: Wheel): PythonFile {
  const { name, version, tag = 'py3-none-any', build, files = {} } = distribution;
  const stem = `${name.replace(/[-_.]+/g, '_').toLowerCase()}-${version}`;
  const content: ZipFile[] = Object.entries(files).map(([path, text]) => ({ path, content: text }));
  const info: Record<string, string | Buffer> = { METADATA: metadataText(distribution), WHEEL: `Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: ${tag}\n` };
  for (const [file, text] of Object.entries(info)) content.push({ path: `${stem}.dist-info/${file}`, content: text });
  const record = content.map(({ path, content: text = '' }) => `${String(path)},sha256=${createHash('sha256').update(text).digest('base64url')},${Buffer.byteLength(text)}\n`);
  content.push({ path: `${stem}.dist-info/RECORD`, content: `${record.join('')}${stem}.dist-info/RECORD,,\n` });
  return { fileName: `${stem}${build === undefined ? '' : `-${build}`}-${tag}.whl`, bytes: zip(content) };
}

/** A source distribution as build tools make it (https://packaging.python.org/en/latest/specifications/source-distribution-format/). */
export async function sdist(distribution: Distribution): Promise<PythonFile> {
  const { name, version, files = {} } = distribution;
  const stem = `${name.replace(/[-_.]+/g, '_').toLowerCase()}-${version}`;
  const entries = Object.entries({ 'pyproject.toml': '[build-system]\n', 'PKG-INFO': metadataText(distribution), ...files });
  return { fileName: `${stem}.tar.gz`, bytes: await tarball(entries.map(([path, content]) => [`${stem}/${path}`, content])) };
}

/** The form that uploads a file, in the order in which twine sends it. */
export function uploadForm(file: PythonFile, { name, version }: { name: string; version: string }, more: readonly FormPart[] = []): Buffer {
  const digest = (algorithm: string) => createHash(algorithm).update(file.bytes).digest('hex');
  const fields = {
    ':action': 'file_upload',
    protocol_version: '1',
    name,
    version,
    filetype: file.fileName.endsWith('.whl') ? 'bdist_wheel' : 'sdist',
    pyversion: file.fileName.endsWith('.whl') ? 'py3' : 'source',
    metadata_version: '2.4',
    sha256_digest: digest('sha256'),
    md5_digest: digest('md5'),
  };
  const given = new Set(more.map((part) => part.name));
  const own: FormPart[] = Object.entries(fields).map(([field, content]) => ({ name: field, content }));
  const content: FormPart[] = given.has('content') ? [] : [{ name: 'content', fileName: file.fileName, content: file.bytes }];
  return form([...own.filter((part) => !given.has(part.name)), ...more, ...content]);
}

/** An attestation object of PEP 740 about a file; its signature is none. */
export function attestation(file: { fileName: string; bytes: Buffer }, predicateType = 'https://docs.pypi.org/attestations/publish/v1') {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: file.fileName, digest: { sha256: createHash('sha256').update(file.bytes).digest('hex') } }],
    predicateType,
    predicate: null,
  };
  return {
    version: 1,
    verification_material: { certificate: 'AAAA', transparency_entries: [{ logIndex: '1' }] },
    envelope: { statement: Buffer.from(JSON.stringify(statement)).toString('base64'), signature: 'AAAA' },
  };
}
