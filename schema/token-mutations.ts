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
import { takesOnNamespace } from './takes.ts';
import { AccessTokenType } from './token.ts';

/** What is wrong with a token that cannot be, whoever wants it. */
const wishProblem = 'it has no name, no scope, an unknown format or a pattern that is none, or has expired already';
const takesToken = `${takesOnNamespace('MANAGE', 'in the namespace of a token that has one')} For the caller's own personal tokens the scope is enough.`;
const patternDescription = 'What the names of packages must match, `*` for any text: `@acme/*`. By default any name.';

mutationField('createToken', {
  description: 'Makes a personal token for the caller. It may do no more and live no longer than the credential in use.',
  takes: 'For everybody who has signed in as a user. A token in use needs the scope ADMIN and no limits to formats or names.',
  errors: [[InvalidInput, `${wishProblem}, or it would live longer than the token in use`]],
  refusals: ['UNAUTHENTICATED', 'FORBIDDEN'],
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
  description: 'Makes a token of a namespace, which belongs to no user.',
  takes: `${takesOnNamespace('MANAGE')} Its role is at most the caller's, its scopes and its time are at most those of the credential in use.`,
  errors: [[InvalidInput, `${wishProblem}, its kind has no such role or scope, or it would live longer than the token in use`]],
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
  description: 'Makes a short-lived token for one run of a pipeline, with the namespace and the role of the token in use. It ends with that.',
  takes: 'For deploy and project tokens that were given the right to mint. What they mint never has more than their scopes, formats and names.',
  errors: [[InvalidInput, `${wishProblem}, it was to have the scope ADMIN, its time is out of bounds, or the build has an overlong field or a URL that is none`]],
  refusals: ['UNAUTHENTICATED', 'FORBIDDEN'],
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
  description: 'Gives a token a new secret.',
  takes: `${takesToken} Nobody gets the secret of a token that may do more, or lives longer, than what they have.`,
  errors: [[InvalidInput, 'it is a job token, or the overlap is out of bounds']],
  input: (t) => ({
    tokenId: t.id({ required: true, description: 'The token. A job token is not rotated.' }),
    overlapSeconds: t.int({ description: `How long the old secret stays good, 0 to ${maxOverlapSeconds} seconds; by default 0.` }),
  }),
  payload: createdPayload('RotateTokenPayload', 'A token with a new secret.'),
  resolve: ({ tokenId, overlapSeconds }, { core, actor }) => rotateToken(core, actor, tokenId, overlapSeconds ?? 0),
});

mutationField('revokeToken', {
  description: 'Ends a token and all job tokens that it minted, at once.',
  takes: `${takesToken} Administrators of this server may end any token, and every token may end itself and what it minted.`,
  errors: [],
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
