import { GraphQLInterfaceType, GraphQLObjectType, type GraphQLNamedType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchema } from '../../schema/schema.ts';
import { shims } from '../../shims/index.ts';
import type { FieldContext, FieldRow } from './field-row.ts';
import { mutationRows } from './mutation-rows.ts';
import { nestedRows, openFields, queryRows } from './query-rows.ts';
import { type Asker, onNode, onPackage, type Outcome, type Situation } from './reference.ts';
import { changeWatch, type ChangeWatch } from './unchanged.ts';
import { makeWorld, type Place, type World } from './world.ts';

const rows = [...queryRows, ...nestedRows, ...mutationRows];
const codes: Record<string, Outcome> = { UNAUTHENTICATED: 401, FORBIDDEN: 403, NOT_FOUND: 404 };
const instance: Situation = { visibility: 'PUBLIC' };

let world: World;
let watch: ChangeWatch;
beforeAll(async () => {
  world = await makeWorld();
  watch = changeWatch(world.app.core);
}, 60_000);
afterAll(() => world?.app.close());

it('has a row for every query and mutation, and for every field of what has rights of its own', () => {
  const types = createSchema(shims.map(({ format }) => format)).getTypeMap();
  const walked = new Set([...rows.map(({ field }) => field), ...openFields]);
  const fields = ['Query', 'Mutation', 'Namespace', 'Package', 'PackageVersion', 'PackageFile', 'Viewer', 'User', 'Team', 'AccessToken'].flatMap((name) => fieldsOf(types[name]));
  expect(fields.filter((field) => !walked.has(field))).toEqual([]);
  expect([...walked].filter((field) => !fields.includes(field))).toEqual([]);
});

describe('who may', () => {
  it.for(rows.map((row, index) => ({ ...row, title: `${row.field} (${row.need} of ${row.of.toLowerCase()}, row ${index + 1})` })))('$title', { timeout: 60_000 }, async (row) => {
    const wrong: string[] = [];
    for (const place of world.places) {
      for (const asker of world.askers) {
        const problem = await attempt(row, asker, place, expectedOf(row, asker, place));
        if (problem !== undefined) wrong.push(`${asker.name} in ${place.name}: ${problem}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});

function fieldsOf(type: GraphQLNamedType | undefined): string[] {
  if (!(type instanceof GraphQLObjectType || type instanceof GraphQLInterfaceType)) return [];
  return Object.keys(type.getFields()).map((field) => `${type.name}.${field}`);
}

function expectedOf({ need, of, evenOff }: FieldRow, asker: Asker, place: Place): Outcome {
  // A role in the group says nothing of the instance.
  const { role: _, ...elsewhere } = asker;
  const situation = evenOff ? { ...place, isOff: false } : place;
  if (of === 'PACKAGE' || of === 'NEW') return onPackage(asker, situation, need, of === 'NEW');
  return of === 'INSTANCE' ? onNode(elsewhere, instance, need) : onNode(asker, place, need);
}

let number = 0;
const standing = new Map<string, Promise<unknown>>();

/** What is wrong with the answer, in words. */
async function attempt(row: FieldRow, asker: Asker, place: Place, expected: Outcome): Promise<string | undefined> {
  const mayChange = row.changes === true && expected === 'done';
  const target = mayChange && row.of === 'PACKAGE' ? await world.fresh(place) : place.standing;
  const context: FieldContext = {
    app: world.app,
    place,
    target,
    number: number++,
    fixture: (name, make) => {
      const key = `${place.name} ${name}`;
      const known = mayChange ? undefined : standing.get(key);
      const thing = known ?? make();
      if (!mayChange) standing.set(key, thing);
      return thing as never;
    },
  };
  const { document, variables = {}, isDone = (data) => Object.values(data)[0] !== null } = await row.operation(context);
  const before = mayChange ? undefined : await watch.now();
  const response = await fetch(`${world.app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...world.headers(asker, place) },
    body: JSON.stringify({ query: document, variables }),
  });
  const answer = (await response.json()) as Answer;
  if (!agrees(row, expected, onNodeOutcome(asker, place), answer, isDone)) return `wanted ${expected}, got ${response.status} ${JSON.stringify(answer).slice(0, 300)}`;
  if (before !== undefined && (await watch.now()) !== before) return `${expected}, and yet something changed`;
  return undefined;
}

interface Answer {
  data?: any;
  errors?: { extensions: { code: string } }[];
}

const onNodeOutcome = (asker: Asker, place: Place) => onNode(asker, place, 'SEE');

function agrees({ refusal }: FieldRow, expected: Outcome, seesNode: Outcome, { data, errors }: Answer, isDone: (data: any) => boolean): boolean {
  const code = errors?.[0]?.extensions.code;
  if (expected === 'done') return code === undefined && isDone(data);
  // A credential that is no good is refused before anything is executed.
  if (data === undefined) return codes[code ?? ''] === expected;
  const isNothing = code === undefined && !isDone(data);
  if (refusal === 'NULL') return isNothing;
  const isTold = codes[code ?? ''] === expected;
  if (refusal === 'ERROR') return isTold;
  return expected === 403 ? isTold : isNothing || (seesNode === 'done' && isTold);
}
