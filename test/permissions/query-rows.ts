import { findTeam } from '../../src/access/teams.ts';
import { findUser } from '../../src/access/users.ts';
import { type FieldContext, type FieldRow, nested } from './field-row.ts';
import { aPolicy, aRule, aRun, aToken, othersToken, othersUpload, quotaAbove, team } from './standing.ts';

const packageVariables = ({ place, target }: FieldContext) => ({ namespace: place.project.path, name: target.npm.package.name });
const hasRows = (name: string) => (data: any) => data[name].nodes.length > 0;
const onProject = ({ place }: FieldContext) => place.project.id;
const onPackage = ({ target }: FieldContext) => target.npm.package.id;

/** What `node` finds: by what need, and an id of it. */
const ids: [FieldRow['of'], FieldRow['need'], (context: FieldContext) => string | Promise<string>][] = [
  ['NODE', 'SEE', onProject],
  ['PACKAGE', 'READ', onPackage],
  ['PACKAGE', 'READ', ({ target }) => target.npm.version.id],
  ['PACKAGE', 'READ', ({ target }) => target.npm.fileIds[0] ?? ''],
  ['NODE', 'INSPECT', aRule],
  ['NODE', 'INSPECT', aPolicy],
  ['NODE', 'INSPECT', aRun],
  ['NODE', 'MANAGE', aToken],
  ['NOTHING', 'NOBODY', othersToken],
  ['NOTHING', 'NOBODY', othersUpload],
  ['NOTHING', 'ADMIN', async ({ app }) => (await findUser(app.core.database.reads, 'w-anybody'))?.id ?? ''],
  ['NOTHING', 'ACCOUNT', async (context) => (await findTeam(context.app.core.database.reads, (await team(context)).teamName))?.id ?? ''],
];

/** Every field of Query. */
export const queryRows: FieldRow[] = [
  { field: 'Query.viewer', need: 'ANYBODY', of: 'NOTHING', refusal: 'ERROR', operation: () => ({ document: '{ viewer { isAdmin } }' }) },
  { field: 'Query.formats', need: 'ANYBODY', of: 'NOTHING', refusal: 'ERROR', operation: () => ({ document: '{ formats { title } }' }) },
  { field: 'Query.instance', need: 'SEE', of: 'INSTANCE', refusal: 'NULL', operation: () => ({ document: '{ instance { path } }' }) },
  {
    field: 'Query.namespace',
    need: 'SEE',
    of: 'NODE',
    refusal: 'NULL',
    operation: ({ place }) => ({ document: 'query($path: String!) { namespace(path: $path) { path } }', variables: { path: place.project.path } }),
  },
  ...ids.flatMap(([of, need, idOf]): FieldRow[] => [
    { field: 'Query.node', need, of, refusal: 'NULL', operation: async (context) => ({ document: 'query($id: ID!) { node(id: $id) { id } }', variables: { id: await idOf(context) } }) },
    {
      field: 'Query.nodes',
      need,
      of,
      refusal: 'NULL',
      operation: async (context) => ({ document: 'query($id: ID!) { nodes(ids: [$id]) { id } }', variables: { id: await idOf(context) }, isDone: ({ nodes }) => nodes[0] !== null }),
    },
  ]),
  {
    field: 'Query.package',
    need: 'READ',
    of: 'PACKAGE',
    at: 'NODE',
    refusal: 'NULL_OR_FORBIDDEN',
    operation: (context) => ({ document: 'query($namespace: String!, $name: String!) { package(namespace: $namespace, format: NPM, name: $name) { id } }', variables: packageVariables(context) }),
  },
  {
    field: 'Query.packageByPurl',
    need: 'READ',
    of: 'PACKAGE',
    at: 'INSTANCE',
    refusal: 'NULL_OR_FORBIDDEN',
    operation: ({ target }) => ({ document: 'query($purl: String!) { packageByPurl(purl: $purl) { id } }', variables: { purl: `pkg:npm/${target.npm.package.name}` } }),
  },
  {
    field: 'Query.packages',
    need: 'READ',
    of: 'PACKAGE',
    refusal: 'NULL',
    operation: ({ target }) => ({ document: 'query($name: String!) { packages(filter: { name: $name }) { totalCount nodes { id } } }', variables: { name: target.npm.package.name }, isDone: hasRows('packages') }),
  },
  {
    field: 'Query.file',
    need: 'READ',
    of: 'PACKAGE',
    refusal: 'NULL',
    operation: async ({ app, target }) => {
      const [row] = await app.core.database.reads.query('SELECT sha256 FROM file WHERE id = ?', [target.npm.fileIds[0]]);
      return { document: 'query($sha256: String!) { file(sha256: $sha256) { totalCount nodes { id } } }', variables: { sha256: row.sha256 }, isDone: hasRows('file') };
    },
  },
  {
    field: 'Query.events',
    need: 'READ',
    of: 'PACKAGE',
    refusal: 'NULL',
    operation: ({ target }) => ({ document: 'query($name: String!) { events(filter: { name: $name }) { nodes { id } } }', variables: { name: target.npm.package.name }, isDone: hasRows('events') }),
  },
  {
    field: 'Query.previewProtectionRule',
    need: 'MANAGE',
    of: 'NODE',
    refusal: 'ERROR',
    operation: ({ place }) => ({
      document: 'query($id: ID!) { previewProtectionRule(input: { namespaceId: $id, target: PACKAGE, namePattern: "*" }) { __typename } }',
      variables: { id: place.project.id },
    }),
  },
  { field: 'Query.users', need: 'ADMIN', of: 'NOTHING', refusal: 'ERROR', operation: () => ({ document: '{ users(first: 1) { totalCount } }' }) },
  { field: 'Query.user', need: 'ADMIN', of: 'NOTHING', refusal: 'NULL', operation: () => ({ document: '{ user(username: "w-anybody") { id } }' }) },
  { field: 'Query.teams', need: 'ACCOUNT', of: 'NOTHING', refusal: 'ERROR', operation: () => ({ document: '{ teams(first: 1) { totalCount } }' }) },
  {
    field: 'Query.team',
    need: 'ACCOUNT',
    of: 'NOTHING',
    refusal: 'NULL',
    operation: async (context) => ({ document: 'query($name: String!) { team(name: $name) { id } }', variables: { name: (await team(context)).teamName } }),
  },
];

