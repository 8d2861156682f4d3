import { getNamedType, type GraphQLArgument, type GraphQLField, GraphQLInputObjectType, type GraphQLInputType, GraphQLList, GraphQLNonNull, type GraphQLSchema, isCompositeType, isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchema } from '../../schema/schema.ts';
import { type IdKind, idPrefixes, newId } from '../../src/ids.ts';
import { startApp, type TestApp, userOf } from '../support/app.ts';
import { ask, backends, put, query } from './client.ts';
import { sha256 } from '../contract/registry.ts';
import { exampleOf, type Named } from './mutation-inputs.ts';

/** Texts that databases take differently, or not at all. */
const strange = ['😀', 'pkg_😀', 'pkg_\u0000', '\ud83d', 'é', '\u2028', `pkg_${'x'.repeat(5_000)}`, '%', "'"];

/** How one of each type is reached whose fields take arguments. A new type without a way fails. */
const ways: Record<string, (field: string) => string> = {
  Namespace: (field) => `{ namespace(path: "acme") { ${field} } }`,
  Package: (field) => `{ package(namespace: "", format: NPM, name: "lib") { ${field} } }`,
  PackageVersion: (field) => `{ package(namespace: "", format: NPM, name: "lib") { latestVersion { ${field} } } }`,
  PackageFile: (field) => `{ package(namespace: "", format: NPM, name: "lib") { latestVersion { files { ${field} } } } }`,
  Team: (field) => `{ team(name: "team") { ${field} } }`,
  CleanupPolicy: (field) => `{ namespace(path: "acme") { cleanupPolicies { ${field} } } }`,
  Webhook: (field) => `{ namespace(path: "acme") { webhooks { nodes { ${field} } } } }`,
  ProtectionPreview: (field) => `{ namespace(path: "acme") { protectionRules { matches { ${field} } } } }`,
};

/** A place where a text can be put: the path of a leaf of a field's arguments. */
interface Leaf {
  argument: GraphQLArgument;
  path: string[];
}

