import { type FieldContext, type FieldRow, nested } from './field-row.ts';

const packageVariables = ({ place, target }: FieldContext) => ({ namespace: place.project.path, name: target.npm.package.name });
const hasRows = (name: string) => (data: any) => data[name].nodes.length > 0;
const onProject = ({ place }: FieldContext) => place.project.id;
const onPackage = ({ target }: FieldContext) => target.npm.package.id;
const namesOf = (type: string, names: string) => names.split(' ').map((name) => `${type}.${name}`);

const ids: [FieldRow['of'], FieldRow['need'], (context: FieldContext) => string][] = [
  ['NODE', 'SEE', onProject],
  ['PACKAGE', 'READ', onPackage],
  ['PACKAGE', 'READ', ({ target }) => target.npm.version.id],
  ['PACKAGE', 'READ', ({ target }) => target.npm.fileIds[0] ?? ''],
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
    { field: 'Query.node', need, of, refusal: 'NULL', operation: (context) => ({ document: 'query($id: ID!) { node(id: $id) { id } }', variables: { id: idOf(context) } }) },
    {
      field: 'Query.nodes',
      need,
      of,
      refusal: 'NULL',
      operation: (context) => ({ document: 'query($id: ID!) { nodes(ids: [$id]) { id } }', variables: { id: idOf(context) }, isDone: ({ nodes }) => nodes[0] !== null }),
    },
  ]),
  {
    field: 'Query.package',
    need: 'READ',
    of: 'PACKAGE',
    refusal: 'NULL_OR_FORBIDDEN',
    operation: (context) => ({ document: 'query($namespace: String!, $name: String!) { package(namespace: $namespace, format: NPM, name: $name) { id } }', variables: packageVariables(context) }),
  },
  {
    field: 'Query.packageByPurl',
    need: 'READ',
    of: 'PACKAGE',
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
    operation: async ({ app, fixture }) => {
      const name = await fixture('team', async () => 'w-team');
      await app.core.database.tx(async (tx) => {
        const [known] = await tx.query('SELECT id FROM team WHERE name = ?', [name]);
        if (!known) await tx.query("INSERT INTO team (id, name, created_at) VALUES ('tea_walk', ?, 1)", [name]);
      });
      return { document: 'query($name: String!) { team(name: $name) { id } }', variables: { name } };
    },
  },
];

/** Fields below the root that not everybody may see who sees what they hang on. */
export const nestedRows: FieldRow[] = [
  nested('Namespace.members', { need: 'INSPECT', of: 'NODE' }, '(includeInherited: true) { totalCount }', onProject),
  nested('Namespace.settings', { need: 'INSPECT', of: 'NODE' }, ' { registryEnabled { effective } }', onProject),
  nested('Namespace.usage', { need: 'INSPECT', of: 'NODE' }, ' { packages }', onProject),
  nested('Namespace.protectionRules', { need: 'INSPECT', of: 'NODE' }, ' { id }', onProject),
  nested('Namespace.cleanupPolicies', { need: 'INSPECT', of: 'NODE' }, ' { id }', onProject),
  nested('Namespace.tokens', { need: 'MANAGE', of: 'NODE' }, ' { totalCount }', onProject),
  nested('Namespace.explainAccess', { need: 'MANAGE', of: 'NODE' }, '(username: "w-anybody") { action }', onProject),
  nested('Namespace.deletedVersions', { need: 'DELETE', of: 'NODE' }, ' { totalCount }', onProject),
  nested('Namespace.deletedFiles', { need: 'DELETE', of: 'NODE' }, ' { totalCount }', onProject),
  nested('Package.access', { need: 'MANAGE', of: 'PACKAGE' }, ' { inheritsFromNamespace }', onPackage),
  nested('Package.explainAccess', { need: 'MANAGE', of: 'PACKAGE' }, '(username: "w-anybody") { action }', onPackage),
  nested('Package.deletedVersions', { need: 'DELETE', of: 'PACKAGE' }, ' { totalCount }', onPackage),
  nested('Package.deletedFiles', { need: 'DELETE', of: 'PACKAGE' }, ' { totalCount }', onPackage),
];

/** Fields that whoever sees what they hang on may see, too; those of people and tokens have tests of their own (test/graphql). */
export const openFields: string[] = [
  ...namesOf('Namespace', 'id path name description visibility createdAt updatedAt parent ancestors children endpoint viewerRole viewerCan package packages'),
  ...namesOf('Package', 'id format name namespace visibility purl description latestVersion version versions tags sizeBytes endpoint createdAt updatedAt dependents downloads viewerRole viewerCan'),
  ...namesOf('PackageVersion', 'id package version purl status statusReason publishedAt publishedBy build description readme licenses homepage repositoryUrl keywords authors'),
  ...namesOf('PackageVersion', 'metadata dependencies files tags sizeBytes downloads'),
  ...namesOf('PackageFile', 'id version name sizeBytes contentType md5 sha1 sha256 sha512 downloadUrl signedUrl attributes uploadedAt downloadCount lastDownloadedAt'),
  ...namesOf('Viewer', 'user credential token scopes isAdmin tokens'),
  ...namesOf('User', 'id username displayName isAdmin isBlocked hasPassword createdAt'),
  ...namesOf('Team', 'id name description createdAt members'),
  ...namesOf('AccessToken', 'id kind name namespace role scopes formats namePattern mintsJobs build createdBy createdAt expiresAt revokedAt lastUsedAt hint'),
];
