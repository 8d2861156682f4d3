import { createHash } from 'node:crypto';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sinceNow } from '../instants.ts';
import { overBackends } from '../over-backends.ts';
import { openCurl, type Proof, randomFile } from './curl.ts';

const status = ['--write-out', '%{http_code}'];

overBackends((registry) => {
  it.for<{ proof: Proof }>([{ proof: 'basic token' }, { proof: 'password' }, { proof: 'bearer' }, { proof: 'private-token' }])(
    'uploads and downloads with $proof',
    async ({ proof }, context) => {
      const curl = await openCurl(context, registry(), 'developer', 'acme/widgets', proof);
      const bytes = await randomFile(curl.folder, 'tool.bin', 3_000_000);
      const name = `by-${proof.replace(' ', '-')}`;

      const put = await curl.run('-T', 'tool.bin', `${curl.url}/${name}/1.0/linux/tool.bin`);
      expect({ ...put, stdout: JSON.parse(put.stdout) }).toEqual({
        code: 0,
        stdout: { package: name, version: '1.0', file: 'linux/tool.bin', sizeBytes: 3_000_000, ...digestsOf(bytes) },
        stderr: '',
      });
      expect(await curl.run('-o', 'back.bin', ...status, `${curl.url}/${name}/1.0/linux/tool.bin`)).toEqual({ code: 0, stdout: '200', stderr: '' });
      expect((await readFile(join(curl.folder, 'back.bin'))).equals(bytes)).toBe(true);
    },
  );

  it('uploads what it reads from a pipe, and a name that needs encoding', async (context) => {
    const curl = await openCurl(context, registry(), 'developer', 'acme');

    const piped = await curl.run('-T', '-', `${curl.url}/piped/1.0/empty`);
    expect(JSON.parse(piped.stdout)).toMatchObject({ sizeBytes: 0, md5: 'd41d8cd98f00b204e9800998ecf8427e' });
    await writeFile(join(curl.folder, 'notes'), 'hello');
    await curl.run('-T', 'notes', `${curl.url}/piped/1.0/release%20notes%20%C3%BC.txt`);
    const { stdout } = await curl.run('-OJ', '-D', '-', `${curl.url}/piped/1.0/release%20notes%20%C3%BC.txt`);
    expect(stdout).toMatch(/^content-disposition: attachment; filename=".*"; filename\*=UTF-8''release%20notes%20%C3%BC\.txt\r$/im);
  });

  it('resumes a download', async (context) => {
    const curl = await openCurl(context, registry(), 'developer', 'acme/widgets');
    const bytes = await randomFile(curl.folder, 'whole.bin', 300_000);
    const url = `${curl.url}/resumed/1.0/whole.bin`;
    await curl.run('-T', 'whole.bin', url);
    await writeFile(join(curl.folder, 'part.bin'), bytes.subarray(0, 100_000));

    expect(await curl.run('-C', '-', '-o', 'part.bin', ...status, url)).toEqual({ code: 0, stdout: '206', stderr: '' });
    expect((await readFile(join(curl.folder, 'part.bin'))).equals(bytes)).toBe(true);
    expect(await curl.run('-C', '-', '-o', 'part.bin', ...status, url)).toEqual({ code: 0, stdout: '416', stderr: '' });
    expect((await readFile(join(curl.folder, 'part.bin'))).equals(bytes)).toBe(true);
    expect(await curl.run('-r', '-10', '-o', 'end.bin', ...status, url)).toEqual({ code: 0, stdout: '206', stderr: '' });
    expect((await readFile(join(curl.folder, 'end.bin'))).equals(bytes.subarray(-10))).toBe(true);
  });

  it('tells the facts of a file, and answers 304 where it has not changed', async (context) => {
    const curl = await openCurl(context, registry(), 'developer', 'acme/widgets');
    const bytes = await randomFile(curl.folder, 'file.bin', 1000);
    const url = `${curl.url}/facts/1.0/file.bin`;
    const isSinceThen = sinceNow(registry());
    await curl.run('-T', 'file.bin', url);

    const { sha256, md5 } = digestsOf(bytes);
    const head = await curl.run('-I', url);
    expect(head.stdout.toLowerCase().split('\r\n')).toEqual(
      expect.arrayContaining([
        'http/1.1 200 ok',
        `etag: "${sha256}"`,
        'content-length: 1000',
        'content-type: application/octet-stream',
        'x-content-type-options: nosniff',
        'content-disposition: attachment; filename="file.bin"',
        'accept-ranges: bytes',
        `x-checksum-md5: ${md5}`,
        `x-checksum-sha256: ${sha256}`,
      ]),
    );
    expect((await curl.run('--etag-save', 'etag', '-o', 'a.bin', ...status, url)).stdout).toBe('200');
    expect((await curl.run('--etag-compare', 'etag', '-o', 'b.bin', ...status, url)).stdout).toBe('304');
    const then = new Date(/^last-modified: (.*)\r$/im.exec(head.stdout)?.[1] ?? '');
    expect(then).toSatisfy(isSinceThen);
    const before = new Date(then.getTime() - 1000);
    await utimes(join(curl.folder, 'a.bin'), then, then);
    expect((await curl.run('-z', 'a.bin', '-o', 'c.bin', ...status, url)).stdout).toBe('304');
    await utimes(join(curl.folder, 'a.bin'), before, before);
    expect((await curl.run('-z', 'a.bin', '-o', 'c.bin', ...status, url)).stdout).toBe('200');
  });

  it('only creates, or only replaces what is known, when told so', async (context) => {
    const curl = await openCurl(context, registry(), 'developer', 'acme/widgets');
    const first = await randomFile(curl.folder, 'first', 10);
    await randomFile(curl.folder, 'second', 10);
    const url = `${curl.url}/careful/1.0/file.bin`;
    const create = ['-H', 'If-None-Match: *'];

    expect((await curl.run('-T', 'first', ...create, '-o', 'answer', ...status, url)).stdout).toBe('201');
    expect((await curl.run('-T', 'second', ...create, ...status, url)).stdout).toBe('file.bin is already published and may not be replaced.\n412');
    expect((await curl.run('-T', 'second', '-H', `If-Match: "${'0'.repeat(64)}"`, ...status, url)).stdout).toBe('file.bin is not there with that content.\n412');
    expect((await curl.run('-I', url)).stdout).toContain(digestsOf(first).sha256);
    expect((await curl.run('-T', 'second', '-H', `If-Match: "${digestsOf(first).sha256}"`, '-o', 'answer', ...status, url)).stdout).toBe('201');
    expect((await curl.run('-I', url)).stdout).not.toContain(digestsOf(first).sha256);
  });

  it('refuses bytes that are not those announced', async (context) => {
    const curl = await openCurl(context, registry(), 'developer', 'acme/widgets');
    const { sha256, md5 } = digestsOf(await randomFile(curl.folder, 'file.bin', 50_000));
    const url = `${curl.url}/verified/1.0/file.bin`;
    const wrong = 'a'.repeat(64);

    expect(await curl.run('-T', 'file.bin', '-H', `X-Checksum-Sha256: ${wrong}`, ...status, url)).toEqual({
      code: 0,
      stdout: `The sha256 of the upload is ${sha256}, but ${wrong} was announced.\n400`,
      stderr: '',
    });
    expect((await curl.run('-T', 'file.bin', '-H', 'X-Checksum-Md5: abc', ...status, url)).stdout).toBe('X-Checksum-md5 does not hold a md5 digest.\n400');
    expect((await curl.run('--fail', url)).code).toBe(22);
    expect((await curl.run('-T', 'file.bin', '-H', `X-Checksum-Md5: ${md5}`, '-o', 'answer', ...status, url)).stdout).toBe('201');
  });

  it('lists versions and files, below the instance and the group as well', async (context) => {
    const curl = await openCurl(context, registry(), 'developer', 'acme/widgets');
    const bytes = await randomFile(curl.folder, 'file.bin', 5);
    const isSinceThen = sinceNow(registry());
    for (const path of ['1.10/b', '1.9/a/b', '1.9/a.txt']) await curl.run('-T', 'file.bin', `${curl.url}/listed/${path}`);

    const all = JSON.parse((await curl.run(`${curl.url}/listed`)).stdout) as { package: string; versions: { version: string; files: { name: string }[] }[] };
    expect(all.versions.map(({ version, files }) => [version, ...files.map(({ name }) => name)])).toEqual([['1.9', 'a.txt', 'a/b'], ['1.10', 'b']]);
    const group = `${registry().url}/api/packages/acme/generic`;
    expect(JSON.parse((await curl.run(`${group}/listed/1.10`)).stdout)).toEqual({
      package: 'listed',
      version: '1.10',
      publishedAt: expect.toSatisfy(isSinceThen),
      files: [{ name: 'b', url: `${group}/listed/1.10/b`, sizeBytes: 5, ...digestsOf(bytes), uploadedAt: expect.toSatisfy(isSinceThen) }],
    });
    expect((await curl.run('-o', 'back', ...status, `${registry().url}/api/packages/generic/listed/1.10/b`)).stdout).toBe('200');
    expect((await curl.run(`${curl.url}/listed/2.0`)).stdout).toBe('listed has no version 2.0.\n');
    expect((await curl.run(`${curl.url}/unlisted`)).stdout).toBe('unlisted is not in this registry.\n');
  });

  it('deletes a file, a version, a package', async (context) => {
    const developer = await openCurl(context, registry(), 'developer', 'acme/widgets');
    await randomFile(developer.folder, 'file.bin', 5);
    for (const path of ['1.0/a', '1.0/b', '2.0/a', '3.0/a']) await developer.run('-T', 'file.bin', `${developer.url}/deleted/${path}`);
    expect((await developer.run('-X', 'DELETE', ...status, `${developer.url}/deleted/1.0/a`)).stdout).toBe('You need the role MAINTAINER or higher to delete here.\n403');

    const curl = await openCurl(context, registry(), 'maintainer', 'acme/widgets');
    expect((await curl.run('-X', 'DELETE', ...status, `${curl.url}/deleted/1.0/a`)).stdout).toBe('{"deleted":"a"}200');
    expect((await curl.run(...status, `${curl.url}/deleted/1.0/a`)).stdout).toBe('deleted has no file a in this version.\n404');
    expect((await curl.run('-X', 'DELETE', ...status, `${curl.url}/deleted/2.0`)).stdout).toBe('{"deleted":"2.0"}200');
    expect((await curl.run('-X', 'DELETE', ...status, `${curl.url}/deleted`)).stdout).toBe('{"deleted":"deleted"}200');
    expect((await curl.run(...status, `${curl.url}/deleted`)).stdout).toBe('deleted is not in this registry.\n404');
  });

  it.for([
    { as: 'anonymous' as const, says: 'Sign in first: this needs a valid token.\n401' },
    { as: 'outsider' as const, says: 'There is no namespace "acme/widgets", or you may not see it.\n404' },
    { as: 'reader' as const, says: 'You need the role DEVELOPER or higher to publish here.\n403' },
  ])('tells $as in words that it may not upload', async ({ as, says }, context) => {
    const curl = await openCurl(context, registry(), as, 'acme/widgets');
    await randomFile(curl.folder, 'file.bin', 2_000_000);

    expect((await curl.run('-T', 'file.bin', ...status, `${curl.url}/denied/1.0/file.bin`)).stdout).toBe(says);
    const owner = await openCurl(context, registry(), 'owner', 'acme/widgets');
    expect((await owner.run(`${owner.url}/denied`)).stdout).toBe('denied is not in this registry.\n');
  });

  it('tells a wrong credential from none', async (context) => {
    const curl = await openCurl(context, registry(), 'anonymous', 'acme/widgets');

    expect((await curl.run('-u', 'developer:wrong', ...status, `${curl.url}/any`)).stdout).toBe('Wrong user name or password.\n401');
    expect((await curl.run('-H', 'Authorization: Bearer ept_wrong', ...status, `${curl.url}/any`)).stdout).toBe('The token is mistyped or incomplete.\n401');
    expect((await curl.run('-H', 'Authorization: Digest x', ...status, `${curl.url}/any`)).stdout).toBe('The Authorization header must be Bearer or Basic.\n401');
    expect((await curl.run('-D', '-', '-o', 'answer', `${curl.url}/any`)).stdout).toMatch(/^www-authenticate: Basic realm="Entrepot"\r$/im);
  });
});

function digestsOf(bytes: Buffer) {
  const digest = (name: string) => createHash(name).update(bytes).digest('hex');
  return { md5: digest('md5'), sha1: digest('sha1'), sha256: digest('sha256'), sha512: digest('sha512') };
}
