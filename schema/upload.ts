import { isSignedIn } from '../src/access/actor.ts';
import type { UploadRow } from '../src/db/tables/file.ts';
import { InvalidInput, NotFound } from '../src/errors.ts';
import { createUpload } from '../src/uploads/create.ts';
import { getUpload } from '../src/uploads/receive.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { mutationField } from './mutation.ts';
import { takesOnPackage } from './takes.ts';
import { uploadUrl } from './urls.ts';

/** Bytes on their way. */
export const UploadType = builder.objectRef<UploadRow>('Upload').implement({
  description:
    'A place for the bytes of one file, to be filled before `publishPackage`. Only its maker sees it. Its URL takes the whole by PUT, or chunks that can be resumed ' +
    'after an interruption, at any server: PATCH with `application/partial-upload`, HEAD and DELETE as in draft-ietf-httpbis-resumable-upload-12.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'What `publishPackage` takes.' }),
    url: t.string({
      description: 'Where to send the bytes, as they are, with the same credentials as this API.',
      resolve: ({ id }, _args, { baseUrl }) => uploadUrl(baseUrl, id),
    }),
    fileName: t.exposeString('fileName', { description: 'Name of the file; for some formats a path.' }),
    isReceived: t.boolean({ description: 'Whether all its bytes have arrived.', resolve: ({ objectKey }) => objectKey !== null }),
    receivedBytes: t.expose('receivedBytes', { type: 'BigInt', description: 'How many bytes have arrived.' }),
    sizeBytes: t.expose('sizeBytes', { type: 'BigInt', nullable: true, description: 'Its size, once all its bytes have arrived.' }),
    sha256: t.exposeString('sha256', { nullable: true, description: 'SHA-256 in lower-case hex, once all its bytes have arrived.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When it is removed, if it is not published by then.' }),
  }),
});

/** An upload of the caller's that has not expired. */
export async function findOwnUpload({ core, actor }: Context, id: string): Promise<UploadRow | null> {
  if (!isSignedIn(actor)) return null;
  try {
    return await getUpload(core, core.database.reads, actor, id);
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}

mutationField('createUpload', {
  description: 'Makes a place for the bytes of one file. Send them to its URL, then call `publishPackage`.',
  takes: takesOnPackage('PUBLISH', 'in the namespace', 'a package of it'),
  errors: [[InvalidInput, 'the file name is empty or too long']],
  input: (t) => ({
    namespace: t.string({ required: true, description: 'Path of the namespace where it will be published.' }),
    fileName: t.string({ required: true, description: 'Name of the file; for some formats a path. 1 to 512 characters.' }),
  }),
  payload: builder.objectRef<{ upload: UploadRow }>('CreateUploadPayload').implement({
    description: 'An upload that was made.',
    fields: (t) => ({ upload: t.expose('upload', { type: UploadType, description: 'The upload.' }) }),
  }),
  resolve: async ({ namespace, fileName }, { core, actor }) => ({ upload: await createUpload(core, actor, { namespacePath: namespace, fileName }) }),
});
