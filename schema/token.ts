import { createOwnToken, revokeOwnToken } from '../src/access/own-tokens.ts';
import { listTokens } from '../src/access/tokens.ts';
import type { TokenRow } from '../src/db/tables/credential.ts';
import { InvalidInput } from '../src/errors.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { TokenScopeEnum } from './enums.ts';
import { mutationField } from './mutation.ts';

/** A credential of the caller's. */
export const AccessTokenType = builder.objectRef<TokenRow>('AccessToken').implement({
  description: 'A credential for programs. Its secret is shown once, when it is made.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Unique and lasting.' }),
    name: t.exposeString('name', { description: 'What its owner calls it.' }),
    hint: t.exposeString('hint', { description: 'The beginning of the secret, to recognise it by.' }),
    scopes: t.expose('scopes', { type: [TokenScopeEnum], description: 'What it may be used for.', complexity: 1 }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true, description: 'When it stops working; null: never.' }),
  }),
});

/** A token of the caller's that still works. */
export async function findOwnToken({ core, actor }: Context, id: string): Promise<TokenRow | null> {
  if (!actor.user) return null;
  const tokens = await listTokens(core, actor.user.id);
  return tokens.find((token) => token.id === id) ?? null;
}

mutationField('createToken', {
  description: 'Makes a token for the caller. It may do no more than the credential in use, which needs the scope ADMIN for this.',
  errors: [InvalidInput],
  input: (t) => ({
    name: t.string({ required: true, description: 'What to call it, 1 to 255 characters.' }),
    scopes: t.field({ type: [TokenScopeEnum], description: 'What it may be used for; by default as much as the credential in use.' }),
    expiresAt: t.field({ type: 'DateTime', description: 'When it stops working; by default never.' }),
  }),
  payload: builder.objectRef<{ token: TokenRow; secret: string }>('CreateTokenPayload').implement({
    description: 'A token that was made.',
    fields: (t) => ({
      token: t.expose('token', { type: AccessTokenType, description: 'The token.' }),
      secret: t.exposeString('secret', { description: 'Its secret. This is the only time that it is shown.' }),
    }),
  }),
  resolve: ({ name, scopes, expiresAt }, { core, actor }) =>
    createOwnToken(core, actor, { name, ...(scopes ? { scopes } : {}), ...(expiresAt ? { expiresAt } : {}) }),
});

mutationField('revokeToken', {
  description: "Ends one of the caller's tokens at once. Without the scope ADMIN a token can end only itself.",
  errors: [InvalidInput],
  input: (t) => ({ tokenId: t.id({ required: true, description: 'The token.' }) }),
  payload: builder.objectRef<{ tokenId: string }>('RevokeTokenPayload').implement({
    description: 'A token that was revoked.',
    fields: (t) => ({ revokedTokenId: t.exposeID('tokenId', { description: 'Id of the token.' }) }),
  }),
  async resolve({ tokenId }, { core, actor }) {
    await revokeOwnToken(core, actor, tokenId);
    return { tokenId };
  },
});
