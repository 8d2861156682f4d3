import { GraphQLInterfaceType, GraphQLObjectType, type GraphQLNamedType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchema } from '../../schema/schema.ts';
import { shims } from '../../shims/index.ts';
import type { FieldContext, FieldRow } from './field-row.ts';
import { mutationRows } from './mutation-rows.ts';
import { nestedRows, openFields, queryRows } from './query-rows.ts';
import { type Asker, onNode, onPackage, type Outcome, type Situation } from './reference.ts';
import { changeWatch, type ChangeWatch, refusalsFirst } from './unchanged.ts';
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
    // What has nothing to do with places is the same in all of them.
    for (const place of row.of === 'NOTHING' ? world.places.slice(0, 1) : world.places) {
      const attempts = world.askers.map((asker) => ({ asker, expected: expectedOf(row, asker, place) }));
      // Those who are refused first: then it is quickly seen that nothing has changed.
      for (const { asker, expected } of attempts.sort(refusalsFirst)) {
        const problem = await attempt(row, asker, place, expected);
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

function expectedOf(row: FieldRow, asker: Asker, place: Place): Outcome {
  const outcome = plainly(row, asker, place);
  // Whoever has the role, but not with this credential, knows of it anyway.
  const hasRole = plainly(row, { ...asker, isForPackages: false, scopes: ['READ', 'WRITE', 'DELETE', 'ADMIN'] }, place) === 'done';
  return row.hides && outcome === 403 && !hasRole ? 404 : outcome;
}

function plainly({ need, of }: FieldRow, asker: Asker, place: Place): Outcome {
  // A role in the group says nothing of the instance.
  const { role: _, ...elsewhere } = asker;
  if (of === 'PACKAGE' || of === 'NEW') return onPackage(asker, place, need, of === 'NEW');
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
    mayChange,
    headers: world.headers(asker, place),
    whileOn: (work) => world.whileOn(place, work),
  };
  const { document, variables = {}, isDone = (data) => Object.values(data)[0] !== null } = await row.operation(context);
  const before = mayChange ? undefined : await watch.now();
  const response = await fetch(`${world.app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...world.headers(asker, place) },
    body: JSON.stringify({ query: document, variables }),
  });
  const answer = (await response.json()) as Answer;
  if (mayChange) await row.settle?.(context);
  if (!agrees(row, expected, seesParent(row, asker, place), answer, isDone)) return `wanted ${expected}, got ${response.status} ${JSON.stringify(answer).slice(0, 300)}`;
  if (before !== undefined && (await watch.now()) !== before) return `${expected}, and yet something changed`;
  return undefined;
}

interface Answer {
  data?: any;
  errors?: { extensions: { code: string } }[];
}

/** Whether `node` finds what a field hangs on. */
function seesParent({ parent }: FieldRow, asker: Asker, place: Place): boolean {
  if (parent === undefined) return true;
  return (parent === 'PACKAGE' ? onPackage(asker, place, 'READ') : onNode(asker, place, 'SEE')) === 'done';
}

function agrees({ refusal }: FieldRow, expected: Outcome, isParentSeen: boolean, { data, errors }: Answer, isDone: (data: any) => boolean): boolean {
  const code = errors?.[0]?.extensions.code;
  if (expected === 'done' && isParentSeen) return code === undefined && isDone(data);
  // A credential that is no good is refused before anything is executed.
  if (data === undefined) return codes[code ?? ''] === expected;
  const isNothing = code === undefined && !isDone(data);
  if (refusal === 'NULL' || !isParentSeen) return isNothing;
  const isTold = codes[code ?? ''] === expected;
  if (refusal === 'ERROR') return isTold;
  return expected === 403 ? isTold : isNothing;
}
