import { expect, it } from 'vitest';
import { createFairShare } from '../../../src/http/fair-share.ts';

/** How many places a client gets that takes all it can. */
function fill(share: ReturnType<typeof createFairShare>, client: string): (() => void)[] {
  const taken = [];
  while (share.hasRoomFor(client)) taken.push(share.take(client));
  return taken;
}

it('a single client gets half of the places, the next half of the rest, and there is one left for somebody new', () => {
  const share = createFairShare(100);
  expect(['a', 'b', 'c', 'd', 'e', 'f'].map((client) => fill(share, client).length)).toEqual([50, 25, 13, 6, 3, 2]);
  expect([share.taken, share.hasRoomFor('new')]).toEqual([99, true]);
});

it('clients who take turns get the same', () => {
  const share = createFairShare(90);
  const counts = [0, 0];
  for (let turn = 0; turn < 200; turn++) {
    if (!share.hasRoomFor(`client ${turn % 2}`)) continue;
    share.take(`client ${turn % 2}`);
    counts[turn % 2]! += 1;
  }
  expect(counts).toEqual([30, 30]);
});

it('a place is given back once, and then there is room again', () => {
  const share = createFairShare(4);
  const [first] = fill(share, 'a');
  expect(share.hasRoomFor('a')).toBe(false);
  first?.();
  first?.();
  expect([share.taken, share.hasRoomFor('a')]).toEqual([1, true]);
});

it('places without end are never all taken', () => {
  const share = createFairShare(Infinity);
  for (let count = 0; count < 1000; count++) share.take('a');
  expect(share.hasRoomFor('a')).toBe(true);
});
