import type { IncomingMessage } from 'node:http';
import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import type { Config } from '../config.ts';

/**
 * The address of a request's client, as requests and wrong passwords are counted by it: of the connection, or, where the proxy in
 * front is trusted, the last of `X-Forwarded-For`, which is the one that proxy wrote. Of an IPv6 address the network (/64), within
 * which a client may choose.
 */
export function clientAddressOf({ trustProxy }: Pick<Config, 'trustProxy'>, request: IncomingMessage): string {
  const socket = request.socket.remoteAddress ?? '';
  return network((trustProxy ? forwardedFor(request) : undefined) ?? socket);
}

/**
 * The same address, whole, in its one canonical form (RFC 5952); empty where there is none, as on a Unix socket. What the connection knows
 * is taken now, for once it is closed it knows nothing any more; the rest is worked out when somebody asks: few requests change anything.
 */
export function wholeAddressOf({ trustProxy }: Pick<Config, 'trustProxy'>, request: IncomingMessage): () => string {
  const socket = request.socket.remoteAddress ?? '';
  return () => canonical((trustProxy ? forwardedFor(request) : undefined) ?? socket);
}

function forwardedFor({ headers }: IncomingMessage): string | undefined {
  const header = headers['x-forwarded-for'];
  const last = (Array.isArray(header) ? header.join(',') : header)?.split(',').at(-1)?.trim() ?? '';
  return isIPv4(last) || isIPv6(last) ? last : undefined;
}

function canonical(address: string): string {
  // A zone means something on this machine only.
  const plain = mappedIPv4(address) ?? address.split('%')[0] ?? '';
  return isIPv6(plain) ? new SocketAddress({ address: plain, family: 'ipv6' }).address : plain;
}

function mappedIPv4(address: string): string | undefined {
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
}

function network(address: string): string {
  const mapped = mappedIPv4(address);
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  // An IPv4 address at the end stands for two groups.
  const written = groups.length + after.length + (address.includes('.') ? 1 : 0);
  const all = tail === undefined ? groups : [...groups, ...Array<string>(8 - written).fill('0'), ...after];
  return `${all.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
