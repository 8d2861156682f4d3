import { randomBytes } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ask } from '../../graphql/client.ts';
import { insertMember } from '../../../src/access/members.ts';
import { userOf } from '../../support/app.ts';
import { imageOf, putImage } from '../../support/oci-image.ts';
import { overBackends } from '../over-backends.ts';
import { openImageClient } from './client.ts';
import { snippetsOf } from './snippets.ts';
import { getNamespace } from '../../../src/namespaces/repository.ts';

const ok = { code: 0 };

overBackends(
  (registry) => {
    const base = async (name: string): Promise<string> => {
      const { core } = registry();
      const [{ id }] = await core.database.reads.query("SELECT id FROM namespace WHERE path = 'acme/widgets'");
      const { version } = await putImage(core, await registry().actor('admin'), await getNamespace(core.database.reads, id), name, imageOf({ layers: [randomBytes(1000).toString('hex')] }), ['1.0']);
      return version.version;
    };

    it('oras pushes files, attaches to an image, discovers, pulls and deletes, by the snippets', async (context) => {
      const client = await openImageClient(context, registry(), 'oras');
      const digest = await base('signed');
      await writeFile(join(client.folder, 'notes.txt'), 'some notes');
      await writeFile(join(client.folder, 'sbom.json'), '{"spdxVersion":"SPDX-2.3"}');
      const { configure, publish, install } = await snippetsOf(registry(), 'acme/widgets', 'ORAS', { image: 'notes', tag: '1', file: 'notes.txt:text/plain' });
      expect(await client.shell(`TOKEN=${registry().secrets.developer}\n${configure}\n${publish}`)).toMatchObject({ code: 0, stdout: expect.stringContaining('Pushed [registry]') });
      await writeFile(join(client.folder, 'notes.txt'), 'changed here');
      expect(await client.shell(install)).toMatchObject(ok);
      expect(await readFile(join(client.folder, 'notes.txt'), 'utf8')).toBe('some notes');

      expect(await client.run('attach', '--plain-http', '$HOST/acme/widgets/signed:1.0', '--artifact-type', 'application/spdx+json', 'sbom.json')).toMatchObject(ok);
      const discovered = await client.run('discover', '--plain-http', '--format', 'json', '$HOST/acme/widgets/signed:1.0');
      expect(JSON.parse(discovered.stdout)).toMatchObject({ manifests: [{ artifactType: 'application/spdx+json' }] });
      const seen = await ask(registry(), 'reader', `{ namespace(path: "acme/widgets") { package(format: OCI, name: "signed") { latestVersion { version metadata { ... on OciMetadata { referrers { metadata { ... on OciMetadata { kind artifactType subject { digest version { version } } } } } } } } } } }`);
      expect(seen.namespace.package.latestVersion).toEqual({
        version: digest,
        metadata: { referrers: [{ metadata: { kind: 'SBOM', artifactType: 'application/spdx+json', subject: { digest, version: { version: digest } } } }] },
      });
      expect(await client.run('repo', 'tags', '--plain-http', '$HOST/acme/widgets/notes')).toMatchObject({ code: 0, stdout: '1\n' });
      expect((await client.run('repo', 'ls', '--plain-http', '$HOST')).stdout.split('\n')).toEqual(expect.arrayContaining(['acme/widgets/notes', 'acme/widgets/signed']));
      const denied = await client.run('manifest', 'delete', '--plain-http', '-f', '$HOST/acme/widgets/notes:1');
      expect(denied).toMatchObject({ code: 1, stderr: expect.stringContaining('You need the role MAINTAINER or higher to delete here.') });
    });

    it('crane appends, mutates, tags, lists, copies with mounts and deletes, by the snippets', async (context) => {
      const client = await openImageClient(context, registry(), 'crane');
      await base('cranes');
      await writeFile(join(client.folder, 'new.txt'), 'new');
      expect(await client.shell('tar -czf layer.tgz new.txt')).toMatchObject(ok);
      const { configure, publish, install } = await snippetsOf(registry(), 'acme/widgets', 'crane', { image: 'cranes', tag: '2.0', 'image.tar': 'image.tar' });
      expect(await client.shell(`TOKEN=${registry().secrets.maintainer}\n${configure}`)).toMatchObject(ok);
      expect(await client.run('append', '-f', 'layer.tgz', '-t', '$HOST/acme/widgets/cranes:appended')).toMatchObject(ok);
      expect(await client.run('mutate', '$HOST/acme/widgets/cranes:appended', '--label', 'team=blue', '-t', '$HOST/acme/widgets/cranes:mutated')).toMatchObject(ok);
      expect(await client.run('tag', '$HOST/acme/widgets/cranes:mutated', 'stable')).toMatchObject(ok);
      expect(await client.run('pull', '--insecure', '$HOST/acme/widgets/cranes:mutated', 'image.tar')).toMatchObject(ok);
      expect(await client.shell(publish)).toMatchObject(ok);
      // What is there already would prove nothing.
      await rm(join(client.folder, 'image.tar'));
      expect(await client.shell(install)).toMatchObject(ok);
      expect((await stat(join(client.folder, 'image.tar'))).size).toBeGreaterThan(0);
      expect((await client.run('ls', '$HOST/acme/widgets/cranes')).stdout.trim().split('\n')).toEqual(['1.0', '2.0', 'appended', 'mutated', 'stable']);
      const copied = await client.run('copy', '$HOST/acme/widgets/cranes:stable', '$HOST/acme/copies:1');
      expect(copied).toMatchObject({ code: 0, stderr: expect.stringContaining('mounted blob') });
      expect((await client.run('catalog', '$HOST')).stdout.split('\n')).toContain('acme/copies');
      expect(await client.run('delete', '$HOST/acme/widgets/cranes:stable')).toMatchObject(ok);
      const digest = (await client.run('digest', '$HOST/acme/widgets/cranes:appended')).stdout.trim();
      expect(await client.run('delete', `$HOST/acme/widgets/cranes@${digest}`)).toMatchObject(ok);
      expect((await client.run('ls', '$HOST/acme/widgets/cranes')).stdout.trim().split('\n')).toEqual(['1.0', '2.0', 'mutated']);
      expect(await client.run('manifest', '$HOST/acme/widgets/cranes:appended')).toMatchObject({ code: 1, stderr: expect.stringContaining('MANIFEST_UNKNOWN') });
    });

    it('helm pushes and pulls a chart, by the snippets', async (context) => {
      const client = await openImageClient(context, registry(), 'helm');
      expect(await client.run('create', 'mychart')).toMatchObject(ok);
      expect(await client.run('package', 'mychart')).toMatchObject(ok);
      const { configure, publish, install } = await snippetsOf(registry(), 'acme/widgets', 'Helm', { 'chart.tgz': 'mychart-0.1.0.tgz', image: 'mychart', tag: '0.1.0' });
      const packed = await readFile(join(client.folder, 'mychart-0.1.0.tgz'));
      const pushed = await client.shell(`TOKEN=${registry().secrets.developer}\n${configure}\n${publish}\nrm mychart-0.1.0.tgz\n${install}`);
      expect(pushed).toMatchObject(ok);
      expect((await readFile(join(client.folder, 'mychart-0.1.0.tgz'))).equals(packed)).toBe(true);
      const shown = await ask(registry(), 'reader', `{ namespace(path: "acme/widgets") { package(format: OCI, name: "mychart") { description latestVersion { tags metadata { ... on OciMetadata { kind chart { name version appVersion type } } } } } } }`);
      expect(shown.namespace.package).toEqual({
        description: 'A Helm chart for Kubernetes',
        latestVersion: { tags: ['0.1.0'], metadata: { kind: 'HELM_CHART', chart: { name: 'mychart', version: '0.1.0', appVersion: '1.16.0', type: 'application' } } },
      });
    });

    it('regctl copies an image with what refers to it, and removes a tag', async (context) => {
      const client = await openImageClient(context, registry(), 'regctl');
      const digest = await base('reg');
      const { core } = registry();
      const [{ id }] = await core.database.reads.query("SELECT id FROM namespace WHERE path = 'acme/widgets'");
      const about = { artifactType: 'application/vnd.dev.cosign.artifact.sig.v1+json', subject: { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 1 } };
      await putImage(core, await registry().actor('admin'), await getNamespace(core.database.reads, id), 'reg', imageOf({ layers: ['signature'], fields: about }));
      const plain = ['--verbosity', 'error'];
      expect(await client.run('registry', 'set', '--tls', 'disabled', '$HOST', ...plain)).toMatchObject(ok);
      expect(await client.shell(`echo ${registry().secrets.developer} | regctl registry login ${client.host} -u token --pass-stdin`)).toMatchObject(ok);
      expect(await client.run('image', 'copy', '--referrers', '$HOST/acme/widgets/reg:1.0', '$HOST/acme/regs:1', ...plain)).toMatchObject(ok);
      expect((await client.run('artifact', 'list', '$HOST/acme/regs:1', ...plain)).stdout).toContain('application/vnd.dev.cosign.artifact.sig.v1+json');
      expect(await client.run('tag', 'delete', '$HOST/acme/regs:1', ...plain)).toMatchObject(ok);
      expect((await client.run('tag', 'ls', '$HOST/acme/regs', ...plain)).stdout.trim()).toBe('');
    });

    it('what is private is told to nobody, and what is wrong in words', async (context) => {
      const client = await openImageClient(context, registry(), 'crane');
      await base('secret');
      const nobody = await client.run('manifest', '$HOST/acme/widgets/secret:1.0');
      expect(nobody).toMatchObject({ code: 1, stderr: expect.stringMatching(/UNAUTHORIZED/) });
      const login = (secret: string) => client.shell(`echo ${secret} | crane auth login ${client.host} -u token --password-stdin`);
      await login('wrong');
      expect(await client.run('manifest', '$HOST/acme/widgets/secret:1.0')).toMatchObject({ code: 1, stderr: expect.stringContaining('Wrong user name or password.') });
      await login(registry().secrets.outsider);
      expect(await client.run('manifest', '$HOST/acme/widgets/secret:1.0')).toMatchObject({ code: 1, stderr: expect.stringContaining('NAME_UNKNOWN') });
      await login(registry().secrets.reader);
      expect(await client.run('manifest', '$HOST/acme/widgets/secret:1.0')).toMatchObject(ok);
      const push = await client.run('tag', '$HOST/acme/widgets/secret:1.0', '2.0');
      expect(push).toMatchObject({ code: 1, stderr: expect.stringContaining('You need the role DEVELOPER or higher to publish here.') });
      // Open to all, it needs no sign-in.
      await client.run('auth', 'logout', '$HOST');
      expect(await client.run('ls', '$HOST/open/image')).toMatchObject({ code: 0, stdout: '1.0\n' });
    });
  },
  async (registry) => {
    const open = await registry.namespace('open', 'PROJECT', 'PUBLIC');
    await insertMember(registry.core, (await userOf(registry.core, 'developer'))?.id ?? '', open.id, 'DEVELOPER');
    await putImage(registry.core, await registry.actor('admin'), open, 'image', imageOf(), ['1.0']);
  },
);
