import { anonymous } from '../../../src/access/actor.ts';
import { insertMember } from '../../../src/access/members.ts';
import { createToken } from '../../../src/access/tokens.ts';
import { createUser } from '../../../src/access/users.ts';
import type { Core } from '../../../src/core.ts';
import { createNamespace } from '../../../src/namespaces/manage.ts';

/** Whoever makes what is there. */
export const admin = { ...anonymous, user: { id: 'usr_bench', username: 'bench', displayName: 'bench', isAdmin: true }, scopes: new Set(['READ', 'WRITE', 'DELETE', 'ADMIN'] as const) };

/** A project whose packages are listed. */
export const listedProject = 'bench/listed';

/** Makes the project and a member of it; returns the member's credential. */
export async function makePeople(core: Core): Promise<{ authorization: string }> {
  await createNamespace(core, admin, { kind: 'GROUP', parentPath: '', slug: 'bench', visibility: 'PUBLIC' });
  const project = await createNamespace(core, admin, { kind: 'PROJECT', parentPath: 'bench', slug: 'listed', visibility: 'PRIVATE' });
  const { id: userId } = await createUser(core, { username: 'somebody' });
  await insertMember(core, userId, project.id, 'DEVELOPER');
  const { secret } = await createToken(core, { name: 'bench', userId, scopes: ['READ', 'WRITE'] });
  return { authorization: `Bearer ${secret}` };
}
