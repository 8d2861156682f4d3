import type { JsonObject } from '../../src/formats/format.ts';
import { builder } from '../builder.ts';
import { type MetadataSource, type MetadataType, PackageMetadata, storedOf } from './interface.ts';

/** What the npm format stores of a version, as far as it is shown here. */
interface Stored {
  manifest?: JsonObject;
  fileCount?: number;
  unpackedSize?: number;
  hasInstallScript?: boolean;
  hasShrinkwrap?: boolean;
  readmeFilename?: string;
}

interface Entry {
  name: string;
  value: string;
}

const EntryType = builder.objectRef<Entry>('NpmEntry').implement({
  description: 'An entry of an object in a package.json whose values are texts.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its key.' }),
    value: t.exposeString('value', { description: 'Its value.' }),
  }),
});

const stored = storedOf<Stored>;
const manifestOf = (source: MetadataSource): JsonObject => stored(source).manifest ?? {};

function text(source: MetadataSource, field: string): string | null {
  const value = manifestOf(source)[field];
  return typeof value === 'string' ? value : null;
}

function texts(source: MetadataSource, field: string): string[] {
  const value = manifestOf(source)[field];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function entries(source: MetadataSource, field: string): Entry[] {
  const value = manifestOf(source)[field];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, entry]) => (typeof entry === 'string' ? [{ name, value: entry }] : []));
}

builder.objectRef<MetadataSource>('NpmMetadata').implement({
  description: 'What the package.json and the tarball of an npm version say (https://docs.npmjs.com/cli/configuring-npm/package-json).',
  interfaces: [PackageMetadata],
  fields: (t) => ({
    manifest: t.field({ type: 'JSON', description: 'The package.json, as it goes to clients.', resolve: (source) => manifestOf(source) }),
    main: t.string({ nullable: true, description: 'The module that `require` loads.', resolve: (source) => text(source, 'main') }),
    module: t.string({ nullable: true, description: 'The ES module that bundlers load.', resolve: (source) => text(source, 'module') }),
    type: t.string({ nullable: true, description: 'How its .js files are read: `module` or `commonjs`.', resolve: (source) => text(source, 'type') }),
    types: t.string({ nullable: true, description: 'Its TypeScript declarations.', resolve: (source) => text(source, 'types') ?? text(source, 'typings') }),
    exports: t.field({ type: 'JSON', nullable: true, description: 'Its entry points.', resolve: (source) => manifestOf(source)['exports'] ?? null }),
    bin: t.field({ type: [EntryType], description: 'Commands that it installs, with the file of each.', resolve: (source) => entries(source, 'bin') }),
    engines: t.field({ type: [EntryType], description: 'What it runs on, with version ranges.', resolve: (source) => entries(source, 'engines') }),
    scripts: t.field({ type: [EntryType], description: 'Its scripts.', resolve: (source) => entries(source, 'scripts') }),
    os: t.stringList({ description: 'Operating systems it runs on; none: all.', resolve: (source) => texts(source, 'os') }),
    cpu: t.stringList({ description: 'Processors it runs on; none: all.', resolve: (source) => texts(source, 'cpu') }),
    libc: t.stringList({ description: 'C libraries it runs on; none: all.', resolve: (source) => texts(source, 'libc') }),
    peerDependencies: t.field({ type: [EntryType], description: 'What its user must install beside it, with version ranges.', resolve: (source) => entries(source, 'peerDependencies') }),
    optionalPeers: t.stringList({ description: 'Those of the peer dependencies that may be missing.', resolve: optionalPeers }),
    bundledDependencies: t.stringList({ description: 'Dependencies that are in the tarball itself.', resolve: (source) => texts(source, 'bundleDependencies') }),
    funding: t.field({ type: 'JSON', nullable: true, description: 'How to support it.', resolve: (source) => manifestOf(source)['funding'] ?? null }),
    bugs: t.field({ type: 'JSON', nullable: true, description: 'Where to report a bug.', resolve: (source) => manifestOf(source)['bugs'] ?? null }),
    fileCount: t.int({ nullable: true, description: 'How many files the tarball holds.', resolve: (source) => stored(source).fileCount ?? null }),
    unpackedSize: t.field({ type: 'BigInt', nullable: true, description: 'Bytes of those files together.', resolve: (source) => stored(source).unpackedSize ?? null }),
    hasInstallScript: t.boolean({ description: 'Whether installing it runs something of it.', resolve: (source) => stored(source).hasInstallScript ?? false }),
    hasShrinkwrap: t.boolean({ description: 'Whether it fixes its dependencies by an npm-shrinkwrap.json.', resolve: (source) => stored(source).hasShrinkwrap ?? false }),
    readmeFilename: t.string({ nullable: true, description: 'Name of its readme.', resolve: (source) => stored(source).readmeFilename ?? null }),
    deprecated: t.string({
      nullable: true,
      description: 'The warning that npm shows at install; null: none.',
      resolve: ({ status, statusReason }) => (status === 'DEPRECATED' ? (statusReason ?? '') : null),
    }),
  }),
});

function optionalPeers(source: MetadataSource): string[] {
  const meta = manifestOf(source)['peerDependenciesMeta'];
  if (typeof meta !== 'object' || meta === null) return [];
  return Object.entries(meta).flatMap(([name, options]) => ((options as JsonObject | null)?.['optional'] === true ? [name] : []));
}

/** npm packages. */
export const npmMetadata: MetadataType = { format: 'npm', typeName: 'NpmMetadata' };
