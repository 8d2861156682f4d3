import { createUpload } from '../../../src/uploads/create.ts';
import { publishUploads } from '../../../src/uploads/publish-uploads.ts';
import { npmFormat } from '../../../shims/npm/format.ts';
import type { Person, Registry } from '../../support/app.ts';

/** Whose upload it is, and what it is tagged. */
export interface UploadedBy {
  /** Default: the developer. */
  as?: Exclude<Person, 'anonymous'>;
  /** Default: latest. */
  tags?: readonly string[];
}

/** Publishes a tarball through an upload: quicker than npm, for packages that a test needs to be there. */
export async function publishTarball(app: Registry, namespacePath: string, tarball: Buffer, { as = 'developer', tags = ['latest'] }: UploadedBy = {}): Promise<void> {
  const actor = await app.actor(as);
  const upload = await createUpload(app.core, actor, { namespacePath, fileName: 'package.tgz' });
  const response = await app.fetch(`/api/uploads/${upload.id}`, as, { method: 'PUT', body: new Uint8Array(tarball) });
  if (response.status !== 201) throw new Error(`The upload failed: ${response.status} ${await response.text()}`);
  await publishUploads(app.core, actor, { namespacePath, format: npmFormat, uploadIds: [upload.id], tags });
}
