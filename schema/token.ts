import { type TokenRecord } from '../src/access/queries/tokens.ts';
import type { TokenScope } from '../src/db/tables/credential.ts';
import type { BuildInfo } from '../src/formats/format.ts';
import { BuildInfoType } from './build.ts';
import { builder } from './builder.ts';
import { FormatEnum, RoleEnum, TokenKindEnum, TokenScopeEnum } from './enums.ts';
import { actorById, namespaceById } from './loaders.ts';
import { NamespaceInterface } from './namespace.ts';
import { ActorInterface } from './user.ts';

/** A credential for programs. */
export const AccessTokenType = builder.objectRef<TokenRecord>('AccessToken').implement({
  description: 'A credential for programs. Its secret is shown once, when it is made or rotated.',
  interfaces: [builder.nodeInterfaceRef()],
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Unique and lasting.' }),
    kind: t.expose('kind', { type: TokenKindEnum, description: 'Whose rights it has.' }),
    name: t.exposeString('name', { description: 'What its owner calls it.' }),
    hint: t.exposeString('hint', { description: 'The beginning of the secret, to recognise it by.' }),
    namespace: t.field({
      type: NamespaceInterface,
      nullable: true,
      description: 'Where it has its role; null for a personal one, and where the caller may not see the namespace.',
      resolve: ({ namespaceId }, _args, context) => (namespaceId === null ? null : namespaceById(context, namespaceId)),
    }),
    role: t.expose('role', { type: RoleEnum, nullable: true, description: 'Its role in the namespace and everything below; null for a personal one, which has the roles of its user.' }),
    scopes: t.field({ type: [TokenScopeEnum], description: 'What it may be used for.', complexity: 1, resolve: ({ scopes }) => JSON.parse(scopes) as TokenScope[] }),
    formats: t.field({
      type: [FormatEnum],
      nullable: true,
      description: 'The formats that it is limited to; null: all.',
      complexity: 1,
      // One that this server no longer speaks has no name here.
      resolve: ({ formats }, _args, { core }) => formats === null ? null : (JSON.parse(formats) as string[]).filter((format) => core.formats.find(format)),
    }),
    namePattern: t.exposeString('namePattern', { nullable: true, description: 'What the names of packages must match, where `*` stands for any text; null: any name.' }),
    mintsJobs: t.boolean({ description: 'Whether it may mint job tokens.', resolve: ({ mintsJobs }) => Boolean(mintsJobs) }),
    build: t.field({
      type: BuildInfoType,
      nullable: true,
      description: 'What lands on each version that it publishes; for a job token.',
      resolve: ({ build }) => (build === null ? null : (JSON.parse(build) as BuildInfo)),
    }),
    createdBy: t.field({
      type: ActorInterface,
      nullable: true,
      description: 'Who made it; for a job token the one that minted it. Null where the operator did, at the command line.',
      resolve: ({ createdById }, _args, context) => (createdById === null ? null : actorById(context, createdById)),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true, description: 'When it stops working; null: never.' }),
    revokedAt: t.expose('revokedAt', { type: 'DateTime', nullable: true, description: 'When it was ended; null: it was not.' }),
    lastUsedAt: t.expose('lastUsedAt', { type: 'DateTime', nullable: true, description: 'When it was last used, to within a minute; null: never.' }),
  }),
});
