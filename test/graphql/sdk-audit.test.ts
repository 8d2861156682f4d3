import { afterAll, beforeAll, expect, expectTypeOf, it } from 'vitest';
import { type AuditFieldsFragment, createClient, orThrow } from '../../schema/sdk/index.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { numbered } from '../support/event-log.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app?.close());

it('the SDK lists audit events, page by page', async () => {
  const owner = createClient({ url: app.url, token: app.secrets.owner });
  await expect(owner.audit({ namespace: 'acme' })).rejects.toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('auditEvents') });
  const acme = await owner.namespace({ path: 'acme' });
  orThrow(await owner.updateSettings({ namespaceId: acme?.id ?? '', auditEvents: { value: true } }));
  expect((await owner.settings({ namespace: 'acme' }))?.settings).toMatchObject({ auditEvents: { own: true, effective: true }, eventRetentionDays: { own: null, effective: 365 } });
  await numbered(app.core);
  const types: string[] = [];
  for await (const event of owner.allAudit({ namespace: 'acme', pageSize: 1 })) {
    expectTypeOf(event).toEqualTypeOf<AuditFieldsFragment>();
    types.push(event.type);
  }
  expect(types).toEqual(['SETTINGS_CHANGED', 'NAMESPACE_CREATED', 'NAMESPACE_CREATED']);
  const found = await owner.audit({ namespace: 'acme', filter: { types: ['SETTINGS_CHANGED'], actor: 'owner' }, countAll: true });
  expect(found?.audit).toMatchObject({ totalCount: 1, nodes: [{ type: 'SETTINGS_CHANGED', path: 'acme', address: '127.0.0.1', actor: { __typename: 'User', username: 'owner' }, token: { name: 'test', kind: 'PERSONAL' } }] });
  await expect(owner.allAudit({ namespace: 'nowhere' }).next()).rejects.toMatchObject({ code: 'NOT_FOUND' });
});
