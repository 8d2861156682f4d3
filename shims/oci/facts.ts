import type { DependencyFacts, VersionFacts } from '../../src/formats/format.ts';
import { licensesOf } from '../../src/formats/licenses.ts';
import type { ChartConfig, ImageConfig } from './config.ts';
import type { Descriptor, Manifest, Platform } from './manifest.ts';
import { helmConfig, imageConfigTypes, kindOfTypes, manifestTypes } from './media-types.ts';

/** Display facts are bounded; the manifest itself is kept whole. */
const maxFact = 2_000;

/** What a manifest is: an index, an image, a kind of artifact that is known, or any other. */
export type ManifestKind = 'IMAGE' | 'INDEX' | 'ARTIFACT' | string;

/** `VersionFacts.metadata`: what referrers and the GraphQL type are rendered from. */
export interface OciMetadata {
  kind: ManifestKind;
  mediaType: string;
  /** Of the manifest itself. */
  sizeBytes: number;
  /** As referrers are listed with: what the manifest declares, else the media type of its configuration. */
  artifactType?: string;
  annotations: Record<string, string>;
  config?: Descriptor;
  layers: Descriptor[];
  manifests: Descriptor[];
  subject?: Descriptor;
  image?: ImageConfig;
  chart?: ChartConfig;
}

/** Kinds of dependencies: of an index on its manifests, and of a manifest on the one that it is about. */
export const bonds = { needs: ['manifest'], about: ['subject'] } as const;

/** What is known of a version beside its manifest. */
export interface Known {
  name: string;
  /** The digest by which it is called. */
  version: string;
  sizeBytes: number;
  image?: ImageConfig | undefined;
  chart?: ChartConfig | undefined;
}

/** The facts of a version, all from its manifest and its configuration. */
export function factsOf(manifest: Manifest, { name, version, sizeBytes, image, chart }: Known): VersionFacts {
  const { mediaType, annotations, config, layers, manifests, subject } = manifest;
  const artifactType = manifest.artifactType ?? config?.mediaType;
  const metadata: OciMetadata = {
    kind: kindOf(manifest),
    mediaType,
    sizeBytes,
    ...(artifactType === undefined ? {} : { artifactType }),
    annotations,
    ...(config ? { config } : {}),
    layers,
    manifests,
    ...(subject ? { subject } : {}),
    ...(image ? { image } : {}),
    ...(chart ? { chart } : {}),
  };
  // https://github.com/opencontainers/image-spec/blob/main/annotations.md; images built by Docker have them as labels.
  const said = (key: string): string | undefined => shortened(annotations[`org.opencontainers.image.${key}`] ?? image?.labels?.[`org.opencontainers.image.${key}`]);
  const description = said('description') ?? shortened(chart?.description) ?? said('title');
  const homepage = pageOf(said('url') ?? chart?.home ?? said('documentation'));
  const repositoryUrl = pageOf(said('source') ?? chart?.sources?.[0]);
  return {
    name,
    version,
    ...(description === undefined ? {} : { description }),
    ...(homepage === undefined ? {} : { homepage }),
    ...(repositoryUrl === undefined ? {} : { repositoryUrl }),
    licenses: licensesOf(said('licenses')),
    keywords: chart?.keywords ?? [],
    authors: chart?.maintainers ?? [said('authors') ?? image?.author].filter((author) => author !== undefined),
    dependencies: dependenciesOf(manifest),
    isSecondary: subject !== undefined || isAttestation(annotations),
    metadata: { ...metadata },
  };
}

function kindOf({ mediaType, artifactType, config, layers }: Manifest): ManifestKind {
  if (manifestTypes.get(mediaType) === 'index') return kindOfTypes([artifactType]) ?? 'INDEX';
  const known = kindOfTypes([artifactType, config?.mediaType === helmConfig ? helmConfig : undefined, ...(artifactType === undefined ? layers.map((layer) => layer.mediaType) : []), config?.mediaType]);
  if (known) return known;
  return config && artifactType === undefined && imageConfigTypes.has(config.mediaType) ? 'IMAGE' : 'ARTIFACT';
}

/** Buildkit puts what it knows of a build beside the images of an index (https://docs.docker.com/build/metadata/attestations/attestation-storage/). */
function isAttestation(annotations: Record<string, string>): boolean {
  return annotations['vnd.docker.reference.type'] === 'attestation-manifest';
}

function dependenciesOf({ manifests, subject }: Manifest): DependencyFacts[] {
  const children = manifests.map(({ digest, mediaType, platform }) => ({ kind: bonds.needs[0], name: digest, requirement: platform ? platformText(platform) : mediaType }));
  return [...children, ...(subject ? [{ kind: bonds.about[0], name: subject.digest, requirement: subject.mediaType }] : [])];
}

/** `linux/arm64/v8`. */
export function platformText({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter(Boolean).join('/');
}

function shortened(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed ? trimmed.slice(0, maxFact).toWellFormed() : undefined;
}

/** A URL that may become a link on a page; undefined for any other. */
function pageOf(text: string | undefined): string | undefined {
  return text !== undefined && text.length <= maxFact && /^https?:\/\//i.test(text) && URL.canParse(text) ? text : undefined;
}
