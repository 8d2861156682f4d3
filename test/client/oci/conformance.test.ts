import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { insertMember } from '../../../src/access/members.ts';
import { userOf } from '../../support/app.ts';
import { overBackends } from '../over-backends.ts';
import { openImageClient } from './client.ts';

/*
 * The conformance suite of the specification (https://github.com/opencontainers/distribution-spec/tree/main/conformance): pull, push, content discovery and
 * content management, and what its next version will have. Nothing may fail, nothing may be skipped; only manifests of which parts were never pushed are refused here, as
 * the specification lets a registry do.
 */
overBackends(
  (registry) => {
    it('of version 1.1, with what its next version has, passes with nothing skipped', async (context) => {
      const { folder, host, shell } = await openImageClient(context, registry(), 'oci-conformance');
      const env = {
        OCI_REGISTRY: host,
        OCI_TLS: 'disabled',
        OCI_REPO1: 'conformance/one',
        OCI_REPO2: 'conformance/two',
        OCI_USERNAME: 'admin',
        OCI_PASSWORD: registry().secrets.owner,
        OCI_VERSION: '1.1',
        OCI_API_BLOBS_DIGEST_HEADER: 'true',
        OCI_API_BLOBS_UPLOAD_CANCEL: 'true',
        OCI_API_MANIFESTS_DIGEST_HEADER: 'true',
        OCI_API_MANIFESTS_TAG_PARAM: 'true',
        OCI_RESULTS_DIR: join(folder, 'results'),
      };
      const { stdout, stderr } = await shell('conformance', env);
      const junit = await readFile(join(folder, 'results', 'junit.xml'), 'utf8');
      const [, tests = '0'] = /<testsuites[^>]* tests="(\d+)"/.exec(junit) ?? [];
      const notPassed = [...junit.matchAll(/<testcase name="([^"]+)"[^>]*status="(?!passed)([^"]+)"/g)].map(([, name, status]) => `${name}: ${status}`);
      expect({ notPassed, result: /OCI Conformance Result: (\w+)/.exec(stdout)?.[1], stderr }).toEqual({ notPassed: [], result: 'Pass', stderr: '' });
      expect(Number(tests)).toBeGreaterThan(900);
    });
  },
  async (registry) => {
    // Open, so that a blob may be mounted from wherever it is.
    const namespace = await registry.namespace('conformance', 'PROJECT', 'PUBLIC');
    await insertMember(registry.core, (await userOf(registry.core, 'owner'))?.id ?? '', namespace.id, 'OWNER');
  },
);
