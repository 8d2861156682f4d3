import { freshDelivery } from '../../src/webhooks/collect.ts';
import { WebhookDeliveryTable } from '../../src/db/tables/webhook.ts';
import { randomUUID } from 'node:crypto';
import { TeamMemberTable, TeamTable } from '../../src/db/tables/access.ts';
import { UploadTable } from '../../src/db/tables/file.ts';
import { createToken } from '../../src/access/tokens.ts';
import { createUser, findUser } from '../../src/access/users.ts';
import { newId } from '../../src/ids.ts';
import { uploadLifetimeMs } from '../../src/uploads/create.ts';
import { deleteFile, deletePackage, deleteVersion } from '../../src/packages/remove.ts';
import { ask, put } from '../graphql/client.ts';
import type { FieldContext } from './field-row.ts';

/*
 * Things to work on, made by the admin: see `fixture` of FieldContext.
 */

/** An empty project in the place's group; its id. */
export function emptyProject({ app, place, fixture }: FieldContext): Promise<string> {
  return fixture('project', async () => (await app.namespace(`${place.group.path}/p-${randomUUID()}`, 'PROJECT', place.visibility)).id);
}

/** What the admin makes with a mutation; gives the id at the end of the path. */
async function made({ app }: FieldContext, name: string, input: object, selection: string, idOf: (payload: any) => string): Promise<string> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const data = await ask(app, 'admin', `mutation($input: ${type}Input!) { ${name}(input: $input) { ... on ${type}Payload { ${selection} } ... on UserError { message } } }`, { input });
  return idOf(data[name]);
}

/** What a rule is made of that is in nobody's way. */
export const ruleTerms = { target: 'PACKAGE', namePattern: 'nothing-is-called-so', publishRole: 'MAINTAINER' };
/** A rule of the project; its id. */
export const aRule = (context: FieldContext) =>
  context.fixture('rule', () => made(context, 'createProtectionRule', { namespaceId: context.place.project.id, ...ruleTerms }, 'rule { id }', ({ rule }) => rule.id));

/** What a policy is made of that removes nothing. */
export const policyTerms = { name: 'old ones', isEnabled: false, olderThanDays: 3650, keepNewest: 1 };
/** A policy of the project; its id. */
export const aPolicy = (context: FieldContext) =>
  context.fixture('policy', () => made(context, 'setCleanupPolicy', { namespaceId: context.place.project.id, ...policyTerms }, 'policy { id }', (payload) => payload.policy.id));
/** A run of such a policy, which is over; its id. */
export async function aRun(context: FieldContext): Promise<string> {
  const policyId = await aPolicy(context);
  return context.fixture('run', async () => {
    const id = await made(context, 'runCleanup', { policyId }, 'run { id }', ({ run }) => run.id);
    await context.app.app.cleanup.idle();
    return id;
  });
}

/** What a webhook of the project is made of. Its document takes no more than to manage the namespace, and is about nothing that happens, so that nothing goes on in the background. */
export const hookTerms = { name: 'hook', url: 'http://127.0.0.1:9/', document: 'subscription { events(filter: { name: "no-token-has-a-package" }) { ... on TokenRotated { tokenId } } }' };
/** A webhook of the project; its id. */
export const aWebhook = (context: FieldContext) =>
  context.fixture('webhook', () => made(context, 'createWebhook', { namespaceId: context.place.project.id, ...hookTerms }, 'webhook { id }', ({ webhook }) => webhook.id));
/** Something that was sent to it, in vain; the id. */
export const aDelivery = (context: FieldContext) =>
  context.fixture('delivery', async () => {
    const webhookId = await aWebhook(context);
    const delivery = { ...freshDelivery(webhookId, context.app.clock.now()), eventSeq: null, eventType: 'PING', packageId: null, state: 'FAILED', finishedAt: 1 } as const;
    await context.app.core.database.tx((tx) => tx.insert(WebhookDeliveryTable, delivery));
    return delivery.id;
  });
/** Waits until what was asked to be sent has been refused for its address. */
export const sent = ({ app }: FieldContext) => app.app.webhooks.idle();

/** What a token of the project is made of. */
export const tokenTerms = { kind: 'PROJECT', role: 'GUEST', name: 't', scopes: ['ADMIN'] };
/** A token of the project; its id. */
export const aToken = (context: FieldContext) =>
  context.fixture('token', () => made(context, 'createNamespaceToken', { namespaceId: context.place.project.id, ...tokenTerms }, 'token { id }', ({ token }) => token.id));
