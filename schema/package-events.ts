import type { LoggedEvent } from '../src/events/logged-event.ts';
import { builder } from './builder.ts';
import { defineEvent, textOf } from './event.ts';

/** What was said of one version. */
interface Mark {
  version: string;
  message: string;
}

const VersionMarkType = builder.objectRef<Mark>('VersionMark').implement({
  description: 'What was said of a version.',
  fields: (t) => ({
    versionName: t.exposeString('version', { description: 'The version.' }),
    message: t.string({ nullable: true, description: 'The warning or the reason; null where there is none, or it was taken back.', resolve: ({ message }) => message || null }),
  }),
});

const texts = (field: string) => (event: LoggedEvent) => (event.payload[field] ?? []) as string[];

/** The type of the event that is asked for most. */
export const PackagePublishedType = defineEvent('PACKAGE_PUBLISHED', 'version', (t) => ({
  fileNames: t.stringList({ description: 'Names of its files, as far as they came with it.', resolve: texts('files') }),
  tagNames: t.stringList({ description: 'Tags that were asked for; `version.tags` has all that point at it.', resolve: texts('tags') }),
}));

defineEvent('FILE_ADDED', 'version', (t) => ({
  fileNames: t.stringList({ description: 'Names of the files.', resolve: texts('files') }),
}));

for (const type of ['VERSIONS_DEPRECATED', 'VERSIONS_YANKED', 'VERSIONS_UNYANKED', 'VERSIONS_HIDDEN', 'VERSIONS_UNHIDDEN'] as const) {
  defineEvent(type, 'package', (t) => ({
    marks: t.field({ type: [VersionMarkType], description: 'Which, and what was said of them.', resolve: ({ payload }) => payload['versions'] as unknown as Mark[] }),
  }));
}

defineEvent('TAG_SET', 'version', (t) => ({ tagName: t.string({ description: 'The tag.', resolve: textOf('tag') }) }));
defineEvent('TAG_REMOVED', 'package', (t) => ({ tagName: t.string({ description: 'The tag.', resolve: textOf('tag') }) }));

for (const type of ['FILE_DELETED', 'FILE_RESTORED'] as const) {
  defineEvent(type, 'version', (t) => ({ fileName: t.string({ description: 'Name of the file.', resolve: textOf('file') }) }));
}

defineEvent('VERSION_DELETED', 'version');
defineEvent('VERSION_RESTORED', 'version');
defineEvent('PACKAGE_DELETED', 'package');
defineEvent('PACKAGE_RESTORED', 'package', (t) => ({
  versionNames: t.stringList({ description: 'The versions that came back with it.', resolve: texts('versions') }),
}));
defineEvent('PURGED', 'package', (t) => ({
  versionNames: t.stringList({ description: 'Versions that are gone.', resolve: texts('versions') }),
  fileNames: t.stringList({
    description: 'Single files that are gone.',
    resolve: ({ payload }) => ((payload['files'] ?? []) as unknown as { file: string }[]).map(({ file }) => file),
  }),
}));
defineEvent('ACCESS_CHANGED', 'package');
