import type { Parameter } from '../src/db/condition.ts';
import { InvalidInput } from '../src/errors.ts';

/** The opaque form of a position in a list of that order. */
export function writeCursor(orderName: string, position: readonly Parameter[]): string {
  return Buffer.from(JSON.stringify([orderName, ...position])).toString('base64url');
}

/** The position that a cursor stands for; throws InvalidInput for one that is broken or comes from another list. */
export function readCursor(cursor: string, orderName: string, field: string): Parameter[] {
  const values = parse(cursor);
  const [name, ...position] = Array.isArray(values) ? values : [];
  const isSound = name === orderName && position.length > 0 && position.every((value) => typeof value === 'string' || typeof value === 'number');
  if (!isSound) throw new InvalidInput(field, 'This is no cursor of this list in this order.');
  return position as Parameter[];
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}
