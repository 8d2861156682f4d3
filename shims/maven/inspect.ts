import { InvalidInput, InvalidPackage } from '../../src/errors.ts';
import type { Inspection, JsonObject, PublishTarget, UploadedFile, VersionFacts } from '../../src/formats/format.ts';
import { contentTypeOf, parseFileName } from './file-name.ts';
import { isIvyFile, readIvy } from './ivy.ts';
import { normalizeMavenVersion, parseName } from './name.ts';
import { parsePath, segmentsOf } from './path.ts';
import { goalPrefixOf } from './plugin-descriptor.ts';
import { readPom, type PomFacts } from './pom.ts';

/**
 * The facts of one file of a version. Package and version come from where it is put; a POM that is uploaded without a place says them itself.
 * A POM and an Ivy file describe the version. A POM may call itself otherwise than its place does (`${revision}`, sbt's plugins): clients go
 * by the place. Throws InvalidInput, InvalidName, InvalidVersion, InvalidPackage.
 */
export async function inspectMaven(file: UploadedFile, target: PublishTarget): Promise<Inspection> {
  const pom = file.fileName.endsWith('.pom') ? await readPom(file) : undefined;
  const { name, version } = placeOf(pom, target);
  const { group, artifact } = parseName(name);
  normalizeMavenVersion(version);
  checkFileName({ group, artifact, version, fileName: file.fileName });
  const facts = pom?.facts ?? (isIvyFile(file.fileName) ? await readIvy(file) : undefined);
  return {
    version: { name, version, ...facts },
    file: { name: file.fileName, contentType: contentTypeOf(file.fileName), attributes: await attributesOf(artifact, version, file) },
    ...(facts === undefined ? {} : { describes: true }),
  };
}

function placeOf(pom: PomFacts | undefined, target: PublishTarget): Pick<VersionFacts, 'name' | 'version'> {
  const name = target.name ?? (pom?.groupId !== undefined && pom.artifactId !== undefined ? `${pom.groupId}:${pom.artifactId}` : undefined);
  const version = target.version ?? pom?.version;
  if (name === undefined) throw new InvalidInput('name', 'The file does not say which package it belongs to: name one as group:artifact.');
  if (version === undefined) throw new InvalidInput('version', 'The file does not say which version it belongs to: name one.');
  if (target.name === undefined && name.includes('${')) throw new InvalidPackage(`The POM calls itself ${name.slice(0, 100)}, which only Maven can resolve: name the package.`);
  if (target.version === undefined && version.includes('${')) throw new InvalidPackage(`The POM calls its version ${version.slice(0, 100)}, which only Maven can resolve: name the version.`);
  return { name, version };
}

const fileRule = /^[A-Za-z0-9_][A-Za-z0-9_.+~^!@=,() -]*$/;
const maxFileName = 512;

/** Throws InvalidInput unless a file may be called so: its path must mean it, and none of the files that the registry makes itself. */
export function checkFileName(place: { group: string; artifact: string; version: string; fileName: string }): void {
  const { fileName } = place;
  const reject = (why: string): never => {
    throw new InvalidInput('fileName', `"${fileName.toWellFormed().slice(0, 100)}" can't be a file name: ${why}.`);
  };
  if (fileName.length > maxFileName) reject(`it has more than ${maxFileName} characters`);
  if (fileName.split('/').some((segment) => !fileRule.test(segment))) reject('it must be letters, digits, spaces and _ . + ~ ^ ! @ = , ( ) -, and may not start with a dot');
  const meant = parsePath(segmentsOf(place));
  if (meant?.kind !== 'file' || meant.digest !== undefined) return reject('checksums and maven-metadata.xml are made by the registry');
  if (meant.fileName !== fileName || meant.version !== place.version || meant.artifact !== place.artifact) reject('in a repository its path would mean another version');
}

/** Classifier, extension and the build of a snapshot, where the name tells; of what may be a Maven plugin its prefix, too. */
async function attributesOf(artifact: string, version: string, file: UploadedFile): Promise<JsonObject> {
  const parts = parseFileName(artifact, version, file.fileName);
  if (!parts) return {};
  const { classifier, extension, build } = parts;
  // That it is a plugin the POM says, which comes later; by convention the name says it, too, and few other jars have to be read.
  const goalPrefix = classifier === undefined && extension === 'jar' && artifact.includes('plugin') ? await goalPrefixOf(file) : undefined;
  return {
    extension,
    ...(classifier === undefined ? {} : { classifier }),
    ...(build ? { timestamp: build.timestamp, buildNumber: build.buildNumber } : {}),
    ...(goalPrefix === undefined ? {} : { goalPrefix }),
  };
}