describe.each(backends)('texts that nobody would send, over $name', (backend) => {
  let app: TestApp;
  let schema: GraphQLSchema;
  let named: Named;
  const test = it.skipIf(backend.missing !== undefined);

  beforeAll(async () => {
    if (backend.missing !== undefined) return;
    app = await startApp({ backend: await backend.open(), env: { LOG_LEVEL: 'silent' } });
    schema = createSchema(app.core.formats.list());
    named = await makeThings(app);
  });
  afterAll(() => app?.close());

  test('are no internal error in a cursor that nobody was given', { timeout: 60_000 }, async () => {
    const broken: string[] = [];
    let forged = 0;
    for (const [way, field] of fieldsWithArguments(schema)) {
      // Cursors of the event log are of a type of their own.
      if (!field.args.some(({ name, type }) => name === 'after' && String(type) === 'String')) continue;
      const values = field.args.filter(({ type }) => type instanceof GraphQLNonNull).map((argument) => `${argument.name}: ${argument.name === 'sha256' ? `"${sha256('x')}"` : literal(exampleOf(argument.type, argument.name, named, field.name), argument.type)}`);
      const page = (more: string[]) => reach(way, `${field.name}(${[...values, ...more].join(', ')}) { edges { cursor } }`);
      const cursor = cursorIn((await query(app, 'admin', page(['first: 1']))).data);
      expect(cursor, `${way} ${field.name} has a row`).toBeDefined();
      const [order, ...position] = JSON.parse(Buffer.from(cursor ?? '', 'base64url').toString()) as unknown[];
      for (const index of position.keys()) {
        for (const value of [...strange, '', 0, -1, 1e300, 0.5]) {
          const forgery = Buffer.from(JSON.stringify([order, ...position.with(index, value)])).toString('base64url');
          for (const bound of [`first: 1, after: "${forgery}"`, `last: 1, before: "${forgery}"`]) {
            const { errors = [] } = await query(app, 'admin', page([bound]));
            forged += 1;
            if (errors.some(({ extensions }) => extensions.code === 'INTERNAL_ERROR')) broken.push(`${way} ${field.name}: ${JSON.stringify(value).slice(0, 20)} in place ${index}, ${bound.slice(0, 5)}`);
          }
        }
      }
    }
    expect(broken).toEqual([]);
    expect(forged).toBeGreaterThan(500);
  });

  test('nor in any other argument', { timeout: 120_000 }, async () => {
    const broken: string[] = [];
    let asked = 0;
    for (const [way, field] of fieldsWithArguments(schema)) {
      for (const leaf of leavesOf(field)) {
        for (const text of strange) {
          for (const operation of operationsFor(way, field, leaf, text)) {
            const { errors = [] } = await query(app, 'admin', operation.document, operation.variables);
            asked += 1;
            if (errors.some(({ extensions }) => extensions.code === 'INTERNAL_ERROR')) broken.push(`${way} ${field.name}(${leaf.path.join('.')}) of ${JSON.stringify(text.slice(0, 20))}, ${operation.how}`);
          }
        }
      }
    }
    expect(broken).toEqual([]);
    expect(asked).toBeGreaterThan(1_000);
  });

  function operationsFor(way: string, field: GraphQLField<unknown, unknown>, { argument, path }: Leaf, text: string): { how: string; document: string; variables: Record<string, unknown> }[] {
    const others = field.args.filter((other) => other !== argument && other.type instanceof GraphQLNonNull);
    const value = withText(argument.type, path.slice(1), text, named, field.name);
    const values = new Map([...others.map((other) => [other, exampleOf(other.type, other.name, named, field.name)] as const), [argument, value] as const]);
    const selection = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
    const written = (valueOf: (argument: GraphQLArgument, value: unknown) => string) => `${field.name}(${[...values].map(([one, of]) => `${one.name}: ${valueOf(one, of)}`).join(', ')})${selection}`;
    const declared = [...values.keys()].map(({ name, type }) => `$${name}: ${type}`).join(', ');
    const operation = way === 'mutation' ? 'mutation' : 'query';
    return [
      { how: 'as a variable', document: `${operation}(${declared}) ${reach(way, written(({ name }) => `$${name}`))}`, variables: Object.fromEntries([...values].map(([{ name }, of]) => [name, of])) },
      { how: 'in the document', document: `${operation} ${reach(way, written(({ type }, of) => literal(of, type)))}`, variables: {} },
    ];
  }
});

/** A field where it hangs. */
function reach(way: string, field: string): string {
  return ways[way]?.(field) ?? `{ ${field} }`;
}

/** The first cursor in an answer, however deep. */
function cursorIn(data: unknown): string | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  if ('cursor' in data) return String(data.cursor);
  for (const value of Object.values(data)) {
    const found = cursorIn(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A value as it stands in a document. */
function literal(value: unknown, type: GraphQLInputType): string {
  if (type instanceof GraphQLNonNull) return literal(value, type.ofType);
  if (Array.isArray(value)) return `[${value.map((item) => literal(item, (type as GraphQLList<GraphQLInputType>).ofType)).join(', ')}]`;
  if (isEnumType(type)) return String(value);
  if (!isInputObjectType(type)) return JSON.stringify(value);
  return `{ ${Object.entries(value as object).map(([name, field]) => `${name}: ${literal(field, type.getFields()[name]?.type as GraphQLInputType)}`).join(', ')} }`;
}

/** Every field with arguments, with the way to it. */
function fieldsWithArguments(schema: GraphQLSchema): [string, GraphQLField<unknown, unknown>][] {
  const found: [string, GraphQLField<unknown, unknown>][] = [];
  const namespaceFields = new Set(Object.keys((schema.getType('Namespace') as never as { getFields(): object }).getFields()));
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || !(isObjectType(type) || isInterfaceType(type))) continue;
    for (const field of Object.values(type.getFields())) {
      // What a subscription takes is what the query of that name takes; test/graphql/live.test.ts.
      if (field.args.length === 0 || type === schema.getSubscriptionType()) continue;
      if (['Instance', 'Group', 'Project'].includes(type.name) && namespaceFields.has(field.name)) continue;
      const way = type === schema.getQueryType() ? 'query' : type === schema.getMutationType() ? 'mutation' : type.name;
      if (way === type.name && !(way in ways)) throw new Error(`say how ${type.name} is reached`);
      found.push([way, field]);
    }
  }
  return found;
}