const publisher = (field: string) => (context: FieldContext) => ({
  document: `query($id: ID!) { node(id: $id) { ... on PackageVersion { publishedBy { ... on User { ${field} } } } } }`,
  variables: { id: context.target.npm.version.id },
  isDone: ({ node }: any) => node !== null && node.publishedBy[field] !== null,
});

/** Fields below the root that not everybody may see who sees what they hang on. */
export const nestedRows: FieldRow[] = [
  {
    field: 'Namespace.package',
    need: 'READ',
    of: 'PACKAGE',
    at: 'NODE',
    parent: { need: 'SEE', of: 'NODE' },
    refusal: 'NULL_OR_FORBIDDEN',
    operation: (context) => ({
      document: 'query($namespace: String!, $name: String!) { namespace(path: $namespace) { package(format: NPM, name: $name) { id } } }',
      variables: packageVariables(context),
      isDone: ({ namespace }) => namespace !== null && namespace.package !== null,
    }),
  },
  nested('Namespace.members', { need: 'INSPECT', of: 'NODE' }, '(includeInherited: true) { totalCount }', onProject),
  nested('Namespace.settings', { need: 'INSPECT', of: 'NODE' }, ' { registryEnabled { effective } }', onProject),
  nested('Namespace.usage', { need: 'INSPECT', of: 'NODE' }, ' { packages }', onProject),
  nested('Namespace.protectionRules', { need: 'INSPECT', of: 'NODE' }, ' { id }', onProject),
  nested('Namespace.cleanupPolicies', { need: 'INSPECT', of: 'NODE' }, ' { id }', onProject),
  nested('Namespace.audit', { need: 'OWN', of: 'NODE' }, ' { totalCount }', onProject),
  nested('Namespace.tokens', { need: 'MANAGE', of: 'NODE' }, ' { totalCount }', onProject),
  nested('Namespace.webhooks', { need: 'MANAGE', of: 'NODE' }, ' { totalCount }', onProject),
  nested('Namespace.explainAccess', { need: 'MANAGE', of: 'NODE' }, '(username: "w-anybody") { action }', onProject),
  nested('Namespace.deletedVersions', { need: 'DELETE', of: 'NODE' }, ' { totalCount }', onProject),
  nested('Namespace.deletedFiles', { need: 'DELETE', of: 'NODE' }, ' { totalCount }', onProject),
  nested('ProtectionRule.matches', { need: 'MANAGE', of: 'NODE', parent: { need: 'INSPECT', of: 'NODE' } }, ' { packages { totalCount } }', aRule),
  ...['used', 'usedPercent'].map((name): FieldRow => ({
    field: `QuotaUsage.${name}`,
    need: 'INSPECT',
    of: 'INSTANCE',
    parent: { need: 'INSPECT', of: 'NODE' },
    refusal: 'NULL',
    operation: async (context) => {
      await quotaAbove(context);
      return {
        document: `query($id: ID!) { node(id: $id) { ... on Namespace { usage { quotas { namespace { path } ${name} } } } } }`,
        variables: { id: onProject(context) },
        isDone: ({ node }) => node?.usage?.quotas.some((quota: any) => quota.namespace?.path === '' && quota[name] !== null) ?? false,
      };
    },
  })),
  nested('Package.namespace', { need: 'SEE', of: 'NODE', parent: { need: 'READ', of: 'PACKAGE' }, refusal: 'NULL' }, ' { path }', onPackage),
  nested('Package.endpoint', { need: 'SEE', of: 'NODE', parent: { need: 'READ', of: 'PACKAGE' }, refusal: 'NULL' }, ' { url }', onPackage),
  nested('Package.access', { need: 'MANAGE', of: 'PACKAGE' }, ' { inheritsFromNamespace }', onPackage),
  nested('Package.explainAccess', { need: 'MANAGE', of: 'PACKAGE' }, '(username: "w-anybody") { action }', onPackage),
  nested('Package.deletedVersions', { need: 'DELETE', of: 'PACKAGE' }, ' { totalCount }', onPackage),
  nested('Package.deletedFiles', { need: 'DELETE', of: 'PACKAGE' }, ' { totalCount }', onPackage),
  ...['isAdmin', 'isBlocked', 'hasPassword', 'createdAt'].map((name): FieldRow => ({
    field: `User.${name}`,
    need: 'ADMIN',
    of: 'PACKAGE',
    parent: { need: 'READ', of: 'PACKAGE' },
    refusal: 'NULL',
    operation: publisher(name),
  })),
  {
    field: 'Team.members',
    need: 'ADMIN',
    of: 'NOTHING',
    parent: { need: 'ACCOUNT', of: 'NOTHING' },
    refusal: 'ERROR',
    operation: async (context) => ({
      document: 'query($name: String!) { team(name: $name) { members { totalCount } } }',
      variables: { name: (await team(context)).teamName },
      isDone: (data) => data.team !== null && data.team.members !== null,
    }),
  },
];
