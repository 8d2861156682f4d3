import type { Person, Registry } from '../support/app.ts';
import type { FormPart } from '../support/multipart.ts';
import { formType } from '../support/multipart.ts';
import { type PythonFile, uploadForm, wheel, type Wheel } from '../support/python-files.ts';

/** Path of a PyPI endpoint's address; `node` is '' for the instance. */
export function pypiPath(path: string, node = 'acme/widgets'): string {
  return `/api/packages/${node === '' ? '' : `${node}/`}pypi/${path}`;
}

export interface UploadOptions {
  as?: Person;
  node?: string;
  /** More parts, or others in place of the usual ones. */
  parts?: readonly FormPart[];
}

/** Uploads a file as twine does. */
export function upload(app: Registry, file: PythonFile, of: { name: string; version: string }, { as = 'developer', node = 'acme/widgets', parts = [] }: UploadOptions = {}): Promise<Response> {
  return app.fetch(pypiPath('legacy/', node), as, { method: 'POST', headers: { 'content-type': formType }, body: uploadForm(file, of, parts) as unknown as BodyInit });
}

/** Makes a wheel and uploads it. */
export function uploadWheel(app: Registry, distribution: Wheel, options: UploadOptions = {}): Promise<Response> {
  return upload(app, wheel(distribution), distribution, options);
}

/** A file of a simple page in JSON. */
export interface SimpleFile {
  filename: string;
  url: string;
  hashes: { sha256: string };
  'requires-python'?: string;
  'core-metadata': false | { sha256: string };
  'gpg-sig': boolean;
  yanked: boolean | string;
  size: number;
  'upload-time': string;
  provenance: string | null;
}

/** The simple page of a project in JSON. */
export async function simplePage(app: Registry, project: string, { as = 'reader', node = 'acme/widgets' }: { as?: Person; node?: string } = {}): Promise<{ name: string; versions: string[]; files: SimpleFile[] }> {
  const response = await app.fetch(pypiPath(`simple/${project}/`, node), as, { headers: { accept: 'application/vnd.pypi.simple.v1+json' } });
  if (response.status !== 200) throw new Error(`simple page of ${project}: ${response.status} ${await response.text()}`);
  return (await response.json()) as never;
}
