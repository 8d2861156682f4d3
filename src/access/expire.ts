import type { Core } from '../core.ts';
import { removeExpiredSessions } from './sessions.ts';
import { removeOldFailures } from './sign-in-failures.ts';

/** Removes sessions whose time is over and wrong passwords that no longer count. */
export async function removeExpiredSignIns(core: Core, now: number): Promise<void> {
  await removeExpiredSessions(core, now);
  await removeOldFailures(core, now);
}
