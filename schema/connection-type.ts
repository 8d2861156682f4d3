import type { InterfaceRef, ObjectRef } from '@pothos/core';
import { builder } from './builder.ts';
import type { Connection } from './connection.ts';

type Types = (typeof builder)['$inferSchemaTypes'];

/** Defines the connection type of a list: `NameConnection` with `edges`, `nodes`, `pageInfo` and `totalCount`. `what` is in the plural. */
export function connectionType<Row>(type: ObjectRef<Types, Row> | InterfaceRef<Types, Row>, name: string, what: string) {
  return builder.connectionObject(
    {
      type,
      name: `${name}Connection`,
      description: `A page of ${what}.`,
      fields: (t) => ({
        nodes: t.field({
          type: [type],
          description: 'The rows, for readers that need no cursors.',
          complexity: { field: 0, multiplier: 1 },
          resolve: (page) => (page as unknown as Connection<Row>).nodes as never,
        }),
        totalCount: t.int({
          description: 'How many there are on all pages.',
          complexity: 5,
          resolve: (page) => (page as unknown as Connection<Row>).countAll(),
        }),
      }),
    },
    { name: `${name}Edge`, description: 'A row of a list, with its cursor.' },
  );
}
