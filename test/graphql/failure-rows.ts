import { mintJobToken } from '../../src/access/job-tokens.ts';
import { createNamespaceToken } from '../../src/access/node-tokens.ts';
import { deletePackage, deleteVersion } from '../../src/packages/remove.ts';
import type { Published } from '../../src/packages/publish.ts';
import { setVersionStatus } from '../../src/packages/status.ts';
import { createProtectionRule } from '../../src/protection/manage.ts';
import { updateSettings } from '../../src/settings/update.ts';
import type { Person, TestApp } from '../support/app.ts';
import { getNamespace } from '../../src/namespaces/repository.ts';
import { digestOf, imageOf, indexOf, putImage } from '../support/oci-image.ts';
import { npmTarball } from '../support/npm-tarball.ts';
import { ask, put } from './client.ts';

/** What the rows below are about. */
export interface FailureWorld {
  app: TestApp;
  /** Paths to ids. */
  nodes: Record<'' | 'acme' | 'acme/widgets' | 'acme/other' | 'acme/full', string>;
  /** `lib` of npm with the versions 1.0.0 (hidden) and 1.1.0, which this is. */
  lib: Published;
  /** Under rules that only owners pass. */
  guarded: Published;
  /** Deleted, and under those rules. */
  gone: Published;
  /** Deleted, in a namespace without room. */
  homeless: Published;
  /** Secrets and ids of tokens: one that may mint, one that is minted, one that lives for an hour. */
  minter: string;
  jobId: string;
  brief: string;
  ruleId: string;
  /** A webhook that is disabled, with a delivery. */
  webhookId: string;
  deliveryId: string;
  /** An upload with these bytes, of the developer's; gives its id. */
  upload(namespace: string, fileName: string, bytes: Buffer | string | undefined): Promise<string>;
}

/** A mutation, the failure that it answers, and what it has to be told for that. Nothing may change of it. */
export type FailureRow = [mutation: string, error: string, input: (world: FailureWorld) => object | Promise<object>, asker?: Person | 'minter' | 'brief'];

/** Asks for what only owners may read. */
const audited = 'subscription { packagePublished { namespace { audit { totalCount } } } }';
const long = 'x'.repeat(5000);
const publishing = (more: object) => ({ namespace: 'acme/widgets', format: 'NPM', uploads: [], ...more });
const oci = (more: object) => publishing({ format: 'OCI', name: 'img', ...more });
const npm = async (world: FailureWorld, name: string, version: string, more: object = {}, namespace = 'acme/widgets') =>
  publishing({ namespace, uploads: [await world.upload(namespace, 'a.tgz', await npmTarball({ name, version, ...more }))] });