function leavesOf(field: GraphQLField<unknown, unknown>): Leaf[] {
  return field.args.flatMap((argument) => pathsOf(argument.type).map((path) => ({ argument, path: [argument.name, ...path] })));
}

function pathsOf(type: GraphQLInputType): string[][] {
  const bare = getNamedType(type);
  if (bare instanceof GraphQLInputObjectType) return Object.values(bare.getFields()).flatMap(({ name, type: of }) => pathsOf(of).map((path) => [name, ...path]));
  return ['String', 'ID'].includes(bare.name) ? [[]] : [];
}

/** A value of that type with the text in one place, and nothing else that is not needed. */
function withText(type: GraphQLInputType, path: readonly string[], text: string, named: Named, place: string): unknown {
  if (type instanceof GraphQLNonNull) return withText(type.ofType, path, text, named, place);
  if (type instanceof GraphQLList) return [withText(type.ofType, path, text, named, place)];
  const [name, ...rest] = path;
  if (!(type instanceof GraphQLInputObjectType) || name === undefined) return text;
  const field = type.getFields()[name];
  if (!field) throw new Error(`no ${name}`);
  return { ...(exampleOf(type, place, named, place) as object), [name]: withText(field.type, rest, text, named, place) };
}

/** One of each thing, so that no list is empty; by their names. */
async function makeThings(app: TestApp): Promise<Named> {
  const made = async (mutation: string, input: object, selection: string) => {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
    const data = await ask(app, 'admin', `mutation($input: ${type}Input!) { made: ${mutation}(input: $input) { ... on ${type}Payload { ${selection} } } }`, { input });
    return data.made;
  };
  const { namespace } = await ask(app, 'admin', '{ namespace(path: "acme") { id } }');
  const namespaceId = namespace.id;
  const { package: owner, version, fileIds } = await put(app, 'acme', { name: 'lib', files: { 'lib-1.0.0.tgz': 'x', 'other.tgz': 'y' } });
  await put(app, 'acme', { name: 'user-of-lib', dependencies: [{ kind: 'runtime', name: 'lib', requirement: '*' }] });
  const { version: old } = await put(app, 'acme', { name: 'lib', version: '0.9.0' });
  await made('deleteFile', { fileId: fileIds[1] }, 'deletedFileId');
  await made('deleteVersion', { versionId: old.id }, 'deletedVersionId');
  const { rule } = await made('createProtectionRule', { namespaceId, target: 'PACKAGE', namePattern: 'lib*', publishRole: 'OWNER' }, 'rule { id }');
  const { policy } = await made('setCleanupPolicy', { namespaceId, isEnabled: false, olderThanDays: 3000 }, 'policy { id }');
  await made('runCleanup', { policyId: policy.id }, 'run { id }');
  const { token } = await made('createNamespaceToken', { namespaceId, kind: 'PROJECT', role: 'GUEST', name: 't', scopes: ['READ'] }, 'token { id }');
  const { webhook } = await made('createWebhook', { namespaceId, name: 'w', url: 'http://127.0.0.1:9/' }, 'webhook { id }');
  await made('pingWebhook', { webhookId: webhook.id }, 'delivery { id }');
  await made('updateSettings', { namespaceId, auditEvents: { value: true } }, 'namespace { id }');
  await made('createTeam', { name: 'team' }, 'team { id }');
  await made('addTeamMember', { teamName: 'team', username: 'owner' }, 'team { id }');
  const fresh = Object.fromEntries(Object.keys(idPrefixes).map((kind) => [kind, newId(kind as IdKind)])) as Record<IdKind, string>;
  const user = (await userOf(app.core, 'owner'))?.id ?? '';
  return {
    ids: { ...fresh, namespace: namespaceId, package: owner.id, version: version.id, file: fileIds[0] ?? '', protectionRule: rule.id, cleanupPolicy: policy.id, token: token.id, user },
    format: 'NPM', path: 'acme', name: 'lib', username: 'owner', teamName: 'team',
  };
}
