import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { bundlePage } from '../support/bundle-page.ts';
import { lastLines, runCommand } from '../support/environment/commands.ts';
import { freshFolder } from '../support/environment/temporary.ts';
import { examplesOf } from '../support/readme.ts';
import { main, mistakes, program } from './sdk-programs.ts';

const root = join(import.meta.dirname, '../..');
const compiler = join(root, 'node_modules/typescript/bin/tsc');

let app: TestApp;
/** A project of a user's with nothing but this package in its node_modules. */
let project: string;
let installed: string;

beforeAll(async () => {
  [app, project] = await Promise.all([startApp(), freshFolder().then(({ path }) => path)]);
  installed = join(project, 'node_modules/entrepot');
  await mkdir(installed, { recursive: true });
  // npm finds the compiler in the project and its own configuration in an empty home.
  const env = { HOME: project, npm_config_cache: join(project, 'cache'), npm_config_offline: 'true', PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter) };
  await succeed(inject('clients').npm ?? 'npm', ['pack', '--pack-destination', project, '--silent'], root, env);
  const [tarball = ''] = (await readdir(project)).filter((name) => name.endsWith('.tgz'));
  await succeed('tar', ['-xzf', join(project, tarball), '-C', installed, '--strip-components=1'], project);
  const heading = "import { createClient, orThrow, PackageDocument, PackagePublishedDocument } from 'entrepot/sdk';\nconst client = createClient({ url: 'http://localhost' });\nvoid [orThrow, PackageDocument, PackagePublishedDocument];\n";
  await Promise.all([
    write('package.json', JSON.stringify({ name: 'user', type: 'module' })),
    write('program.ts', program),
    write('main.ts', main),
    write('readme.ts', await readmeExamples('ts')),
    write('index.html', await readmeExamples('html')),
    ...Object.values(mistakes).map(([code], index) => write(`mistake-${index}.ts`, `${heading}${code}\n`)),
    write('tsconfig.node.json', config({ module: 'nodenext', lib: ['es2023'], types: ['node'], typeRoots: [join(root, 'node_modules/@types')], outDir: 'out' }, ['main.ts', 'readme.ts'])),
    write('tsconfig.browser.json', config({ module: 'esnext', moduleResolution: 'bundler', lib: ['es2023', 'dom', 'dom.iterable'], types: [], noEmit: true }, ['program.ts'])),
    write('tsconfig.mistakes.json', config({ module: 'nodenext', lib: ['es2023', 'dom'], types: [], noEmit: true }, ['mistake-*.ts'])),
  ]);
}, 120_000);
afterAll(() => app.close());

/** The examples of README's section "SDK" in one language, one after the other. */
async function readmeExamples(language: string): Promise<string> {
  return examplesOf(await readFile(join(installed, 'README.md'), 'utf8'), 'SDK', language).join('\n');
}

function config(compilerOptions: Record<string, unknown>, include: string[]): string {
  const strict = { target: 'es2023', strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false };
  return JSON.stringify({ compilerOptions: { ...strict, ...compilerOptions }, include });
}

function write(name: string, text: string): Promise<void> {
  return writeFile(join(project, name), text);
}

async function succeed(command: string, args: string[], cwd: string, env: Record<string, string> = {}): Promise<string> {
  const { ok, output } = await runCommand(command, args, { cwd, env, timeoutSeconds: 100 });
  if (!ok) throw new Error(`${command} ${args[0]}: ${lastLines(output, 10)}`);
  return output;
}

describe('the packed package', { timeout: 60_000 }, () => {
  it('holds what it exports and nothing of its tests', async () => {
    const files = (await readdir(installed, { recursive: true })).map((path) => path.replaceAll('\\', '/'));
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist/src/main.js', 'dist/schema/sdk/index.js', 'dist/schema/sdk/index.d.ts', 'schema/schema.graphql']));
    expect(files.filter((path) => path.startsWith('test') || path.startsWith('dist/test') || (path.endsWith('.ts') && !path.endsWith('.d.ts')))).toEqual([]);
  });

  it('compiles for Node with the example of the README, and runs there, against a registry, with nothing else installed', async () => {
    await succeed(process.execPath, [compiler, '-p', 'tsconfig.node.json'], project);
    const output = await succeed(process.execPath, ['out/main.js', app.url, app.secrets.developer], project);
    expect(output.trim()).toBe('developer 5 uploads 1.0.0 greeting greeting@1.0.0 ended');
  });

  it('compiles for browsers', async () => {
    await succeed(process.execPath, [compiler, '-p', 'tsconfig.browser.json'], project);
  });

  it('is bundled for browsers with the page of the README, and brings nothing of Node along', async () => {
    const { modules, imports, code } = await bundlePage(project);
    const own = modules.filter((id) => !id.includes('index.html') && !id.includes('vite/')).map((id) => relative(join(installed, 'dist/schema/sdk'), id));
    expect(own).toEqual(expect.arrayContaining(['client.js', 'subscribe.js', 'event-stream.js']));
    expect(own.filter((path) => !/^[\w.-]+\.js$/.test(path))).toEqual([]);
    expect(imports).toEqual([]);
    expect(code.match(/packagePublished\(/)).not.toBeNull();
    expect(code.match(/["'`]node:|browser-external|\brequire\(|\bprocess\b|\bBuffer\b/)).toBeNull();
  });

  it('lets no mistake compile', async () => {
    const { ok, output } = await runCommand(process.execPath, [compiler, '-p', 'tsconfig.mistakes.json', '--pretty', 'false'], { cwd: project, timeoutSeconds: 60 });
    expect(ok).toBe(false);
    const told = Object.keys(mistakes).map((_name, index) => {
      const at = output.indexOf(`mistake-${index}.ts(4,`);
      return at < 0 ? '' : output.slice(at).split(/\n(?=\S)/)[0];
    });
    Object.values(mistakes).forEach(([, error], index) => expect(told[index]).toContain(error));
    expect(output.match(/^\S+: error TS/gm)).toHaveLength(told.length);
  });

  it('brings the command', async () => {
    await symlink(join(root, 'node_modules'), join(installed, 'node_modules'));
    expect(await succeed(process.execPath, [join(installed, 'dist/src/main.js'), '--help'], project)).toMatch(/^Usage: entrepot <command>/);
  });
});