/** Every failure that the schema says a mutation answers. */
export const failureRows: FailureRow[] = [
  ['changePassword', 'InvalidInput', () => ({ currentPassword: 'correct horse battery', newPassword: 'short' })],
  ['createUser', 'UserExists', () => ({ username: 'OWNER' }), 'admin'],
  ['createUser', 'InvalidName', () => ({ username: 'no name' }), 'admin'],
  ['createUser', 'InvalidInput', () => ({ username: 'new', password: 'short' }), 'admin'],
  ['updateUser', 'InvalidInput', () => ({ username: 'admin', isBlocked: true }), 'admin'],
  ['createTeam', 'TeamExists', () => ({ name: 'CREW' }), 'admin'],
  ['createTeam', 'InvalidName', () => ({ name: '-' }), 'admin'],
  ['createTeam', 'InvalidInput', () => ({ name: 'new', description: long }), 'admin'],
  ['updateTeam', 'TeamExists', () => ({ teamName: 'crew', name: 'others' }), 'admin'],
  ['updateTeam', 'InvalidName', () => ({ teamName: 'crew', name: '' }), 'admin'],
  ['updateTeam', 'InvalidInput', () => ({ teamName: 'crew', description: long }), 'admin'],

  ['createGroup', 'NamespaceExists', () => ({ parent: 'acme', slug: 'widgets' })],
  ['createGroup', 'InvalidName', () => ({ parent: 'acme', slug: 'npm' })],
  ['createGroup', 'InvalidInput', () => ({ parent: 'acme/widgets', slug: 'new' })],
  ['createProject', 'NamespaceExists', () => ({ parent: 'acme', slug: 'other' })],
  ['createProject', 'InvalidName', () => ({ parent: 'acme', slug: 'No Slug' })],
  ['createProject', 'InvalidInput', () => ({ parent: 'acme', slug: 'new', visibility: 'PUBLIC' })],
  ['updateNamespace', 'NamespaceExists', ({ nodes }) => ({ namespaceId: nodes['acme/widgets'], slug: 'other' })],
  ['updateNamespace', 'InvalidName', ({ nodes }) => ({ namespaceId: nodes['acme/widgets'], slug: '..' })],
  ['updateNamespace', 'InvalidInput', ({ nodes }) => ({ namespaceId: nodes[''], slug: 'new' }), 'admin'],
  ['deleteNamespace', 'NamespaceNotEmpty', ({ nodes }) => ({ namespaceId: nodes.acme })],
  ['deleteNamespace', 'InvalidInput', ({ nodes }) => ({ namespaceId: nodes[''] }), 'admin'],
  ['setMember', 'InvalidInput', ({ nodes }) => ({ namespaceId: nodes.acme, username: 'nobody', role: 'GUEST' })],
  ['removeMember', 'InvalidInput', ({ nodes }) => ({ namespaceId: nodes.acme, username: 'owner' })],

  ['createToken', 'InvalidInput', () => ({ name: 't', expiresAt: '2099-01-01T00:00:00Z' }), 'brief'],
  ['createNamespaceToken', 'InvalidInput', ({ nodes }) => ({ namespaceId: nodes.acme, kind: 'DEPLOY', name: 't', scopes: ['ADMIN'] })],
  ['mintJobToken', 'InvalidInput', () => ({ name: 't', build: { pipelineUrl: 'javascript:alert(1)' } }), 'minter'],
  ['rotateToken', 'InvalidInput', ({ jobId }) => ({ tokenId: jobId })],

  ['setPackageAccess', 'InvalidInput', ({ lib }) => ({ packageId: lib.package.id, visibility: 'PUBLIC' })],
  ['createProtectionRule', 'InvalidInput', ({ nodes }) => ({ namespaceId: nodes.acme, target: 'PACKAGE', namePattern: 'x', publishRole: 'GUEST' })],
  ['updateProtectionRule', 'InvalidInput', ({ ruleId }) => ({ ruleId, namePattern: '' })],
  ['updateSettings', 'SettingLocked', ({ nodes }) => ({ namespaceId: nodes['acme/widgets'], auditEvents: { value: true } })],
  ['updateSettings', 'InvalidInput', ({ nodes }) => ({ namespaceId: nodes['acme/widgets'], allowAnyoneCanPull: { value: true } })],
  ['setCleanupPolicy', 'InvalidInput', ({ nodes }) => ({ namespaceId: nodes.acme })],
  ['previewCleanup', 'InvalidInput', ({ nodes }) => ({ namespaceId: nodes.acme, keepNewest: 1, first: 101 })],

  ['createUpload', 'InvalidInput', () => ({ namespace: 'acme/widgets', fileName: '' })],
  ['publishPackage', 'VersionExists', (world) => npm(world, 'lib', '1.1.0', { description: 'anew' }), 'developer'],
  ['publishPackage', 'FileExists', async (world) => publishing({ format: 'GENERIC', name: 'things', version: '1', uploads: [await world.upload('acme/widgets', 'a.txt', 'other')] }), 'developer'],
  ['publishPackage', 'NameOwnedElsewhere', (world) => npm(world, 'lib', '2.0.0', {}, 'acme/other'), 'developer'],
  ['publishPackage', 'InvalidName', (world) => npm(world, 'no name', '1.0.0'), 'developer'],
  ['publishPackage', 'InvalidVersion', (world) => npm(world, 'new', 'one'), 'developer'],
  ['publishPackage', 'InvalidPackage', async (world) => publishing({ uploads: [await world.upload('acme/widgets', 'a.tgz', 'no tarball')] }), 'developer'],
  ['publishPackage', 'FileTooLarge', async (world) => publishing({ format: 'GENERIC', name: 'large', version: '1', uploads: [await world.upload('acme/widgets', 'a.txt', 'x'.repeat(2000))] }), 'developer'],
  ['publishPackage', 'QuotaExceeded', (world) => npm(world, 'new', '1.0.0', {}, 'acme/full'), 'developer'],
  ['publishPackage', 'Protected', (world) => npm(world, 'guarded', '2.0.0'), 'developer'],
  ['publishPackage', 'UploadNotReady', async (world) => publishing({ uploads: [await world.upload('acme/widgets', 'a.tgz', undefined)] }), 'developer'],
  ['publishPackage', 'InvalidInput', () => publishing({}), 'developer'],
  ['publishPackage', 'ContentMissing', async (world) => oci({ uploads: [await world.upload('acme/widgets', 'manifest', imageOf({ layers: ['missing'] }).manifest)] }), 'developer'],
  ['publishPackage', 'DigestMismatch', async (world) => oci({ version: digestOf('other'), uploads: [await world.upload('acme/widgets', 'manifest', indexOf([]).manifest)] }), 'developer'],
  ['setTag', 'InvalidName', ({ lib }) => ({ packageId: lib.package.id, tag: '1.x', version: '1.1.0' })],
  ['setTag', 'InvalidVersion', ({ lib }) => ({ packageId: lib.package.id, tag: 'next', version: 'one' })],
  ['setTag', 'InvalidInput', ({ lib }) => ({ packageId: lib.package.id, tag: 'latest', version: '1.0.0' })],
  ['setTag', 'Protected', ({ guarded }) => ({ packageId: guarded.package.id, tag: 'next', version: '1.0.0' }), 'developer'],
  ['removeTag', 'InvalidInput', ({ lib }) => ({ packageId: lib.package.id, tag: 'latest' })],
  ['removeTag', 'Protected', ({ guarded }) => ({ packageId: guarded.package.id, tag: 'stable' }), 'developer'],
  ['deprecateVersions', 'InvalidVersion', ({ lib }) => ({ packageId: lib.package.id, versions: ['one'], message: 'old' })],
  ['deprecateVersions', 'InvalidInput', ({ lib }) => ({ packageId: lib.package.id, versions: ['1.1.0'], message: long })],
  ['deprecateVersions', 'Protected', ({ guarded }) => ({ packageId: guarded.package.id, versions: ['1.0.0'], message: 'old' }), 'developer'],
  ['yankVersion', 'InvalidInput', ({ lib }) => ({ versionId: lib.version.id, reason: long })],
  ['yankVersion', 'Protected', ({ guarded }) => ({ versionId: guarded.version.id }), 'developer'],
  ['unyankVersion', 'Protected', async (world) => ({ versionId: await guardedAs(world, 'YANK') }), 'developer'],
  ['hideVersion', 'Protected', ({ guarded }) => ({ versionId: guarded.version.id }), 'developer'],
  ['unhideVersion', 'Protected', async (world) => ({ versionId: await guardedAs(world, 'HIDE') }), 'developer'],
  ['deletePackage', 'Protected', ({ guarded }) => ({ packageId: guarded.package.id }), 'maintainer'],
  ['deleteVersion', 'Protected', ({ guarded }) => ({ versionId: guarded.version.id }), 'maintainer'],
  ['deleteFile', 'Protected', ({ guarded }) => ({ fileId: guarded.fileIds[0] }), 'maintainer'],
  ['deleteVersion', 'InUse', async (world) => ({ versionId: (await partOfIndex(world)).version.id }), 'maintainer'],
  ['deleteFile', 'InUse', async (world) => ({ fileId: (await partOfIndex(world)).fileIds[0] }), 'maintainer'],
  ['restore', 'NotRestorable', ({ lib }) => ({ versionId: lib.version.id }), 'maintainer'],
  ['restore', 'QuotaExceeded', ({ homeless }) => ({ packageId: homeless.package.id }), 'maintainer'],
  ['restore', 'Protected', ({ gone }) => ({ versionId: gone.version.id }), 'maintainer'],
  ['restore', 'InvalidInput', () => ({}), 'maintainer'],

  ['createWebhook', 'InvalidInput', ({ nodes }) => ({ namespaceId: nodes.acme, name: 'w', url: 'ftp://example.com' })],
  ['createWebhook', 'UnreadableField', ({ nodes }) => ({ namespaceId: nodes.acme, name: 'w', url: 'https://example.com', document: audited }), 'maintainer'],
  ['updateWebhook', 'InvalidInput', ({ webhookId }) => ({ webhookId, name: '' })],
  ['updateWebhook', 'UnreadableField', ({ webhookId }) => ({ webhookId, document: audited }), 'maintainer'],
  ['rotateWebhookSecret', 'InvalidInput', ({ webhookId }) => ({ webhookId, overlapSeconds: -1 })],
  ['redeliver', 'InvalidInput', ({ deliveryId }) => ({ deliveryId })],
];

