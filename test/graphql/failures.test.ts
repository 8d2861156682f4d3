import { getNamedType, type GraphQLSchema, GraphQLUnionType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchema } from '../../schema/schema.ts';
import { shims } from '../../shims/index.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { failureRows, type FailureWorld, makeFailureWorld } from './failure-rows.ts';

const schema: GraphQLSchema = createSchema(shims.map(({ format }) => format));
const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});

/** The failures that a description tells of, as a reader finds them. */
function saidOf(description: string | null | undefined): string[] {
  return [...(description ?? '').matchAll(/^- `(\w+)`: \S/gm)].map(([, name]) => name ?? '');
}

describe('what a mutation says of its failures', () => {
  it('is all that its union has; InvalidInput is in every union, so that all can be asked alike', () => {
    for (const { name, type, description } of mutations) {
      const union = getNamedType(type);
      const members = union instanceof GraphQLUnionType ? union.getTypes().map((member) => member.name) : [];
      const failures = members.filter((member) => !member.endsWith('Payload'));
      expect([name, new Set([...saidOf(description), 'InvalidInput'])]).toEqual([name, new Set(failures)]);
    }
  });

  it('is what the rows below prove', () => {
    const said = mutations.flatMap(({ name, description }) => saidOf(description).map((failure) => `${name} ${failure}`));
    expect(failureRows.map(([mutation, failure]) => `${mutation} ${failure}`).sort()).toEqual(said.sort());
  });
});

describe('a failure', () => {
  let app: TestApp;
  let world: FailureWorld;
  beforeAll(async () => {
    app = await startApp();
    world = await makeFailureWorld(app);
  });
  afterAll(() => app?.close());

  it.for(failureRows)('of %s is %s', async ([mutation, failure, inputOf, asker = 'owner']) => {
    const input = await inputOf(world);
    const secret = asker === 'minter' || asker === 'brief' ? world[asker] : app.secrets[asker as 'owner'];
    const before = await countEverything(app.core);
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: JSON.stringify({ query: `mutation($input: ${type}!) { ${mutation}(input: $input) { __typename ... on UserError { code message } } }`, variables: { input } }),
    });
    const { data, errors } = (await response.json()) as { data?: Record<string, { __typename: string; code: string; message: string }>; errors?: object[] };
    expect([data?.[mutation]?.__typename, errors]).toEqual([failure, undefined]);
    expect(data?.[mutation]?.code).toBe(failure.replace(/(?<!^)[A-Z]/g, '_$&').toUpperCase());
    expect(data?.[mutation]?.message).toMatch(/^\S.*[.]$/s);
    expect(await countEverything(app.core)).toEqual(before);
  });
});
