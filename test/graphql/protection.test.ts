import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person, TestApp } from '../support/app.ts';
import { startApp } from '../support/app.ts';
import { ask, backends, put, query } from './client.ts';

const created = `mutation($input: CreateProtectionRuleInput!) { result: createProtectionRule(input: $input) {
  __typename ... on InvalidInput { field } ... on CreateProtectionRulePayload { rule { id title target format namePattern pattern publishRole deleteRole isImmutable namespace { path } createdBy { displayName } } } } }`;

describe.each(backends)('protection rules over $name', (backend) => {
  describe.skipIf(backend.missing)('in GraphQL', () => {
    let app: TestApp;
    const ids: Record<string, string> = {};

    beforeAll(async () => {
      app = await startApp({ backend: await backend.open() });
      for (const path of ['acme', 'acme/widgets']) ids[path] = (await ask(app, 'admin', 'query($path: String!) { namespace(path: $path) { id } }', { path })).namespace.id;
      await put(app, 'acme/widgets', { name: 'core-a', version: '1.0.0', tags: ['stable'] });
      await put(app, 'acme/widgets', { name: 'core-a', version: '2.0.0', tags: ['beta'] });
      await put(app, 'acme/widgets', { name: 'core-b', version: '1.5.0' });
      await put(app, 'acme/widgets', { name: 'Core-c', version: '3.0.0', format: 'generic' });
      await put(app, 'acme', { name: 'plain', version: '1.0.0' });
    });
    afterAll(() => app?.close());

    const make = async (as: Person, input: object, path = 'acme') => {
      const { data, errors } = await query(app, as, created, { input: { namespaceId: ids[path], ...input } });
      return errors ? errors.map(({ extensions }) => extensions.code) : data.result;
    };
    const remove = (ruleId: string, as: Person = 'admin') =>
      ask(app, as, 'mutation($input: DeleteProtectionRuleInput!) { result: deleteProtectionRule(input: $input) { __typename ... on DeleteProtectionRulePayload { deletedRuleId namespace { path } } } }', { input: { ruleId } });
    const rules = 'query($path: String!) { namespace(path: $path) { own: protectionRules { namePattern } all: protectionRules(includeInherited: true) { namePattern namespace { path } } } }';

    it('are made, listed, read by id, changed and deleted', async () => {
      const { rule } = await make('owner', { target: 'VERSION', format: 'NPM', namePattern: 'core-*', pattern: '1.*', publishRole: 'OWNER' });
      expect(rule).toEqual({
        id: expect.stringMatching(/^rul_/),
        title: '"core-*" for versions "1.*"',
        target: 'VERSION',
        format: 'NPM',
        namePattern: 'core-*',
        pattern: '1.*',
        publishRole: 'OWNER',
        deleteRole: null,
        isImmutable: false,
        namespace: { path: 'acme' },
        createdBy: { displayName: 'owner' },
      });
      const low = (await make('maintainer', { target: 'PACKAGE', namePattern: 'low', deleteRole: 'MAINTAINER' }, 'acme/widgets')).rule;
      expect((await ask(app, 'reader', rules, { path: 'acme/widgets' })).namespace).toEqual({
        own: [{ namePattern: 'low' }],
        all: [{ namePattern: 'core-*', namespace: { path: 'acme' } }, { namePattern: 'low', namespace: { path: 'acme/widgets' } }],
      });
      const byId = 'query($id: ID!) { node(id: $id) { __typename id } }';
      expect((await ask(app, 'reader', byId, { id: rule.id })).node).toEqual({ __typename: 'ProtectionRule', id: rule.id });
      for (const as of ['anonymous', 'outsider'] as const) expect((await ask(app, as, byId, { id: rule.id })).node).toBeNull();
      const update = `mutation($input: UpdateProtectionRuleInput!) { result: updateProtectionRule(input: $input) { __typename ... on InvalidInput { field } ... on UpdateProtectionRulePayload { rule { format pattern publishRole deleteRole } } } }`;
      const changed = await ask(app, 'owner', update, { input: { ruleId: rule.id, format: null, deleteRole: 'OWNER', pattern: '2.*' } });
      expect(changed.result.rule).toEqual({ format: null, pattern: '2.*', publishRole: 'OWNER', deleteRole: 'OWNER' });
      expect((await ask(app, 'owner', update, { input: { ruleId: rule.id, pattern: null } })).result).toEqual({ __typename: 'InvalidInput', field: 'pattern' });
      expect((await query(app, 'maintainer', update, { input: { ruleId: rule.id, namePattern: 'x' } })).errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
      expect((await remove(rule.id, 'owner')).result).toEqual({ __typename: 'DeleteProtectionRulePayload', deletedRuleId: rule.id, namespace: { path: 'acme' } });
      await remove(low.id);
      expect((await ask(app, 'reader', rules, { path: 'acme/widgets' })).namespace).toEqual({ own: [], all: [] });
    });

    it.each<[Person, string]>([['anonymous', 'UNAUTHENTICATED'], ['outsider', 'NOT_FOUND'], ['developer', 'FORBIDDEN']])('are not for %s to make or preview', async (as, code) => {
      const input = { target: 'PACKAGE', namePattern: '*', publishRole: 'DEVELOPER' };
      expect(await make(as, input)).toEqual([code]);
      const preview = await query(app, as, 'query($input: PreviewProtectionRuleInput!) { previewProtectionRule(input: $input) { packages { totalCount } } }', { input: { namespaceId: ids['acme'], target: 'PACKAGE', namePattern: '*' } });
      expect([preview.data, preview.errors?.map(({ extensions }) => extensions.code)]).toEqual([{ previewProtectionRule: null }, [code]]);
      expect((await ask(app, 'admin', rules, { path: 'acme' })).namespace.own).toEqual([]);
    });

    it('are listed from REPORTER on', async () => {
      await app.namespace('visible', 'PROJECT', 'PUBLIC');
      const { data, errors } = await query(app, 'outsider', rules, { path: 'visible' });
      expect([data.namespace, errors?.map(({ extensions }) => extensions.code)]).toEqual([{ own: null, all: null }, ['FORBIDDEN', 'FORBIDDEN']]);
    });

    it('are refused with the reason', async () => {
      expect(await make('owner', { target: 'TAG', namePattern: '*' })).toEqual({ __typename: 'InvalidInput', field: 'pattern' });
    });

    it.each([
      ['packages', { target: 'PACKAGE', namePattern: 'core-*' }, ['core-a', 'core-b'], ['core-a 2.0.0', 'core-a 1.0.0', 'core-b 1.5.0']],
      ['packages of a format', { target: 'PACKAGE', namePattern: '*', format: 'GENERIC' }, ['Core-c'], ['Core-c 3.0.0']],
      ['versions', { target: 'VERSION', namePattern: '*', pattern: '1.*' }, ['core-a', 'core-b', 'plain'], ['core-a 1.0.0', 'core-b 1.5.0', 'plain 1.0.0']],
      ['tags', { target: 'TAG', namePattern: '*', pattern: 'sta*' }, ['core-a'], ['core-a 1.0.0']],
      ['nothing', { target: 'PACKAGE', namePattern: 'CORE-*' }, [], []],
    ])('show what they hold for: %s', async (_what, scope, packages, versions) => {
      const shown = 'packages { totalCount nodes { name } } versions { totalCount nodes { version package { name } } }';
      const data = await ask(app, 'maintainer', `query($input: PreviewProtectionRuleInput!) { previewProtectionRule(input: $input) { ${shown} } }`, { input: { namespaceId: ids['acme'], ...scope } });
      const { rule } = await make('owner', { ...scope, publishRole: 'OWNER' });
      const stored = await ask(app, 'maintainer', `query($id: ID!) { node(id: $id) { ... on ProtectionRule { matches { ${shown} } } } }`, { id: rule.id });
      for (const found of [data.previewProtectionRule, stored.node.matches]) {
        expect(found.packages.nodes.map(({ name }: { name: string }) => name)).toEqual(packages);
        expect(found.versions.nodes.map((one: { version: string; package: { name: string } }) => `${one.package.name} ${one.version}`)).toEqual(versions);
        expect([found.packages.totalCount, found.versions.totalCount]).toEqual([packages.length, versions.length]);
      }
      await remove(rule.id);
    });

    it('show it page by page, and nothing that the caller may not read', async () => {
      const secret = await put(app, 'acme/widgets', { name: 'core-aa' });
      await app.core.database.tx((tx) => tx.query('UPDATE package SET is_restricted = 1 WHERE id = ?', [secret.package.id]));
      const document = 'query($input: PreviewProtectionRuleInput!, $after: String) { previewProtectionRule(input: $input) { versions(first: 1, after: $after) { totalCount nodes { version } pageInfo { endCursor hasNextPage } } } }';
      const input = { namespaceId: ids['acme'], target: 'PACKAGE', namePattern: 'core-*' };
      const read = async (as: Person) => {
        const seen: string[] = [];
        for (let after: string | null = null; ; ) {
          const { versions }: { versions: any } = (await ask(app, as, document, { input, after })).previewProtectionRule;
          seen.push(...versions.nodes.map(({ version }: { version: string }) => version), versions.totalCount);
          if (!versions.pageInfo.hasNextPage) return seen;
          after = versions.pageInfo.endCursor;
        }
      };
      expect(await read('maintainer')).toEqual(['2.0.0', 3, '1.0.0', 3, '1.5.0', 3]);
      expect(await read('owner')).toEqual(['2.0.0', 4, '1.0.0', 4, '1.0.0', 4, '1.5.0', 4]);
    });

    it('are answered by mutations as the member Protected', async () => {
      const { rule } = await make('owner', { target: 'PACKAGE', namePattern: 'core-a', publishRole: 'OWNER', deleteRole: 'OWNER' });
      const { package: it } = await ask(app, 'maintainer', '{ package(namespace: "acme/widgets", format: NPM, name: "core-a") { id latestVersion { id files { id } } } }');
      const failed = async (name: string, type: string, input: object) =>
        (await ask(app, 'maintainer', `mutation($input: ${type}Input!) { result: ${name}(input: $input) { __typename ... on Protected { code ruleId message } } }`, { input })).result;
      for (const [name, input, doing] of [
        ['setTag', { packageId: it.id, tag: 'next', version: '1.0.0' }, 'setting its tags'],
        ['removeTag', { packageId: it.id, tag: 'beta' }, 'removing its tags'],
        ['deprecateVersions', { packageId: it.id, versions: ['1.0.0'], message: 'x' }, 'deprecating'],
        ['yankVersion', { versionId: it.latestVersion.id }, 'yanking'],
        ['hideVersion', { versionId: it.latestVersion.id }, 'hiding'],
        ['deleteFile', { fileId: it.latestVersion.files[0].id }, 'deleting'],
        ['deleteVersion', { versionId: it.latestVersion.id }, 'deleting'],
        ['deletePackage', { packageId: it.id }, 'deleting'],
      ] as const) {
        expect([name, await failed(name, `${name.charAt(0).toUpperCase()}${name.slice(1)}`, input)]).toEqual([
          name,
          { __typename: 'Protected', code: 'PROTECTED', ruleId: rule.id, message: `core-a is protected by the rule "core-a" of "acme": ${doing} needs the role OWNER.` },
        ]);
      }
    });
  });
});
