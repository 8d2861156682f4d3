import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { put } from '../../graphql/client.ts';
import { startApp, type TestApp } from '../../support/app.ts';
import { openBrowser, takePicture, troublesOf } from './browser.ts';

let app: TestApp;
let browser: BrowserContext | undefined;
beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => {
  await browser?.close();
  await app.close();
});

it('GraphiQL follows a subscription with the token that it is given, and asks nobody but this server', { timeout: 60_000 }, async (context) => {
  browser = await openBrowser(context);
  const page = await browser.newPage();
  const troubles = troublesOf(page);
  const asked = new Set<string>();
  page.on('request', (request) => asked.add(new URL(request.url().replace(/^blob:/, '')).origin));
  const query = 'subscription { packagePublished(namespace: "acme") { packageName } }';
  await page.goto(`${app.url}/graphql?query=${encodeURIComponent(query)}`);
  await page.getByRole('button', { name: 'Headers' }).click();
  await page.locator('.graphiql-editor-tool .graphiql-editor:visible').click();
  await page.keyboard.insertText(JSON.stringify({ authorization: `Bearer ${app.secrets.reader}` }));

  await page.getByRole('button', { name: 'Execute query' }).click();
  await expect.poll(() => app.core.events.followers).toBe(1);
  for (const name of ['first', 'second']) {
    await put(app, 'acme/widgets', { name });
    await page.locator('.result-window').getByText(`"${name}"`).waitFor();
  }
  await takePicture(page, 'graphiql');
  await page.getByRole('button', { name: 'Stop query' }).click();
  await expect.poll(() => app.core.events.followers).toBe(0);
  expect(troubles).toEqual([]);
  expect([...asked]).toEqual([app.url]);
});
