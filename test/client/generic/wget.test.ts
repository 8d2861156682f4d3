import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, type TestContext } from 'vitest';
import type { Registry } from '../../support/app.ts';
import { findProgram } from '../../support/environment/commands.ts';
import { overBackends } from '../over-backends.ts';
import { type ClientResult, runClient } from '../run-client.ts';
import { openCurl, randomFile } from './curl.ts';

overBackends((registry) => {
  it('downloads after the challenge for its user and password', async (context) => {
    const { bytes, folder, url, run } = await openWget(context, registry());

    const { code, stderr } = await run('--user=developer', `--password=${registry().secrets.developer}`, '-O', 'back.bin', url);
    expect(code).toBe(0);
    expect(stderr).toContain('HTTP request sent, awaiting response... 401 Unauthorized\nAuthentication selected: Basic realm="Entrepot"\n');
    expect(stderr).toContain('HTTP request sent, awaiting response... 200 OK\nLength: 300000 (293K) [application/octet-stream]\n');
    expect((await readFile(join(folder, 'back.bin'))).equals(bytes)).toBe(true);
  });

  it('resumes, and downloads with a header under the name that the server says', async (context) => {
    const { bytes, folder, url, run } = await openWget(context, registry());
    const header = `--header=Authorization: Bearer ${registry().secrets.developer}`;
    await writeFile(join(folder, 'tool.bin'), bytes.subarray(0, 1000));

    const resumed = await run('-c', header, url);
    expect(resumed.stderr).toContain('206 Partial Content\nLength: 300000 (293K), 299000 (292K) remaining [application/octet-stream]\n');
    expect((await readFile(join(folder, 'tool.bin'))).equals(bytes)).toBe(true);
    expect((await run('-c', header, url)).stderr).toContain('The file is already fully retrieved; nothing to do.\n');
    const named = await run('--content-disposition', '-P', 'named', header, `${url}?x=1`);
    expect(named.code).toBe(0);
    expect((await readFile(join(folder, 'named', 'tool.bin'))).equals(bytes)).toBe(true);
  });

  it('is told that it needs a credential', async (context) => {
    const { url, run } = await openWget(context, registry());

    const { code, stderr } = await run('-O', 'back.bin', url);
    expect(code).toBe(6);
    expect(stderr).toContain('401 Unauthorized\n\nUsername/Password Authentication Failed.\n');
  });
});

interface Wget {
  folder: string;
  /** A file of 300,000 bytes, and those bytes. */
  url: string;
  bytes: Buffer;
  run(...args: string[]): Promise<ClientResult>;
}

/** wget in a folder of its own, and a file to download; skips the test where it is missing. */
async function openWget(context: TestContext, app: Registry): Promise<Wget> {
  const program = (await findProgram('wget')) ?? context.skip('skipped, tool wget missing (not on the PATH)');
  const curl = await openCurl(context, app, 'developer', 'acme/widgets');
  const bytes = await randomFile(curl.folder, 'source.bin', 300_000);
  const url = `${curl.url}/for-wget/1.0/tool.bin`;
  await curl.run('-T', 'source.bin', url);
  const env = { PATH: process.env['PATH'] ?? '', HOME: curl.folder, LC_ALL: 'C' };
  return { folder: curl.folder, url, bytes, run: (...args) => runClient(program, args, { cwd: curl.folder, env }) };
}
