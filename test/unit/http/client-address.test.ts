import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { clientAddressOf, wholeAddressOf } from '../../../src/http/client-address.ts';

const request = (remoteAddress: string | undefined, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;
const address = (remoteAddress: string | undefined, forwarded?: string, trustProxy = true) => clientAddressOf({ trustProxy }, request(remoteAddress, forwarded));
const whole = (remoteAddress: string | undefined, forwarded?: string, trustProxy = true) => wholeAddressOf({ trustProxy }, request(remoteAddress, forwarded))();

describe('the address of a client', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:0DB8:0:0:ffff:1:2:3', '2001:db8:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
    ['2001:db8::2:0:0:0:1', '2001:db8:0:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    [undefined, ''],
  ])('%s counts as %s', (remote, expected) => {
    expect(address(remote)).toBe(expected);
  });

  it.each([
    ['192.0.2.9', '192.0.2.9'],
    ['198.51.100.1, 192.0.2.9', '192.0.2.9'],
    ['198.51.100.1,2001:db8::9 ', '2001:db8:0:0::/64'],
    ['192.0.2.9, ', '192.0.2.1'],
    ['192.0.2.9, unknown', '192.0.2.1'],
    ['', '192.0.2.1'],
    [undefined, '192.0.2.1'],
  ])('behind a trusted proxy that says %j it is %s', (forwarded, expected) => {
    expect(address('192.0.2.1', forwarded)).toBe(expected);
    expect(address('192.0.2.1', forwarded, false)).toBe('192.0.2.1');
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::1', '::1'],
    ['2001:0DB8:0:0:0:0:0:0F', '2001:db8::f'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2:3:4:5:6'],
    [`fe80::1%${'eth'.repeat(50)}`, 'fe80::1'],
    [undefined, ''],
  ])('%s is recorded as %s', (remote, expected) => {
    expect(whole(remote)).toBe(expected);
    expect(whole('192.0.2.7', remote ?? '')).toBe(expected || '192.0.2.7');
    expect(whole('192.0.2.7', remote, false)).toBe('192.0.2.7');
  });

  it('is known of a connection that has been closed meanwhile', () => {
    const closing = request('192.0.2.1');
    const told = wholeAddressOf({ trustProxy: false }, closing);
    Object.assign(closing.socket, { remoteAddress: undefined });
    expect(told()).toBe('192.0.2.1');
  });
});
