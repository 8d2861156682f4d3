import type { Core } from '../core.ts';
import { isDuplicateKey } from '../db/driver-errors.ts';
import { expectWhole, lockMark } from '../db/marks.ts';
import { UserTable } from '../db/tables/access.ts';
import { insertToken, recordToken } from './tokens.ts';
import { insertUser } from './users.ts';

const adminName = 'admin';

/**
 * First start: makes the administrator `admin` and a token for it, with the secret in ENTREPOT_ADMIN_TOKEN or else a fresh one, which is
 * returned. Later starts make nothing, whatever the variable says: a secret that was rotated out or revoked does not come back by a
 * restart. Processes that start at once make one admin between them: the user name is unique.
 */
export async function bootstrap(core: Core): Promise<string | undefined> {
  const { adminToken } = core.config;
  try {
    return await core.database.tx(async (tx) => {
      // An import that began a moment ago has the database to itself.
      await expectWhole(tx, lockMark);
      if (await tx.existsBy(UserTable, { username: adminName })) return undefined;
      const now = core.clock.now();
      const { id: userId } = await insertUser(tx, now, { username: adminName, displayName: 'Administrator', isAdmin: true });
      const { token, secret } = await insertToken(tx, now, { userId, name: 'first start', ...(adminToken === undefined ? {} : { secret: adminToken }) });
      await recordToken(tx, 'TOKEN_CREATED', token, undefined, now);
      return secret;
    });
  } catch (error) {
    if (isDuplicateKey(error)) return undefined;
    throw error;
  }
}
