import { expect, it } from 'vitest';
import { sharedSync } from '../../../src/db/disk.ts';

/** Syncs that end when they are told to. */
function heldSyncs() {
  const running: PromiseWithResolvers<void>[] = [];
  const flushed = sharedSync(() => {
    const held = Promise.withResolvers<void>();
    running.push(held);
    return held.promise;
  });
  return { running, flushed };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('syncs once for all that come while one runs, and never by one that had begun before', async () => {
  const { running, flushed } = heldSyncs();
  const done: string[] = [];
  const wait = (name: string) => flushed().then(() => done.push(name));
  const first = wait('first');
  await turn();
  const later = [wait('second'), wait('third')];
  await turn();
  expect([running.length, done]).toEqual([1, []]);
  running[0]?.resolve();
  await first;
  await turn();
  expect([running.length, done]).toEqual([2, ['first']]);
  running[1]?.resolve();
  await Promise.all(later);
  expect([running.length, done]).toEqual([2, ['first', 'second', 'third']]);
});

it('syncs again for who comes when none runs', async () => {
  const { running, flushed } = heldSyncs();
  for (let time = 0; time < 3; time++) {
    const one = flushed();
    await turn();
    expect(running.length).toBe(time + 1);
    running[time]?.resolve();
    await one;
  }
});

it('fails for ever once it has failed, for who waited and for who comes', async () => {
  const { running, flushed } = heldSyncs();
  const first = flushed();
  await turn();
  const second = flushed();
  running[0]?.reject(new Error('EIO'));
  await expect(first).rejects.toThrow('EIO');
  await expect(second).rejects.toThrow('EIO');
  await expect(flushed()).rejects.toThrow('EIO');
  expect(running.length).toBe(1);
});
