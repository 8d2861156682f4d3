import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { afterEach, expect, it } from 'vitest';
import { createClient, orThrow } from '../../../schema/sdk/index.ts';
import { adminSecret, type ServerProcess, startServer } from '../../fault/server-process.ts';
import { bundlePage } from '../../support/bundle-page.ts';
import { freePort } from '../../support/environment/services.ts';
import { freshFolder } from '../../support/environment/temporary.ts';
import { examplesOf } from '../../support/readme.ts';
import { openClient, publishPackage, type Served } from '../npm/client.ts';
import { openBrowser, servePage, takePicture, troublesOf } from './browser.ts';

const root = join(import.meta.dirname, '../../..');

let server: ServerProcess | undefined;
let browser: BrowserContext | undefined;
afterEach(async () => {
  await browser?.close();
  await server?.kill();
});

/** The page of the README, bundled, with nothing changed in it. */
async function readmePage(): Promise<Map<string, string | Uint8Array>> {
  const { path } = await freshFolder();
  await writeFile(join(path, 'index.html'), examplesOf(await readFile(join(root, 'README.md'), 'utf8'), 'SDK', 'html').join(''));
  return (await bundlePage(path, { 'entrepot/sdk': join(root, 'schema/sdk/index.ts') })).files;
}

it('the page of the README shows a package when `npm publish` runs, and the next one after a restart of the server', { timeout: 120_000 }, async (context) => {
  const port = await freePort();
  const env = { PORT: String(port), DATA_DIR: (await freshFolder()).path };
  // Where the README has its server, there is this one.
  browser = await openBrowser(context, { 'localhost:4000': `127.0.0.1:${port}` });
  server = await startServer(env);
  const admin = createClient({ url: server.url, token: adminSecret });
  orThrow(await admin.createGroup({ slug: 'acme' }));
  orThrow(await admin.createProject({ parent: 'acme', slug: 'widgets', visibility: 'PRIVATE' }));
  const npm = await openClient(context, { url: server.url, secrets: { admin: adminSecret } as Served['secrets'] }, { as: 'admin', at: 'acme/widgets' });

  const { url, close } = await servePage(await readmePage());
  await browser.addInitScript(`sessionStorage.token = ${JSON.stringify(adminSecret)}`);
  const page = await browser.newPage();
  const troubles = troublesOf(page);
  let loads = 0;
  page.on('load', () => (loads += 1));
  const following = page.waitForResponse((response) => response.url().endsWith('/graphql') && response.request().method() === 'POST');
  await page.goto(url);
  expect((await following).headers()['content-type']).toContain('text/event-stream');
  const rows = page.locator('#packages li');
  expect(await rows.count()).toBe(0);

  await publishPackage(npm, { name: '@acme/live', version: '1.0.0' });
  await rows.getByText('@acme/live 1.0.0').waitFor();
  expect(troubles).toEqual([]);

  expect(await server.stop()).toBe(0);
  server = await startServer(env);
  await publishPackage(npm, { name: '@acme/after-restart', version: '2.0.0' });
  await page.getByText('@acme/after-restart 2.0.0').waitFor();
  expect(await rows.allTextContents()).toEqual(['@acme/after-restart 2.0.0', '@acme/live 1.0.0']);
  expect(loads).toBe(1);
  await takePicture(page, 'live-page');
  close();
});
