import type { Format, Snippet } from '../src/formats/format.ts';
import { builder } from './builder.ts';
import { FormatEnum } from './enums.ts';

/** A format and what applies to it. */
export const FormatInfoType = builder.objectRef<Format>('FormatInfo').implement({
  description: 'A package format and its rules.',
  fields: (t) => ({
    format: t.field({ type: FormatEnum, description: 'The format.', resolve: ({ id }) => id }),
    title: t.exposeString('title', { description: 'Its name, for people.' }),
    purlType: t.exposeString('purlType', { description: 'Type of its package URLs.' }),
    publishesWholeVersions: t.boolean({
      description: 'Whether one publish makes a version whole. Otherwise files join it one by one.',
      resolve: ({ publishes }) => publishes === 'version',
    }),
    allowsDuplicates: t.boolean({
      description: 'Whether publishing a file that is there replaces it.',
      resolve: ({ duplicates }) => duplicates !== 'refused',
    }),
    hasTags: t.boolean({ description: 'Whether versions can be tagged.', resolve: ({ validateTag }) => validateTag !== undefined }),
    defaultTag: t.exposeString('defaultTag', { nullable: true, description: 'The tag that always points at a version, if there is one.' }),
    maxFileBytes: t.expose('maxFileBytes', { type: 'BigInt', description: 'A file may have at most so many bytes.' }),
  }),
});

const SnippetType = builder.objectRef<Snippet>('Snippet').implement({
  description: 'Text to paste.',
  fields: (t) => ({
    title: t.exposeString('title', { description: 'What it is for.' }),
    language: t.exposeString('language', { description: 'How to highlight it: `sh`, `ini`, `xml` …' }),
    code: t.exposeString('code', { description: 'The text.' }),
  }),
});

/** The address of a format, with what it is the address of. */
export interface Endpoint {
  format: Format;
  url: string;
  package?: string;
  version?: string;
}

/** Where a client is pointed at. */
export const EndpointType = builder.objectRef<Endpoint>('Endpoint').implement({
  description: 'Where a client of a format is pointed at, and how.',
  fields: (t) => ({
    url: t.exposeString('url', { description: 'Absolute URL, without a trailing slash.' }),
    configure: t.field({ type: [SnippetType], description: 'Configuration of the client.', resolve: (endpoint) => setupOf(endpoint).configure }),
    publish: t.field({ type: [SnippetType], description: 'How to publish.', resolve: (endpoint) => setupOf(endpoint).publish }),
    install: t.field({ type: [SnippetType], description: 'How to install.', resolve: (endpoint) => setupOf(endpoint).install }),
  }),
});

function setupOf({ format, ...target }: Endpoint) {
  return format.setup(target);
}

builder.queryField('formats', (t) =>
  t.field({
    type: [FormatInfoType],
    description: 'The formats that this server speaks.',
    resolve: (_root, _args, { core }) => core.formats.list(),
  }),
);
