import fc from 'fast-check';

/** One change to bytes: where (as a part of their length), what, and with what. */
interface ByteChange {
  at: number;
  kind: 'flip' | 'cut' | 'insert' | 'repeat' | 'end' | 'number';
  bytes: Uint8Array;
}

const place = fc.double({ min: 0, max: 0.9999, noNaN: true });

/** Some changes to any bytes. */
export const byteChanges: fc.Arbitrary<ByteChange[]> = fc.array(
  fc.record({ at: place, kind: fc.constantFrom('flip', 'cut', 'insert', 'repeat', 'end', 'number'), bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }) }),
  { minLength: 1, maxLength: 4 },
);

/** Applies them. `number` writes the extremes that counts and sizes are read as. */
export function changeBytes(original: Buffer, changes: readonly ByteChange[]): Buffer {
  let changed = Buffer.from(original);
  for (const { at, kind, bytes } of changes) {
    const index = Math.floor(at * changed.length);
    const [before, after] = [changed.subarray(0, index), changed.subarray(index)];
    if (kind === 'cut') changed = Buffer.concat([before, after.subarray(bytes.length)]);
    else if (kind === 'insert') changed = Buffer.concat([before, bytes, after]);
    else if (kind === 'repeat') changed = Buffer.concat([before, after.subarray(0, 300), after]);
    else if (kind === 'end') changed = Buffer.from(before);
    else if (kind === 'number') changed = Buffer.concat([before, Buffer.alloc(Math.min(4, after.length), (bytes[0] ?? 0) % 2 === 0 ? 0xff : 0), after.subarray(4)]);
    else changed = Buffer.concat([before, Buffer.from(after.subarray(0, bytes.length)).map((byte, offset) => byte ^ (bytes[offset] ?? 0)), after.subarray(bytes.length)]);
  }
  return changed;
}

/** What breaks readers of text: ends of lines, of strings and of the world, other words for the same, markup, names of properties, much of anything. */
export const nasty: readonly string[] = [
  '', ' ', '\n', '\r\n', '\r', '\t', '\0', '\u0085', '\u2028', '\ufeff', '\u00a0', '"', "'", '\\', '/', '//', '..', '../..', '%2e%2e%2f', '%00', '%', '&', '<', '>', '<!--', '-->', '<![CDATA[', ']]>', '<?xml version="1.0"?>',
  '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>', '&a;', '&#0;', '&#x110000;', '&lt;', '{', '}', '[', ']', ',', ':', ';', '=', '*', '**', '?', '#', '@', '(', ')', '${x}', '{{x}}', '__proto__', 'constructor', 'toString', 'null', 'true', 'NaN',
  '-0', '-1', '0', '1e999', '00', '9007199254740993', '99999999999999999999999999', '1.0', '1.0.0-0', '1.0.0-rc.1+b', '1!2.0.post1.dev2+l', 'latest', 'LATEST', 'ſ', 'K', 'İ', 'ß', 'ı', 'ａ', 'а', 'é', 'e\u0301', '\u202e', '\u200b', '😀', '\ud800', '\udfff', 'a'.repeat(300), 'a'.repeat(5_000), ' '.repeat(20_000), '('.repeat(3_000), '['.repeat(3_000), '{"a":'.repeat(1_000), '<a>'.repeat(2_000), '-'.repeat(2_000), '.'.repeat(2_000), '\0'.repeat(4_000), 'a/'.repeat(600), '1.'.repeat(1_000),
];
const word = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...nasty) }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) });

/** One change to a text, in its own terms: lines, words, pieces between marks. */
interface TextChange {
  at: number;
  kind: 'insert' | 'replace' | 'drop' | 'double' | 'line' | 'swap' | 'case';
  word: string;
  other: number;
}

/** Some changes to any text. */
export const textChanges: fc.Arbitrary<TextChange[]> = fc.array(fc.record({ at: place, kind: fc.constantFrom('insert', 'replace', 'drop', 'double', 'line', 'swap', 'case'), word, other: place }), { minLength: 1, maxLength: 3 });

