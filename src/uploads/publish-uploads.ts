import type { Actor } from '../access/actor.ts';
import { uploadedFile } from '../blobs/uploaded-file.ts';
import type { Core } from '../core.ts';
import { UploadTable } from '../db/tables/file.ts';
import { affected, placeholders } from '../db/upsert.ts';
import { InvalidInput, UploadNotReady } from '../errors.ts';
import type { BuildInfo, Format, Inspection, PublishTarget, UploadedFile } from '../formats/format.ts';
import type { NamespaceRow } from '../db/tables/namespace.ts';
import { contentFinder, contentOwnerAt } from '../packages/content.ts';
import { getPublishTarget } from '../packages/publish-target.ts';
import { publish, type Published, type PublishInput } from '../packages/publish.ts';
import type { StagedObject } from '../storage/digests.ts';
import { stagedObjectOf } from './filled.ts';
import { getWritableUpload } from './receive.ts';

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
  const uploads: Upload[] = [];
  for (const id of new Set(uploadIds)) {
    const { row } = await getWritableUpload(core, actor, id);
    if (row.namespaceId !== namespace.id) throw new InvalidInput('uploads', `${row.fileName} was uploaded for another namespace; publish it there.`);
    if (row.format !== null && row.format !== format.id) throw new InvalidInput('uploads', `${row.fileName} was uploaded for a package of another format.`);
    const object = stagedObjectOf(row);
    uploads.push({ file: uploadedFile(core, object, row.fileName), object });
  }
  const inspected = format.inspectAll ? await inspectTogether(core, input, namespace, uploads) : await inspectEach(input, uploads);
  return publish(core, actor, {
    namespace,
    format,
    ...inspected,
    ...(tags ? { tags } : {}),
    ...(build ? { build } : {}),
    also: async (tx) => {
      const used = await affected(tx, `DELETE FROM ${UploadTable.options.name} WHERE id IN (${placeholders(uploadIds)})`, [...uploadIds]);
      if (used !== new Set(uploadIds).size) throw new UploadNotReady('The upload was just published by another request.');
    },
  });
}

interface Upload {
  file: UploadedFile;
  object: StagedObject;
}

type Inspected = Pick<PublishInput, 'version' | 'files' | 'shared' | 'describes' | 'accompanies'>;

async function inspectEach({ format, name, version }: PublishUploads, uploads: readonly Upload[]): Promise<Inspected> {
  const target = { ...(name === undefined ? {} : { name }), ...(version === undefined ? {} : { version }) };
  const inspected: { inspection: Inspection; object: StagedObject }[] = [];
  const beside = uploads.map(({ file }) => file);
  for (const { file, object } of uploads) {
    const inspection = await format.inspect(file, target, beside);
    // Said now rather than by `publish`: the other uploads need not be read for it.
    if (inspected.some((other) => other.inspection.file.name === inspection.file.name)) throw new InvalidInput('uploads', `Two of the uploads are ${inspection.file.name}; a version has one file of a name.`);
    inspected.push({ inspection, object });
  }
  const describing = inspected.find(({ inspection }) => inspection.describes);
  const first = describing ?? inspected[0];
  if (!first || inspected.some(({ inspection }) => !isSameVersion(format, inspection, first.inspection))) {
    throw new InvalidInput('uploads', 'The uploads belong to different packages or versions; publish them one by one.');
  }
  return {
    version: first.inspection.version,
    files: inspected.map(({ inspection, object }) => ({ facts: inspection.file, object })),
    describes: describing !== undefined,
    accompanies: describing === undefined && inspected.every(({ inspection }) => inspection.accompanies),
  };
}

/** For formats of which no single file says everything; what the package has already is looked for in it. */
async function inspectTogether(core: Core, { format, name, version }: PublishUploads, namespace: NamespaceRow, uploads: readonly Upload[]): Promise<Inspected> {
  const { inspectAll } = format;
  if (!inspectAll) throw new Error(`${format.id} inspects its files one by one`);
  const target = { ...(name === undefined ? {} : { name }), ...(version === undefined ? {} : { version }) };
  const find = name === undefined ? async () => undefined : contentFinder(core, await contentOwnerAt(core, namespace.id, format, name));
  const whole = await inspectAll(uploads.map(({ file }) => file), target, find);
  const files = uploads.flatMap(({ object }, index) => {
    const facts = whole.files[index];
    return facts ? [{ facts, object }] : [];
  });
  return { version: whole.version, files, shared: whole.shared };
}

function isSameVersion(format: Format, { version: a }: Inspection, { version: b }: Inspection): boolean {
  return format.normalizeName(a.name) === format.normalizeName(b.name) && format.normalizeVersion(a.version) === format.normalizeVersion(b.version);
}
