import type { Core } from '../core.ts';
import { isDuplicateKey } from '../db/driver-errors.ts';
import { UserTable } from '../db/tables/access.ts';
import { TokenTable } from '../db/tables/credential.ts';
import { newId } from '../ids.ts';
import { secretSha256 } from './secret.ts';
import { insertToken } from './tokens.ts';

const adminName = 'admin';

/**
 * First start: makes the user `admin` and a token for it; returns the token's secret where one was made. Where
 * ENTREPOT_ADMIN_TOKEN is set, that secret is the token's, also on later starts. Processes that start at once make one
 * admin between them: the user name is unique.
 */
export async function bootstrap(core: Core): Promise<string | undefined> {
  const { adminToken } = core.config;
  try {
    return await core.database.tx(async (tx) => {
      const now = core.clock.now();
      const admin = await tx.findOne(UserTable, { where: { username: adminName } });
      if (admin && adminToken === undefined) return undefined;
      const sha256 = secretSha256(adminToken ?? '');
      // A secret that was rotated out does not come back by a restart.
      if (admin && (await tx.existsBy(TokenTable, [{ secretSha256: sha256 }, { previousSha256: sha256 }]))) return undefined;
      const userId = admin?.id ?? newId('user', now);
      if (!admin) {
        await tx.insert(UserTable, {
          id: userId,
          username: adminName,
          displayName: 'Administrator',
          passwordHash: null,
          isAdmin: true,
          isBlocked: false,
          createdAt: now,
        });
      }
      const { secret } = await insertToken(tx, now, { userId, name: 'first start', ...(adminToken ? { secret: adminToken } : {}) });
      return secret;
    });
  } catch (error) {
    if (isDuplicateKey(error)) return undefined;
    throw error;
  }
}
