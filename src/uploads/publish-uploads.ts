import type { Actor } from '../access/actor.ts';
import { uploadedFile } from '../blobs/uploaded-file.ts';
import type { Core } from '../core.ts';
import { UploadTable } from '../db/tables/file.ts';
import { affected, placeholders } from '../db/upsert.ts';
import { InvalidInput, UploadNotReady } from '../errors.ts';
import type { BuildInfo, Format, Inspection, PublishTarget, UploadedFile } from '../formats/format.ts';
import { getPublishTarget } from '../packages/publish-target.ts';
import { publish, type Published } from '../packages/publish.ts';
import type { StagedObject } from '../storage/digests.ts';
import { stagedObjectOf } from './filled.ts';
import { getUpload } from './receive.ts';

export interface PublishUploads extends PublishTarget {
  namespacePath: string;
  format: Format;
  uploadIds: readonly string[];
  tags?: readonly string[];
  build?: BuildInfo;
}

const maxFiles = 100;

/**
 * Publishes uploads as files of one version: their facts are read from their bytes, just as for the format's own client.
 * The uploads are used up by success and remain after a failure. Throws what `publish` and the format's `inspect` throw,
 * UploadNotReady, InvalidInput, NotFound.
 */
export async function publishUploads(core: Core, actor: Actor, input: PublishUploads): Promise<Published> {
  const { format, uploadIds, tags, build } = input;
  if (uploadIds.length === 0 || uploadIds.length > maxFiles) throw new InvalidInput('uploads', `One publish takes 1 to ${maxFiles} uploads.`);
  const namespace = await getPublishTarget(core, actor, input.namespacePath, { format, ...(input.name === undefined ? {} : { name: input.name }) });
  const sent: { file: UploadedFile; object: StagedObject }[] = [];
  for (const id of new Set(uploadIds)) {
    const row = await getUpload(core, core.database.reads, actor, id);
    if (row.namespaceId !== namespace.id) throw new InvalidInput('uploads', `${row.fileName} was uploaded for another namespace; publish it there.`);
    const object = stagedObjectOf(row);
    sent.push({ file: uploadedFile(core, object, row.fileName), object });
  }
  const uploads: { inspection: Inspection; object: StagedObject }[] = [];
  for (const { file, object } of sent) uploads.push({ inspection: await format.inspect(file, input, sent.map((upload) => upload.file)), object });
  const describing = uploads.find(({ inspection }) => inspection.describes);
  const first = describing ?? uploads[0];
  if (!first || uploads.some(({ inspection }) => !isSameVersion(format, inspection, first.inspection))) {
    throw new InvalidInput('uploads', 'The uploads belong to different packages or versions; publish them one by one.');
  }
  return publish(core, actor, {
    namespace,
    format,
    version: first.inspection.version,
    files: uploads.map(({ inspection, object }) => ({ facts: inspection.file, object })),
    describes: describing !== undefined,
    accompanies: describing === undefined && uploads.every(({ inspection }) => inspection.accompanies),
    ...(tags ? { tags } : {}),
    ...(build ? { build } : {}),
    also: async (tx) => {
      const used = await affected(tx, `DELETE FROM ${UploadTable.options.name} WHERE id IN (${placeholders(uploadIds)})`, [...uploadIds]);
      if (used !== new Set(uploadIds).size) throw new UploadNotReady('The upload was just published by another request.');
    },
  });
}

function isSameVersion(format: Format, { version: a }: Inspection, { version: b }: Inspection): boolean {
  return format.normalizeName(a.name) === format.normalizeName(b.name) && format.normalizeVersion(a.version) === format.normalizeVersion(b.version);
}
