import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import type { TestContext } from 'vitest';
import { requireClient } from '../../support/environment/requirements.ts';
import { freshFolder } from '../../support/environment/temporary.ts';

/** Chromium has no sandbox of its own for root, and needs to phone nobody. */
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Opens Chromium without a window and with nothing remembered. Skips the test where it is missing. `hosts`: what is to be found where, `host:port` each. */
export async function openBrowser(context: TestContext, hosts: Record<string, string> = {}): Promise<BrowserContext> {
  const executablePath = requireClient(context, 'chromium');
  const rules = Object.entries(hosts).map(([host, place]) => `MAP ${host} ${place}`);
  const args = [...flags, ...(rules.length > 0 ? [`--host-resolver-rules=${rules.join(', ')}`] : [])];
  return chromium.launchPersistentContext((await freshFolder()).path, { executablePath, args, headless: true, viewport: { width: 900, height: 600 } });
}

/** What went wrong in a page, as its console and the browser tell it. */
export function troublesOf(page: Page): string[] {
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => message.type() === 'error' && troubles.push(`${message.text()} ${message.location().url}`));
  return troubles;
}

/** Takes a picture of a page for people to look at, where they say into which folder: `SCREENSHOTS=/tmp/pictures npm test -- test/client/browser`. */
export async function takePicture(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
}

/** Serves a page's files from an origin of their own. */
export async function servePage(files: Map<string, string | Uint8Array>): Promise<{ url: string; close(): void }> {
  const types: Record<string, string> = { html: 'text/html', js: 'text/javascript' };
  const server = createServer((request, response) => {
    const path = request.url === '/' ? 'index.html' : (request.url ?? '').slice(1);
    const file = files.get(path);
    // Browsers ask for an icon, too, and would complain that there is none.
    response.writeHead(file === undefined ? 204 : 200, { 'content-type': types[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream' });
    response.end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
