import { authorize } from '../src/access/decide.ts';
import type { NamespaceRecord } from '../src/namespaces/queries/namespaces.ts';
import { sumUsage } from '../src/packages/quota.ts';
import { countRestorableBytes, countStoredBytes, listQuotaUse, type QuotaUse } from '../src/packages/queries/usage.ts';
import type { Usage } from '../src/packages/usage.ts';
import { builder } from './builder.ts';
import { QuotaKindEnum } from './enums.ts';
import { leaves, needs } from './gate.ts';
import { namespaceById } from './loaders.ts';
import { NamespaceInterface } from './namespace.ts';

/** What reads all files of a subtree costs as much as this many fields. */
const scan = 2_000;

const QuotaUsageType = builder.objectRef<QuotaUse>('QuotaUsage').implement({
  description: 'A quota and how much of it is used, by everything below the namespace that has it.',
  fields: (t) => ({
    kind: t.expose('kind', { type: QuotaKindEnum, description: 'What it limits.' }),
    namespace: t.field({
      ...leaves(),
      type: NamespaceInterface,
      nullable: true,
      description: 'The namespace that has it; null where the caller may not see it.',
      resolve: ({ namespaceId }, _args, context) => namespaceById(context, namespaceId),
    }),
    limit: t.expose('limit', { type: 'BigInt', description: 'How much it allows.' }),
    used: t.field({ type: 'BigInt', nullable: true, description: 'How much there is; null where the caller may not see how that namespace is set up.', resolve: ({ used }) => used ?? null }),
    usedPercent: t.float({
      nullable: true,
      description: 'How full it is: 100 is full. More where it was lowered since; null as `used`.',
      resolve: ({ used, limit }) => (used === undefined ? null : limit === 0 ? 100 : (used / limit) * 100),
    }),
  }),
});

const StorageUsageType = builder.objectRef<{ node: NamespaceRecord; usage: Usage }>('StorageUsage').implement({
  description: 'What a namespace and everything below it holds.',
  fields: (t) => ({
    bytes: t.field({ type: 'BigInt', description: 'Bytes of its live files; content that several have counts for each.', resolve: ({ usage }) => usage.sizeBytes }),
    storedBytes: t.field({
      type: 'BigInt',
      complexity: scan,
      description: 'Bytes that those take in the store, where equal content is kept once.',
      resolve: ({ node }, _args, { core }) => countStoredBytes(core, node),
    }),
    restorableBytes: t.field({
      type: 'BigInt',
      complexity: scan,
      description: 'Bytes of files that were deleted or replaced and are kept for a while. No quota counts them.',
      resolve: ({ node }, _args, { core }) => countRestorableBytes(core, node),
    }),
    packages: t.int({ description: 'Packages.', resolve: ({ usage }) => usage.packages }),
    versions: t.int({ description: 'Versions.', resolve: ({ usage }) => usage.versions }),
    files: t.int({ description: 'Live files.', resolve: ({ usage }) => usage.files }),
    quotas: t.field({
      type: [QuotaUsageType],
      complexity: { field: 20, multiplier: 3 },
      description: "The quotas that bind it: its own and those above, the instance's first.",
      resolve: ({ node }, _args, { core, actor }) => listQuotaUse(core, actor, node),
    }),
  }),
});

builder.interfaceField(NamespaceInterface, 'usage', (t) =>
  t.field({
    ...needs('INSPECT'),
    type: StorageUsageType,
    nullable: true,
    complexity: 20,
    description: 'How much it holds, everything below included. For its members from the role REPORTER on.',
    resolve: async (node, _args, { core, actor }) => {
      authorize(actor, 'INSPECT', node);
      return { node, usage: await sumUsage(core.database.reads, node.lineage) };
    },
  }),
);