/** Applies them. */
export function changeText(original: string, changes: readonly TextChange[]): string {
  let text = original;
  for (const { at, kind, word: given, other } of changes) {
    // Words and the marks between them, in turns.
    const pieces = text.split(/([^\w.@+-]+)/);
    const index = Math.floor(at * pieces.length);
    const piece = pieces[index] ?? '';
    if (kind === 'insert') pieces.splice(index, 0, given);
    else if (kind === 'replace') pieces[index] = given;
    else if (kind === 'drop') pieces.splice(index, 1);
    else if (kind === 'double') pieces.splice(index, 0, ...pieces.slice(index, index + 12));
    else if (kind === 'swap') [pieces[index], pieces[Math.floor(other * pieces.length)]] = [pieces[Math.floor(other * pieces.length)] ?? '', piece];
    else if (kind === 'case') pieces[index] = piece === piece.toUpperCase() ? piece.toLowerCase() : piece.toUpperCase();
    else pieces.splice(index, 0, `\n${given}\n`);
    text = pieces.join('').slice(0, 2_000_000);
  }
  return text;
}

/** One change to a JSON value: at a place of it, found by walking down by these numbers. */
interface JsonChange {
  path: number[];
  kind: 'replace' | 'drop' | 'add' | 'deep' | 'many' | 'text';
  value: unknown;
  word: string;
}

const strange = fc.oneof(fc.constantFrom<unknown>(null, true, 0, -1, 1e308, 1.5, '', [], {}, [[]], [null], { '': '' }, { constructor: { prototype: 1 } }, 'x'.repeat(100_000)), word, fc.jsonValue({ maxDepth: 2 }));

/** Some changes to any JSON. */
export const jsonChanges: fc.Arbitrary<JsonChange[]> = fc.array(
  fc.record({ path: fc.array(fc.nat({ max: 40 }), { maxLength: 6 }), kind: fc.constantFrom('replace', 'drop', 'add', 'deep', 'many', 'text'), value: strange, word }),
  { minLength: 1, maxLength: 3 },
);

/** Applies them to a JSON text; the result is JSON, but may have what no object holds. */
export function changeJson(original: string, changes: readonly JsonChange[]): string {
  const root: { value: unknown } = { value: JSON.parse(original) };
  for (const change of changes) changeValue(root, change);
  return JSON.stringify(root.value) ?? 'null';
}

/** As much text as one change may make of a value. */
const mostText = 1_000_000;

function changeValue(root: { value: unknown }, { path, kind, value: given, word: text }: JsonChange): void {
  // A later change may come to lie within it, and generators give out the same value again.
  const value = structuredClone(given);
  let holder = root as unknown as Record<string, unknown>;
  let key = 'value';
  for (const step of path) {
    const inner = holder[key];
    if (typeof inner !== 'object' || inner === null) break;
    const keys = Object.keys(inner);
    const next = keys[step % Math.max(1, keys.length)];
    if (next === undefined) break;
    [holder, key] = [inner as Record<string, unknown>, next];
  }
  const old = holder[key];
  if (kind === 'replace') holder[key] = value;
  else if (kind === 'drop') delete holder[key];
  else if (kind === 'add') Object.defineProperty(holder, text, { value, enumerable: true, configurable: true, writable: true });
  else if (kind === 'deep') holder[key] = nested(value, 200);
  else if (kind === 'many') holder[key] = many(value ?? old);
  else holder[key] = typeof old === 'string' ? changeText(old, [{ at: 0.5, kind: 'insert', word: text, other: 0 }]) : text;
}

/** Thousands of a value where they are small, each of its own: many of the same would be changed as one, and grow with each change as powers do. */
function many(value: unknown): unknown[] {
  const length = Math.min(2_000, Math.ceil(mostText / (JSON.stringify(value) ?? 'null').length));
  return Array.from({ length }, () => structuredClone(value));
}

function nested(value: unknown, depth: number): unknown {
  let result = value;
  for (let level = 0; level < depth; level++) result = level % 2 === 0 ? [result] : { a: result };
  return result;
}
