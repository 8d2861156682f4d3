import { revokeToken } from '../src/access/end-token.ts';
import { defaultTtlSeconds, maxTtlSeconds, mintJobToken } from '../src/access/job-tokens.ts';
import { createNamespaceToken } from '../src/access/node-tokens.ts';
import { createOwnToken } from '../src/access/own-tokens.ts';
import { tokenRecord } from '../src/access/queries/tokens.ts';
import { maxOverlapSeconds, rotateToken } from '../src/access/rotate-token.ts';
import type { TokenWish } from '../src/access/token-rules.ts';
import type { CreatedToken } from '../src/access/tokens.ts';
import type { TokenRow, TokenScope } from '../src/db/tables/credential.ts';
import { InvalidInput } from '../src/errors.ts';
import { BuildInput } from './build.ts';
import { builder } from './builder.ts';
import { FormatEnum, NodeTokenKindEnum, RoleEnum, TokenScopeEnum } from './enums.ts';
import { mutationField } from './mutation.ts';
import { AccessTokenType } from './token.ts';

const patternDescription = 'What the names of packages must match, `*` for any text: `@acme/*`. By default any name.';

mutationField('createToken', {
  description:
    'Makes a personal token for the caller. It may do no more and live no longer than the credential in use, which needs the scope ADMIN and no limits for this. ' +
    'Errors: UNAUTHENTICATED, FORBIDDEN.',
  errors: [InvalidInput],
  input: (t) => ({
    name: t.string({ required: true, description: 'What to call it, 1 to 255 characters.' }),
    scopes: t.field({ type: [TokenScopeEnum], description: 'What it may be used for; by default as much as the credential in use.' }),
    formats: t.field({ type: [FormatEnum], description: 'The formats that it is limited to; by default none. A token with limits manages nothing.' }),
    namePattern: t.string({ description: patternDescription }),
    expiresAt: t.field({ type: 'DateTime', description: 'When it stops working; by default when the credential in use does.' }),
  }),
  payload: createdPayload('CreateTokenPayload', 'A token that was made.'),
  resolve: (input, { core, actor }) => createOwnToken(core, actor, wishOf(input)),
});

mutationField('createNamespaceToken', {
  description:
    'Makes a token of a namespace, which belongs to no user: for those who manage it. Its role is at most theirs, its scopes and its time are at most those of ' +
    'the credential in use. Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.',
  errors: [InvalidInput],
  input: (t) => ({
    namespaceId: t.id({ required: true, description: 'The instance, group or project. The token is good there and below.' }),
    kind: t.field({ type: NodeTokenKindEnum, required: true, description: 'DEPLOY for packages alone, PROJECT for a role.' }),
    name: t.string({ required: true, description: 'What to call it, 1 to 255 characters. It is shown beside what it publishes.' }),
    role: t.field({ type: RoleEnum, description: 'The role, for PROJECT and needed there. That of a deploy token follows from its scopes.' }),
    scopes: t.field({ type: [TokenScopeEnum], required: true, description: 'What it may be used for; for DEPLOY READ, WRITE and DELETE.' }),
    formats: t.field({ type: [FormatEnum], description: 'The formats that it is limited to; by default none.' }),
    namePattern: t.string({ description: patternDescription }),
    expiresAt: t.field({ type: 'DateTime', description: 'When it stops working; by default when the credential in use does.' }),
    mintsJobs: t.boolean({ description: 'Whether it may mint job tokens; by default not.' }),
  }),
  payload: createdPayload('CreateNamespaceTokenPayload', 'A token that was made.'),
  resolve: ({ namespaceId, kind, role, scopes, mintsJobs, ...input }, { core, actor }) =>
    createNamespaceToken(core, actor, { ...wishOf(input), namespaceId, kind, scopes, ...(role ? { role } : {}), mintsJobs: mintsJobs ?? false }),
});

