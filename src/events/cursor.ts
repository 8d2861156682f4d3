import { InvalidInput } from '../errors.ts';

/** A position in the log as clients are told it: everything up to the event of that number has been seen. Sorts like the log. */
export function writeEventCursor(seq: number): string {
  return `e${seq.toString(36).padStart(11, '0')}`;
}

/** The number in a cursor; throws InvalidInput of `field` for what is none. */
export function readEventCursor(cursor: string, field = 'after'): number {
  const seq = /^e[0-9a-z]{11}$/.test(cursor) ? Number.parseInt(cursor.slice(1), 36) : Number.NaN;
  if (!Number.isSafeInteger(seq)) throw new InvalidInput(field, 'This is no cursor of the event log.');
  return seq;
}
