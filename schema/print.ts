import { lexicographicSortSchema, printSchema } from 'graphql';
import type { Format } from '../src/formats/format.ts';
import { createSchema } from './schema.ts';

/** The SDL of a server that speaks these formats, in an order that does not depend on that of the source. */
export function printSdl(formats: readonly Format[]): string {
  return `${printSchema(lexicographicSortSchema(createSchema(formats)))}\n`;
}
