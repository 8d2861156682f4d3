import type { VersionRecord } from '../../src/packages/queries/records.ts';
import { loadNamedByVersions, loadNamingVersions } from '../../src/packages/naming.ts';
import { builder } from '../builder.ts';
import { type Context, defineLoader } from '../context.ts';
import { VersionRef } from '../refs.ts';
import { type MetadataSource, type MetadataType, PackageMetadata, storedOf } from './interface.ts';

interface Platform {
  os: string;
  architecture: string;
  variant?: string;
  osVersion?: string;
}

interface Descriptor {
  mediaType: string;
  digest: string;
  sizeBytes: number;
  artifactType?: string;
  annotations?: Record<string, string>;
  platform?: Platform;
}

interface ImageConfig extends Partial<Platform> {
  created?: string;
  author?: string;
  user?: string;
  workingDir?: string;
  stopSignal?: string;
  entrypoint?: string[];
  cmd?: string[];
  env?: string[];
  exposedPorts?: string[];
  volumes?: string[];
  labels?: Record<string, string>;
}

interface ChartConfig {
  name?: string;
  version?: string;
  appVersion?: string;
  apiVersion?: string;
  type?: string;
  kubeVersion?: string;
  icon?: string;
  deprecated?: boolean;
}

/** What the OCI format stores of a version, as far as it is shown here. */
interface Stored {
  kind: string;
  mediaType: string;
  artifactType?: string;
  annotations?: Record<string, string>;
  config?: Descriptor;
  layers?: Descriptor[];
  manifests?: Descriptor[];
  subject?: Descriptor;
  image?: ImageConfig;
  chart?: ChartConfig;
}

/** A descriptor with the version that lists it. */
interface Listed extends Descriptor {
  listedBy: string;
}

const stored = storedOf<Stored>;

const referrersOf = defineLoader(({ core }, ids: readonly string[]) => loadNamingVersions(core, 'subject', ids));
const namedBy = defineLoader(({ core }, ids: readonly string[]) => loadNamedByVersions(core, ids));

async function versionOf({ listedBy, digest }: Listed, context: Context): Promise<VersionRecord | null> {
  return ((await namedBy(context, listedBy)) ?? []).find(({ version }) => version === digest) ?? null;
}

function listed({ id }: MetadataSource, descriptors: readonly Descriptor[] = []): Listed[] {
  return descriptors.map((descriptor) => ({ ...descriptor, listedBy: id }));
}

interface Entry {
  name: string;
  value: string;
}

function entries(map: Record<string, string> = {}): Entry[] {
  return Object.entries(map).map(([name, value]) => ({ name, value }));
}

const KindEnum = builder.enumType('OciKind', {
  description: 'What a manifest is.',
  values: {
    IMAGE: { description: 'A container image for one platform.' },
    INDEX: { description: 'A list of manifests, mostly one image for several platforms.' },
    HELM_CHART: { description: 'A Helm chart.' },
    SIGNATURE: { description: 'A signature of another manifest.' },
    SBOM: { description: 'A bill of materials.' },
    ATTESTATION: { description: 'An attestation, such as provenance.' },
    WASM_MODULE: { description: 'A WebAssembly module.' },
    FLUX_ARTIFACT: { description: 'An artifact of Flux.' },
    MODEL: { description: 'A machine learning model.' },
    POLICY: { description: 'Policies of the Open Policy Agent.' },
    ARTIFACT: { description: 'Anything else.' },
  } as const,
});
type Kind = (typeof KindEnum)['$inferType'];

const EntryType = builder.objectRef<Entry>('OciEntry').implement({
  description: 'An annotation or a label.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its key.' }),
    value: t.exposeString('value', { description: 'Its value.' }),
  }),
});

const PlatformType = builder.objectRef<Platform>('OciPlatform').implement({
  description: 'What an image runs on.',
  fields: (t) => ({
    os: t.exposeString('os', { description: 'Operating system, such as `linux`.' }),
    architecture: t.exposeString('architecture', { description: 'Processor, such as `amd64`.' }),
    variant: t.exposeString('variant', { nullable: true, description: 'Of the processor, such as `v8`.' }),
    osVersion: t.exposeString('osVersion', { nullable: true, description: 'Of the operating system.' }),
  }),
});

const DescriptorType = builder.objectRef<Listed>('OciDescriptor').implement({
  description: 'Something that a manifest lists (https://github.com/opencontainers/image-spec/blob/main/descriptor.md).',
  fields: (t) => ({
    mediaType: t.exposeString('mediaType', { description: 'Its media type.' }),
    digest: t.exposeString('digest', { description: 'Its digest, such as `sha256:…`.' }),
    sizeBytes: t.expose('sizeBytes', { type: 'BigInt', description: 'Its size.' }),
    artifactType: t.exposeString('artifactType', { nullable: true, description: 'What kind of artifact it is.' }),
    annotations: t.field({ type: [EntryType], description: 'What is said of it.', resolve: ({ annotations }) => entries(annotations) }),
    platform: t.field({ type: PlatformType, nullable: true, description: 'What it runs on.', resolve: ({ platform }) => platform ?? null }),
    version: t.field({ type: VersionRef, nullable: true, description: 'The version that it is; null for content, and for what is not there.', resolve: (listing, _args, context) => versionOf(listing, context) }),
  }),
});

