import { expect, it } from 'vitest';
import { Authenticator } from '../../../src/access/authenticate.ts';
import { newSecret } from '../../../src/access/secret.ts';
import type { Database } from '../../../src/db/database.ts';
import { TestClock } from '../../support/clock.ts';

/** An authenticator over a database in which nothing is; tells how often it was asked. */
function setUp() {
  let reads = 0;
  const findOne = async () => {
    reads += 1;
    return null;
  };
  const authenticator = new Authenticator({ reads: { findOne } } as unknown as Database, new TestClock());
  const actorOf = (secret: string) => Promise.resolve(authenticator.actorOf({ kind: 'secret', secret }));
  return {
    reads: () => reads,
    ask: (secret: string) => actorOf(secret).catch((error: Error) => error.message),
    /** Whether who comes next gets the very same answer. */
    async isRemembered(secret: string) {
      const answers = [actorOf(secret), actorOf(secret)];
      await Promise.allSettled(answers);
      return answers[0] === answers[1];
    },
  };
}

it.each([
  ['longer than any', 'x'.repeat(513)],
  ['as long as a header', 'x'.repeat(16_000)],
  ['long and of our kind', `ept_${'x'.repeat(16_000)}`],
  ['mistyped', `${newSecret().slice(0, -1)}!`],
])('a secret that is %s is refused without the database, and not remembered', async (_how, secret) => {
  const { reads, ask, isRemembered } = setUp();
  expect(await ask(secret)).toBe('The token is mistyped or incomplete.');
  expect([await isRemembered(secret), reads()]).toEqual([false, 0]);
});

it('one that could be a token is looked for, once for all that bring it at a time', async () => {
  const { reads, ask, isRemembered } = setUp();
  for (const secret of [newSecret(), 'x'.repeat(512)]) {
    const before = reads();
    const told = await Promise.all([ask(secret), ask(secret)]);
    expect(told).toEqual(Array(2).fill('The token is unknown or revoked.'));
    // By its secret, and by one that it had before.
    expect([await isRemembered(secret), reads() - before]).toEqual([true, 2]);
  }
});
