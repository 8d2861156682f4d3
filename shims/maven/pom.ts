import { InvalidPackage } from '../../src/errors.ts';
import type { DependencyFacts, JsonObject, UploadedFile, VersionFacts } from '../../src/formats/format.ts';
import { licensesOf } from '../../src/formats/licenses.ts';
import { maxDependencies } from '../../src/formats/limits.ts';
import { childOf, childrenOf, childText, readXml, type XmlElement } from '../kit/xml.ts';
import { pomEntities } from './html-entities.ts';
import { PomValues } from './pom-values.ts';

/** What a POM says: of whom, and what. Coordinates may be missing or hold `${…}` that only Maven can resolve. */
export interface PomFacts {
  groupId: string | undefined;
  artifactId: string | undefined;
  version: string | undefined;
  facts: Omit<VersionFacts, 'name' | 'version'>;
}

const maxPeople = 100;

/**
 * Reads a POM (https://maven.apache.org/pom.html), with group and version inherited from the parent that it names and properties in
 * place; what only a parent's own file could tell is not known. Throws InvalidPackage.
 */
export async function readPom(file: UploadedFile): Promise<PomFacts> {
  const project = await readXml(file, { what: 'The POM', entities: pomEntities });
  if (project.name !== 'project') throw new InvalidPackage(`The POM is no POM: its root is <${project.name.slice(0, 100)}>, not <project>.`);
  const values = new PomValues(project);
  const parent = childOf(project, 'parent');
  const text = (name: string) => values.textOf(project, name);
  const scm = childOf(project, 'scm');
  return {
    groupId: text('groupId') ?? values.textOf(parent, 'groupId'),
    artifactId: text('artifactId'),
    version: text('version') ?? values.textOf(parent, 'version'),
    facts: optional({
      description: text('description') ?? text('name'),
      licenses: licensesOf(childrenOf(childOf(project, 'licenses'), 'license').map((license) => values.textOf(license, 'name') ?? values.textOf(license, 'url'))),
      homepage: text('url'),
      repositoryUrl: repositoryOf(values, scm),
      authors: peopleOf(values, project),
      dependencies: dependenciesOf(values, project),
      metadata: metadataOf(values, project),
    }),
  };
}

/** An object without what is undefined. */
function optional<T extends object>(fields: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/** `scm:git:https://…` is how a connection is written. */
function repositoryOf(values: PomValues, scm: XmlElement | undefined): string | undefined {
  return values.textOf(scm, 'url') ?? values.textOf(scm, 'connection')?.replace(/^scm:[a-z]+:/, '');
}

function peopleOf(values: PomValues, project: XmlElement): string[] {
  const people = childrenOf(childOf(project, 'developers'), 'developer').slice(0, maxPeople);
  return people.flatMap((person) => values.textOf(person, 'name') ?? values.textOf(person, 'id') ?? values.textOf(person, 'email') ?? []);
}

/** Those of the version itself, by scope, and the imported ones of what it manages for others. */
function dependenciesOf(values: PomValues, project: XmlElement): DependencyFacts[] {
  const own = childrenOf(childOf(project, 'dependencies'), 'dependency');
  const managed = childrenOf(childOf(childOf(project, 'dependencyManagement'), 'dependencies'), 'dependency');
  const imported = managed.filter((dependency) => values.textOf(dependency, 'scope') === 'import');
  const all = [...own, ...imported];
  if (all.length > maxDependencies) throw new InvalidPackage(`The POM has ${all.length} dependencies; at most ${maxDependencies} are taken.`);
  return all.flatMap((dependency) => {
    const groupId = values.textOf(dependency, 'groupId');
    const artifactId = values.textOf(dependency, 'artifactId');
    if (groupId === undefined || artifactId === undefined) return [];
    const kind = (values.textOf(dependency, 'scope') ?? 'compile').slice(0, 32);
    // Without a version it is the one that a parent or an imported POM manages.
    return [{ kind: isWord(kind) ? kind : 'compile', name: `${groupId}:${artifactId}`, requirement: values.textOf(dependency, 'version') ?? '' }];
  });
}

function isWord(text: string): boolean {
  return /^[a-z][a-z-]*$/.test(text);
}

/** What has no column of its own; see MavenMetadata in the schema. */
function metadataOf(values: PomValues, project: XmlElement): JsonObject {
  const fields = (element: XmlElement | undefined, ...names: string[]) => element && optional<JsonObject>(Object.fromEntries(names.map((name) => [name, values.textOf(element, name)])));
  const moved = childOf(childOf(project, 'distributionManagement'), 'relocation');
  const isOptional = (dependency: XmlElement) => values.textOf(dependency, 'optional') === 'true';
  const optionals = childrenOf(childOf(project, 'dependencies'), 'dependency').filter(isOptional);
  const modules = childrenOf(childOf(project, 'modules'), 'module').map(({ text }) => text.trim());
  return optional<JsonObject>({
    packaging: values.textOf(project, 'packaging') ?? 'jar',
    name: values.textOf(project, 'name'),
    parent: fields(childOf(project, 'parent'), 'groupId', 'artifactId', 'version'),
    inceptionYear: values.textOf(project, 'inceptionYear'),
    organization: fields(childOf(project, 'organization'), 'name', 'url'),
    scm: fields(childOf(project, 'scm'), 'url', 'connection', 'developerConnection', 'tag'),
    issueManagement: fields(childOf(project, 'issueManagement'), 'system', 'url'),
    ciManagement: fields(childOf(project, 'ciManagement'), 'system', 'url'),
    relocation: fields(moved, 'groupId', 'artifactId', 'version', 'message'),
    prerequisite: values.textOf(childOf(project, 'prerequisites'), 'maven'),
    modules: modules.length === 0 ? undefined : modules,
    optionalDependencies: optionals.length === 0 ? undefined : optionals.map((one) => `${values.textOf(one, 'groupId') ?? ''}:${values.textOf(one, 'artifactId') ?? ''}`),
    goalPrefix: goalPrefixOf(values, project),
  });
}

/** The prefix of a Maven plugin where its POM sets one (https://maven.apache.org/plugin-tools/maven-plugin-plugin/descriptor-mojo.html#goalPrefix). */
function goalPrefixOf(values: PomValues, project: XmlElement): string | undefined {
  const plugins = childrenOf(childOf(childOf(project, 'build'), 'plugins'), 'plugin');
  const tools = plugins.find((plugin) => childText(plugin, 'artifactId') === 'maven-plugin-plugin');
  const configured = childOf(tools, 'configuration');
  const executed = childrenOf(childOf(tools, 'executions'), 'execution').map((execution) => childOf(execution, 'configuration'));
  return [configured, ...executed].map((element) => values.textOf(element, 'goalPrefix')).find((prefix) => prefix !== undefined);
}
