import { randomUUID } from 'node:crypto';
import { createUpload } from '../../src/uploads/create.ts';
import { type FieldContext, type FieldRow, mutation } from './field-row.ts';

const packageId = ({ target }: FieldContext) => target.npm.package.id;

/** An empty project in the place's group. */
function emptyProject({ app, place, fixture }: FieldContext): Promise<string> {
  return fixture('project', async () => (await app.namespace(`${place.group.path}/p-${randomUUID()}`, 'PROJECT', place.visibility)).id);
}

/** Every field of Mutation. */
export const mutationRows: FieldRow[] = [
  mutation('createGroup', { need: 'MANAGE', of: 'NODE' }, ({ place, number }) => ({ parent: place.group.path, slug: `g-${number}` })),
  mutation('createProject', { need: 'MANAGE', of: 'NODE' }, ({ place, number }) => ({ parent: place.group.path, slug: `p-${number}` })),
  mutation('createGroup', { need: 'MANAGE', of: 'INSTANCE' }, ({ number }) => ({ slug: `top-${number}` })),
  mutation('updateNamespace', { need: 'MANAGE', of: 'NODE' }, ({ place, number }) => ({ namespaceId: place.project.id, name: `name ${number}` })),
  mutation('updateNamespace', { need: 'OWN', of: 'NODE' }, async (context) => ({ namespaceId: await emptyProject(context), slug: `renamed-${context.number}` })),
  mutation('deleteNamespace', { need: 'OWN', of: 'NODE' }, async (context) => ({ namespaceId: await emptyProject(context) })),
  mutation('createToken', { need: 'TOKENS', of: 'NOTHING' }, ({ number }) => ({ name: `t ${number}`, scopes: ['ADMIN'] })),
  mutation('createUpload', { need: 'PUBLISH', of: 'NODE' }, ({ place }) => ({ namespace: place.project.path, fileName: 'a.txt' })),
  mutation('setTag', { need: 'PUBLISH', of: 'PACKAGE' }, (context) => ({ packageId: packageId(context), tag: 'next', version: '1.0.0' })),
  mutation('removeTag', { need: 'PUBLISH', of: 'PACKAGE' }, (context) => ({ packageId: packageId(context), tag: 'beta' })),
  mutation('deprecateVersions', { need: 'PUBLISH', of: 'PACKAGE' }, (context) => ({ packageId: packageId(context), versions: ['1.0.0'], message: 'old' })),
  mutation('deletePackage', { need: 'DELETE', of: 'PACKAGE' }, (context) => ({ packageId: packageId(context) })),
  mutation('deleteVersion', { need: 'DELETE', of: 'PACKAGE' }, ({ target }) => ({ versionId: target.npm.version.id })),
  mutation('deleteFile', { need: 'DELETE', of: 'PACKAGE' }, ({ target }) => ({ fileId: target.npm.fileIds[0] })),
];
void createUpload;
