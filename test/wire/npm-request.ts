import { createHash } from 'node:crypto';
import type { Person, TestApp } from '../support/app.ts';
import { npmTarball, type TarballFiles } from '../support/npm-tarball.ts';

/** What a publish body is built of; everything but name and version can be left out. */
export interface PublishOptions {
  /** Default: a small package with this name and version. */
  tarball?: Buffer;
  files?: TarballFiles;
  /** More fields of the package.json. */
  manifest?: Record<string, unknown>;
  /** Default: `latest` at this version. */
  tags?: Record<string, string>;
  /** Over the right `dist`. */
  dist?: Record<string, unknown>;
  /** Over the right document. */
  document?: Record<string, unknown>;
}

/** The document that `npm publish` sends (captured from npm 11). */
export async function publishDocument(name: string, version: string, options: PublishOptions = {}): Promise<Record<string, unknown>> {
  const tarball = options.tarball ?? (await npmTarball({ ...options.manifest, name, version }, options.files));
  const key = `${name}-${version}.tgz`;
  return {
    _id: name,
    name,
    'dist-tags': options.tags ?? { latest: version },
    versions: {
      [version]: {
        ...options.manifest,
        name,
        version,
        _id: `${name}@${version}`,
        dist: {
          integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
          shasum: createHash('sha1').update(tarball).digest('hex'),
          tarball: `http://localhost/${name}/-/${key}`,
          ...options.dist,
        },
      },
    },
    access: null,
    _attachments: { [key]: { content_type: 'application/octet-stream', data: tarball.toString('base64'), length: tarball.length } },
    ...options.document,
  };
}

/** The npm endpoint of a namespace; '' is the instance. */
export function npmPath(namespace: string): string {
  return `/api/packages/${namespace === '' ? '' : `${namespace}/`}npm`;
}

/** The path of a package as npm writes it: `@scope%2fname`. */
export function packagePath(name: string): string {
  return name.replace('/', '%2f');
}

export interface NpmPublish extends PublishOptions {
  as?: Person;
  namespace?: string;
}

/** Publishes over HTTP, by default as `developer` into `acme/widgets`. */
export async function npmPublish(app: TestApp, name: string, version: string, options: NpmPublish = {}): Promise<Response> {
  const { as = 'developer', namespace = 'acme/widgets' } = options;
  return npmPut(app, name, await publishDocument(name, version, options), { as, namespace });
}

/** Sends a document as the body of `PUT /{package}`. */
export function npmPut(app: TestApp, name: string, document: unknown, { as = 'developer', namespace = 'acme/widgets' }: { as?: Person; namespace?: string } = {}): Promise<Response> {
  return app.fetch(`${npmPath(namespace)}/${packagePath(name)}`, as, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: typeof document === 'string' ? document : JSON.stringify(document),
  });
}

/** The full packument. */
export async function getPackument(app: TestApp, name: string, { as = 'developer', namespace = 'acme/widgets' }: { as?: Person; namespace?: string } = {}) {
  const response = await app.fetch(`${npmPath(namespace)}/${packagePath(name)}`, as);
  if (response.status !== 200) throw new Error(`${name}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Packument;
}

export interface Packument {
  _id: string;
  _rev: string;
  name: string;
  'dist-tags': Record<string, string>;
  versions: Record<string, { name: string; version: string; deprecated?: string; dist: { tarball: string; integrity: string; shasum: string } }>;
  time: Record<string, string>;
  modified?: string;
  readme?: string;
}
