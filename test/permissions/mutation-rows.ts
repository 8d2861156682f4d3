import { type FieldContext, type FieldRow, mutation } from './field-row.ts';
import { peopleRows } from './people-rows.ts';
import { aDelivery, aPolicy, aRule, aToken, aWebhook, deletedFile, deletedPackage, deletedVersion, emptyProject, hookTerms, othersToken, policyTerms, ruleTerms, sent, tokenTerms } from './standing.ts';

const packageId = ({ target }: FieldContext) => target.npm.package.id;
const versionId = ({ target }: FieldContext) => target.npm.version.id;
const namespaceId = ({ place }: FieldContext) => place.project.id;

/** Bytes that the asker has sent ahead; who may not publish has none. */
async function upload({ app, place, headers, mayChange, number }: FieldContext): Promise<string> {
  if (!mayChange) return 'upl_none';
  const post = (query: string, variables: object) =>
    fetch(`${app.url}/graphql`, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }) });
  const response = await post('mutation($input: CreateUploadInput!) { createUpload(input: $input) { ... on CreateUploadPayload { upload { id } } } }', {
    input: { namespace: place.project.path, fileName: 'a.txt' },
  });
  const { data } = (await response.json()) as { data: { createUpload: { upload: { id: string } } } };
  const { id } = data.createUpload.upload;
  await fetch(`${app.url}/api/uploads/${id}`, { method: 'PUT', headers, body: `content ${number}` });
  return id;
}

