import { BlockList, isIPv4, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAllowedAddress, parseNetworks } from '../../../src/webhooks/address.ts';

/**
 * What is not of the public internet, written down once more from the registries (https://www.iana.org/assignments/iana-ipv4-special-registry,
 * https://www.iana.org/assignments/iana-ipv6-special-registry) and asked by other means than the product's.
 */
const special4: [string, number][] = [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.0.2.0', 24],
  ['192.168.0.0', 16], ['198.18.0.0', 15], ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4], ['255.255.255.255', 32],
  ['192.31.196.0', 24], ['192.52.193.0', 24], ['192.88.99.0', 24], ['192.175.48.0', 24],
];
const special6: [string, number][] = [['::', 3], ['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['2620:4f:8000::', 48], ['3fff::', 20], ['4000::', 2], ['8000::', 1]];

// One list each: Node would look for an IPv4 address among those of IPv6, too.
const blocked = { ipv4: new BlockList(), ipv6: new BlockList() };
for (const [address, prefix] of special4) blocked.ipv4.addSubnet(address, prefix, 'ipv4');
for (const [address, prefix] of special6) blocked.ipv6.addSubnet(address, prefix, 'ipv6');

const ipv4In = (address: string, prefix: number) =>
  fc.nat({ max: 2 ** (32 - prefix) - 1 }).map((offset) => {
    const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
    const value = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
    return [24, 16, 8, 0].map((shift) => ((value + offset) >>> shift) & 255).join('.');
  });
const special = fc.constantFrom(...special4).chain(([address, prefix]) => ipv4In(address, prefix));
/** Ways to write an IPv4 address as one of IPv6. */
const wraps: ((ipv4: string) => string)[] = [
  (ipv4) => `::ffff:${ipv4}`,
  (ipv4) => `::FFFF:${hex(ipv4)}`,
  (ipv4) => `0:0:0:0:0:ffff:${hex(ipv4)}`,
  (ipv4) => `::${ipv4}`,
  (ipv4) => `64:ff9b::${ipv4}`,
  (ipv4) => `64:ff9b::${hex(ipv4)}`,
  (ipv4) => `64:ff9b:1::${hex(ipv4)}`,
  (ipv4) => `2002:${hex(ipv4)}::1`,
  (ipv4) => `2001:0:${hex(ipv4)}::`,
  (ipv4) => `fe80::5efe:${ipv4}`,
];
function hex(ipv4: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}

describe('addresses that webhooks may be sent to', () => {
  it('are never special ones, however they are written', () => {
    fc.assert(
      fc.property(special, fc.constantFrom(...wraps), (ipv4, wrap) => {
        expect(isAllowedAddress(ipv4, [])).toBe(false);
        expect(`${wrap(ipv4)} ${isAllowedAddress(wrap(ipv4), [])}`).toBe(`${wrap(ipv4)} false`);
      }),
      { numRuns: 2000 },
    );
  });

  it('are not what the registries of special addresses list, and all others', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), special, fc.ipV6(), fc.ipV6().map((address) => `2${address.slice(1)}`).filter(isIPv6)), (address) => {
        const family = isIPv4(address) ? 'ipv4' : 'ipv6';
        const isSpecial = blocked[family].check(address, family);
        const isWrapped = family === 'ipv6' && /^(::|64:ff9b:|0)/i.test(address);
        if (!isWrapped) expect(`${address} ${isAllowedAddress(address, [])}`).toBe(`${address} ${!isSpecial}`);
      }),
      { numRuns: 5000 },
    );
  });

  it.each(['8.8.8.8', '1.1.1.1', '93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:4700::6810:84e5', '2a00:1450:4001:80b::200e', '::ffff:8.8.8.8', '64:ff9b::808:808'])('include %s', (address) => {
    expect(isAllowedAddress(address, [])).toBe(true);
  });

  it.each(['::1', '::', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd12:3456::1', 'ff02::1', 'fec0::1', '100::1', '4000::1', '2001:10::1', '2001:20::1', '5f00::1', '2002:808:808::1', 'localhost', '', '8.8.8'])(
    'do not include %s',
    (address) => {
      expect(isAllowedAddress(address, [])).toBe(false);
    },
  );

  it('include what is opened, and nothing else with it', () => {
    const opened = parseNetworks('10.1.0.0/16, fd00:1::/32,192.168.1.7 ,::1');
    const allowed = ['10.1.0.0', '10.1.255.255', '::ffff:10.1.2.3', '64:ff9b::a01:203', 'fd00:1::5', '192.168.1.7', '::1', '8.8.8.8'];
    const refused = ['10.0.255.255', '10.2.0.0', '192.168.1.8', 'fd00:2::5', '127.0.0.1', '::2'];
    expect(allowed.filter((address) => !isAllowedAddress(address, opened))).toEqual([]);
    expect(refused.filter((address) => isAllowedAddress(address, opened))).toEqual([]);
    expect(parseNetworks(' ')).toEqual([]);
  });

  it.each(['10', '10.0.0.0/33', 'ten', '10.0.0.0/8/8', 'fd00::/129', '0x7f.1', '10.1/16'])('cannot be opened by "%s"', (text) => {
    expect(() => parseNetworks(text)).toThrow(text);
  });
});
