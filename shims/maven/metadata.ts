import { escapeXml, xmlDeclaration, xmlElement } from '../kit/xml-text.ts';
import { isSnapshot } from './version-order.ts';

/** An artifact with its versions. */
export interface ArtifactMetadata {
  group: string;
  artifact: string;
  /** In Maven's order, at least one. */
  versions: readonly string[];
  /** When something changed, in milliseconds since the epoch. */
  updatedAtMs: number;
}

/** One kind of file of a snapshot version, and the build that has the newest of it. */
export interface SnapshotFile {
  classifier: string | undefined;
  extension: string;
  /** The version as the file's name has it. */
  value: string;
  updatedAtMs: number;
}

/** A snapshot version with the newest of its files. */
export interface SnapshotMetadata {
  group: string;
  artifact: string;
  version: string;
  /** The newest build; undefined where files are simply called SNAPSHOT. */
  build: { timestamp: string; buildNumber: number } | undefined;
  files: readonly SnapshotFile[];
  updatedAtMs: number;
}

/** A Maven plugin of a group, and what stands for it on the command line. */
export interface PluginEntry {
  name: string;
  prefix: string;
  artifact: string;
}

/*
 * The three kinds of maven-metadata.xml (https://maven.apache.org/ref/3.9.9/maven-repository-metadata/repository-metadata.html). Clients would merge
 * their part into it; here it is rendered from what there is.
 */

/** Of an artifact: the newest version, the newest that is no snapshot, and all. */
export function renderArtifactMetadata({ group, artifact, versions, updatedAtMs }: ArtifactMetadata): string {
  const release = versions.findLast((version) => !isSnapshot(version));
  return render([
    ...coordinates(group, artifact),
    xmlElement('versioning', [
      text('latest', versions.at(-1) ?? ''),
      ...(release === undefined ? [] : [text('release', release)]),
      xmlElement('versions', versions.map((version) => text('version', version))),
      text('lastUpdated', digitsOf(updatedAtMs)),
    ]),
  ]);
}

/** Of a snapshot version: its newest build, and where the newest of each kind of file is. */
export function renderSnapshotMetadata({ group, artifact, version, build, files, updatedAtMs }: SnapshotMetadata): string {
  const snapshot = build ? [xmlElement('snapshot', [text('timestamp', build.timestamp), text('buildNumber', String(build.buildNumber))])] : [];
  const listed = files.map(({ classifier, extension, value, updatedAtMs: fileAtMs }) =>
    xmlElement('snapshotVersion', [
      ...(classifier === undefined ? [] : [text('classifier', classifier)]),
      text('extension', extension),
      text('value', value),
      text('updated', digitsOf(fileAtMs)),
    ]),
  );
  return render([
    ...coordinates(group, artifact),
    text('version', version),
    xmlElement('versioning', [...snapshot, text('lastUpdated', digitsOf(updatedAtMs)), xmlElement('snapshotVersions', listed)]),
  ]);
}

/** Of a group: its plugins by their prefixes. */
export function renderGroupMetadata(plugins: readonly PluginEntry[]): string {
  return render([xmlElement('plugins', plugins.map(({ name, prefix, artifact }) => xmlElement('plugin', [text('name', name), text('prefix', prefix), text('artifactId', artifact)])))]);
}

/** The prefix of a plugin that sets none (https://maven.apache.org/guides/introduction/introduction-to-plugin-prefix-mapping.html). */
export function defaultPrefixOf(artifact: string): string {
  return artifact === 'maven-plugin-plugin' ? 'plugin' : artifact.replace(/-?maven-?/g, '').replace(/-?plugin-?/g, '');
}

/** `20261120103217`, UTC. */
export function digitsOf(ms: number): string {
  return new Date(ms).toISOString().replace(/\D/g, '').slice(0, 14);
}

function coordinates(group: string, artifact: string): string[] {
  return [text('groupId', group), text('artifactId', artifact)];
}

function text(name: string, content: string): string {
  return xmlElement(name, escapeXml(content));
}

function render(content: readonly string[]): string {
  return `${xmlDeclaration}${xmlElement('metadata', content, { modelVersion: '1.1.0' })}\n`;
}