/** Every field of Mutation. */
export const mutationRows: FieldRow[] = [
  mutation('createGroup', { need: 'MANAGE', of: 'NODE' }, ({ place, number }) => ({ parent: place.group.path, slug: `g-${number}` })),
  mutation('createProject', { need: 'MANAGE', of: 'NODE' }, ({ place, number }) => ({ parent: place.group.path, slug: `p-${number}` })),
  mutation('createGroup', { need: 'MANAGE', of: 'INSTANCE' }, ({ number }) => ({ slug: `top-${number}` })),
  mutation('updateNamespace', { need: 'MANAGE', of: 'NODE' }, (context) => ({ namespaceId: namespaceId(context), name: `name ${context.number}` })),
  mutation('updateNamespace', { need: 'OWN', of: 'NODE' }, async (context) => ({ namespaceId: await emptyProject(context), slug: `renamed-${context.number}` })),
  mutation('updateNamespace', { need: 'OWN', of: 'NODE' }, async (context) => ({
    namespaceId: await emptyProject(context),
    // What is in a private group can be nothing else.
    ...(context.place.visibility === 'PRIVATE' ? { slug: `closed-${context.number}` } : { visibility: 'PRIVATE' }),
  })),
  mutation('deleteNamespace', { need: 'OWN', of: 'NODE' }, async (context) => ({ namespaceId: await emptyProject(context) })),

  mutation('createUpload', { need: 'PUBLISH', of: 'NODE' }, ({ place }) => ({ namespace: place.project.path, fileName: 'a.txt' })),
  mutation('publishPackage', { need: 'PUBLISH', of: 'NEW' }, async (context) => ({
    namespace: context.place.project.path, format: 'GENERIC', name: `published-${context.number}`, version: '1', uploads: [await upload(context)],
  })),
  mutation('setTag', { need: 'PUBLISH', of: 'PACKAGE' }, (context) => ({ packageId: packageId(context), tag: 'next', version: '1.0.0' })),
  mutation('removeTag', { need: 'PUBLISH', of: 'PACKAGE' }, (context) => ({ packageId: packageId(context), tag: 'beta' })),
  mutation('deprecateVersions', { need: 'PUBLISH', of: 'PACKAGE' }, (context) => ({ packageId: packageId(context), versions: ['1.0.0'], message: 'old' })),
  mutation('yankVersion', { need: 'PUBLISH', of: 'PACKAGE' }, (context) => ({ versionId: versionId(context), reason: 'broken' })),
  mutation('unyankVersion', { need: 'PUBLISH', of: 'PACKAGE' }, (context) => ({ versionId: versionId(context) })),
  mutation('hideVersion', { need: 'PUBLISH', of: 'PACKAGE' }, (context) => ({ versionId: versionId(context) })),
  mutation('unhideVersion', { need: 'PUBLISH', of: 'PACKAGE' }, (context) => ({ versionId: versionId(context) })),
  mutation('deletePackage', { need: 'DELETE', of: 'PACKAGE' }, (context) => ({ packageId: packageId(context) })),
  mutation('deleteVersion', { need: 'DELETE', of: 'PACKAGE' }, (context) => ({ versionId: versionId(context) })),
  mutation('deleteFile', { need: 'DELETE', of: 'PACKAGE' }, ({ target }) => ({ fileId: target.npm.fileIds[0] })),
  mutation('restore', { need: 'DELETE', of: 'PACKAGE' }, async (context) => ({ versionId: await deletedVersion(context) })),
  mutation('restore', { need: 'DELETE', of: 'PACKAGE' }, async (context) => ({ fileId: await deletedFile(context) })),
  mutation('restore', { need: 'DELETE', of: 'PACKAGE' }, async (context) => ({ packageId: await deletedPackage(context) })),
  mutation('setPackageAccess', { need: 'MANAGE', of: 'PACKAGE' }, (context) => ({ packageId: packageId(context), grants: [{ username: 'w-anybody', level: 'READ' }] })),

  mutation('updateSettings', { need: 'MANAGE', of: 'NODE' }, (context) => ({ namespaceId: namespaceId(context), auditEvents: { value: context.number % 2 === 0 } })),
  mutation('updateSettings', { need: 'MANAGE', of: 'INSTANCE' }, ({ number }) => ({ namespaceId: 'ns_00000000000000000000000000', quotaPackages: { value: 1_000_000 + number } })),
  mutation('createProtectionRule', { need: 'MANAGE', of: 'NODE' }, async (context) => ({ namespaceId: await emptyProject(context), ...ruleTerms })),
  mutation('createProtectionRule', { need: 'OWN', of: 'NODE' }, async (context) => ({ namespaceId: await emptyProject(context), ...ruleTerms, publishRole: 'OWNER' })),
  mutation('updateProtectionRule', { need: 'MANAGE', of: 'NODE' }, async (context) => ({ ruleId: await aRule(context), deleteRole: 'MAINTAINER' })),
  mutation('deleteProtectionRule', { need: 'MANAGE', of: 'NODE' }, async (context) => ({ ruleId: await aRule(context) })),
  mutation('setCleanupPolicy', { need: 'MANAGE', of: 'NODE' }, async (context) => ({ namespaceId: await emptyProject(context), ...policyTerms })),
  mutation('setCleanupPolicy', { need: 'MANAGE', of: 'NODE' }, async (context) => ({ policyId: await aPolicy(context), name: `policy ${context.number}` })),
  mutation('deleteCleanupPolicy', { need: 'MANAGE', of: 'NODE' }, async (context) => ({ policyId: await aPolicy(context) })),
  mutation('previewCleanup', { need: 'MANAGE', of: 'NODE' }, (context) => ({ namespaceId: namespaceId(context), keepNewest: 1 })),
  mutation('previewCleanup', { need: 'MANAGE', of: 'NODE' }, async (context) => ({ policyId: await aPolicy(context) })),
  {
    ...mutation('runCleanup', { need: 'MANAGE', of: 'NODE' }, async (context) => ({ policyId: await aPolicy(context) })),
    settle: ({ app }) => app.app.cleanup.idle(),
  },

  mutation('createWebhook', { need: 'MANAGE', of: 'NODE' }, (context) => ({ namespaceId: namespaceId(context), ...hookTerms })),
  mutation('updateWebhook', { need: 'MANAGE', of: 'NODE' }, async (context) => ({ webhookId: await aWebhook(context), name: `hook ${context.number}` })),
  mutation('rotateWebhookSecret', { need: 'MANAGE', of: 'NODE' }, async (context) => ({ webhookId: await aWebhook(context) })),
  mutation('deleteWebhook', { need: 'MANAGE', of: 'NODE' }, async (context) => ({ webhookId: await aWebhook(context) })),
  { ...mutation('redeliver', { need: 'MANAGE', of: 'NODE' }, async (context) => ({ deliveryId: await aDelivery(context) })), settle: sent },
  { ...mutation('pingWebhook', { need: 'MANAGE', of: 'NODE' }, async (context) => ({ webhookId: await aWebhook(context) })), settle: sent },

  mutation('createToken', { need: 'TOKENS', of: 'NOTHING' }, ({ number }) => ({ name: `t ${number}`, scopes: ['ADMIN'] })),
  mutation('createNamespaceToken', { need: 'MANAGE', of: 'NODE' }, async (context) => ({ namespaceId: await emptyProject(context), ...tokenTerms })),
  mutation('createNamespaceToken', { need: 'MANAGE', of: 'NODE', scopes: ['READ'] }, async (context) => ({ namespaceId: await emptyProject(context), kind: 'DEPLOY', name: 't', scopes: ['READ'] })),
  mutation('rotateToken', { need: 'MANAGE', of: 'NODE', hides: true }, async (context) => ({ tokenId: await aToken(context) })),
  mutation('revokeToken', { need: 'MANAGE', of: 'NODE', hides: true }, async (context) => ({ tokenId: await aToken(context) })),
  mutation('rotateToken', { need: 'NOBODY', of: 'NOTHING' }, async (context) => ({ tokenId: await othersToken(context) })),
  mutation('revokeToken', { need: 'ADMIN', of: 'NOTHING', hides: true }, async (context) => ({ tokenId: await othersToken(context) })),
  mutation('mintJobToken', { need: 'MINT', of: 'NOTHING' }, ({ number }) => ({ name: `job ${number}`, scopes: ['READ'] })),
  ...peopleRows,
];
