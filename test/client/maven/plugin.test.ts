import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mavenLibraries } from '../../support/environment/java-clients.ts';
import { requireClient } from '../../support/environment/requirements.ts';
import { overBackends } from '../over-backends.ts';
import { coordinates, openMvn, project, snippetsFor } from './client.ts';

const mojo = `package acme;
public class Hello extends org.apache.maven.plugin.AbstractMojo {
  public void execute() { getLog().info("hello from the plugin"); }
}
`;
const descriptor = `<plugin><name>Greetings</name><groupId>com.acme.plugins</groupId><artifactId>greetings-maven-plugin</artifactId><version>1.0</version><goalPrefix>greet</goalPrefix>
<mojos><mojo><goal>hello</goal><implementation>acme.Hello</implementation><language>java</language><instantiationStrategy>per-lookup</instantiationStrategy><executionStrategy>once-per-session</executionStrategy><requiresProject>false</requiresProject></mojo></mojos></plugin>`;

overBackends((registry) => {
  it('mvn runs a plugin by a prefix that only this registry tells it', async (context) => {
    const mvn = await openMvn(context, registry(), { as: 'developer', at: 'acme/widgets' });
    // Maven adds this dependency, in a version that nobody has any more, to plugins that do not name it.
    const utils = 'org/codehaus/plexus/plexus-utils';
    const versions = await readdir(join(mvn.repository, utils));
    const there = await Promise.all(versions.map((version) => access(join(mvn.repository, utils, version, `plexus-utils-${version}.jar`)).then(() => version, () => undefined)));
    const dependency = `<dependencies><dependency><groupId>org.codehaus.plexus</groupId><artifactId>plexus-utils</artifactId><version>${there.find((version) => version !== undefined)}</version></dependency></dependencies>`;
    const pom = `${coordinates('com.acme.plugins:greetings-maven-plugin', '1.0')}<packaging>maven-plugin</packaging><name>Greetings</name>${dependency}`;
    const folder = await project(join(mvn.home, 'plugin'), { pom, sources: { 'acme/Hello.java': mojo } });
    await mkdir(join(folder, 'out/META-INF/maven'), { recursive: true });
    await writeFile(join(folder, 'out/META-INF/maven/plugin.xml'), descriptor);
    const libraries = await mavenLibraries(requireClient(context, 'mvn'));
    const compiled = await mvn.run('sh', ['-c', `javac -cp '${libraries}/*' -d out src/main/java/acme/Hello.java && jar cf it.jar -C out .`], { cwd: folder });
    expect(compiled).toMatchObject({ code: 0 });
    const command = snippetsFor(mvn.url, 'com.acme.plugins:greetings-maven-plugin', '1.0').publish('Maven, a file without a project');
    expect(await mvn.mvn([...command.replace('<file>', 'it.jar').split(' ').slice(1), '-DpomFile=pom.xml'], { cwd: folder })).toMatchObject({ code: 0 });

    const reader = await openMvn(context, registry(), { as: 'reader', at: 'acme' });
    const settings = snippetsFor(reader.url).configure('settings.xml (Maven)');
    await writeFile(join(reader.home, 'settings.xml'), settings.replace('<settings>', '<settings><pluginGroups><pluginGroup>com.acme.plugins</pluginGroup></pluginGroups>'));
    expect((await reader.mvn(['-C', 'greet:hello'])).stdout).toContain('[INFO] hello from the plugin');
  });
});
