import type { Condition } from '../db/condition.ts';
import { Forbidden, Unauthenticated } from '../errors.ts';
import { type Actor, isSignedIn } from './actor.ts';

/** Every format is off. */
export const wholeRegistry = '*';

/** The column `disabled_formats` of a node: `,npm,maven,`, {@link wholeRegistry}, or nothing. */
export function writeDisabledFormats(formats: readonly string[]): string {
  return formats.length === 0 ? '' : `,${[...formats].sort().join(',')},`;
}

/** Whether a node with this `disabledFormats` serves a format. */
export function isServed(disabledFormats: string, format: string): boolean {
  return disabledFormats === '' || (disabledFormats !== wholeRegistry && !disabledFormats.includes(`,${format},`));
}

/** The same in SQL, for the node `n` and the package `p`. */
export const isServedSql: Condition = {
  sql: `n.disabled_formats = '' OR (n.disabled_formats <> '${wholeRegistry}' AND n.disabled_formats NOT LIKE CONCAT('%,', p.format, ',%'))`,
  parameters: [],
};

/** What a caller is told where it does not, even an owner. */
export function notServed(disabledFormats: string, format: string): string {
  return disabledFormats === wholeRegistry ? 'The package registry is switched off here.' : `The format ${format} is switched off here.`;
}

/**
 * Throws Forbidden where the node does not serve the format, Unauthenticated for anonymous callers. The caller has seen to it that the
 * actor may know of the node.
 */
export function checkServed(actor: Actor, { disabledFormats }: { disabledFormats: string }, format: string): void {
  if (!isServed(disabledFormats, format)) throw isSignedIn(actor) ? new Forbidden(notServed(disabledFormats, format)) : new Unauthenticated();
}
