import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TestContext } from 'vitest';
import { mavenFormat } from '../../../shims/maven/format.ts';
import type { EndpointSetup } from '../../../src/formats/format.ts';
import type { Person, Registry } from '../../support/app.ts';
import { runCommand } from '../../support/environment/commands.ts';
import { requireClient } from '../../support/environment/requirements.ts';
import { freshFolder } from '../../support/environment/temporary.ts';
import { type ClientResult, type ClientRun, runClient } from '../run-client.ts';
import { codeOf } from '../snippet.ts';

/** Who runs a client, and which endpoint it is set up for. */
export interface ClientSetup {
  /** Whose token is in its environment; `a bad token`: one that was never given out; or any other secret. */
  as: Person | 'a bad token' | { secret: string };
  /** Path of the namespace; '' for the instance. */
  at?: string;
}

/** mvn, gradle or Ivy with a home of its own. */
export interface Client {
  /** The endpoint, without a slash at the end. */
  url: string;
  /** Its user's home; also where it runs, unless told otherwise. */
  home: string;
  /** Runs a program with the person's token in the environment; `<url>` stands for the endpoint in what comes back. */
  run(program: string, args: readonly string[], options?: Partial<ClientRun>): Promise<ClientResult>;
}

/** mvn with settings.xml as the format's own snippet has it. */
export interface Mvn extends Client {
  /** Runs mvn; it finds its plugins in the local repository, and all else at the endpoint alone. What it printed is all in `stdout`. */
  mvn(args: readonly string[], options?: Partial<ClientRun>): Promise<ClientResult>;
  /** The local repository. */
  repository: string;
}

/** The snippets for an endpoint, each by its title; one that is not there throws. */
export function snippetsFor(url: string, name?: string, version?: string): Record<keyof EndpointSetup, (title: string) => string> {
  const setup = mavenFormat.setup({ url, ...(name === undefined ? {} : { package: name }), ...(version === undefined ? {} : { version }) });
  const byTitle = (part: keyof EndpointSetup) => (title: string) => codeOf(setup, part, title);
  return { configure: byTitle('configure'), publish: byTitle('publish'), install: byTitle('install') };
}

/** A home for a client of somebody. */
export async function openClient(app: Registry, { as, at = '' }: ClientSetup): Promise<Client> {
  const home = (await freshFolder()).path;
  const url = `${app.url}/api/packages/${at === '' ? '' : `${at}/`}maven`;
  const secret = typeof as === 'object' ? as.secret : as === 'a bad token' ? 'ept_wrong' : as === 'anonymous' ? undefined : app.secrets[as];
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    // The machine is small, and the programs are short-lived.
    JAVA_TOOL_OPTIONS: `-Duser.home=${home} -XX:TieredStopAtLevel=1 -XX:+UseSerialGC`,
    ...(secret === undefined ? {} : { ENTREPOT_TOKEN: secret }),
  };
  return {
    url,
    home,
    run: async (program, args, options = {}) => {
      const { code, stdout, stderr } = await runClient(program, args, { cwd: home, ...options, env: { ...env, ...options.env } });
      const tidied = (text: string) => text.replaceAll(url, '<url>').replaceAll(/^Picked up JAVA_TOOL_OPTIONS:.*\n/gm, '');
      return { code, stdout: tidied(stdout), stderr: tidied(stderr) };
    },
  };
}

/** The endpoint is all that Maven knows: its own plugins are in the local repository already, and nothing may come from elsewhere. */
const globalSettings = (url: string) => `<settings><mirrors><mirror><id>entrepot</id><mirrorOf>central</mirrorOf><url>${url}</url></mirror></mirrors></settings>\n`;

/** Sets mvn up for somebody; skips the test where it is missing. */
export async function openMvn(context: TestContext, app: Registry, setup: ClientSetup): Promise<Mvn> {
  const program = requireClient(context, 'mvn');
  const tree = requireClient(context, 'maven-tree');
  const client = await openClient(app, setup);
  const repository = join(client.home, 'repository');
  // Links, since nobody writes into the files.
  const linked = await runCommand('cp', ['-rl', join(tree, 'repository'), repository], { timeoutSeconds: 60 });
  if (!linked.ok) await cp(join(tree, 'repository'), repository, { recursive: true });
  await writeFile(join(client.home, 'global.xml'), globalSettings(client.url));
  await writeFile(join(client.home, 'settings.xml'), snippetsFor(client.url).configure('settings.xml (Maven)'));
  const always = ['-B', '-ntp', '-gs', join(client.home, 'global.xml'), '-s', join(client.home, 'settings.xml'), `-Dmaven.repo.local=${repository}`];
  return { ...client, repository, mvn: (args, options) => client.run(program, [...always, ...args], options) };
}

/** Makes a folder with a project: a POM around what is given, and its sources. */
export async function project(folder: string, { pom, sources = {} }: { pom: string; sources?: Record<string, string> }): Promise<string> {
  const properties = '<properties><maven.compiler.source>11</maven.compiler.source><maven.compiler.target>11</maven.compiler.target><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>';
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'pom.xml'), `<project xmlns="http://maven.apache.org/POM/4.0.0">\n<modelVersion>4.0.0</modelVersion>\n${properties}\n${pom}\n</project>\n`);
  for (const [path, text] of Object.entries(sources)) {
    const file = join(folder, 'src/main/java', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return folder;
}

/** The elements that say which version a POM is of. */
export function coordinates(name: string, version: string): string {
  const [group, artifact] = name.split(':');
  return `<groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>`;
}

/** A class with a method that returns a text. */
export function greeter(className: string, text: string): Record<string, string> {
  return { [`acme/${className}.java`]: `package acme;\npublic class ${className} { public static String hello() { return "${text}"; } }\n` };
}

/** A project that depends on a version and prints what its class says. */
export function consumer(client: Client, name: string, version: string, className: string): Parameters<typeof project>[1] {
  const { install } = snippetsFor(client.url, name, version);
  return {
    pom: `${coordinates('com.acme:app', '1.0')}<dependencies>${install('pom.xml')}</dependencies>`,
    sources: { 'acme/App.java': `package acme;\npublic class App { public static void main(String[] arguments) { System.out.println(${className}.hello()); } }\n` },
  };
}

/** Compiles a consumer with mvn and runs it with all that it depends on; what it printed, or mvn's words where that fails. */
export async function buildAndRun(client: Mvn, folder: string, ...args: string[]): Promise<string> {
  const built = await client.mvn(['-q', 'compile', 'dependency:build-classpath', '-Dmdep.outputFile=classpath', ...args], { cwd: folder });
  if (built.code !== 0) return built.stdout;
  const { stdout, stderr } = await client.run('sh', ['-c', 'java -cp "target/classes:$(cat classpath)" acme.App'], { cwd: folder });
  return stdout + stderr;
}
