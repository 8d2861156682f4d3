import { roleOn } from '../src/access/decide.ts';
import { leaves } from './gate.ts';
import { endpointUrl } from './urls.ts';
import { ancestorIds, childListQuery, type NamespaceRecord } from '../src/namespaces/queries/namespaces.ts';
import { instanceId, type NamespaceKind } from '../src/db/tables/namespace.ts';
import { builder } from './builder.ts';
import { connectionType } from './connection-type.ts';
import { listComplexity } from './connection.ts';
import { FormatEnum, RoleEnum, VisibilityEnum } from './enums.ts';
import { EndpointType } from './format.ts';
import { defineList } from './list.ts';
import { namespaceById, namespaceByPath } from './loaders.ts';

/** The GraphQL type of each kind of node. */
export const namespaceTypeNames: Record<NamespaceKind, string> = { INSTANCE: 'Instance', GROUP: 'Group', PROJECT: 'Project' };

/** A node of the tree; what hangs on it is added by the files of those things. */
export const NamespaceInterface = builder.interfaceRef<NamespaceRecord>('Namespace');

const NamespaceConnection = connectionType(NamespaceInterface, 'Namespace', 'namespaces');

const listChildren = defineList<NamespaceRecord, { search?: string | null | undefined }, NamespaceRecord>({
  name: 'children',
  idOf: ({ id }) => id,
  query: ({ core, actor }, parents, { search }) => childListQuery(core, actor, parents.map(({ id }) => id), search ?? undefined),
  orderName: () => 'path',
  positionOf: (_args, { path }) => [path],
});

builder.interfaceType(NamespaceInterface, {
  description: 'A node of the tree Instance > Group (nested) > Project. Every node can hold packages; reading at a node sees its whole subtree.',
  interfaces: [builder.nodeInterfaceRef()],
  resolveType: ({ kind }) => namespaceTypeNames[kind],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Unique and lasting.' }),
    path: t.exposeString('path', { description: 'Such as `acme/platform/widgets`; empty for the instance.' }),
    name: t.exposeString('name', { description: 'For people.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is for.' }),
    visibility: t.expose('visibility', { type: VisibilityEnum, description: 'Who may see and pull what is in it.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed itself.' }),
    parent: t.field({
      ...leaves(),
      type: NamespaceInterface,
      nullable: true,
      description: 'The node above; null for the instance, and where the caller may not see it.',
      resolve: ({ parentId }, _args, context) => (parentId === null ? null : namespaceById(context, parentId)),
    }),
    ancestors: t.field({
      ...leaves(),
      type: [NamespaceInterface],
      description: 'The nodes above, from the instance down, that the caller may see.',
      resolve: async (row, _args, context) => {
        const above = await Promise.all(ancestorIds(row).map((id) => namespaceById(context, id)));
        return above.filter((ancestor) => ancestor !== null);
      },
    }),
    children: t.connection(
      {
        type: NamespaceInterface,
        description: 'The nodes right below that the caller may see, by path.',
        args: { search: t.arg.string({ description: 'Part of path or name, in any case.' }) },
        complexity: listComplexity,
        resolve: (row, args, context, info) => listChildren(context, row, args, info) as never,
      },
      NamespaceConnection,
    ),
    endpoint: t.field({
      type: EndpointType,
      description: 'Where a client of that format is pointed at.',
      args: { format: t.arg({ type: FormatEnum, required: true, description: 'The format.' }) },
      resolve: ({ path }, { format }, { core, baseUrl }) => {
        const known = core.formats.get(format);
        return { format: known, url: endpointUrl(baseUrl, path, known) };
      },
    }),
    viewerRole: t.field({
      type: RoleEnum,
      nullable: true,
      description: "The caller's role here, their highest of this node and those above; null without one.",
      resolve: (row, _args, { actor }) => roleOn(actor, row) ?? null,
    }),
  }),
});

// Two interfaces have an id, and Pothos would take Node's, which has no resolver.
function ownId(t: PothosSchemaTypes.ObjectFieldBuilder<(typeof builder)['$inferSchemaTypes'], NamespaceRecord>) {
  return { id: t.exposeID('id', { description: 'Unique and lasting.' }) };
}

/** The root of the tree. */
export const InstanceType = builder.objectRef<NamespaceRecord>('Instance').implement({
  description: 'This server: the root of all namespaces.',
  interfaces: [NamespaceInterface, builder.nodeInterfaceRef()],
  fields: ownId,
});

/** A node that holds others. */
export const GroupType = builder.objectRef<NamespaceRecord>('Group').implement({
  description: 'A namespace of groups and projects.',
  interfaces: [NamespaceInterface, builder.nodeInterfaceRef()],
  fields: ownId,
});

/** A leaf of the tree. */
export const ProjectType = builder.objectRef<NamespaceRecord>('Project').implement({
  description: 'A namespace that holds packages and no other namespaces.',
  interfaces: [NamespaceInterface, builder.nodeInterfaceRef()],
  fields: ownId,
});

builder.queryFields((t) => ({
  instance: t.field({
    type: InstanceType,
    nullable: true,
    description: 'This server: the root of all namespaces. Null where the caller may not see it.',
    resolve: (_root, _args, context) => namespaceById(context, instanceId),
  }),
  namespace: t.field({
    type: NamespaceInterface,
    nullable: true,
    description: 'A namespace by its path; null where there is none or the caller may not see it.',
    args: { path: t.arg.string({ required: true, description: 'Such as `acme/platform`; empty for the instance.' }) },
    resolve: (_root, { path }, context) => namespaceByPath(context, path),
  }),
}));