mutationField('mintJobToken', {
  description:
    'Makes a short-lived token for one run of a pipeline: for deploy and project tokens that were given this right. It has their namespace and role and never more ' +
    'than their scopes, formats and names, and ends with them. Errors: UNAUTHENTICATED, FORBIDDEN.',
  errors: [InvalidInput],
  input: (t) => ({
    name: t.string({ required: true, description: 'What to call it, 1 to 255 characters. It is shown beside what it publishes.' }),
    ttlSeconds: t.int({
      description: `How long it is good, 1 to ${maxTtlSeconds} seconds; by default ${defaultTtlSeconds}. In any case no longer than the token in use.`,
    }),
    scopes: t.field({ type: [TokenScopeEnum], description: 'Some of the scopes of the token in use; by default all of them. Never ADMIN.' }),
    formats: t.field({ type: [FormatEnum], description: 'Some of the formats of the token in use; by default all of them.' }),
    namePattern: t.string({ description: 'What the names of packages must match; within the pattern of the token in use, which is the default.' }),
    build: t.field({ type: BuildInput, description: 'The run that it is for. Lands on each version that it publishes, whatever the publisher says.' }),
  }),
  payload: createdPayload('MintJobTokenPayload', 'A job token that was made.'),
  resolve: ({ ttlSeconds, build, ...input }, { core, actor }) =>
    mintJobToken(core, actor, { ...wishOf(input), ...(typeof ttlSeconds === 'number' ? { ttlSeconds } : {}), ...(build ? { build } : {}) }),
});

mutationField('rotateToken', {
  description:
    'Gives a token a new secret: one of the caller or of a namespace that they manage. It takes the rights that making such a token would take. ' +
    'Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.',
  errors: [InvalidInput],
  input: (t) => ({
    tokenId: t.id({ required: true, description: 'The token. A job token is not rotated.' }),
    overlapSeconds: t.int({ description: `How long the old secret stays good, 0 to ${maxOverlapSeconds} seconds; by default 0.` }),
  }),
  payload: createdPayload('RotateTokenPayload', 'A token with a new secret.'),
  resolve: ({ tokenId, overlapSeconds }, { core, actor }) => rotateToken(core, actor, tokenId, overlapSeconds ?? 0),
});

mutationField('revokeToken', {
  description:
    "Ends a token and all job tokens that it minted, at once: one of the caller's, of a namespace that they manage, or for an instance's admin any. With the scope ADMIN; " +
    'every token may end itself and what it minted without. Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND.',
  errors: [InvalidInput],
  input: (t) => ({ tokenId: t.id({ required: true, description: 'The token.' }) }),
  payload: builder.objectRef<TokenRow>('RevokeTokenPayload').implement({
    description: 'A token that was revoked.',
    fields: (t) => ({
      revokedTokenId: t.exposeID('id', { description: 'Id of the token.' }),
      token: t.field({ type: AccessTokenType, description: 'What it was.', resolve: (token) => tokenRecord(token) }),
    }),
  }),
  resolve: ({ tokenId }, { core, actor }) => revokeToken(core, actor, tokenId),
});

function createdPayload(name: string, description: string) {
  return builder.objectRef<CreatedToken>(name).implement({
    description,
    fields: (t) => ({
      token: t.field({ type: AccessTokenType, description: 'The token.', resolve: ({ token }) => tokenRecord(token) }),
      secret: t.exposeString('secret', { description: 'Its secret. This is the only time that it is shown.' }),
    }),
  });
}

interface Input {
  name: string;
  scopes?: TokenScope[] | null | undefined;
  formats?: string[] | null | undefined;
  namePattern?: string | null | undefined;
  expiresAt?: number | null | undefined;
}

function wishOf({ name, scopes, formats, namePattern, expiresAt }: Input): TokenWish {
  return {
    name,
    ...(scopes ? { scopes } : {}),
    ...(formats ? { formats } : {}),
    ...(typeof namePattern === 'string' ? { namePattern } : {}),
    ...(typeof expiresAt === 'number' ? { expiresAt } : {}),
  };
}
