import { createHash } from 'node:crypto';
import { cp, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startApp, type TestApp } from '../../support/app.ts';
import { lastLines, runCommand } from '../../support/environment/commands.ts';
import { requireClient } from '../../support/environment/requirements.ts';
import { freshFolder } from '../../support/environment/temporary.ts';
import type { TestContext } from 'vitest';
import { openPython } from './python.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const framework = 'fastapi[standard]';
/** Published as source distributions as well, and what builds those. */
const sources = ['click', 'idna', 'h11', 'markupsafe'];
const builders = ['flit_core>=3.11,<4', 'setuptools'];

/** Serves one request with the framework and prints the answer. */
const program = `
import threading, time, urllib.request
import uvicorn
from fastapi import FastAPI

app = FastAPI()

@app.get("/hello")
def hello(name: str = "nobody"):
    return {"from": "fastapi", "to": name}

server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
thread = threading.Thread(target=server.run)
thread.start()
while not server.started:
    time.sleep(0.05)
port = server.servers[0].sockets[0].getsockname()[1]
print(urllib.request.urlopen(f"http://127.0.0.1:{port}/hello?name=%C3%A4").read().decode())
server.should_exit = True
thread.join()
`;

/** Fetches wheels of the framework and all that it needs, and some source distributions, from the index that this machine's pip is set up for; the reason where that cannot be reached. */
async function fetchTree(context: TestContext): Promise<string> {
  const pip = requireClient(context, 'pip');
  const { path: folder } = await freshFolder();
  const download = (...args: string[]) => runCommand(pip, ['download', '--quiet', '--disable-pip-version-check', '--retries', '1', '--dest', folder, ...args], { timeoutSeconds: 200, cwd: folder });
  const wheels = await download('--only-binary', ':all:', framework, ...builders);
  if (!wheels.ok) return context.skip(`skipped, ${framework} cannot be fetched: ${lastLines(wheels.output)}`);
  const sdists = await download('--no-deps', '--no-binary', ':all:', ...sources);
  if (!sdists.ok) return context.skip(`skipped, source distributions cannot be fetched: ${lastLines(sdists.output)}`);
  return folder;
}

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app?.close());

it('a web framework with all it needs is published by twine, and installed by pip and uv from here alone', async (context) => {
  const folder = await fetchTree(context);
  const names = (await readdir(folder)).sort();
  expect(names.filter((name) => name.endsWith('.whl')).length).toBeGreaterThan(30);
  expect(names.filter((name) => name.endsWith('.tar.gz')).length).toBe(sources.length);

  const developer = await openPython(context, app, { as: 'developer' });
  await cp(folder, join(developer.folder, 'dist'), { recursive: true });
  const published = await developer.run(developer.snippet('publish', 'twine'));
  expect([published.code, published.stderr]).toEqual([0, '']);

  // All that the public index says of a file is said here.
  const list = await app.fetch('/api/packages/acme/widgets/pypi/simple/', 'reader', { headers: { accept: 'application/vnd.pypi.simple.v1+json' } });
  const { projects } = (await list.json()) as { projects: { name: string }[] };
  const served: string[] = [];
  for (const { name } of projects) {
    const page = await app.fetch(`/api/packages/acme/widgets/pypi/simple/${name}/`, 'reader', { headers: { accept: 'application/vnd.pypi.simple.v1+json' } });
    const { files } = (await page.json()) as { files: { filename: string; url: string; 'core-metadata': { sha256: string } }[] };
    for (const file of files) {
      const metadata = await app.fetch(`${new URL(file.url).pathname}.metadata`, 'reader');
      expect([file.filename, createHash('sha256').update(Buffer.from(await metadata.arrayBuffer())).digest('hex')]).toEqual([file.filename, file['core-metadata'].sha256]);
      served.push(file.filename);
    }
  }
  expect(served.sort()).toEqual(names);

  for (const tool of ['pip', 'uv']) {
    const reader = await openPython(context, app, { as: 'reader', at: 'acme' });
    const installed = await reader.run(reader.snippet('install', tool, { package: framework }));
    expect([tool, installed.code, tool === 'pip' ? installed.stderr : '']).toEqual([tool, 0, '']);
    await writeFile(join(reader.folder, 'program.py'), program);
    expect(await reader.run('"$VIRTUAL_ENV/bin/python" program.py')).toEqual({ code: 0, stdout: '{"from":"fastapi","to":"ä"}', stderr: '' });
    // From source: what builds it comes from here as well.
    const built = await reader.run(`${reader.snippet('install', tool, { package: 'click idna' })} --no-deps --force-reinstall --no-binary click --no-binary idna`);
    expect([tool, built.code, tool === 'pip' ? built.stderr : '']).toEqual([tool, 0, '']);
    expect(await reader.run('"$VIRTUAL_ENV/bin/python" program.py')).toMatchObject({ code: 0, stdout: '{"from":"fastapi","to":"ä"}' });
  }
});
