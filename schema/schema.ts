import type { GraphQLSchema } from 'graphql';
import type { Format } from '../src/formats/format.ts';
import './scalars.ts';
import './errors.ts';
import './node.ts';
import './format.ts';
import './viewer.ts';
import './token-mutations.ts';
import './token-list.ts';
import './token-actor.ts';
import './user-mutations.ts';
import './team-mutations.ts';
import './session.ts';
import './namespace.ts';
import './member.ts';
import './viewer-rights.ts';
import './namespace-mutations.ts';
import './settings.ts';
import './settings-mutation.ts';
import './usage.ts';
import './package.ts';
import './package-lists.ts';
import './package-queries.ts';
import './version.ts';
import './version-list.ts';
import './file.ts';
import './downloads.ts';
import './dependency.ts';
import './metadata/list.ts';
import './upload.ts';
import './protection.ts';
import './protection-mutations.ts';
import './package-access.ts';
import './explain.ts';
import './publish.ts';
import './version-mutations.ts';
import './version-status.ts';
import './delete.ts';
import './cleanup.ts';
import './cleanup-mutations.ts';
import './deleted.ts';
import './restore.ts';
import './event.ts';
import './package-events.ts';
import './node-events.ts';
import './event-queries.ts';
import './audit.ts';
import './webhook.ts';
import './webhook-events.ts';
import './webhook-mutations.ts';
import { builder } from './builder.ts';

builder.queryType({ description: 'What can be read. Nothing is listed or counted that the caller may not see.' });
builder.mutationType({
  description:
    'What can be done. Each mutation answers with a payload, or with the reason why it was not done: one of the failures in its union, all of which are a `UserError`. ' +
    'Its description says when, and whom it is for. `InvalidInput` is in every union, so that `... on UserError` can be asked for of all.\n\nWhoever may not do it at all gets a GraphQL error, with one of these as `extensions.code`:\n' +
    '- `UNAUTHENTICATED`: there is no credential, or one that is no good.\n' +
    '- `FORBIDDEN`: the caller may see the thing, but lacks the role or the scope, the token is limited to other formats or names, or the registry or the format is switched off there.\n' +
    '- `NOT_FOUND`: there is no such thing, or it must not be known to the caller.\n' +
    '- `TOO_MANY_REQUESTS`: it was tried too often; `extensions.retryAfterSeconds` says when to try again.',
});

/** The schema of a server that speaks these formats. */
export function createSchema(formats: readonly Format[]): GraphQLSchema {
  return builder.toSchema({ formats });
}
