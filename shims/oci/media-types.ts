/** Media types of manifests (https://github.com/opencontainers/image-spec/blob/main/media-types.md, https://distribution.github.io/distribution/spec/manifest-v2-2/). */
export const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
export const ociIndex = 'application/vnd.oci.image.index.v1+json';
const ociArtifact = 'application/vnd.oci.artifact.manifest.v1+json';
const dockerManifest = 'application/vnd.docker.distribution.manifest.v2+json';
const dockerList = 'application/vnd.docker.distribution.manifest.list.v2+json';

/** Those that are taken, by what they list: content of their own, or other manifests. */
export const manifestTypes: ReadonlyMap<string, 'manifest' | 'index'> = new Map([
  [ociManifest, 'manifest'],
  [dockerManifest, 'manifest'],
  [ociArtifact, 'manifest'],
  [ociIndex, 'index'],
  [dockerList, 'index'],
]);

/** Configurations that describe an image. */
export const imageConfigTypes: ReadonlySet<string> = new Set(['application/vnd.oci.image.config.v1+json', 'application/vnd.docker.container.image.v1+json']);

/** The configuration of a Helm chart, which is its Chart.yaml as JSON (https://helm.sh/docs/topics/registries/#specification). */
export const helmConfig = 'application/vnd.cncf.helm.config.v1+json';

/** What artifacts are, by their type or the media type of their configuration or of a layer. */
const kinds: readonly [RegExp, string][] = [
  [/^application\/vnd\.cncf\.helm\./, 'HELM_CHART'],
  [/^application\/vnd\.dev\.(?:cosign|sigstore)\.|^application\/vnd\.cncf\.notary\.signature$|^application\/vnd\.dev\.cosignproject\.cosign\.v1$/, 'SIGNATURE'],
  [/spdx|cyclonedx|syft|sbom/i, 'SBOM'],
  [/^application\/vnd\.in-toto|attestation|provenance/i, 'ATTESTATION'],
  [/^application\/(?:vnd\.wasm\.|wasm$)|^application\/vnd\.module\.wasm/, 'WASM_MODULE'],
  [/^application\/vnd\.cncf\.flux\./, 'FLUX_ARTIFACT'],
  [/^application\/vnd\.(?:ollama|cncf\.model|docker\.ai)\./, 'MODEL'],
  [/^application\/vnd\.cncf\.openpolicyagent\./, 'POLICY'],
];

/** The kind of an artifact of which these media types are known, the most telling first; undefined: none that is known here. */
export function kindOfTypes(types: readonly (string | undefined)[]): string | undefined {
  for (const type of types) {
    const known = type === undefined ? undefined : kinds.find(([pattern]) => pattern.test(type));
    if (known) return known[1];
  }
  return undefined;
}

/** Layers that are fetched from elsewhere, which a registry need not have. */
export function isForeign({ mediaType, urls }: { mediaType: string; urls?: readonly string[] | undefined }): boolean {
  return /nondistributable|\.foreign\./.test(mediaType) || (urls !== undefined && urls.length > 0);
}
