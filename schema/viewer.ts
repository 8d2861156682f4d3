import { tokenRecord } from '../src/access/queries/tokens.ts';
import { listTokens } from '../src/access/tokens.ts';
import { builder } from './builder.ts';
import { TokenScopeEnum } from './enums.ts';
import { tokenById } from './loaders.ts';
import { AccessTokenType } from './token.ts';
import { UserType } from './user.ts';
import { type Actor, selfOf } from '../src/access/actor.ts';

const CredentialKindEnum = builder.enumType('CredentialKind', {
  description: 'How the caller has shown who they are.',
  values: {
    NONE: { description: 'Not at all: an anonymous caller.' },
    PASSWORD: { description: 'With user name and password.' },
    TOKEN: { description: 'With a token.' },
    SESSION: { description: 'By having signed in with a browser.' },
  } as const,
});

/** Whoever asks. */
export const ViewerType = builder.objectRef<Actor>('Viewer').implement({
  description: 'Who asks, with what credential, and what it may be used for.',
  fields: (t) => ({
    user: t.field({ type: UserType, nullable: true, description: 'The person; null for anonymous callers and tokens of a namespace.', resolve: ({ user }) => user ?? null }),
    credential: t.field({
      type: CredentialKindEnum,
      description: 'The kind of credential.',
      resolve: ({ user, token, sessionId }) => (token ? 'TOKEN' : sessionId !== undefined ? 'SESSION' : user ? 'PASSWORD' : 'NONE'),
    }),
    token: t.field({
      type: AccessTokenType,
      nullable: true,
      description: 'The token in use, if it is one.',
      resolve: ({ token }, _args, context) => (token ? tokenById(context, token.id) : null),
    }),
    scopes: t.field({ type: [TokenScopeEnum], description: 'What the credential may be used for.', resolve: ({ scopes }) => [...scopes] }),
    isAdmin: t.boolean({ description: 'Whether the person administers this server.', resolve: ({ user }) => user?.isAdmin ?? false }),
    tokens: t.field({
      type: [AccessTokenType],
      description: "The person's tokens that still work, newest first.",
      resolve: async (viewer, _args, { core }) => {
        const { user } = selfOf(viewer);
        return user ? (await listTokens(core, user.id)).map(tokenRecord) : [];
      },
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({ type: ViewerType, description: 'Who asks.', resolve: (_root, _args, { actor }) => actor }),
);
