import { needsOf } from '../src/access/decide.ts';
import type { NamespaceRow } from '../src/db/tables/namespace.ts';
import { InvalidInput, InvalidName, NamespaceExists, NamespaceNotEmpty } from '../src/errors.ts';
import { createNamespace, deleteNamespace, updateNamespace } from '../src/namespaces/manage.ts';
import { builder } from './builder.ts';
import { VisibilityEnum } from './enums.ts';
import { namespaceById } from './loaders.ts';
import { type Failure, mutationField } from './mutation.ts';
import { GroupType, NamespaceInterface, ProjectType } from './namespace.ts';
import { takesOnNamespace } from './takes.ts';
import type { Context } from './context.ts';

const createErrors: Failure[] = [
  [NamespaceExists, 'there is one with that path'],
  [InvalidName, 'no group or project may be called so, or its path would be too long or too deep'],
  [InvalidInput, 'it would be more visible than what it is in, that is a project, or the name for people is empty or too long'],
];
const takesParent = takesOnNamespace('MANAGE', 'where it is made: in a group, or in the instance for one at the top');

mutationField('createGroup', {
  description: 'Makes a group, at the top or in another group.',
  takes: takesParent,
  errors: createErrors,
  input: newNamespaceFields,
  payload: builder.objectRef<{ group: NamespaceRow }>('CreateGroupPayload').implement({
    description: 'A group that was made.',
    fields: (t) => ({ group: t.expose('group', { type: GroupType, description: 'The group.' }) }),
  }),
  resolve: async (input, context) => ({ group: await create('GROUP', input, context) }),
});

mutationField('createProject', {
  description: 'Makes a project, at the top or in a group.',
  takes: takesParent,
  errors: createErrors,
  input: newNamespaceFields,
  payload: builder.objectRef<{ project: NamespaceRow }>('CreateProjectPayload').implement({
    description: 'A project that was made.',
    fields: (t) => ({ project: t.expose('project', { type: ProjectType, description: 'The project.' }) }),
  }),
  resolve: async (input, context) => ({ project: await create('PROJECT', input, context) }),
});

mutationField('updateNamespace', {
  description: 'Changes a namespace. What is left out stays as it is.',
  takes: `${takesOnNamespace('MANAGE')} A new path or visibility takes the role ${needsOf('OWN').role}.`,
  errors: [
    [NamespaceExists, 'there is one with that path'],
    [InvalidName, 'no group or project may be called so, or a path would be too long'],
    [InvalidInput, 'it would be more visible than what it is in, the name for people is empty or too long, or it is the instance that was to get a path'],
  ],
  input: (t) => ({
    namespaceId: t.id({ required: true, description: 'The namespace.' }),
    slug: t.string({ description: 'A new last segment of its path. Every path below it changes as well.' }),
    name: t.string({ description: 'A new name for people.' }),
    description: t.string({ description: 'What it is for; null removes the description.' }),
    visibility: t.field({ type: VisibilityEnum, description: 'Who may see it. Less also lowers what is below it.' }),
  }),
  payload: builder.objectRef<{ namespace: NamespaceRow }>('UpdateNamespacePayload').implement({
    description: 'A namespace that was changed.',
    fields: (t) => ({ namespace: t.expose('namespace', { type: NamespaceInterface, description: 'The namespace.' }) }),
  }),
  resolve: async ({ namespaceId, slug, name, description, visibility }, { core, actor }) => ({
    namespace: await updateNamespace(core, actor, namespaceId, {
      ...(typeof slug === 'string' ? { slug } : {}),
      ...(typeof name === 'string' ? { name } : {}),
      ...(description !== undefined ? { description } : {}),
      ...(visibility ? { visibility } : {}),
    }),
  }),
});

mutationField('deleteNamespace', {
  description: 'Deletes a namespace that holds no packages and no namespaces, also none that could be restored. Names that were used in it stay taken in its group.',
  takes: takesOnNamespace('OWN'),
  errors: [
    [NamespaceNotEmpty, 'something is in it still, or could be restored into it'],
    [InvalidInput, 'it is the instance itself'],
  ],
  input: (t) => ({ namespaceId: t.id({ required: true, description: 'The namespace.' }) }),
  payload: builder.objectRef<NamespaceRow>('DeleteNamespacePayload').implement({
    description: 'A namespace that was deleted.',
    fields: (t) => ({
      deletedNamespaceId: t.exposeID('id', { description: 'Its id.' }),
      parent: t.field({
        type: NamespaceInterface,
        nullable: true,
        description: 'The node it was in.',
        resolve: ({ parentId }, _args, context) => (parentId === null ? null : namespaceById(context, parentId)),
      }),
    }),
  }),
  resolve: ({ namespaceId }, { core, actor }) => deleteNamespace(core, actor, namespaceId),
});

function newNamespaceFields(t: PothosSchemaTypes.InputFieldBuilder<(typeof builder)['$inferSchemaTypes'], 'InputObject'>) {
  return {
    parent: t.string({ defaultValue: '', description: 'Path of the group it is made in; empty for one at the top.' }),
    slug: t.string({ required: true, description: 'Last segment of its path.' }),
    name: t.string({ description: 'For people; by default the slug.' }),
    description: t.string({ description: 'What it is for.' }),
    visibility: t.field({ type: VisibilityEnum, description: 'Who may see it; by default PRIVATE.' }),
  };
}

interface NewNamespaceInput {
  parent?: string | null | undefined;
  slug: string;
  name?: string | null | undefined;
  description?: string | null | undefined;
  visibility?: NamespaceRow['visibility'] | null | undefined;
}

function create(kind: 'GROUP' | 'PROJECT', { parent, slug, name, description, visibility }: NewNamespaceInput, { core, actor }: Context): Promise<NamespaceRow> {
  return createNamespace(core, actor, {
    kind,
    parentPath: parent ?? '',
    slug,
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    ...(visibility ? { visibility } : {}),
  });
}
