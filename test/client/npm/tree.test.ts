import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { overBackends } from '../over-backends.ts';
import { runClient } from '../run-client.ts';
import { type Client, openClient } from './client.ts';
import { fetchTree, type TreePackage } from './framework-tree.ts';

/** Serves one request with the framework, asks for it and prints the answer. */
const programs = {
  express: `
    const server = require('express')().get('/hello', (request, response) => response.json({ from: 'express' })).listen(0, async () => {
      console.log(await (await fetch('http://127.0.0.1:' + server.address().port + '/hello')).text());
      server.close();
    });`,
  fastify: `
    const app = require('fastify')();
    app.get('/hello', async () => ({ from: 'fastify' }));
    app.listen({ port: 0 }).then(async (address) => {
      console.log(await (await fetch(address + '/hello')).text());
      await app.close();
    });`,
};

const frameworks = [{ name: 'express', range: '^5.1.0' }, { name: 'fastify', range: '^5.0.0' }] as const;

/** How many clients publish at once. */
const lanes = 3;

/** Each tree is fetched once, for all backends. */
const trees = new Map<string, ReturnType<typeof fetchTree>>();

overBackends((registry) => {
  describe.for(frameworks)('$name with all its dependencies', ({ name, range }) => {
    vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });
    let tree: TreePackage[] | string = 'not fetched';
    beforeAll(async () => {
      const spec = `${name}@${range}`;
      if (!trees.has(spec)) trees.set(spec, fetchTree(spec));
      tree = (await trees.get(spec)) ?? 'not fetched';
    });

    it('is published by npm', async (context) => {
      const packages = typeof tree === 'string' ? context.skip(tree) : tree;
      expect(packages.length).toBeGreaterThan(40);
      // A project of its own, since the frameworks may depend on the same packages.
      await registry().namespace(name, 'PROJECT', 'INTERNAL');
      const npm = await openClient(context, registry(), { as: 'admin', at: name });
      const todo = [...packages];
      const published: string[] = [];
      const lane = async () => {
        for (let next = todo.pop(); next !== undefined; next = todo.pop()) published.push(await publish(npm, next));
      };
      await Promise.all(Array.from({ length: lanes }, lane));
      expect(published.sort()).toEqual(packages.map((entry) => `+ ${entry.name}@${entry.version}\n`).sort());
    });

    it('is installed by npm from this registry alone, and runs', async (context) => {
      const packages = typeof tree === 'string' ? context.skip(tree) : tree;
      const npm = await openClient(context, registry(), { as: 'outsider', at: name });

      expect(await npm.run(['install', `${name}@${range}`])).toEqual({
        code: 0,
        stdout: `\nadded ${packages.length} packages, and audited ${packages.length + 1} packages in <time>\n\nfound 0 vulnerabilities\n`,
        stderr: '',
      });
      const lock = JSON.parse(await readFile(join(npm.project, 'package-lock.json'), 'utf8')) as { packages: Record<string, { resolved?: string }> };
      const elsewhere = Object.entries(lock.packages).filter(([path, { resolved }]) => path !== '' && !resolved?.startsWith(npm.registry));
      expect(elsewhere).toEqual([]);
      expect(await npm.run(['ls', '--all', '--parseable'])).toMatchObject({ code: 0, stderr: '' });
      expect(await runProgram(npm.project, programs[name])).toEqual({ code: 0, stdout: `{"from":"${name}"}\n`, stderr: '' });
    });

    it('is installed by pnpm from this registry alone, and runs', async (context) => {
      const packages = typeof tree === 'string' ? context.skip(tree) : tree;
      const pnpm = await openClient(context, registry(), { as: 'outsider', at: name, client: 'pnpm' });
      await writeFile(join(pnpm.project, 'package.json'), JSON.stringify({ name: 'app', private: true, dependencies: { [name]: range } }));

      const { code, stdout, stderr } = await pnpm.run(['install']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(`Packages: +${packages.length}\n`);
      expect(stdout).not.toMatch(/warn|deprecated/i);
      expect(await runProgram(pnpm.project, programs[name])).toEqual({ code: 0, stdout: `{"from":"${name}"}\n`, stderr: '' });
    });
  });
});

/** Publishes what is on disk as it is; flags come first where a package's own publishConfig says otherwise. */
async function publish(npm: Client, { tarball, tag }: TreePackage): Promise<string> {
  const flags = ['--registry', npm.registry, '--tag', tag, '--ignore-scripts', '--no-provenance', '--access', 'public'];
  const { code, stdout, stderr } = await npm.run(['publish', tarball, ...flags]);
  return code === 0 ? stdout : stderr;
}

function runProgram(cwd: string, program: string) {
  return runClient(process.execPath, ['-e', program], { cwd, env: {}, timeoutSeconds: 60 });
}