/** An image that an index lists. */
async function partOfIndex(world: FailureWorld): Promise<Published> {
  const { core } = world.app;
  const admin = await world.app.actor('admin');
  const namespace = await getNamespace(core.database.reads, world.nodes['acme/widgets']);
  const image = imageOf();
  const published = await putImage(core, admin, namespace, 'multi', image);
  await putImage(core, admin, namespace, 'multi', indexOf([image]));
  return published;
}

/** A version of its own that only an administrator could yank or hide. */
async function guardedAs({ app }: FailureWorld, change: 'YANK' | 'HIDE'): Promise<string> {
  const { version, package: owner } = await put(app, 'acme/widgets', { name: `guarded-${change.toLowerCase()}` });
  await setVersionStatus(app.core, await app.actor('admin'), owner.id, [{ version: '1.0.0', change }]);
  return version.id;
}

/** What the rows need to be there. */
export async function makeFailureWorld(app: TestApp): Promise<FailureWorld> {
  const { core } = app;
  const admin = await app.actor('admin');
  for (const path of ['acme/other', 'acme/full']) await app.namespace(path);
  const rows: { path: string; id: string }[] = await core.database.reads.query('SELECT path, id FROM namespace');
  const nodes = Object.fromEntries(rows.map(({ path, id }) => [path, id])) as FailureWorld['nodes'];
  for (const name of ['crew', 'others']) await ask(app, 'admin', `mutation { createTeam(input: { name: "${name}" }) { __typename } }`);

  await put(app, 'acme/widgets', { name: 'lib' });
  const lib = await put(app, 'acme/widgets', { name: 'lib', version: '1.1.0' });
  await setVersionStatus(core, admin, lib.package.id, [{ version: '1.0.0', change: 'HIDE' }]);
  await put(app, 'acme/widgets', { name: 'things', version: '1', format: 'generic', files: { 'a.txt': 'content' } });
  const guarded = await put(app, 'acme/widgets', { name: 'guarded', tags: ['stable'] });
  const gone = await put(app, 'acme/widgets', { name: 'guarded-gone' });
  await deleteVersion(core, admin, gone.version.id);
  const homeless = await put(app, 'acme/full', { name: 'homeless' });
  await deletePackage(core, admin, homeless.package.id);
  const terms = { target: 'PACKAGE', format: null, namePattern: 'guarded*', pattern: null, publishRole: 'OWNER', deleteRole: 'OWNER', isImmutable: false } as const;
  const { id: ruleId } = await createProtectionRule(core, admin, nodes['acme/widgets'], terms);
  await updateSettings(core, admin, nodes.acme, { node: { auditEvents: { value: false, isLocked: true } } });
  await updateSettings(core, admin, nodes['acme/full'], { node: { quotaPackages: { value: 0 } } });
  const small = { maxFileBytes: { value: 1000 } };
  const refused = { duplicates: { value: 'REFUSED' } };
  await updateSettings(core, admin, nodes['acme/widgets'], { formats: [{ format: core.formats.get('generic'), settings: { ...small, ...refused } }] });

  const { secret: minter } = await createNamespaceToken(core, admin, { namespaceId: nodes.acme, kind: 'DEPLOY', name: 'deploy', scopes: ['READ'], mintsJobs: true });
  const job = await mintJobToken(core, await core.authenticator.actorOf({ kind: 'secret', secret: minter }), { name: 'job' });
  const made = await ask(app, 'owner', 'mutation($at: DateTime) { createToken(input: { name: "brief", expiresAt: $at }) { ... on CreateTokenPayload { secret } } }', { at: new Date(app.clock.now() + 3_600_000) });
  const hook = await makeDisabledWebhook(app, nodes.acme);
  const world = { app, nodes, lib, guarded, gone, homeless, minter, jobId: job.token.id, brief: made.createToken.secret, ruleId, ...hook };
  return { ...world, upload: (namespace, fileName, bytes) => upload(app, namespace, fileName, bytes) };
}