const ImageType = builder.objectRef<ImageConfig>('OciImageConfig').implement({
  description: 'How an image is run (https://github.com/opencontainers/image-spec/blob/main/config.md).',
  fields: (t) => ({
    created: t.exposeString('created', { nullable: true, description: 'When it was built, as it says.' }),
    author: t.exposeString('author', { nullable: true, description: 'Who built it.' }),
    user: t.exposeString('user', { nullable: true, description: 'User that it runs as.' }),
    workingDir: t.exposeString('workingDir', { nullable: true, description: 'Folder that it runs in.' }),
    stopSignal: t.exposeString('stopSignal', { nullable: true, description: 'Signal that stops it.' }),
    entrypoint: t.stringList({ description: 'Program that it runs.', resolve: ({ entrypoint }) => entrypoint ?? [] }),
    cmd: t.stringList({ description: 'Arguments of that, or the program.', resolve: ({ cmd }) => cmd ?? [] }),
    env: t.stringList({ description: 'Environment, as `NAME=value`.', resolve: ({ env }) => env ?? [] }),
    exposedPorts: t.stringList({ description: 'Ports that it listens at, such as `80/tcp`.', resolve: ({ exposedPorts }) => exposedPorts ?? [] }),
    volumes: t.stringList({ description: 'Folders that are kept apart.', resolve: ({ volumes }) => volumes ?? [] }),
    labels: t.field({ type: [EntryType], description: 'What is said of it.', resolve: ({ labels }) => entries(labels) }),
  }),
});

const ChartType = builder.objectRef<ChartConfig>('OciHelmChart').implement({
  description: 'What the Chart.yaml of a Helm chart says (https://helm.sh/docs/topics/charts/#the-chartyaml-file).',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: true, description: 'Its name.' }),
    version: t.exposeString('version', { nullable: true, description: 'Its version.' }),
    appVersion: t.exposeString('appVersion', { nullable: true, description: 'The version of what it installs.' }),
    apiVersion: t.exposeString('apiVersion', { nullable: true, description: 'The version of its format.' }),
    type: t.exposeString('type', { nullable: true, description: '`application` or `library`.' }),
    kubeVersion: t.exposeString('kubeVersion', { nullable: true, description: 'Versions of Kubernetes that it is for.' }),
    icon: t.exposeString('icon', { nullable: true, description: 'URL of its icon.' }),
    isDeprecated: t.boolean({ description: 'Whether it says that it is deprecated.', resolve: ({ deprecated }) => deprecated ?? false }),
  }),
});

builder.objectRef<MetadataSource>('OciMetadata').implement({
  description: 'What a manifest of a repository, and its configuration, say (https://github.com/opencontainers/image-spec).',
  interfaces: [PackageMetadata],
  fields: (t) => ({
    kind: t.field({ type: KindEnum, description: 'What it is.', resolve: (source) => stored(source).kind as Kind }),
    mediaType: t.string({ description: 'Media type of the manifest.', resolve: (source) => stored(source).mediaType }),
    artifactType: t.string({ nullable: true, description: 'What kind of artifact it is: what it declares, else the media type of its configuration.', resolve: (source) => stored(source).artifactType ?? null }),
    annotations: t.field({ type: [EntryType], description: 'What it says of itself.', resolve: (source) => entries(stored(source).annotations) }),
    config: t.field({ type: DescriptorType, nullable: true, description: 'Its configuration.', resolve: (source) => listed(source, [stored(source).config].filter((one) => one !== undefined))[0] ?? null }),
    layers: t.field({ type: [DescriptorType], description: 'The content that it is made of, lowest first.', resolve: (source) => listed(source, stored(source).layers) }),
    manifests: t.field({ type: [DescriptorType], description: 'The manifests that an index lists.', resolve: (source) => listed(source, stored(source).manifests) }),
    platforms: t.field({ type: [PlatformType], description: 'What it runs on: the image itself, or those that an index lists.', resolve: (source) => platformsOf(stored(source)) }),
    image: t.field({ type: ImageType, nullable: true, description: 'How it is run, of an image.', resolve: (source) => stored(source).image ?? null }),
    chart: t.field({ type: ChartType, nullable: true, description: 'What a Helm chart says of itself.', resolve: (source) => stored(source).chart ?? null }),
    subject: t.field({ type: DescriptorType, nullable: true, description: 'The manifest that it is about.', resolve: (source) => listed(source, [stored(source).subject].filter((one) => one !== undefined))[0] ?? null }),
    referrers: t.field({
      type: [VersionRef],
      description: 'Manifests that are about this one: signatures, bills of materials, attestations; in the order in which they were pushed.',
      complexity: 10,
      resolve: async ({ id }, _args, context) => (await referrersOf(context, id)) ?? [],
    }),
  }),
});

/** An index of attestations says `unknown/unknown` of them. */
function platformsOf({ image, manifests = [] }: Stored): Platform[] {
  const own = image?.os !== undefined && image.architecture !== undefined ? [image as Platform] : [];
  return [...own, ...manifests.flatMap(({ platform }) => platform ?? [])].filter(({ os }) => os !== 'unknown');
}

/** Images and other OCI artifacts. */
export const ociMetadata: MetadataType = { format: 'oci', typeName: 'OciMetadata' };
