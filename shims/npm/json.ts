import type { JsonObject } from '../../src/formats/format.ts';

/** Deeper than any manifest, far above what the recursion of JSON.stringify survives. */
export const maxJsonDepth = 64;

/** Why a text was refused by {@link parseJsonObject}; the caller makes it an error of its own catalogue. */
export class JsonProblem extends Error {}

/**
 * Parses untrusted JSON into plain objects that are safe to copy, walk and store: keys called `__proto__` are
 * dropped, lone surrogates become U+FFFD (databases refuse them), a byte order mark is ignored.
 * Throws JsonProblem when it is not JSON, not an object, or nested deeper than {@link maxJsonDepth}.
 */
export function parseJsonObject(text: string): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch (error) {
    throw new JsonProblem(`it is not JSON (${(error as Error).message})`);
  }
  if (!isObject(parsed)) throw new JsonProblem('it is not a JSON object');
  return cleanValue(parsed, 1) as JsonObject;
}

/** Whether a value is a JSON object: not null, not an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function cleanValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed();
  if (typeof value !== 'object' || value === null) return value;
  if (depth > maxJsonDepth) throw new JsonProblem(`it is nested deeper than ${maxJsonDepth} levels`);
  if (Array.isArray(value)) return value.map((item) => cleanValue(item, depth + 1));
  const clean: JsonObject = {};
  for (const key of Object.keys(value)) {
    if (key !== '__proto__') clean[key.toWellFormed()] = cleanValue((value as JsonObject)[key], depth + 1);
  }
  return clean;
}
