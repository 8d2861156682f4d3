import fc from 'fast-check';
import { GraphQLEnumType, GraphQLInputObjectType, type GraphQLInputType, GraphQLList, GraphQLNonNull } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchema } from '../../schema/schema.ts';
import { shims } from '../../shims/index.ts';
import { tables } from '../../src/db/tables/index.ts';
import { kindOfId } from '../../src/ids.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { backends } from './client.ts';
import { makeFailureWorld } from './failure-rows.ts';
import { idFields } from './mutation-inputs.ts';

const fields = createSchema(shims.map(({ format }) => format)).getMutationType()?.getFields() ?? {};
const texts = ['', 'x', 'lib', 'guarded', 'things', '@acme/new', '1.0.0', '1.1.0', 'latest', 'next', 'stable', '*', '(', '.*', '..', 'é', '😀', '\u0000', '\ud800', 'K', 'x'.repeat(300), 'x'.repeat(70_000), 'correct horse battery', 'https://ci.example.com/1'];
const byName: Record<string, string[]> = { username: ['owner', 'reader', 'nobody', 'É'], teamName: ['crew', 'nobody', ''], namespace: ['', 'acme', 'acme/widgets', 'acme/full', 'é'], parent: ['', 'acme', 'acme/widgets', 'nowhere'], format: ['NPM'] };

/** Anything that GraphQL takes for a type; ids are mostly of what is asked for. */
function valueOf(type: GraphQLInputType, name: string, ids: readonly string[]): fc.Arbitrary<unknown> {
  if (type instanceof GraphQLNonNull) return definite(type.ofType as GraphQLInputType, name, ids);
  return fc.oneof({ weight: 2, arbitrary: fc.constantFrom(undefined, null) }, { weight: 3, arbitrary: definite(type, name, ids) });
}

function definite(type: GraphQLInputType, name: string, ids: readonly string[]): fc.Arbitrary<unknown> {
  if (type instanceof GraphQLList) return fc.array(valueOf(type.ofType as GraphQLInputType, name, ids).filter((value) => value !== null && value !== undefined), { maxLength: 3 });
  if (type instanceof GraphQLEnumType) return fc.constantFrom(...type.getValues().map((value) => value.name));
  if (type instanceof GraphQLInputObjectType) return fc.record(Object.fromEntries(Object.values(type.getFields()).map((field) => [field.name, valueOf(field.type, field.name, ids)])));
  switch (String(type)) {
    case 'ID':
      return fc.oneof({ weight: 4, arbitrary: fc.constantFrom('', ...ids.filter((id) => kindOfId(id) === idFields[name])) }, { weight: 1, arbitrary: fc.constantFrom('é', ...ids) });
    case 'Boolean':
      return fc.boolean();
    case 'Int':
      return fc.constantFrom(0, 1, -1, 60, 2 ** 31 - 1, -(2 ** 31));
    case 'BigInt':
      return fc.constantFrom(0, 1, -1, 1000, Number.MAX_SAFE_INTEGER, '12');
    case 'DateTime':
      return fc.constantFrom('1970-01-01T00:00:00Z', '2099-12-31T23:59:59.999Z', '9999-12-31T23:59:59Z');
    default:
      return fc.constantFrom(...(byName[name] ?? texts));
  }
}

describe.for(backends)('a mutation, on $name', ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing === undefined) app = await startApp({ backend: await open() });
  });
  afterAll(() => app?.close());

  it.skipIf(missing !== undefined)('does what it is told, or tells why not as its description says', { timeout: 60_000 }, async () => {
    const { minter } = await makeFailureWorld(app);
    const ids: string[] = [];
    for (const { options } of tables) {
      if (!('id' in options.columns)) continue;
      const rows: { id: string | number }[] = await app.core.database.reads.query(`SELECT id FROM ${options.tableName ?? options.name} LIMIT 20`);
      ids.push(...rows.map(({ id }) => String(id)));
    }
    const repair = await credentials(app);
    const operation = fc.constantFrom(...Object.values(fields)).chain((field) => fc.tuple(fc.constant(field), valueOf(field.args[0]?.type as GraphQLInputType, 'input', ids)));
    const secrets = { ...app.secrets, minter, nobody: undefined };
    const seen = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(operation, fc.constantFrom('admin', 'admin', 'owner', 'developer', 'minter', 'nobody'), async ([{ name, description }, input], as) => {
        const secret = secrets[as as keyof typeof secrets];
        const response = await fetch(`${app.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...(secret === undefined ? {} : { authorization: `Bearer ${secret}` }) },
          body: JSON.stringify({ query: `mutation($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { __typename } }`, variables: { input } }),
        });
        const { data, errors } = (await response.json()) as { data?: Record<string, { __typename: string }>; errors?: { extensions: { code: string } }[] };
        const code = errors?.[0]?.extensions.code;
        // One of the mutations before has blocked the user, or ended the token.
        if (response.status === 401 && secret !== undefined) return repair();
        const isNamed = code === undefined || /^Errors: (.*)\.$/m.exec(description ?? '')?.[1]?.split(', ').includes(code);
        if (!isNamed) throw new Error(`${name}: ${code}, of which it says nothing`);
        const outcome = code ?? data?.[name]?.__typename ?? '';
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      }),
      { numRuns: 3_000, interruptAfterTimeLimit: 8_000, endOnFailure: true },
    );
    // It got beyond the first checks: of all kinds of answers there are some.
    for (const outcome of ['InvalidInput', 'InvalidName', 'UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND']) expect([outcome, seen.get(outcome) ?? 0]).not.toEqual([outcome, 0]);
    expect([...seen.keys()].filter((outcome) => outcome.endsWith('Payload')).length).toBeGreaterThan(1);
  });
});

/** Makes all users and tokens again what they are now. */
async function credentials({ core }: TestApp): Promise<() => Promise<void>> {
  const users: { id: string; is_admin: number }[] = await core.database.reads.query('SELECT id, is_admin FROM user');
  const tokens: { id: string; secret_sha256: string }[] = await core.database.reads.query('SELECT id, secret_sha256 FROM access_token');
  return async () => {
    await core.database.tx(async (tx) => {
      for (const { id, is_admin: isAdmin } of users) await tx.query('UPDATE user SET is_admin = ?, is_blocked = 0 WHERE id = ?', [isAdmin, id]);
      for (const { id, secret_sha256: sha256 } of tokens) await tx.query('UPDATE access_token SET secret_sha256 = ?, previous_sha256 = NULL, revoked_at = NULL WHERE id = ?', [sha256, id]);
    });
    core.authenticator.forget();
  };
}
