import type { TokenActorRecord } from '../src/access/queries/actors.ts';
import { builder } from './builder.ts';
import { TokenKindEnum } from './enums.ts';
import { ActorInterface } from './user.ts';

builder.objectRef<TokenActorRecord>('TokenActor').implement({
  description: 'A token without a user, where it did something itself.',
  interfaces: [ActorInterface],
  fields: (t) => ({
    id: t.exposeID('id', { description: "The token's id." }),
    kind: t.expose('kind', { type: TokenKindEnum, description: 'The kind of token.' }),
  }),
});
