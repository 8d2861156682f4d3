import type { EndpointSetup, EndpointTarget, Snippet } from '../../src/formats/format.ts';
import { escapeXml } from '../kit/xml-text.ts';
import { realm } from './realm.ts';

/** What the clients call the repository: Maven finds the credential in settings.xml by it. */
const id = 'entrepot';
/** Any name will do beside a token. */
const user = 'token';

/**
 * How Maven, Gradle and Ivy are set up for an endpoint (https://maven.apache.org/settings.html,
 * https://docs.gradle.org/current/userguide/declaring_repositories.html, https://ant.apache.org/ivy/history/2.5.0/settings.html). The token
 * is read from the environment, so that it has to be written into no file; Ivy takes it as a property.
 */
export function setupMaven({ url, package: name = '<group>:<artifact>', version = '<version>' }: EndpointTarget): EndpointSetup {
  const [group = '', artifact = ''] = name.split(':');
  return {
    configure: [token, settingsXml(url), gradleRepositories(url), ivySettings(url)],
    publish: [
      { title: 'pom.xml', language: 'xml', code: distributionManagement(url) },
      { title: 'Maven', language: 'sh', code: 'mvn deploy' },
      { title: 'Maven, a file without a project', language: 'sh', code: deployFile(url, group, artifact, version) },
      { title: 'build.gradle', language: 'groovy', code: `publishing {\n${indented(gradleRepositories(url).code)}}\n` },
      { title: 'Ivy', language: 'sh', code: ivyPublish(version) },
    ],
    install: [
      { title: 'pom.xml', language: 'xml', code: dependency(group, artifact, version) },
      { title: 'Maven', language: 'sh', code: `mvn dependency:get -Dartifact=${group}:${artifact}:${version}` },
      { title: 'build.gradle', language: 'groovy', code: `dependencies {\n  implementation '${group}:${artifact}:${version}'\n}\n` },
      { title: 'coursier', language: 'sh', code: `cs fetch -r ${url} --credentials "${new URL(url).hostname} ${user}:$ENTREPOT_TOKEN" ${group}:${artifact}:${version}` },
      { title: 'ivy.xml', language: 'xml', code: `<dependency org="${escapeXml(group)}" name="${escapeXml(artifact)}" rev="${escapeXml(version)}"/>\n` },
    ],
  };
}

const token: Snippet = { title: 'Token', language: 'sh', code: 'export ENTREPOT_TOKEN=<your token>' };

function settingsXml(url: string): Snippet {
  const repository = (element: string) =>
    `<${element}>\n  <id>${id}</id>\n  <url>${escapeXml(url)}</url>\n  <releases><enabled>true</enabled></releases>\n  <snapshots><enabled>true</enabled></snapshots>\n</${element}>\n`;
  const code = `<settings>
  <servers>
    <server>
      <id>${id}</id>
      <username>${user}</username>
      <password>\${env.ENTREPOT_TOKEN}</password>
    </server>
  </servers>
  <profiles>
    <profile>
      <id>${id}</id>
      <repositories>
${indented(repository('repository'), 8)}      </repositories>
      <pluginRepositories>
${indented(repository('pluginRepository'), 8)}      </pluginRepositories>
    </profile>
  </profiles>
  <activeProfiles>
    <activeProfile>${id}</activeProfile>
  </activeProfiles>
</settings>
`;
  return { title: 'settings.xml (Maven)', language: 'xml', code };
}

function gradleRepositories(url: string): Snippet {
  const code = `repositories {
  maven {
    url '${url}'
    credentials {
      username '${user}'
      password System.getenv('ENTREPOT_TOKEN')
    }
  }
}
`;
  return { title: 'build.gradle', language: 'groovy', code };
}

/** Ivy sends a credential only where host and realm are those that it belongs to. It looks for its own kind of description first, then for POMs. */
function ivySettings(url: string): Snippet {
  const { hostname } = new URL(url);
  const root = escapeXml(url);
  const folder = `${root}/[organisation]/[module]/[revision]`;
  const code = `<ivysettings>
  <settings defaultResolver="${id}-any"/>
  <credentials host="${escapeXml(hostname)}" realm="${realm}" username="${user}" passwd="\${entrepot.token}"/>
  <resolvers>
    <chain name="${id}-any">
      <url name="${id}" m2compatible="true" descriptor="required">
        <ivy pattern="${folder}/ivy-[revision].xml"/>
        <artifact pattern="${folder}/[artifact]-[revision](-[classifier]).[ext]"/>
      </url>
      <ibiblio name="${id}-maven" m2compatible="true" root="${root}/"/>
    </chain>
  </resolvers>
</ivysettings>
`;
  return { title: 'ivysettings.xml', language: 'xml', code };
}

function distributionManagement(url: string): string {
  const repository = (element: string) => `  <${element}>\n    <id>${id}</id>\n    <url>${escapeXml(url)}</url>\n  </${element}>\n`;
  return `<distributionManagement>\n${repository('repository')}${repository('snapshotRepository')}</distributionManagement>\n`;
}

function deployFile(url: string, group: string, artifact: string, version: string): string {
  return `mvn deploy:deploy-file -DrepositoryId=${id} -Durl=${url} -DgroupId=${group} -DartifactId=${artifact} -Dversion=${version} -Dfile=<file>`;
}

function ivyPublish(version: string): string {
  return `java -Dentrepot.token="$ENTREPOT_TOKEN" -jar ivy.jar -settings ivysettings.xml -ivy ivy.xml -publish ${id} -publishpattern "[artifact].[ext]" -revision ${version} -overwrite`;
}

function dependency(group: string, artifact: string, version: string): string {
  return `<dependency>\n  <groupId>${escapeXml(group)}</groupId>\n  <artifactId>${escapeXml(artifact)}</artifactId>\n  <version>${escapeXml(version)}</version>\n</dependency>\n`;
}

function indented(code: string, spaces = 2): string {
  return code.replace(/^(?=.)/gm, ' '.repeat(spaces));
}
