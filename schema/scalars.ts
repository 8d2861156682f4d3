import { GraphQLError, Kind, type ValueNode } from 'graphql';
import { readInstant } from '../src/instant.ts';
import { builder } from './builder.ts';

builder.scalarType('DateTime', {
  description: 'An instant as an ISO 8601 text with time zone, such as `2026-11-20T13:35:28.000Z`. Answers are in UTC with milliseconds.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time',
  serialize: (value) => new Date(value as number).toISOString(),
  parseValue: (value) => {
    const time = typeof value === 'string' ? readInstant(value) : undefined;
    if (time === undefined) throw new GraphQLError('A DateTime is a text such as "2026-11-20T13:35:28Z".');
    return time;
  },
});

builder.scalarType('BigInt', {
  description:
    'A whole number that may exceed 32 bits: bytes and counters. Answers are JSON numbers, always below 2^53, so that every JSON reader ' +
    'has them exactly; arguments may be numbers or decimal texts.',
  serialize: (value) => value as number,
  parseValue: wholeNumber,
  parseLiteral: (node: ValueNode) => wholeNumber(node.kind === Kind.INT || node.kind === Kind.STRING ? node.value : undefined),
});

builder.scalarType('JSON', {
  description: 'Any JSON value.',
  serialize: (value) => value,
});

function wholeNumber(value: unknown): number {
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (!Number.isSafeInteger(number)) throw new GraphQLError('A BigInt is a whole number below 2^53.');
  return number as number;
}
