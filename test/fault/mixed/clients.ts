import { createHash, randomBytes } from 'node:crypto';
import { npmTarball } from '../../support/npm-tarball.ts';
import { descriptorOf, digestOf, imageOf } from '../../support/oci-image.ts';
import { publishDocument } from '../../wire/npm-request.ts';
import type { Files } from './model.ts';
import type { Reply, Requests } from './requests.ts';

/** Where all of them publish. */
export const namespace = 'acme/mixed';
const root = `/api/packages/${namespace}`;

/** Something to publish: the files that a version will have, or have more, and how its client sends them. */
export interface Publication {
  version: string;
  files: Files;
  /** The answer to what publishes; or to what came before it, where that went wrong. */
  send(): Promise<Reply>;
}

/** How the client of a format works on a package. */
export interface Client {
  /** In GraphQL. */
  format: string;
  /** The name of its `index`th package in GraphQL. */
  nameOf(index: number): string;
  /** The tag that tests move; formats without tags have none. */
  tag?: string;
  /** Whether a publish moves it. */
  publishTags: boolean;
  /** The next version, `number` is one that was never used. */
  publish(requests: Requests, name: string, number: number): Promise<Publication>;
  /** One more file of a version. */
  add?(requests: Requests, name: string, version: string): Publication;
  move?(requests: Requests, name: string, version: string): Promise<Reply>;
  /** Where a file comes down. */
  pathOf(name: string, version: string, file: string): string;
}

const sizes = [300, 5_000, 60_000, 400_000];
const sha256Of = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
const content = (number: number) => randomBytes(sizes[number % sizes.length] ?? 1);
/** The same for everybody, so that many name one blob and let go of it again. */
const shared = ['one', 'two', 'three'].map((text) => Buffer.from(text.repeat(1_000)));
const sharedBy = (text: string) => shared[parseInt(sha256Of(text).slice(0, 6), 16) % shared.length] as Buffer;

const npm: Client = {
  format: 'NPM',
  nameOf: (index) => `mixed-${index}`,
  tag: 'next',
  publishTags: false,
  async publish(requests, name, number) {
    const version = `1.0.${number}`;
    const tarball = await npmTarball({ name, version }, { random: content(number) });
    const body = JSON.stringify(await publishDocument(name, version, { tarball }));
    return { version, files: { [`${name}-${version}.tgz`]: sha256Of(tarball) }, send: () => requests.ask('PUT', `${root}/npm/${name}`, body, { 'content-type': 'application/json' }) };
  },
  move: (requests, name, version) => requests.ask('PUT', `${root}/npm/-/package/${name}/dist-tags/next`, JSON.stringify(version), { 'content-type': 'application/json' }),
  pathOf: (name, _version, file) => `${root}/npm/${name}/-/${file}`,
};

const generic: Client = {
  format: 'GENERIC',
  nameOf: (index) => `mixed-${index}`,
  publishTags: false,
  async publish(requests, name, number) {
    const bytes = content(number);
    return { version: `${number}`, files: { 'file.bin': sha256Of(bytes) }, send: () => requests.ask('PUT', generic.pathOf(name, `${number}`, 'file.bin'), bytes) };
  },
  add(requests, name, version) {
    const bytes = sharedBy(`${name} ${version}`);
    return { version, files: { 'more.bin': sha256Of(bytes) }, send: () => requests.ask('PUT', generic.pathOf(name, version, 'more.bin'), bytes) };
  },
  pathOf: (name, version, file) => `${root}/generic/${name}/${version}/${file}`,
};

const uploads: Client = {
  ...generic,
  nameOf: (index) => `uploaded-${index}`,
  async publish(requests, name, number) {
    const bytes = content(number);
    const send = async () => {
      const made = await requests.graphql(`mutation { createUpload(input: { namespace: "${namespace}", fileName: "file.bin" }) { ... on CreateUploadPayload { upload { id url } } } }`);
      if (!made.data) return made.reply;
      const { id, url } = made.data.createUpload.upload;
      const put = await requests.ask('PUT', new URL(url).pathname, bytes);
      if (put.status >= 300 || put.status === 0) return put;
      const input = { namespace, format: 'GENERIC', name, version: `${number}`, uploads: [id] };
      const published = await requests.graphql('mutation($input: PublishPackageInput!) { publishPackage(input: $input) { __typename ... on UserError { message } } }', { input });
      return mutationReply(published, 'publishPackage', 'PublishPackagePayload');
    };
    return { version: `${number}`, files: { 'file.bin': sha256Of(bytes) }, send };
  },
};

const maven: Client = {
  format: 'MAVEN',
  nameOf: (index) => `com.acme:mixed-${index}`,
  publishTags: false,
  async publish(requests, name, number) {
    const bytes = content(number);
    const version = `1.${number}`;
    const file = `${name.split(':')[1]}-${version}.jar`;
    return { version, files: { [file]: sha256Of(bytes) }, send: () => requests.ask('PUT', maven.pathOf(name, version, file), bytes) };
  },
  add(requests, name, version) {
    const [group, artifact] = name.split(':');
    const bytes = Buffer.from(`<project><modelVersion>4.0.0</modelVersion><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></project>`);
    const file = `${artifact}-${version}.pom`;
    return { version, files: { [file]: sha256Of(bytes) }, send: () => requests.ask('PUT', maven.pathOf(name, version, file), bytes) };
  },
  pathOf: (name, version, file) => `${root}/maven/com/acme/${name.split(':')[1]}/${version}/${file}`,
};

const oci: Client = {
  format: 'OCI',
  nameOf: (index) => `mixed-${index}`,
  tag: 'edge',
  publishTags: true,
  async publish(requests, name, number) {
    const image = imageOf({ layers: [content(number), sharedBy(`${name} ${number}`)] });
    const files = Object.fromEntries([...image.blobs, image.manifest].map((bytes) => [digestOf(bytes), sha256Of(bytes)]));
    const send = async () => {
      for (const blob of image.blobs) {
        const pushed = await requests.ask('POST', `/v2/${namespace}/${name}/blobs/uploads/?digest=${digestOf(blob)}`, blob);
        if (pushed.status !== 201) return pushed;
      }
      return putManifest(requests, name, image.manifest);
    };
    return { version: image.digest, files, send };
  },
  async move(requests, name, version) {
    const got = await requests.ask('GET', oci.pathOf(name, version, version));
    return got.status === 200 ? putManifest(requests, name, got.text) : got;
  },
  pathOf: (name, version, file) => `/v2/${namespace}/${name}/${file === version ? 'manifests' : 'blobs'}/${file}`,
};

function putManifest(requests: Requests, name: string, manifest: string): Promise<Reply> {
  return requests.ask('PUT', `/v2/${namespace}/${name}/manifests/edge`, manifest, { 'content-type': descriptorOf(manifest, 'application/vnd.oci.image.manifest.v1+json').mediaType });
}

/** The answer to a mutation as if it had been one over HTTP: 201 where it was done, 409 with the words where it was not. */
export function mutationReply({ data, reply }: { data: any; reply: Reply }, field: string, payload: string): Reply {
  if (!data) return reply;
  const { __typename: type, message } = data[field];
  return type === payload ? { ...reply, status: 201 } : { ...reply, status: 409, text: `${type}: ${message}` };
}

/** All of them, each of which works on packages of its own. */
export const clients: readonly Client[] = [npm, generic, uploads, maven, oci];
