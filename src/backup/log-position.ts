import { shapeOf, type TableShape } from './columns.ts';
import type { StoredValue } from './row-codec.ts';

/** A log that is given new numbers has so many for every second since 1970 before the next one begins. */
const numbersPerSecond = 1_000_000;

/** The columns that hold a number of an event, or of none. */
const numbered: Readonly<Record<string, readonly string[]>> = {
  event: ['seq'],
  webhook_delivery: ['event_seq'],
  event_log: ['last_seq', 'purged_seq'],
};

/**
 * Gives the rows of a log new numbers, for a registry that is another one than that which was exported, or has lost what happened after: who
 * followed that has a cursor which this one must refuse, now and when it has grown. So the numbers begin anew, at an instant, far behind all that the other can have given.
 * The order stays, and so does that there is no gap. Throws Error where a row comes before that of the log itself.
 */
export function renumbering(now: number): (shape: TableShape, values: StoredValue[]) => void {
  let distance: number | undefined;
  const { columns } = shapeOf('event_log');
  const at = (name: string) => columns.findIndex((column) => column.name === name);

  function begin(log: StoredValue[]): void {
    const [last, purged] = [Number(log[at('last_seq')]), Number(log[at('purged_seq')])];
    const before = Math.max(Math.floor(now / 1000) * numbersPerSecond, last + numbersPerSecond);
    distance = before - purged;
    // What is older was in another log: cursors of that are refused as such, not as too old.
    log[at('purged_before')] = null;
  }

  return (shape, values) => {
    const names = numbered[shape.name];
    if (!names) return;
    if (shape.name === 'event_log') begin(values);
    if (distance === undefined) throw new Error(`a row of ${shape.name} came before that of the log`);
    for (const [index, { name }] of shape.columns.entries()) {
      const value = values[index];
      if (names.includes(name) && typeof value === 'number') values[index] = value + distance;
    }
  };
}
