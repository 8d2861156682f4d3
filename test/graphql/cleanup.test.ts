import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayMs } from '../../src/days.ts';
import { type Person, startApp, type TestApp } from '../support/app.ts';
import { countEverything } from '../support/leftovers.ts';
import { ask, backends, put, query } from './client.ts';

const fields = 'id name isEnabled formats namePattern keepNewest olderThanDays notDownloadedForDays removePattern keepPattern createdBy { displayName } namespace { path } nextRunAt';

describe.each(backends)('cleanup over $name', (backend) => {
  describe.skipIf(backend.missing)('in GraphQL', () => {
    let app: TestApp;
    let namespaceId: string;

    beforeAll(async () => {
      app = await startApp({ backend: await backend.open() });
      for (const version of ['1.0.0-beta.1', '1.0.0-beta.2', '1.0.0', '1.1.0', '2.0.0']) {
        await put(app, 'acme/widgets', { name: 'lib', version });
        app.clock.advance(dayMs);
      }
      namespaceId = (await ask(app, 'admin', '{ namespace(path: "acme") { id } }')).namespace.id;
    });

    afterAll(() => app?.close());

    /** Runs a mutation: its result, or the codes of the errors. */
    async function mutate(as: Person, name: string, input: object, selection: string) {
      const type = name.charAt(0).toUpperCase() + name.slice(1);
      const document = `mutation($input: ${type}Input!) { result: ${name}(input: $input) { __typename ... on ${type}Payload { ${selection} } ... on InvalidInput { field message } } }`;
      const { data, errors } = await query(app, as, document, { input });
      return errors ? errors.map(({ extensions }) => extensions.code) : data.result;
    }
    const make = async (input: object) => (await mutate('maintainer', 'setCleanupPolicy', { namespaceId, ...input }, `policy { ${fields} }`)).policy;

    it('makes, changes and lists policies', async () => {
      const made = await make({ olderThanDays: 30, formats: ['NPM'], namePattern: 'lib*', removePattern: '.*-beta.*' });
      expect(made).toMatchObject({
        name: 'Cleanup',
        isEnabled: true,
        formats: ['NPM'],
        namePattern: 'lib*',
        keepNewest: 1,
        olderThanDays: 30,
        notDownloadedForDays: null,
        removePattern: '.*-beta.*',
        keepPattern: null,
        createdBy: { displayName: 'maintainer' },
        namespace: { path: 'acme' },
        nextRunAt: new Date(app.clock.now() + dayMs).toISOString(),
      });
      const { policy } = await mutate('maintainer', 'setCleanupPolicy', { policyId: made.id, formats: null, name: 'Betas', isEnabled: false }, `policy { ${fields} }`);
      expect(policy).toEqual({ ...made, formats: null, name: 'Betas', isEnabled: false, nextRunAt: null });
      const listed = await ask(app, 'reader', `{ namespace(path: "acme") { cleanupPolicies { ${fields} runs { totalCount nodes { id } } } } }`);
      expect(listed.namespace.cleanupPolicies).toEqual([{ ...policy, runs: { totalCount: 0, nodes: [] } }]);
      expect((await ask(app, 'reader', 'query($id: ID!) { node(id: $id) { __typename ... on CleanupPolicy { name } } }', { id: made.id })).node).toEqual({ __typename: 'CleanupPolicy', name: 'Betas' });
      const gone = await mutate('maintainer', 'deleteCleanupPolicy', { policyId: made.id }, 'deletedPolicyId namespace { cleanupPolicies { id } }');
      expect(gone).toMatchObject({ deletedPolicyId: made.id, namespace: { cleanupPolicies: [] } });
    });

    it.each([
      ['keepNewest', { name: 'nothing' }],
      ['removePattern', { removePattern: '(' }],
      ['namespaceId', { policyId: 'cln_x', olderThanDays: 1 }],
      ['olderThanDays', { olderThanDays: 0 }],
    ])('says that %s is wrong', async (field, input) => {
      expect(await mutate('maintainer', 'setCleanupPolicy', { namespaceId, ...input }, '__typename')).toMatchObject({ __typename: 'InvalidInput', field });
      expect(await mutate('maintainer', 'previewCleanup', { namespaceId, ...input }, '__typename')).toMatchObject({ __typename: 'InvalidInput', field });
    });

    it('tells an invalid pattern with its reason, and a target that is missing', async () => {
      expect((await mutate('maintainer', 'setCleanupPolicy', { namespaceId, removePattern: '(' }, '__typename')).message).toContain('missing closing )');
      expect(await mutate('maintainer', 'setCleanupPolicy', { olderThanDays: 1 }, '__typename')).toMatchObject({ __typename: 'InvalidInput', field: 'policyId' });
      expect(await mutate('maintainer', 'previewCleanup', { namespaceId, olderThanDays: 1, first: 101 }, '__typename')).toMatchObject({ field: 'first' });
      expect(await mutate('maintainer', 'previewCleanup', { namespaceId, olderThanDays: 1, after: 'x' }, '__typename')).toMatchObject({ field: 'after' });
    });

    const previewed = 'examinedPackages removedVersions removedBytes hasNextPage endCursor versions { format packageName version sizeBytes publishedAt why packageVersion { version } }';

    it('previews page by page, and changes nothing', async () => {
      const before = await countEverything(app.core);
      const input = { namespaceId, keepNewest: 2 };
      const all = await mutate('maintainer', 'previewCleanup', input, previewed);
      expect(all).toMatchObject({ examinedPackages: 1, removedVersions: 3, hasNextPage: false });
      expect(all.versions.map(({ version }: { version: string }) => version)).toEqual(['1.0.0-beta.1', '1.0.0-beta.2', '1.0.0']);
      const [first] = all.versions;
      expect(first).toMatchObject({ format: 'NPM', packageName: 'lib', why: 'not among the 2 newest', packageVersion: { version: '1.0.0-beta.1' } });
      expect(all.removedBytes).toBe(all.versions.reduce((sum: number, { sizeBytes }: { sizeBytes: number }) => sum + sizeBytes, 0));
      const page = await mutate('maintainer', 'previewCleanup', { ...input, first: 2 }, previewed);
      expect(page).toEqual({ ...all, versions: all.versions.slice(0, 2), hasNextPage: true, endCursor: page.endCursor });
      const rest = await mutate('maintainer', 'previewCleanup', { ...input, first: 2, after: page.endCursor }, previewed);
      expect(rest).toEqual({ ...all, versions: all.versions.slice(2), hasNextPage: false, endCursor: all.endCursor });
      expect(await countEverything(app.core)).toEqual(before);
    });

    const denials: [Person, string][] = [['anonymous', 'UNAUTHENTICATED'], ['outsider', 'NOT_FOUND'], ['reader', 'FORBIDDEN'], ['developer', 'FORBIDDEN']];

    it.each(denials)('is not for %s', async (as, code) => {
      const { id: policyId } = await make({ olderThanDays: 30, isEnabled: false });
      const before = await countEverything(app.core);
      for (const [name, input] of [
        ['setCleanupPolicy', { namespaceId, olderThanDays: 1 }],
        ['setCleanupPolicy', { policyId, olderThanDays: 1 }],
        ['previewCleanup', { policyId }],
        ['runCleanup', { policyId }],
        ['deleteCleanupPolicy', { policyId }],
      ] as const) {
        expect(await mutate(as, name, input, '__typename')).toEqual([code]);
      }
      expect(await countEverything(app.core)).toEqual(before);
      const seen = await ask(app, as, 'query($id: ID!) { node(id: $id) { id } }', { id: policyId });
      expect(seen.node).toEqual(code === 'FORBIDDEN' ? { id: policyId } : null);
      await mutate('maintainer', 'deleteCleanupPolicy', { policyId }, '__typename');
    });

    it('lists policies to those only who may inspect the namespace, however open it is', async () => {
      await app.namespace('open', 'PROJECT', 'PUBLIC');
      const { data, errors } = await query(app, 'outsider', '{ namespace(path: "open") { path cleanupPolicies { id } } }');
      expect([data.namespace, errors?.map(({ extensions }) => extensions.code)]).toEqual([{ path: 'open', cleanupPolicies: null }, ['FORBIDDEN']]);
    });

    it('runs, and tells how far it is', async () => {
      const { id: policyId } = await make({ removePattern: '.*-beta.*', keepNewest: 0, isEnabled: false });
      const { run } = await mutate('maintainer', 'runCleanup', { policyId }, 'run { id state startedBy { displayName } policy { id } finishedAt }');
      expect(run).toMatchObject({ state: 'RUNNING', startedBy: { displayName: 'maintainer' }, policy: { id: policyId }, finishedAt: null });
      await app.app.cleanup.idle();
      const { node } = await ask(
        app,
        'reader',
        'query($id: ID!) { node(id: $id) { ... on CleanupRun { state examinedPackages removedVersions removedBytes startedAt finishedAt message } } }',
        { id: run.id },
      );
      const at = new Date(app.clock.now()).toISOString();
      expect(node).toMatchObject({ state: 'DONE', examinedPackages: 1, removedVersions: 2, startedAt: at, finishedAt: at, message: null });
      expect((await ask(app, 'outsider', 'query($id: ID!) { node(id: $id) { id } }', { id: run.id })).node).toBeNull();
      const { namespace } = await ask(app, 'reader', '{ namespace(path: "acme") { cleanupPolicies { runs(first: 1) { totalCount nodes { id state } } } package: packages { nodes { versions { nodes { version } } } } } }');
      expect(namespace.cleanupPolicies).toEqual([{ runs: { totalCount: 1, nodes: [{ id: run.id, state: 'DONE' }] } }]);
      expect(namespace.package.nodes[0].versions.nodes.map(({ version }: { version: string }) => version)).toEqual(['2.0.0', '1.1.0', '1.0.0']);
    });
  });
});