/** A token of a person who asks for nothing; its id. */
export const othersToken = ({ app, fixture }: FieldContext) =>
  fixture('token of somebody else', async () => {
    const user = await findUser(app.core.database.reads, 'w-anybody');
    return (await createToken(app.core, { userId: user?.id ?? '', name: 'theirs' })).token.id;
  });
/** Bytes on their way that somebody else sends; the id. */
export const othersUpload = ({ app, place, fixture }: FieldContext) =>
  fixture('upload of somebody else', async () => {
    const user = await findUser(app.core.database.reads, 'w-anybody');
    const [id, now] = [newId('upload'), app.clock.now()];
    const empty = { objectKey: null, sizeBytes: null, md5: null, sha1: null, sha256: null, sha512: null, receivedBytes: 0, partCount: 0, lengthBytes: null, turn: 0 };
    await app.core.database.tx((tx) => tx.insert(UploadTable, { id, namespaceId: place.project.id, principalId: user?.id ?? '', fileName: 'theirs', ...empty, createdAt: now, expiresAt: now + uploadLifetimeMs }));
    return id;
  });

/** A version that was deleted, in the package of the target; its id. */
export function deletedVersion(context: FieldContext): Promise<string> {
  const { app, place, target, number } = context;
  return context.fixture('deleted version', () =>
    context.whileOn(async () => {
      const { version } = await put(app, place.project.path, { name: target.npm.package.name, version: `0.0.${number}`, metadata: { manifest: {} } });
      await deleteVersion(app.core, await app.actor('admin'), version.id);
      return version.id;
    }),
  );
}

/** A file that was deleted from a version which has others, in the package of the target; its id. */
export function deletedFile(context: FieldContext): Promise<string> {
  const { app, place, target, number } = context;
  return context.fixture('deleted file', () =>
    context.whileOn(async () => {
      const { fileIds: [id = ''] } = await put(app, place.project.path, { format: 'generic', name: target.generic.package.name, version: `file-${number}`, files: { 'a.txt': `a ${number}`, 'b.txt': `b ${number}` } });
      await deleteFile(app.core, await app.actor('admin'), id);
      return id;
    }),
  );
}

/** The package of the target, deleted; its id. For who changes nothing another one, since the target's stays. */
export function deletedPackage(context: FieldContext): Promise<string> {
  const { app, fixture, fresh } = context;
  return fixture('deleted package', async () => {
    const { npm } = await fresh();
    await context.whileOn(async () => deletePackage(app.core, await app.actor('admin'), npm.package.id));
    return npm.package.id;
  });
}

/** A user who is in the project; the name. */
export function member({ app, place, number, fixture }: FieldContext): Promise<string> {
  return fixture('member', async () => {
    const { id, username } = await createUser(app.core, { username: `member-${number}` });
    await app.core.database.tx((tx) => tx.query("INSERT INTO membership (user_id, namespace_id, role, created_at) VALUES (?, ?, 'GUEST', 1)", [id, place.project.id]));
    return username;
  });
}

/** A team with one user in it, which has a role in the project; the names of both. */
export function team({ app, place, number, fixture }: FieldContext): Promise<{ teamName: string; username: string }> {
  return fixture('team with a member', async () => {
    const { id: userId, username } = await createUser(app.core, { username: `player-${number}` });
    const id = newId('team', number);
    const teamName = `team-${number}`;
    await app.core.database.tx(async (tx) => {
      await tx.insert(TeamTable, { id, name: teamName, description: null, createdAt: 1 });
      await tx.insert(TeamMemberTable, { teamId: id, userId, createdAt: 1 });
      await tx.query("INSERT INTO team_membership (team_id, namespace_id, role, created_at) VALUES (?, ?, 'GUEST', 1)", [id, place.project.id]);
    });
    return { teamName, username };
  });
}

/** A quota of the instance, which binds everything. */
export async function quotaAbove(context: FieldContext): Promise<void> {
  const [row] = await context.app.core.database.reads.query("SELECT namespace_id FROM setting WHERE name = 'quota.bytes'");
  if (!row) await made(context, 'updateSettings', { namespaceId: 'ns_00000000000000000000000000', quotaBytes: { value: 1e12 } }, 'namespace { id }', ({ namespace }) => namespace.id);
}
