import { isInterfaceType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FieldContext, type FieldRow, isPage, type Of, schema, showsPackage } from './field-row.ts';
import { metadataFields } from './metadata-fields.ts';
import { mutationRows } from './mutation-rows.ts';
import { openFields } from './open-fields.ts';
import { nestedRows, queryRows } from './query-rows.ts';
import { type Asker, byName, type Need, onNewPackage, onNode, onPackage, type Outcome, type Situation, wordsOf } from './reference.ts';
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

it('has a row for every field of the schema that not everybody may see, and says of the others that they may', () => {
  const walked = [...new Set(rows.map(({ field }) => field)), ...openFields, ...metadataFields(schema)];
  const fields = fieldsOfSchema();
  expect(fields.filter((field) => !walked.includes(field))).toEqual([]);
  expect(walked.filter((field) => !fields.includes(field))).toEqual([]);
  expect(walked.filter((field, index) => walked.indexOf(field) < index)).toEqual([]);
});

it('is said of every mutation', () => {
  const fields = schema.getMutationType()?.getFields() ?? {};
  // Some rows ask for more than the mutation itself takes; of those it tells in words of its own.
  const unsaid = [...Map.groupBy(mutationRows, ({ field }) => field)].filter(([field, same]) => {
    const { description } = fields[field.slice('Mutation.'.length)] ?? {};
    return !same.some(({ need }) => wordsOf(need).every((words) => description?.includes(words)));
  });
  expect(unsaid).toEqual([]);
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

/** `Type.field` of all; pages and their edges are as open as the list that they are of, and what an interface has is told there. */
function fieldsOfSchema(): string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (type.name.startsWith('__') || !(isObjectType(type) || isInterfaceType(type)) || isPage(type)) return [];
    const isOneOfMany = ['Instance', 'Group', 'Project'].includes(type.name) || type.getInterfaces().some(({ name }) => name === 'StreamItem');
    const inherited = new Set(isOneOfMany ? type.getInterfaces().flatMap((other) => Object.keys(other.getFields())) : []);
    return Object.keys(type.getFields()).flatMap((field) => (inherited.has(field) ? [] : [`${type.name}.${field}`]));
  });
}

function expectedOf(row: FieldRow, asker: Asker, place: Place): Outcome {
  const outcome = plainly(row, asker, place);
  if (outcome === 'done' && row.scopes?.some((scope) => !asker.scopes.includes(scope))) return 403;
  // Whoever has the role, but not with this credential, knows of it anyway.
  const hasRole = plainly(row, { ...asker, isForPackages: false, scopes: ['READ', 'WRITE', 'DELETE', 'ADMIN'] }, place) === 'done';
  return row.hides && outcome === 403 && (row.need === 'ADMIN' || !hasRole) ? 404 : outcome;
}

function plainly({ need, of, at }: { need: Need; of: Of; at?: FieldRow['at'] }, asker: Asker, place: Place): Outcome {
  // A role in the group says nothing of the instance.
  const { role: _, ...elsewhere } = asker;
  if (of === 'PACKAGE' && at) return byName(asker, place, need, at === 'NODE' ? { asker, situation: place } : { asker: elsewhere, situation: instance });
  if (of === 'PACKAGE') return onPackage(asker, place, need);
  if (of === 'NEW') return onNewPackage(asker, place, need);
  return of === 'INSTANCE' ? onNode(elsewhere, instance, need) : onNode(asker, place, need);
}

let number = 0;
const standing = new Map<string, Promise<unknown>>();

/** What is wrong with the answer, in words. */
async function attempt(row: FieldRow, asker: Asker, place: Place, expected: Outcome): Promise<string | undefined> {
  const mayChange = row.changes === true && expected === 'done';
  const target = mayChange && row.of === 'PACKAGE' ? await world.fresh(place, 'npm', 'generic') : place.standing;
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
    fresh: () => world.fresh(place, 'npm'),
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
  const mayRead = (row.of === 'NEW' ? onNewPackage : onPackage)(asker, place, 'READ') === 'done';
  if (row.changes && !mayRead && showsPackage(answer.data)) return `shows a package: ${JSON.stringify(answer).slice(0, 300)}`;
  if (!agrees(row, expected, parentOf(row, asker, place), answer, isDone)) return `wanted ${expected}, got ${response.status} ${JSON.stringify(answer).slice(0, 300)}`;
  if (before !== undefined && (await watch.now()) !== before) return `${expected}, and yet something changed`;
  return undefined;
}

interface Answer {
  data?: any;
  errors?: { extensions: { code: string } }[];
}

/** What comes of asking for what a field hangs on. */
function parentOf({ parent }: FieldRow, asker: Asker, place: Place): Outcome {
  return parent === undefined ? 'done' : plainly(parent, asker, place);
}

function agrees({ refusal }: FieldRow, expected: Outcome, parent: Outcome, { data, errors }: Answer, isDone: (data: any) => boolean): boolean {
  const code = errors?.[0]?.extensions.code;
  if (expected === 'done' && parent === 'done') return code === undefined && isDone(data);
  const told = codes[code ?? ''];
  // A credential that is no good is refused before anything is executed.
  if (data === undefined) return told === expected;
  const isNothing = code === undefined && !isDone(data);
  if (parent !== 'done') return isNothing || (told === parent && !isDone(data));
  if (refusal === 'NULL') return isNothing;
  if (refusal === 'ERROR') return told === expected;
  return expected === 403 ? told === expected : isNothing;
}
