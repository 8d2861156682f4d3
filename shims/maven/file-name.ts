/** What the name of a file in Maven's layout says of it (https://maven.apache.org/repositories/artifacts.html). */
export interface FileParts {
  /** `sources`, `linux-x86_64` …; undefined: the main artifact. */
  classifier: string | undefined;
  /** `jar`, `pom`, `tar.gz`, `jar.asc` … */
  extension: string;
  /** Of one build of a snapshot. */
  build: SnapshotBuild | undefined;
}

/** One upload of a snapshot. */
export interface SnapshotBuild {
  /** `20261120.103217`, UTC. */
  timestamp: string;
  buildNumber: number;
  /** The version in which SNAPSHOT is replaced by both. */
  value: string;
}

const snapshotWord = 'SNAPSHOT';
const buildRule = /^(\d{8}\.\d{6})-(\d{1,9})(?=[.-])/;
/** What signs another file has that one's extension in front of its own. */
const signatureRule = /\.(?:asc|sig|sigstore(?:\.json)?)$/;

/**
 * Reads `{artifact}-{version}[-{classifier}].{extension}`; in a snapshot version the file may have a build's timestamp and number instead of
 * SNAPSHOT. Undefined for a name of another form.
 */
export function parseFileName(artifact: string, version: string, fileName: string): FileParts | undefined {
  const before = `${artifact}-`;
  if (!fileName.startsWith(before)) return undefined;
  const versioned = fileName.slice(before.length);
  if (versioned.startsWith(version)) return withoutBuild(versioned.slice(version.length), undefined);
  const base = version.slice(0, -snapshotWord.length);
  if (!version.endsWith(snapshotWord) || !versioned.startsWith(base)) return undefined;
  const found = buildRule.exec(versioned.slice(base.length));
  if (!found) return undefined;
  const [text, timestamp = '', number = ''] = found;
  return withoutBuild(versioned.slice(base.length + text.length), { timestamp, buildNumber: Number(number), value: base + text });
}

function withoutBuild(rest: string, build: SnapshotBuild | undefined): FileParts | undefined {
  const match = /^(?:-(.+?))?\.((?:tar\.)?[^.]+)$/.exec(rest.replace(signatureRule, ''));
  const [, classifier, extension] = match ?? [];
  if (extension === undefined) return undefined;
  return { classifier, extension: extension + (signatureRule.exec(rest)?.[0] ?? ''), build };
}

const contentTypes: Readonly<Record<string, string>> = {
  pom: 'text/xml',
  xml: 'text/xml',
  jar: 'application/java-archive',
  war: 'application/java-archive',
  ear: 'application/java-archive',
  aar: 'application/java-archive',
  zip: 'application/zip',
  module: 'application/vnd.org.gradle.module+json',
  json: 'application/json',
  gz: 'application/gzip',
  tgz: 'application/gzip',
  asc: 'application/pgp-signature',
};

/** The media type of a file by the end of its name. */
export function contentTypeOf(fileName: string): string {
  const extension = fileName.slice(fileName.lastIndexOf('.') + 1);
  return Object.hasOwn(contentTypes, extension) ? (contentTypes[extension] ?? '') : 'application/octet-stream';
}
