import type { JsonObject } from '../../src/formats/format.ts';
import { builder } from '../builder.ts';
import { type MetadataSource, type MetadataType, PackageMetadata, storedOf } from './interface.ts';

interface Coordinates {
  groupId?: string;
  artifactId?: string;
  version?: string;
  message?: string;
}

interface Scm {
  url?: string;
  connection?: string;
  developerConnection?: string;
  tag?: string;
}

interface Linked {
  name?: string;
  system?: string;
  url?: string;
}

const CoordinatesType = builder.objectRef<Coordinates>('MavenCoordinates').implement({
  description: 'An artifact that a POM points at; what it leaves out is that of the POM itself.',
  fields: (t) => ({
    groupId: t.exposeString('groupId', { nullable: true, description: 'Its group.' }),
    artifactId: t.exposeString('artifactId', { nullable: true, description: 'Its name within the group.' }),
    version: t.exposeString('version', { nullable: true, description: 'Its version.' }),
    message: t.exposeString('message', { nullable: true, description: 'Why, where it has moved.' }),
  }),
});

const ScmType = builder.objectRef<Scm>('MavenScm').implement({
  description: 'Where the sources of a Maven version are kept (https://maven.apache.org/pom.html#scm).',
  fields: (t) => ({
    url: t.exposeString('url', { nullable: true, description: 'To look at.' }),
    connection: t.exposeString('connection', { nullable: true, description: 'To read with a source control client: `scm:git:…`.' }),
    developerConnection: t.exposeString('developerConnection', { nullable: true, description: 'To write.' }),
    tag: t.exposeString('tag', { nullable: true, description: 'What marks this version there.' }),
  }),
});

const LinkedType = builder.objectRef<Linked>('MavenLink').implement({
  description: 'An organisation or a system that a POM names.',
  fields: (t) => ({
    name: t.string({ nullable: true, description: 'What it is called, or which kind of system it is.', resolve: ({ name, system }) => name ?? system ?? null }),
    url: t.exposeString('url', { nullable: true, description: 'Its address.' }),
  }),
});

const stored = storedOf<JsonObject>;

function text(source: MetadataSource, field: string): string | null {
  const value = stored(source)[field];
  return typeof value === 'string' ? value : null;
}

function texts(source: MetadataSource, field: string): string[] {
  const value = stored(source)[field];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function object<T extends object>(source: MetadataSource, field: string): T | null {
  const value = stored(source)[field];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as T) : null;
}

builder.objectRef<MetadataSource>('MavenMetadata').implement({
  description: 'What the POM of a Maven version says, or else its Ivy file (https://maven.apache.org/pom.html). Empty until one of them is there.',
  interfaces: [PackageMetadata],
  fields: (t) => ({
    packaging: t.string({ nullable: true, description: 'What the version is: `jar`, `pom`, `war`, `maven-plugin` …', resolve: (source) => text(source, 'packaging') }),
    name: t.string({ nullable: true, description: 'Its name for people.', resolve: (source) => text(source, 'name') }),
    parent: t.field({ type: CoordinatesType, nullable: true, description: 'The POM that it inherits from.', resolve: (source) => object<Coordinates>(source, 'parent') }),
    relocation: t.field({ type: CoordinatesType, nullable: true, description: 'Where it has moved to; null: nowhere.', resolve: (source) => object<Coordinates>(source, 'relocation') }),
    scm: t.field({ type: ScmType, nullable: true, description: 'Where its sources are kept.', resolve: (source) => object<Scm>(source, 'scm') }),
    organization: t.field({ type: LinkedType, nullable: true, description: 'Who makes it.', resolve: (source) => object<Linked>(source, 'organization') }),
    issueManagement: t.field({ type: LinkedType, nullable: true, description: 'Where to report an issue.', resolve: (source) => object<Linked>(source, 'issueManagement') }),
    ciManagement: t.field({ type: LinkedType, nullable: true, description: 'Where it is built.', resolve: (source) => object<Linked>(source, 'ciManagement') }),
    inceptionYear: t.string({ nullable: true, description: 'When the project began.', resolve: (source) => text(source, 'inceptionYear') }),
    modules: t.stringList({ description: 'Folders of the projects that are built with it.', resolve: (source) => texts(source, 'modules') }),
    optionalDependencies: t.stringList({ description: 'Those of its dependencies that its users do not get by it: `group:artifact`.', resolve: (source) => texts(source, 'optionalDependencies') }),
    prerequisite: t.string({ nullable: true, description: 'The version of Maven that it needs.', resolve: (source) => text(source, 'prerequisite') }),
    goalPrefix: t.string({ nullable: true, description: 'The prefix of a Maven plugin on the command line, where its POM sets one.', resolve: (source) => text(source, 'goalPrefix') }),
    ivyStatus: t.string({ nullable: true, description: 'The status in its Ivy file: `integration`, `milestone`, `release` …', resolve: (source) => text(source, 'status') }),
  }),
});

/** Maven packages. */
export const mavenMetadata: MetadataType = { format: 'maven', typeName: 'MavenMetadata' };
