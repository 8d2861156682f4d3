import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '../../src/access/actor.ts';
import { insertMember } from '../../src/access/members.ts';
import { createToken, type NewToken } from '../../src/access/tokens.ts';
import { createUser } from '../../src/access/users.ts';
import { listPages } from '../../src/db/keyset.ts';
import { EventTable } from '../../src/db/tables/event.ts';
import { DeletedNamespaceTable, instanceId, type NamespaceRow, NamespaceTable } from '../../src/db/tables/namespace.ts';
import { type AuditFilter, authorizeAudit } from '../../src/events/audit.ts';
import { type AuditRecord, auditListQuery } from '../../src/events/audit-list.ts';
import { deleteNamespace } from '../../src/namespaces/manage.ts';
import { setTag } from '../../src/packages/tags.ts';
import { updateSettings } from '../../src/settings/update.ts';
import { type Person, type TestApp, userOf } from '../support/app.ts';
import { fillLog, numbered } from '../support/event-log.ts';
import { databases, node, openRegistry, publishAs, refusal } from './registry.ts';

describe.for(databases)('audit events on $name', { timeout: 60_000 }, ({ open, missing }) => {
  let app: TestApp;
  let admin: Actor;
  /** Nodes that are gone. */
  const gone: NamespaceRow[] = [];
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await openRegistry(open);
    admin = await app.actor('admin');
    // Numbers are given when a test says so.
    await app.app.relay.stop();
    await audit('acme', true);
    for (const path of ['acme/quiet', 'acme/dead', 'acme/dying']) await app.namespace(path, 'GROUP');
    await app.namespace('acme/dying/dead');
    await app.namespace('other', 'GROUP');
    await audit('acme/quiet', false);
    for (const [index, namespace] of ['acme/widgets', 'acme', 'acme/quiet', 'acme/dead', 'acme/dying', 'acme/dying/dead', 'other'].entries()) {
      app.clock.advance(1_000);
      const { package: owner } = await publishAs(app, { as: 'admin', format: 'npm', name: `lib-${index}`, namespace });
      await setTag(app.core, await app.actor('admin'), { packageId: owner.id, tag: 'beta', version: '1.0.0' });
    }
    for (const path of ['acme/dead', 'acme/dying/dead', 'acme/dying']) gone.push(await removeAll(path));
    app.clock.advance(1_000);
    await publishAs(app, { as: 'owner', format: 'generic', name: 'tool', files: { a: 'audit' } });
    await numbered(app.core);
  }, 60_000);
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const audit = async (path: string, value: boolean | null) => updateSettings(app.core, admin, (await node(app.core, path)).id, { node: { auditEvents: { value } } });

  /** A namespace whose packages are purged, and which then is deleted. */
  async function removeAll(path: string): Promise<NamespaceRow> {
    const row = await node(app.core, path);
    await app.core.database.tx(async (tx) => {
      await tx.query("DELETE FROM file WHERE version_id IN (SELECT v.id FROM version v JOIN package p ON p.id = v.package_id WHERE p.namespace_id = ?)", [row.id]);
      await tx.query('DELETE FROM version WHERE package_id IN (SELECT id FROM package WHERE namespace_id = ?)', [row.id]);
      await tx.query('UPDATE package SET deleted_at = 1 WHERE namespace_id = ?', [row.id]);
    });
    await deleteNamespace(app.core, admin, row.id);
    return row;
  }

  const everything = { limit: 100_000, backward: false };
  async function list(path: string, filter: AuditFilter = {}, actor: Actor | undefined = admin, page = everything as Parameters<typeof listPages>[2]): Promise<AuditRecord[]> {
    const query = await auditListQuery(app.core, { node: await node(app.core, path), filter, actor, direction: 'DESC' });
    return [...(await listPages<AuditRecord>(app.core.database.reads, query, page)).values()][0]?.rows ?? [];
  }

  /** The same, said plainly: nodes by their lineages, deleted ones as if they were the node above. */
  async function expected(path: string): Promise<number[]> {
    const { reads } = app.core.database;
    const nodes = await reads.find(NamespaceTable);
    const heirs = new Map((await reads.find(DeletedNamespaceTable)).map(({ id, heirId }) => [id, heirId]));
    const { lineage } = await node(app.core, path);
    const events = await reads.find(EventTable, { order: { seq: 'DESC' } });
    const isShown = (namespaceId: string) => {
      const place = nodes.find(({ id }) => id === (heirs.get(namespaceId) ?? namespaceId));
      return place?.lineage.startsWith(lineage) && Boolean(place.isAudited);
    };
    return events.filter(({ namespaceId }) => isShown(namespaceId)).map(({ seq }) => Number(seq));
  }

  test('are those of a node and all below where the setting is on, the newest first, with those of what was deleted', async () => {
    for (const path of ['acme', 'acme/widgets']) {
      const rows = await list(path);
      expect(rows.length).toBeGreaterThan(3);
      expect(rows.map(({ seq }) => seq)).toEqual(await expected(path));
    }
    const told = await list('acme');
    const places = new Set(told.map((row) => row.path));
    expect([...places].sort()).toEqual(['acme', 'acme/dead', 'acme/dying', 'acme/dying/dead', 'acme/widgets']);
    expect(told.filter(({ type }) => type === 'NAMESPACE_DELETED').map(({ payload }) => JSON.parse(payload).path)).toEqual(['acme/dying', 'acme/dying/dead', 'acme/dead']);
    // What was done in a node that is gone is not what is done in its namesake.
    const again = await app.namespace('acme/dead');
    expect((await list('acme/dead')).map(({ type }) => type)).toEqual([]);
    await numbered(app.core);
    expect((await list('acme/dead')).map(({ type }) => type)).toEqual(['NAMESPACE_CREATED']);
    await deleteNamespace(app.core, admin, again.id);
    await numbered(app.core);
  });

  test('of the instance are those of wherever the setting is on', async () => {
    const rows = await list('');
    expect(rows.map(({ seq }) => seq)).toEqual(await expected(''));
    expect(new Set(rows.map(({ path }) => path))).not.toContain('other');
    expect(await list('other')).toEqual([]);
  });

  test('follow the setting, which is read when they are asked for', async () => {
    const before = (await list('acme')).length;
    await audit('acme/widgets', false);
    expect((await list('acme')).length).toBeLessThan(before);
    expect(await list('acme/widgets')).toEqual([]);
    await audit('acme/widgets', null);
    await numbered(app.core);
    expect((await list('acme')).length).toBe(before + 2);
  });

  test('are read page by page, both ways, whatever happens meanwhile', async () => {
    const { reads } = app.core.database;
    for (const [path, limit] of [['acme', 3], ['', 4], ['acme/widgets', 1]] as const) {
      const all = (await list(path)).map(({ seq }) => seq);
      const query = await auditListQuery(app.core, { node: await node(app.core, path), filter: {}, actor: admin, direction: 'DESC' });
      const forward: number[] = [];
      for (let after: readonly number[] | undefined, hasMore = true; hasMore; ) {
        const page = [...(await listPages<AuditRecord>(reads, query, { limit, backward: false, after })).values()][0]!;
        forward.push(...page.rows.map(({ seq }) => seq));
        after = [forward.at(-1)!];
        hasMore = page.hasMore;
        await publishAs(app, { as: 'admin', name: 'meanwhile', version: `${forward.length}.${limit}.0`, namespace: 'acme/widgets' });
        await numbered(app.core);
      }
      expect(forward).toEqual(all);
      const backward: number[] = [];
      for (let before: readonly number[] = [all.at(-1)! - 1], hasMore = true; hasMore; ) {
        const page = [...(await listPages<AuditRecord>(reads, query, { limit, backward: true, before })).values()][0]!;
        backward.unshift(...page.rows.map(({ seq }) => seq));
        before = [backward[0]!];
        hasMore = page.hasMore;
      }
      expect(backward.slice(-all.length)).toEqual(all);
    }
  });

  test.for<[string, () => Promise<AuditFilter>, (row: AuditRecord) => boolean]>([
    ['kinds', async () => ({ types: ['TAG_SET', 'NAMESPACE_DELETED'] }), ({ type }) => type === 'TAG_SET' || type === 'NAMESPACE_DELETED'],
    ['no kind at all', async () => ({ types: [] }), () => false],
    ['a user, in any case', async () => ({ actor: 'Owner' }), ({ actorId }) => actorId === ownerId],
    ['nobody of that name', async () => ({ actor: 'nobody-at-all' }), () => false],
    ['a token', async () => ({ actor: ownerTokenId }), ({ tokenId }) => tokenId === ownerTokenId],
    ['a package', async () => ({ package: { format: 'npm', name: 'lib-0' } }), ({ payload }) => JSON.parse(payload).name === 'lib-0'],
    ['a package of another format', async () => ({ package: { format: 'generic', name: 'lib-0' } }), () => false],
    ['a time', async () => ({ from: middle, to: middle + 2_000 }), ({ occurredAt }) => occurredAt >= middle && occurredAt < middle + 2_000],
    ['all of it', async () => ({ types: ['PACKAGE_PUBLISHED'], actor: 'admin', from: middle }), ({ type, actorId, occurredAt }) => type === 'PACKAGE_PUBLISHED' && actorId === admin.user?.id && occurredAt >= middle],
  ])('can be filtered by %s', async ([, filter, isWanted]) => {
    const owner = await app.actor('owner');
    ownerId = owner.user?.id ?? '';
    ownerTokenId = owner.token?.id ?? '';
    for (const path of ['acme', '', 'acme/widgets']) {
      const all = await list(path);
      middle = all[Math.floor(all.length / 2)]!.occurredAt;
      const wanted = await filter();
      expect((await list(path, wanted)).map(({ seq }) => seq)).toEqual(all.filter(isWanted).map(({ seq }) => seq));
    }
  });
  let ownerId = '';
  let ownerTokenId = '';
  let middle = 0;

  test('of a subtree in which much has happened are the same', async () => {
    const { id } = await node(app.core, 'acme/widgets');
    const few = await list('acme');
    await fillLog(app.core, 5_001, app.clock.now(), { namespaceId: id });
    const many = await list('acme');
    expect(many.map(({ seq }) => seq)).toEqual(await expected('acme'));
    expect(many.slice(5_001)).toEqual(few);
    await app.core.database.tx((tx) => tx.query("DELETE FROM event WHERE type = 'NAMESPACE_UPDATED' AND namespace_id = ?", [id]));
  });

  test('the operator sees everything', async () => {
    const all = await app.core.database.reads.find(EventTable, { order: { seq: 'DESC' } });
    const query = await auditListQuery(app.core, { node: await node(app.core, ''), filter: {}, actor: undefined, direction: 'DESC' });
    const rows = [...(await listPages<AuditRecord>(app.core.database.reads, query, everything)).values()][0]?.rows ?? [];
    expect(rows.map(({ seq }) => seq)).toEqual(all.map(({ seq }) => Number(seq)));
    const quiet = await auditListQuery(app.core, { node: await node(app.core, 'acme/quiet'), filter: {}, actor: undefined, direction: 'ASC' });
    const told = [...(await listPages<AuditRecord>(app.core.database.reads, quiet, everything)).values()][0]?.rows ?? [];
    expect(told.map(({ type }) => type)).toEqual(['NAMESPACE_CREATED', 'SETTINGS_CHANGED', 'PACKAGE_PUBLISHED', 'TAG_SET']);
  });

  test('of users, teams and personal tokens are for administrators, be somebody else the owner of the instance', async () => {
    await updateSettings(app.core, admin, instanceId, { node: { auditEvents: { value: true } } });
    const user = await createUser(app.core, { username: 'instance-owner' });
    await insertMember(app.core, user.id, instanceId, 'OWNER');
    const { secret } = await createToken(app.core, { userId: user.id, name: '","kind":"DEPLOY"' });
    await createToken(app.core, { kind: 'DEPLOY', namespaceId: instanceId, role: 'REPORTER', scopes: ['READ'], name: '","kind":"PERSONAL"' });
    await numbered(app.core);
    app.core.authenticator.forget();
    const owner = await app.core.authenticator.actorOf({ kind: 'secret', secret });
    authorizeAudit(owner, await node(app.core, ''));
    const [byAdmin, byOwner] = [await list(''), await list('', {}, owner)];
    const isPersonal = ({ type, payload }: AuditRecord) => type === 'USER_CREATED' || (type === 'TOKEN_CREATED' && JSON.parse(payload).kind === 'PERSONAL');
    expect(byAdmin.filter(isPersonal).length).toBeGreaterThan(5);
    expect(byOwner).toEqual(byAdmin.filter((row) => !isPersonal(row)));
    expect(byOwner.filter(({ type }) => type === 'TOKEN_CREATED').map(({ payload }) => JSON.parse(payload).kind)).toContain('DEPLOY');
    await updateSettings(app.core, admin, instanceId, { node: { auditEvents: { value: null } } });
  });

  test.for<[string, Person | Partial<NewToken>, string]>([
    ['the owner', 'owner', 'nothing'],
    ['an administrator', 'admin', 'nothing'],
    ['a maintainer', 'maintainer', 'Forbidden'],
    ['a reader', 'reader', 'Forbidden'],
    ['somebody else', 'outsider', 'NotFound'],
    ['nobody', 'anonymous', 'Unauthenticated'],
    ["the owner's token for reading", { scopes: ['READ', 'WRITE', 'DELETE'] }, 'Forbidden'],
    ["the owner's token for one name", { namePattern: 'lib-*' }, 'Forbidden'],
    ["the owner's token for one format", { formats: ['npm'] }, 'Forbidden'],
    ['a deploy token', { kind: 'DEPLOY', role: 'OWNER' }, 'Forbidden'],
    ['a project token of an owner', { kind: 'PROJECT', role: 'OWNER' }, 'nothing'],
    ['a project token of a maintainer', { kind: 'PROJECT', role: 'MAINTAINER' }, 'Forbidden'],
  ])('%s may: %o', async ([, who, outcome]) => {
    const acme = await node(app.core, 'acme');
    const userId = (await userOf(app.core, 'owner'))?.id ?? '';
    const actorOf = async (given: Partial<NewToken>) => {
      const whose = given.kind ? { namespaceId: acme.id } : { userId };
      const { secret } = await createToken(app.core, { name: 'x', ...whose, ...given });
      return app.core.authenticator.actorOf({ kind: 'secret', secret });
    };
    const actor = typeof who === 'string' ? await app.actor(who) : await actorOf(who);
    expect(await refusal(Promise.resolve().then(() => authorizeAudit(actor, acme)))).toBe(outcome);
    expect(await refusal(node(app.core, 'acme/quiet').then((quiet) => authorizeAudit(actor, quiet)))).toBe(outcome === 'nothing' ? 'Forbidden' : outcome);
  });
});
