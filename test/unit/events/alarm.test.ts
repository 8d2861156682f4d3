import { expect, it } from 'vitest';
import { Alarm } from '../../../src/events/alarm.ts';

const long = 60_000;

it('ends a wait that is under way, and says so', async () => {
  const alarm = new Alarm();
  const wait = alarm.wait(long);
  alarm.ring();
  expect(await wait).toBe(true);
});

it('keeps a ring for the next wait, and only for that', async () => {
  const alarm = new Alarm();
  alarm.ring();
  alarm.ring();
  expect(await alarm.wait(long)).toBe(true);
  expect(await alarm.wait(1)).toBe(false);
});
