/**
 * The client of Entrepot's GraphQL API. `createClient` has a method for every operation; `createRequest` and `createSubscribe` with the
 * documents one needs are the smallest parts of it that work on their own.
 */
export { createClient, type Client } from './client.ts';
export { createRequest, type Request } from './request.ts';
export { createSubscribe, type Subscribe, type SubscribeOptions, type Subscription, type SubscriptionStatus } from './subscribe.ts';
export type { ClientOptions, HeadersLike, RequestOptions } from './transport.ts';
export type { ResultOf, TypedDocument, VariablesOf } from './document.ts';
export { EntrepotError, isFailure, orThrow, type Failure, type GraphQLErrorEntry } from './error.ts';
export type { Files, FileToUpload, Publication, ReceivedUpload } from './files.ts';
export type { UploadBody } from './body.ts';
export type { DependentRow, FileRow, Lists, ListVariables, Rows, VersionRow } from './lists.ts';
export * from './operations.generated.ts';
