import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Address and length of the prefix. */
export type Network = [ipaddr.IPv4 | ipaddr.IPv6, number];

/** Of IPv6 only this is routed on the internet (https://www.iana.org/assignments/ipv6-address-space). */
const globalUnicast = ipaddr.parseCIDR('2000::/3');
/** By this prefix networks without IPv4 reach it (https://www.rfc-editor.org/rfc/rfc6052#section-2.1). */
const translated = ipaddr.parseCIDR('64:ff9b::/96');

/** Reads a list such as `10.1.0.0/16, fd00::/8, 192.168.1.7`; throws Error for what is none. */
export function parseNetworks(text: string): Network[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parseNetwork);
}

function parseNetwork(text: string): Network {
  if (ipaddr.IPv4.isValidCIDRFourPartDecimal(text) || ipaddr.IPv6.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return [ipaddr.parse(text), 32];
  if (ipaddr.IPv6.isValid(text)) return [ipaddr.parse(text), 128];
  throw new Error(`"${text}" is no network, such as 10.1.0.0/16`);
}

/**
 * Whether webhooks may be sent to an IP address: those of the public internet, and what the operator has opened. An IPv4 address that is
 * wrapped in one of IPv6 is judged as what it is; other ways into IPv4 (6to4, Teredo) are closed.
 */
export function isAllowedAddress(text: string, opened: readonly Network[]): boolean {
  // The library reads more than Node connects to, such as `10.1`.
  if (isIP(text) === 0) return false;
  const address = unwrapped(ipaddr.parse(text));
  if (opened.some(([network, bits]) => network.kind() === address.kind() && address.match([network, bits]))) return true;
  return address.range() === 'unicast' && (address.kind() === 'ipv4' || address.match(globalUnicast));
}

function unwrapped(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (!('parts' in address)) return address;
  if (!address.isIPv4MappedAddress() && !address.match(translated)) return address;
  return new ipaddr.IPv4(address.toByteArray().slice(12));
}
