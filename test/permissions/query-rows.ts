import { type FieldContext, type FieldRow, nested } from './field-row.ts';

const packageVariables = ({ place, target }: FieldContext) => ({ namespace: place.project.path, name: target.npm.package.name });
const hasRows = (name: string) => (data: any) => data[name].nodes.length > 0;

const ids: [string, FieldRow['of'], FieldRow['need'], (context: FieldContext) => string][] = [
  ['namespace', 'NODE', 'SEE', ({ place }) => place.project.id],
  ['package', 'PACKAGE', 'READ', ({ target }) => target.npm.package.id],
  ['version', 'PACKAGE', 'READ', ({ target }) => target.npm.version.id],
  ['file', 'PACKAGE', 'READ', ({ target }) => target.npm.fileIds[0] ?? ''],
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
  ...ids.flatMap(([, of, need, idOf]): FieldRow[] => [
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
];

const onProject = ({ place }: FieldContext) => place.project.id;

/** Fields below the root that not everybody may see who sees what they hang on. */
export const nestedRows: FieldRow[] = [];

/** Fields that whoever sees what they hang on may see, too. */
export const openFields: string[] = [
  ...'id path name description visibility createdAt updatedAt parent ancestors children endpoint viewerRole package packages'.split(' ').map((name) => `Namespace.${name}`),
];
void onProject;
void nested;
