import { lookup, Resolver } from 'node:dns/promises';

/** Finds the IP addresses of a host name; rejects where there are none. */
export type Resolve = (hostname: string) => Promise<string[]>;

/** What a name server says where the system may still know the name by itself: hosts files, search domains. */
const unknown = new Set(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED']);
const resolver = new Resolver({ timeout: 1_500, tries: 2 });

/**
 * Asks the name servers without a thread, since the system's own look-ups take two of those in turns: names whose servers are slow would
 * delay all others. Only what no server knows is left to the system.
 */
export const resolveHost: Resolve = async (hostname) => {
  const [ipv4, ipv6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  const found = [ipv4, ipv6].flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  if (found.length > 0) return found;
  const failure = [ipv4, ipv6].find((result) => result.status === 'rejected' && !unknown.has((result.reason as { code?: string }).code ?? ''));
  if (failure?.status === 'rejected') throw failure.reason;
  return (await lookup(hostname, { all: true })).map(({ address }) => address);
};
