import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertMember } from '../../src/access/members.ts';
import { createToken } from '../../src/access/tokens.ts';
import { updateNamespace } from '../../src/namespaces/manage.ts';
import { deletePackage } from '../../src/packages/remove.ts';
import { getPackageInView } from '../../src/packages/view.ts';
import { type Person, type TestApp, userOf } from '../support/app.ts';
import { databases, node, openRegistry, publishAs, refusal } from './registry.ts';

describe.for(databases)('what a name means at a namespace on $name', ({ open, missing }) => {
  let app: TestApp;
  beforeAll(async () => {
    if (missing !== undefined) return;
    app = await openRegistry(open);
    await app.namespace('open', 'GROUP', 'PUBLIC');
    await app.namespace('late', 'GROUP', 'PUBLIC');
    await app.namespace('house', 'GROUP', 'INTERNAL');
    await app.namespace('open/lair', 'PROJECT', 'PRIVATE');
  });
  afterAll(() => app?.close());

  const test = it.skipIf(missing !== undefined);
  const claim = async (name: string, namespace: string) => {
    app.clock.advance(1000);
    return (await publishAs(app, { as: 'admin', name, namespace })).package.id;
  };
  const view = async (as: Person, namespace: string, name: string) => getPackageInView(app.core, await app.actor(as), namespace, app.core.formats.get('npm'), name);

  test('the oldest claim that the caller may read wins, whole', async () => {
    const inAcme = await claim('shared', 'acme/widgets');
    const inOpen = await claim('shared', 'open');
    const inLate = await claim('shared', 'late');
    await publishAs(app, { as: 'admin', name: 'shared', version: '99.0.0', namespace: 'late' });
    expect((await view('reader', '', 'shared')).id).toBe(inAcme);
    expect((await view('outsider', '', 'shared')).id).toBe(inOpen);
    expect((await view('anonymous', '', 'shared')).id).toBe(inOpen);
    expect((await view('reader', 'acme', 'shared')).id).toBe(inAcme);
    expect((await view('reader', 'late', 'shared')).id).toBe(inLate);
  });

  test('a claim outside the subtree does not count, also where its path begins alike', async () => {
    await app.namespace('openings', 'GROUP', 'PUBLIC');
    await claim('beside', 'openings');
    expect(await refusal(view('outsider', 'open', 'beside'))).toBe('NotFound');
    expect(await refusal(view('outsider', 'openings/x', 'beside'))).toBe('NotFound');
    expect((await view('outsider', 'openings', 'beside')).name).toBe('beside');
  });

  test('a deleted claim blocks those after it, even so', async () => {
    const first = await claim('gone', 'open');
    const second = await claim('gone', 'late');
    await deletePackage(app.core, await app.actor('admin'), first);
    expect(await refusal(view('anonymous', '', 'gone'))).toBe('Unauthenticated');
    expect((await view('anonymous', 'late', 'gone')).id).toBe(second);
    await publishAs(app, { as: 'admin', name: 'gone', namespace: 'open', version: '1.0.1' });
    expect((await view('anonymous', '', 'gone')).id).toBe(first);
  });

  test('who may not read learns nothing', async () => {
    await claim('secret', 'acme/widgets');
    await claim('hidden', 'open/lair');
    await claim('inside', 'house');
    const told = async (as: Person, namespace: string, name: string) => {
      try {
        await view(as, namespace, name);
        return 'found';
      } catch (error) {
        return `${(error as Error).constructor.name}: ${(error as Error).message.replaceAll(name, 'NAME')}`;
      }
    };
    for (const [namespace, name] of [['acme/widgets', 'secret'], ['acme', 'secret'], ['', 'secret'], ['open/lair', 'hidden'], ['open', 'hidden'], ['', 'inside'], ['house', 'inside']] as const) {
      // The same words as for a name that is not there, and for a namespace that is not there.
      expect(await told('anonymous', namespace, name)).toBe(await told('anonymous', namespace, 'absent'));
      if (name !== 'inside') expect(await told('outsider', namespace, name)).toBe(await told('outsider', namespace, 'absent'));
    }
    expect(await told('anonymous', 'acme', 'secret')).toBe(await told('anonymous', 'nowhere', 'secret'));
    expect((await told('outsider', 'acme', 'secret')).replace('acme', 'PATH')).toBe((await told('outsider', 'nowhere', 'secret')).replace('nowhere', 'PATH'));
    expect(await told('outsider', 'house', 'inside')).toBe('found');
  });

  test.for<[Person, string, string, string]>([
    ['anonymous', 'acme/widgets', 'rules', 'Unauthenticated'],
    ['anonymous', '', 'rules', 'Unauthenticated'],
    ['anonymous', 'nowhere', 'rules', 'Unauthenticated'],
    ['outsider', 'acme/widgets', 'rules', 'NotFound'],
    ['outsider', 'nowhere', 'rules', 'NotFound'],
    ['reader', 'acme/widgets', 'rules', 'nothing'],
    ['reader', 'acme', 'rules', 'nothing'],
    ['reader', '', 'rules', 'nothing'],
    ['reader', 'acme/widgets', 'Rules', 'NotFound'],
    ['reader', 'acme/widgets', 'rules ', 'NotFound'],
  ])('%s at "%s" reads %s: %s', async ([as, namespace, name, error]) => {
    if ((await app.core.heads.list('npm', 'rules')).length === 0) await claim('rules', 'acme/widgets');
    expect(await refusal(view(as, namespace, name))).toBe(error);
  });

  test('a guest is refused at the node, whether the name is there or not, and knows nothing elsewhere', async () => {
    const group = await app.namespace('club', 'GROUP', 'PRIVATE');
    await insertMember(app.core, (await userOf(app.core, 'outsider'))?.id ?? '', group.id, 'GUEST');
    app.core.authenticator.forget();
    await claim('member', 'club');
    for (const name of ['member', 'absent']) {
      expect(await refusal(view('outsider', 'club', name))).toBe('Forbidden');
      expect(await refusal(view('outsider', '', name))).toBe('NotFound');
    }
    expect(await refusal(view('anonymous', 'club', 'member'))).toBe('Unauthenticated');
  });

  test('a token without the scope READ reads nothing', async () => {
    await claim('scoped', 'open');
    const { secret } = await createToken(app.core, { userId: (await userOf(app.core, 'owner'))?.id ?? '', name: 'w', scopes: ['WRITE'] });
    const actor = await app.core.authenticator.actorOf({ kind: 'secret', secret });
    expect(await refusal(getPackageInView(app.core, actor, 'open', app.core.formats.get('npm'), 'scoped'))).toBe('Forbidden');
  });

  test('a namespace that moves or closes takes its packages with it at once', async () => {
    const admin = await app.actor('admin');
    const group = await app.namespace('moving', 'GROUP', 'PUBLIC');
    await claim('furniture', 'moving');
    await updateNamespace(app.core, admin, group.id, { slug: 'moved' });
    expect(await refusal(view('anonymous', 'moving', 'furniture'))).toBe('Unauthenticated');
    expect((await view('anonymous', 'moved', 'furniture')).node.path).toBe('moved');
    await updateNamespace(app.core, admin, (await node(app.core, 'moved')).id, { visibility: 'PRIVATE' });
    expect(await refusal(view('anonymous', '', 'furniture'))).toBe('Unauthenticated');
  });
});
