import { authorize } from '../src/access/decide.ts';
import { type TokenRecord, tokenListQuery } from '../src/access/queries/tokens.ts';
import type { TokenKind } from '../src/db/tables/credential.ts';
import type { NamespaceRecord } from '../src/namespaces/queries/namespaces.ts';
import { builder } from './builder.ts';
import { listComplexity } from './connection.ts';
import { connectionType } from './connection-type.ts';
import { TokenKindEnum } from './enums.ts';
import { needs } from './gate.ts';
import { defineList } from './list.ts';
import { NamespaceInterface } from './namespace.ts';
import { AccessTokenType } from './token.ts';

const AccessTokenConnection = connectionType(AccessTokenType, 'AccessToken', 'tokens');

interface Arguments {
  kinds?: readonly TokenKind[] | null | undefined;
  includeEnded?: boolean | null | undefined;
}

const listTokens = defineList<NamespaceRecord, Arguments, TokenRecord>({
  name: 'tokens',
  idOf: ({ id }) => id,
  query: ({ core }, nodes, { kinds, includeEnded }) =>
    tokenListQuery(nodes.map(({ id }) => id), { kinds: kinds ?? undefined, includeEnded: includeEnded ?? false }, core.clock.now()),
  orderName: () => 'newest',
  positionOf: (_args, { createdAt, id }) => [createdAt, id],
});

builder.interfaceField(NamespaceInterface, 'tokens', (t) =>
  t.connection(
    {
      ...needs('MANAGE'),
      type: AccessTokenType,
      nullable: true,
      description: 'The deploy, project and job tokens of this very namespace, newest first. For those who manage it: it takes the role MAINTAINER.',
      args: {
        kinds: t.arg({ type: [TokenKindEnum], description: 'Only of these kinds; by default all.' }),
        includeEnded: t.arg.boolean({ description: 'Also those that were revoked or have expired; by default not.' }),
      },
      complexity: listComplexity,
      resolve: (node, args, context, info) => {
        authorize(context.actor, 'MANAGE', node);
        return listTokens(context, node, args, info) as never;
      },
    },
    AccessTokenConnection,
  ),
);
