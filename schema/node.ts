import { type IdKind, kindOfId } from '../src/ids.ts';
import { InvalidInput } from '../src/errors.ts';
import { builder, maxPageSize } from './builder.ts';
import type { Context } from './context.ts';
import { cleanupPolicyById, cleanupRunById, fileById, namespaceById, packageById, ruleById, tokenById, versionById, webhookById, webhookDeliveryById } from './loaders.ts';
import { namespaceTypeNames } from './namespace.ts';
import { findOwnUpload } from './upload.ts';
import { findTeamForUser } from './team.ts';
import { findSelf } from './user.ts';

/** Finds what an id names, with the name of its GraphQL type; null for what is not there or not to be known. */
type Find = (context: Context, id: string) => Promise<object | null>;

const finders: Partial<Record<IdKind, Find>> = {
  namespace: as(({ kind }) => namespaceTypeNames[kind], namespaceById),
  package: as(() => 'Package', packageById),
  version: as(() => 'PackageVersion', versionById),
  file: as(() => 'PackageFile', fileById),
  user: as(() => 'User', findSelf),
  team: as(() => 'Team', findTeamForUser),
  protectionRule: as(() => 'ProtectionRule', ruleById),
  token: as(() => 'AccessToken', tokenById),
  upload: as(() => 'Upload', findOwnUpload),
  cleanupPolicy: as(() => 'CleanupPolicy', cleanupPolicyById),
  cleanupRun: as(() => 'CleanupRun', cleanupRunById),
  webhook: as(() => 'Webhook', webhookById),
  webhookDelivery: as(() => 'WebhookDelivery', webhookDeliveryById),
};

builder.queryFields((t) => ({
  node: t.field({
    type: builder.nodeInterfaceRef(),
    nullable: true,
    description: 'Anything by its id; null where there is no such thing or the caller may not see it.',
    args: { id: t.arg.id({ required: true, description: 'An id from any field of this API.' }) },
    resolve: (_root, { id }, context) => find(context, id),
  }),
  nodes: t.field({
    type: [builder.nodeInterfaceRef()],
    nullable: { list: false, items: true },
    description: `Up to ${maxPageSize} things by their ids, in the same order; null for what is not there or may not be seen.`,
    args: { ids: t.arg.idList({ required: true, description: 'Ids from any field of this API.' }) },
    complexity: ({ ids }) => ({ field: 1, multiplier: Math.max(1, ids.length) }),
    resolve: (_root, { ids }, context) => {
      if (ids.length > maxPageSize) throw new InvalidInput('ids', `Ask for at most ${maxPageSize} ids at once.`);
      return ids.map((id) => find(context, id));
    },
  }),
}));

async function find(context: Context, id: string): Promise<{ id: string; type: string }> {
  const kind = kindOfId(id);
  const finder = kind && finders[kind];
  // The interface's resolveType goes by `__typename`; the cast is Pothos' shape for ids, which we do not use.
  return (finder ? await finder(context, id) : null) as never;
}

function as<Row extends object>(typeOf: (row: Row) => string, load: (context: Context, id: string) => Promise<Row | null>): Find {
  return async (context, id) => {
    const row = await load(context, id);
    return row && { ...row, __typename: typeOf(row) };
  };
}
