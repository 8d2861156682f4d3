import { describe, expect, it } from 'vitest';
import { newSecret } from '../../src/access/secret.ts';
import { readConfig } from '../../src/config.ts';

describe('ENTREPOT_ADMIN_TOKEN', () => {
  const read = (text: string) => readConfig({ ENTREPOT_ADMIN_TOKEN: text }).adminToken;

  it('is left to the first start where it is empty', () => {
    expect([readConfig({}).adminToken, read('')]).toEqual([undefined, undefined]);
  });

  it.each([['x'.repeat(16)], ['x'.repeat(512)], ["!#$%&'*+-.^_`|~0a"], [newSecret()]])('may be %s', (text) => {
    expect(read(text)).toBe(text);
  });

  it.each([
    ['x'.repeat(15), '16 to 512'],
    ['x'.repeat(513), '16 to 512'],
    ['sixteen characters', 'without spaces'],
    ['sixteencharacters\n', 'without spaces'],
    ['sechzehn-zeichen-ä', 'ASCII'],
    ['ept_of-my-own-making', 'must not begin with "ept_"'],
    [`${newSecret()}x`, 'must not begin with "ept_"'],
  ])('is refused in words where it is %j', (text, words) => {
    expect(() => read(text)).toThrow(new RegExp(`^ENTREPOT_ADMIN_TOKEN .*${words}`));
  });
});