async function makeDisabledWebhook(app: TestApp, namespaceId: string): Promise<Pick<FailureWorld, 'webhookId' | 'deliveryId'>> {
  const make = 'mutation($input: CreateWebhookInput!) { createWebhook(input: $input) { ... on CreateWebhookPayload { webhook { id } } } }';
  const { createWebhook } = await ask(app, 'owner', make, { input: { namespaceId, name: 'hook', url: 'https://example.com' } });
  const webhookId: string = createWebhook.webhook.id;
  await ask(app, 'owner', 'mutation($id: ID!) { updateWebhook(input: { webhookId: $id, state: DISABLED }) { __typename } }', { id: webhookId });
  // Nothing is sent while the rows are counted.
  await app.app.webhooks.stop();
  const { pingWebhook } = await ask(app, 'owner', 'mutation($id: ID!) { pingWebhook(input: { webhookId: $id }) { ... on PingWebhookPayload { delivery { id } } } }', { id: webhookId });
  return { webhookId, deliveryId: pingWebhook.delivery.id };
}

async function upload(app: TestApp, namespace: string, fileName: string, bytes: Buffer | string | undefined): Promise<string> {
  const { createUpload } = await ask(app, 'developer', 'mutation($input: CreateUploadInput!) { createUpload(input: $input) { ... on CreateUploadPayload { upload { id } } } }', { input: { namespace, fileName } });
  const { id } = createUpload.upload;
  if (bytes !== undefined) await app.fetch(`/api/uploads/${id}`, 'developer', { method: 'PUT', body: bytes as BodyInit });
  return id;
}
