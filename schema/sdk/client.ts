import { createFiles, type Files } from './files.ts';
import { createLists, type Lists } from './lists.ts';
import { createOperations, createSubscriptions, type Operations, type Subscriptions } from './operations.generated.ts';
import { type Request, requestOver } from './request.ts';
import { type Subscribe, subscribeOver } from './subscribe.ts';
import { type ClientOptions, createSend } from './transport.ts';

/**
 * A client of an Entrepot server. Queries answer with what they ask for, or null; mutations with their result, a union of the
 * payload and the failures to be expected, told apart by `__typename` ({@link orThrow} makes exceptions of those); subscriptions are
 * followed by `for await`. Everything else that goes wrong is thrown as {@link EntrepotError}, except that a call ended by its signal fails
 * with the signal's reason.
 */
export interface Client extends Operations, Subscriptions, Lists, Files {
  /** Runs an operation of your own. */
  request: Request;
  /** Follows a subscription of your own. */
  subscribe: Subscribe;
}

/**
 * Makes a client.
 *
 *     const client = createClient({ url: 'https://packages.example.com', token });
 *     const lib = await client.package({ namespace: 'acme', format: 'NPM', name: '@acme/lib' });
 */
export function createClient(options: ClientOptions): Client {
  const send = createSend(options);
  const request = requestOver(send, options.timeoutMs);
  const subscribe = subscribeOver(send);
  const operations = createOperations(request);
  return { request, subscribe, ...operations, ...createSubscriptions(subscribe), ...createLists(operations), ...createFiles(send, operations) };
}
