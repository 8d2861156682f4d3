import { contentListQuery } from '../src/packages/queries/files.ts';
import type { FileRecord } from '../src/packages/queries/records.ts';
import { InvalidInput } from '../src/errors.ts';
import { builder } from './builder.ts';
import { connectionType } from './connection-type.ts';
import { listComplexity, listConnection } from './connection.ts';
import type { Context } from './context.ts';
import { blobOf, versionById } from './loaders.ts';
import { FileRef, VersionRef } from './refs.ts';
import { downloadUrl } from './urls.ts';

const digestText = 'of its bytes, lower-case hex; null where neither its format nor whoever sent it needed that.';
const maxTtlSeconds = 7 * 24 * 60 * 60;

builder.objectType(FileRef, {
  description: 'A file of a version.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Unique and lasting.' }),
    name: t.exposeString('name', { description: 'Path within the version.' }),
    sizeBytes: t.expose('sizeBytes', { type: 'BigInt', description: 'Its size.' }),
    contentType: t.exposeString('contentType', { description: 'Its media type.' }),
    sha256: t.exposeString('sha256', { description: 'SHA-256 of its bytes, lower-case hex.' }),
    md5: t.string({ nullable: true, description: `MD5 ${digestText}`, resolve: async (row, _args, context) => (await blobOf(context, row.sha256))?.md5 ?? null }),
    sha1: t.string({ nullable: true, description: `SHA-1 ${digestText}`, resolve: async (row, _args, context) => (await blobOf(context, row.sha256))?.sha1 ?? null }),
    sha512: t.string({ nullable: true, description: `SHA-512 ${digestText}`, resolve: async (row, _args, context) => (await blobOf(context, row.sha256))?.sha512 ?? null }),
    downloadUrl: t.string({
      description: 'Where its bytes are; takes the same credentials as this API.',
      resolve: (row, _args, { baseUrl }) => downloadUrl(baseUrl, row),
    }),
    signedUrl: t.string({
      nullable: true,
      description: 'A URL that serves its bytes to anybody for a while; null where the storage of this server makes none.',
      args: { ttlSeconds: t.arg.int({ defaultValue: 300, description: `For how long, up to ${maxTtlSeconds} seconds.` }) },
      complexity: 10,
      resolve: (row, { ttlSeconds }, context) => signedUrl(row, ttlSeconds ?? 300, context),
    }),
    attributes: t.field({
      type: 'JSON',
      description: "The format's own facts of this file: architecture, classifier, python tag …",
      resolve: ({ attributes }) => JSON.parse(attributes) as unknown,
    }),
    uploadedAt: t.expose('uploadedAt', { type: 'DateTime', description: 'When it was published.' }),
    downloadCount: t.expose('downloadCount', { type: 'BigInt', description: 'How often it was downloaded from here; a few seconds behind.' }),
    lastDownloadedAt: t.expose('lastDownloadedAt', { type: 'DateTime', nullable: true, description: 'When that was last.' }),
    version: t.field({
      type: VersionRef,
      nullable: true,
      description: 'The version it belongs to.',
      resolve: ({ versionId }, _args, context) => versionById(context, versionId),
    }),
  }),
});

async function signedUrl(row: FileRecord, ttlSeconds: number, context: Context): Promise<string | null> {
  if (ttlSeconds < 1 || ttlSeconds > maxTtlSeconds) throw new InvalidInput('ttlSeconds', `A signed URL lives from 1 to ${maxTtlSeconds} seconds.`);
  const { store } = context.core;
  if (!store.signedUrl) return null;
  const blob = await blobOf(context, row.sha256);
  const fileName = row.name.slice(row.name.lastIndexOf('/') + 1);
  return blob && store.signedUrl(blob.objectKey, { ttlSeconds, fileName, contentType: row.contentType });
}

const FileConnection = connectionType(FileRef, 'PackageFile', 'files');

builder.queryField('file', (t) =>
  t.connection(
    {
      type: FileRef,
      description: 'Where a content appears: all files with these bytes that the caller may see, newest first.',
      args: { sha256: t.arg.string({ required: true, description: 'SHA-256 of the bytes in hex.' }) },
      complexity: listComplexity,
      resolve: (_root, { sha256, ...page }, { core, actor }) =>
        listConnection<FileRecord>(core.database.reads, contentListQuery(core, actor, sha256), page, {
          orderName: 'file',
          positionOf: ({ id }) => [id],
        }) as never,
    },
    FileConnection,
  ),
);
