import type { TokenActorRecord } from '../src/access/queries/actors.ts';
import type { TokenKind } from '../src/db/tables/credential.ts';
import { type AuditFilter, authorizeAudit } from '../src/events/audit.ts';
import { type AuditRecord, auditListQuery } from '../src/events/audit-list.ts';
import { builder } from './builder.ts';
import { needs } from './gate.ts';
import { connectionType } from './connection-type.ts';
import { listComplexity, listConnection } from './connection.ts';
import { FormatEnum, TokenKindEnum } from './enums.ts';
import { EventInterface, EventTypeEnum, StreamItemInterface } from './event.ts';
import { actorById } from './loaders.ts';
import { NamespaceInterface } from './namespace.ts';

interface UsedToken {
  id: string;
  /** Null: it is gone with its namespace. */
  record: Pick<TokenActorRecord, 'displayName' | 'kind'> | null;
}

const AuditTokenType = builder.objectRef<UsedToken>('AuditToken').implement({
  description: 'The token that something was done with.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Its id.' }),
    name: t.string({ nullable: true, description: 'What its owner calls it; null where it is gone with its namespace.', resolve: ({ record }) => record?.displayName ?? null }),
    kind: t.field({ type: TokenKindEnum, nullable: true, description: 'Whose rights it has; null where it is gone.', resolve: ({ record }): TokenKind | null => record?.kind ?? null }),
  }),
});

const AuditEventType = builder.objectRef<AuditRecord>('AuditEvent').implement({
  description: 'An event as owners see it: who did what, with what, from where.',
  interfaces: [EventInterface, StreamItemInterface] as never,
  fields: (t) => ({
    actorId: t.exposeID('actorId', { nullable: true, description: 'Id of who did it, be they gone or not; null for the registry itself and its operator.' }),
    token: t.field({
      type: AuditTokenType,
      nullable: true,
      description: 'With which token; null where it was done with a password, in a browser, or by the registry.',
      resolve: async ({ tokenId }, _args, context) => (tokenId === null ? null : { id: tokenId, record: (await actorById(context, tokenId)) as TokenActorRecord | null }),
    }),
    address: t.exposeString('address', { nullable: true, description: 'Address of the client; null where no request did it.' }),
    path: t.exposeString('path', { nullable: true, description: 'Path of the namespace where it happened; of one that is deleted its last.' }),
    details: t.field({ type: 'JSON', description: 'What was done, as the log has it: depends on the type.', resolve: ({ payload }) => JSON.parse(payload) as unknown }),
  }),
});

const AuditEventConnection = connectionType(AuditEventType, 'AuditEvent', 'audit events');

const AuditPackageInput = builder.inputType('AuditPackage', {
  description: 'A package by its name.',
  fields: (t) => ({
    format: t.field({ type: FormatEnum, required: true, description: 'Its format.' }),
    name: t.string({ required: true, description: 'Its name, in any spelling that its format holds for the same.' }),
  }),
});

const AuditFilterInput = builder.inputType('AuditFilter', {
  description: 'Which audit events; all conditions given must hold.',
  fields: (t) => ({
    types: t.field({ type: [EventTypeEnum], description: 'Of these kinds.' }),
    actor: t.string({ description: 'Done by the user of this name, or with the token of this id.' }),
    package: t.field({ type: AuditPackageInput, description: 'About this package.' }),
    from: t.field({ type: 'DateTime', description: 'At this instant or later.' }),
    to: t.field({ type: 'DateTime', description: 'Before this instant.' }),
  }),
});

const list = { orderName: 'newest', positionOf: ({ seq }: AuditRecord) => [seq] };

builder.interfaceField(NamespaceInterface, 'audit', (t) =>
  t.connection(
    {
      type: AuditEventType,
      nullable: true,
      ...needs('OWN'),
      description:
        'Who did what here and below, the newest first, as far as the log goes back (`eventRetentionDays`) and wherever `auditEvents` is on: FORBIDDEN where it is off here. ' +
        'For owners. What happened in namespaces that are deleted belongs to the one above. `GET /api/audit/{path}` exports it.',
      args: { filter: t.arg({ type: AuditFilterInput, description: 'Which events; by default all.' }) },
      // A query of its own for each namespace.
      complexity: (page) => ({ ...listComplexity(page), field: 20 }),
      resolve: async (node, { filter, ...page }, { core, actor }) => {
        authorizeAudit(actor, node);
        return listConnection<AuditRecord>(core.database.reads, await auditListQuery(core, { node, filter: filterOf(filter), actor, direction: 'DESC' }), page, list) as never;
      },
    },
    AuditEventConnection,
  ),
);

function filterOf(filter: typeof AuditFilterInput.$inferInput | null | undefined): AuditFilter {
  const { types, actor, package: owner, from, to } = filter ?? {};
  return { types: types ?? undefined, actor: actor ?? undefined, package: owner ?? undefined, from: from ?? undefined, to: to ?? undefined };
}
