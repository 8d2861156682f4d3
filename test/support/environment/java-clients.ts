import { access, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CommandResult, findProgram, runCommand } from './commands.ts';
import type { CachedTool } from './tools.ts';

/** Debian's package of Ivy has no program, only this, to be run by `java -jar`. */
const ivyJar = '/usr/share/java/ivy.jar';

/** Debian packages of the Java world that are not there yet. */
export async function missingJavaPackages(): Promise<string[]> {
  const packages: string[] = [];
  if ((await findProgram('javac')) === null) packages.push('default-jdk-headless');
  if ((await findProgram('mvn')) === null) packages.push('maven');
  if ((await findProgram('gradle')) === null) packages.push('gradle');
  if ((await findIvy()) === null) packages.push('ivy');
  return packages;
}

/** Ivy's jar, or null. */
export async function findIvy(): Promise<string | null> {
  return access(ivyJar).then(() => ivyJar, () => null);
}

/** A folder with the project whose dependencies are fetched, and a local repository with all that Maven needed to build and deploy it; from wherever this machine's Maven fetches its plugins. */
export const mavenTree: CachedTool = { name: 'maven-tree', version: '1', program: 'tree', install: fillTree };

/** The folder of the libraries that a Maven brings, among them the interfaces of its plugins. Throws where it does not say where it lives. */
export async function mavenLibraries(mvn: string): Promise<string> {
  const { output } = await runCommand(mvn, ['--version'], { timeoutSeconds: 30 });
  const home = /^Maven home: (.*)$/m.exec(output)?.[1];
  if (home === undefined) throw new Error(`no Maven home: ${output}`);
  return join(home, 'lib');
}

/** coursier's command line, as the jars that it is published as; to be run as `java -cp '{jars}/*' coursier.cli.Coursier`. */
export const coursier: CachedTool = {
  name: 'coursier',
  version: '2.1.10',
  program: 'jars',
  async install(folder) {
    const dependency = '<dependency><groupId>io.get-coursier</groupId><artifactId>coursier-cli_2.13</artifactId><version>2.1.10</version></dependency>';
    await writeFile(join(folder, 'pom.xml'), `<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>x</artifactId><version>1</version><dependencies>${dependency}</dependencies></project>`);
    const args = ['-B', '-ntp', `-Dmaven.repo.local=${join(folder, 'repository')}`, 'dependency:copy-dependencies', '-DoutputDirectory=jars'];
    const result = await runCommand('mvn', args, { cwd: folder, timeoutSeconds: 600 });
    await rm(join(folder, 'repository'), { recursive: true, force: true });
    return result;
  },
};

/** A real application: the starter of Spring Boot for servlets brings some forty jars, and POMs that import POMs. */
const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>2.7.18</version><relativePath/></parent>
  <groupId>tree</groupId><artifactId>application</artifactId><version>1.0</version>
  <properties><java.version>11</java.version></properties>
  <dependencies>
    <dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency>
    <dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-data-jpa</artifactId></dependency>
  </dependencies>
</project>
`;

const application = `package tree;
@org.springframework.web.bind.annotation.RestController
public class Application {
  @org.springframework.web.bind.annotation.GetMapping("/") public String hello() { return org.springframework.util.StringUtils.capitalize("hello"); }
}
`;

/** A plain project, built by the plugins that Maven itself brings, with two more that many projects have. */
const plain = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>plain</groupId><artifactId>plain</artifactId><version>1.0</version>
  <properties><maven.compiler.source>11</maven.compiler.source><maven.compiler.target>11</maven.compiler.target></properties>
  <build><plugins><plugin>
    <groupId>org.apache.maven.plugins</groupId><artifactId>maven-source-plugin</artifactId><version>3.3.1</version>
    <executions><execution><goals><goal>jar-no-fork</goal></goals></execution></executions>
  </plugin></plugins></build>
</project>
`;

async function fillTree(folder: string): Promise<CommandResult> {
  const tree = join(folder, 'tree');
  const plainFolder = join(folder, 'plain');
  await mkdir(join(tree, 'src/main/java/tree'), { recursive: true });
  await mkdir(join(plainFolder, 'src/main/java'), { recursive: true });
  await writeFile(join(tree, 'pom.xml'), pom);
  await writeFile(join(tree, 'src/main/java/tree/Application.java'), application);
  await writeFile(join(plainFolder, 'pom.xml'), plain);
  await writeFile(join(plainFolder, 'src/main/java/Plain.java'), 'class Plain {}\n');
  const mvn = (cwd: string, ...args: string[]) => runCommand('mvn', ['-B', '-ntp', `-Dmaven.repo.local=${join(tree, 'repository')}`, ...args], { cwd, timeoutSeconds: 900 });
  const target = `x::default::file://${join(folder, 'deployed')}`;
  const steps: [string, ...string[]][] = [
    [tree, 'compile', 'dependency:build-classpath'],
    [plainFolder, 'deploy', `-DaltDeploymentRepository=${target}`],
    [folder, 'deploy:deploy-file', `-Durl=file://${join(folder, 'deployed')}`, '-DgroupId=plain', '-DartifactId=file', '-Dversion=1.0', `-Dfile=${join(plainFolder, 'target/plain-1.0.jar')}`],
    [folder, 'dependency:get', '-Dartifact=commons-io:commons-io:2.11.0'],
  ];
  for (const [cwd, ...args] of steps) {
    const result = await mvn(cwd, ...args);
    if (!result.ok) return result;
  }
  await rm(join(tree, 'target'), { recursive: true, force: true });
  await rm(join(tree, 'repository', 'plain'), { recursive: true, force: true });
  await forgetOrigins(join(tree, 'repository'));
  return { ok: true, output: '' };
}

/** Removes Maven's notes on where a file came from and what was not there: what is left counts wherever a repository is called otherwise. */
async function forgetOrigins(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (/^_remote\.repositories$|\.lastUpdated$|^resolver-status\.properties$|^maven-metadata-/.test(entry.name)) await rm(join(entry.parentPath, entry.name));
  }
}
