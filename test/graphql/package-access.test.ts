import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { npmTarball } from '../support/npm-tarball.ts';
import { type Person, startApp, type TestApp } from '../support/app.ts';
import { ask, backends, put, query } from './client.ts';

const setting = `mutation($input: SetPackageAccessInput!) { result: setPackageAccess(input: $input) { __typename ... on InvalidInput { field message } ... on SetPackageAccessPayload {
  package { visibility access { inheritsFromNamespace visibility grants { level user { username } team { name } } } } } } }`;

describe.each(backends)('package access over $name', (backend) => {
  describe.skipIf(backend.missing)('in GraphQL', () => {
    let app: TestApp;
    let id: string;
    let otherId: string;

    beforeAll(async () => {
      app = await startApp({ backend: await backend.open() });
      id = (await put(app, 'acme/widgets', { name: 'given' })).package.id;
      otherId = (await put(app, 'acme/widgets', { name: 'other' })).package.id;
    });
    afterAll(() => app?.close());

    const set = async (as: Person, input: object) => {
      const { data, errors } = await query(app, as, setting, { input: { packageId: id, ...input } });
      return errors ? errors.map(({ extensions }) => extensions.code) : data.result;
    };

    it('is set and read', async () => {
      await ask(app, 'admin', 'mutation { createTeam(input: { name: "crew" }) { __typename } }');
      const { package: changed } = await set('owner', { inheritsFromNamespace: false, grants: [{ teamName: 'crew', level: 'WRITE' }, { username: 'outsider', level: 'ADMIN' }] });
      expect(changed).toEqual({
        visibility: 'PRIVATE',
        access: { inheritsFromNamespace: false, visibility: null, grants: [{ level: 'ADMIN', user: { username: 'outsider' }, team: null }, { level: 'WRITE', user: null, team: { name: 'crew' } }] },
      });
      expect((await set('owner', { inheritsFromNamespace: true, grants: [] })).package.access).toEqual({ inheritsFromNamespace: true, visibility: null, grants: [] });
      expect(await set('owner', { grants: [{ username: 'no-such', level: 'READ' }] })).toMatchObject({ __typename: 'InvalidInput', field: 'username' });
      expect(await set('owner', { visibility: 'PUBLIC' })).toMatchObject({ __typename: 'InvalidInput', field: 'visibility' });
    });

    it.each<[Person, string]>([['anonymous', 'UNAUTHENTICATED'], ['outsider', 'NOT_FOUND'], ['reader', 'FORBIDDEN'], ['developer', 'FORBIDDEN']])('is not for %s', async (as, code) => {
      expect(await set(as, { grants: [{ username: 'outsider', level: 'READ' }] })).toEqual([code]);
      const { data, errors } = await query(app, as, 'query($id: ID!) { node(id: $id) { ... on Package { name access { inheritsFromNamespace } explainAccess { action } } } }', { id });
      if (code === 'FORBIDDEN') expect([data.node, errors?.map(({ extensions }) => extensions.code)]).toEqual([{ name: 'given', access: null, explainAccess: null }, ['FORBIDDEN', 'FORBIDDEN']]);
      else expect([data.node, errors]).toEqual([null, undefined]);
    });

    it('lets somebody without a role in to that package alone', async () => {
      const document = `query($ids: [ID!]!) {
        nodes(ids: $ids) { id } packages { totalCount nodes { name namespace { path } visibility access { inheritsFromNamespace } viewerRole viewerCan { publish manage } } }
        package(namespace: "acme/widgets", format: NPM, name: "given") { name versions { nodes { version files { name downloadUrl } } } }
        atTop: package(namespace: "", format: NPM, name: "given") { name }
        hidden: package(namespace: "acme/widgets", format: NPM, name: "other") { name }
        packageByPurl(purl: "pkg:npm/given") { name }
        namespace(path: "acme/widgets") { id } above: namespace(path: "acme") { id }
        instance { packages { totalCount } children { totalCount } }
      }`;
      const nothing = {
        nodes: [null, null], packages: { totalCount: 0, nodes: [] }, package: null, atTop: null, hidden: null, packageByPurl: null, namespace: null, above: null,
        instance: { packages: { totalCount: 0 }, children: { totalCount: 0 } },
      };
      expect(await ask(app, 'outsider', document, { ids: [id, otherId] })).toEqual(nothing);
      await set('owner', { grants: [{ username: 'outsider', level: 'ADMIN' }] });
      const seen = await ask(app, 'outsider', document, { ids: [id, otherId] });
      const name = { name: 'given' };
      expect(seen).toEqual({
        ...nothing,
        nodes: [{ id }, null],
        packages: { totalCount: 1, nodes: [{ ...name, namespace: null, visibility: 'PRIVATE', access: { inheritsFromNamespace: true }, viewerRole: 'MAINTAINER', viewerCan: { publish: true, manage: true } }] },
        package: { ...name, versions: { nodes: [{ version: '1.0.0', files: [{ name: '1.0.0.tgz', downloadUrl: expect.any(String) }] }] } },
        atTop: name,
        packageByPurl: name,
        instance: { packages: { totalCount: 1 }, children: { totalCount: 0 } },
      });
      const { downloadUrl } = seen.package.versions.nodes[0].files[0];
      const path = downloadUrl.slice(downloadUrl.indexOf('/api/'));
      expect([(await app.fetch(path, 'outsider')).status, (await app.fetch(path, 'anonymous')).status]).toEqual([200, 401]);
    });

    it('lets them publish it, delete it, and manage its access', async () => {
      await set('owner', { inheritsFromNamespace: false, grants: [{ username: 'outsider', level: 'ADMIN' }] });
      const as = 'outsider';
      const publish = async (name: string) => {
        const { createUpload } = await ask(app, as, 'mutation { createUpload(input: { namespace: "acme/widgets", fileName: "x.tgz" }) { ... on CreateUploadPayload { upload { id url } } } }');
        const { url } = createUpload.upload;
        await app.fetch(url.slice(url.indexOf('/api/')), as, { method: 'PUT', body: new Uint8Array(await npmTarball({ name, version: '2.0.0' })) });
        const document = 'mutation($input: PublishPackageInput!) { publishPackage(input: $input) { __typename ... on PublishPackagePayload { version { id version } } } }';
        const { data, errors } = await query(app, as, document, { input: { namespace: 'acme/widgets', format: 'NPM', uploads: [createUpload.upload.id] } });
        return errors?.map(({ extensions }) => extensions.code) ?? data.publishPackage;
      };
      const { version } = await publish('given');
      expect(version.version).toBe('2.0.0');
      expect(await publish('other')).toEqual(['NOT_FOUND']);
      expect(await publish('brand-new')).toEqual(['NOT_FOUND']);
      expect((await ask(app, as, 'mutation($id: ID!) { deleteVersion(input: { versionId: $id }) { __typename } }', { id: version.id })).deleteVersion.__typename).toBe('DeleteVersionPayload');
      const grants = [{ username: 'outsider', level: 'ADMIN' }, { username: 'reader', level: 'READ' }];
      expect((await set(as, { grants })).package.access.grants).toHaveLength(2);
      await set(as, { grants: [] });
      expect(await set(as, { grants })).toEqual(['NOT_FOUND']);
      expect((await ask(app, as, 'query($id: ID!) { node(id: $id) { id } }', { id })).node).toBeNull();
    });

    it('shuts members out, but for owners', async () => {
      await set('admin', { inheritsFromNamespace: false, grants: [] });
      const document = 'query($id: ID!) { node(id: $id) { id } package(namespace: "acme/widgets", format: NPM, name: "given") { id } namespace(path: "acme/widgets") { packages { totalCount } } }';
      for (const [as, isIn] of [['reader', false], ['developer', false], ['maintainer', false], ['owner', true], ['admin', true]] as const) {
        const seen = isIn ? { id } : null;
        expect([as, await ask(app, as, document, { id })]).toEqual([as, { node: seen, package: seen, namespace: { packages: { totalCount: isIn ? 2 : 1 } } }]);
      }
    });

    it('explains itself', async () => {
      await set('admin', { inheritsFromNamespace: true, grants: [] });
      const document = 'query($id: ID!, $username: String) { node(id: $id) { ... on Package { explainAccess(username: $username) { action allowed reason role roleFrom { path } rules { title } } } } namespace(path: "acme/widgets") { explainAccess(username: $username) { action allowed } } }';
      await ask(app, 'owner', 'mutation($input: CreateProtectionRuleInput!) { createProtectionRule(input: $input) { __typename } }', {
        input: { namespaceId: (await ask(app, 'owner', '{ namespace(path: "acme") { id } }')).namespace.id, target: 'PACKAGE', namePattern: 'given', publishRole: 'OWNER' },
      });
      const { node, namespace } = await ask(app, 'maintainer', document, { id, username: 'developer' });
      expect(node.explainAccess.map(({ action, allowed }: { action: string; allowed: boolean }) => `${action} ${allowed}`)).toEqual(['READ true', 'PUBLISH false', 'DELETE false', 'INSPECT true', 'MANAGE false', 'OWN false']);
      expect(node.explainAccess[1]).toEqual({
        action: 'PUBLISH',
        allowed: false,
        reason: 'given is protected by the rule "given" of "acme": publishing needs the role OWNER. The role DEVELOPER comes from "acme".',
        role: 'DEVELOPER',
        roleFrom: { path: 'acme' },
        rules: [{ title: '"given"' }],
      });
      expect(namespace.explainAccess[1]).toEqual({ action: 'PUBLISH', allowed: true });
      expect((await ask(app, 'maintainer', document, { id })).node.explainAccess[4]).toMatchObject({ action: 'MANAGE', allowed: true, role: 'MAINTAINER' });
    });
  });
});
