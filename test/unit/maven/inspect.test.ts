import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mavenFormat } from '../../../shims/maven/format.ts';
import { EntrepotError } from '../../../src/errors.ts';
import type { PublishTarget } from '../../../src/formats/format.ts';
import { uploadedBytes } from '../../support/uploaded.ts';

const inspect = (fileName: string, content: string | Buffer = 'x', target: PublishTarget = { name: 'com.acme:lib', version: '1.0' }) => mavenFormat.inspect(uploadedBytes(Buffer.from(content as string), fileName), target);
const pom = (content: string) => inspect('lib-1.0.pom', `<project xmlns="http://maven.apache.org/POM/4.0.0">${content}</project>`);
const refusal = (work: Promise<unknown>): Promise<string> => work.then(() => 'nothing', (error) => `${error.constructor.name}: ${error.message}`);

describe('a POM', () => {
  it('describes its version', async () => {
    const { version, file, describes } = await pom(`
      <parent><groupId>com.acme</groupId><artifactId>parent</artifactId><version>7</version><relativePath/></parent>
      <artifactId>lib</artifactId><version>1.0</version><packaging>bundle</packaging>
      <name>Lib of \${organisation}</name><description>Does
        things</description><url>https://lib.example/\${project.artifactId}</url><inceptionYear>2019</inceptionYear>
      <organization><name>Acme</name><url>https://acme.example/</url></organization>
      <licenses><license><name>Apache-2.0</name></license><license><name>The Acme License</name></license><license><url>https://l.example/</url></license></licenses>
      <developers><developer><name>J&oslash;rgen</name><email>j@acme.example</email></developer><developer><id>eve</id></developer><developer/></developers>
      <scm><connection>scm:git:https://git.example/lib.git</connection><tag>v\${version}</tag></scm>
      <issueManagement><system>GitHub</system><url>https://issues.example/</url></issueManagement>
      <ciManagement><system>Jenkins</system></ciManagement>
      <prerequisites><maven>3.0</maven></prerequisites>
      <modules><module>a</module><module>b</module></modules>
      <properties><organisation>Acme</organisation><guava>31.1-jre</guava><guava.version>\${guava}</guava.version></properties>
      <dependencies>
        <dependency><groupId>com.google.guava</groupId><artifactId>guava</artifactId><version>\${guava.version}</version></dependency>
        <dependency><groupId>\${project.groupId}</groupId><artifactId>other</artifactId><version>\${project.parent.version}</version><scope>test</scope></dependency>
        <dependency><groupId>com.acme</groupId><artifactId>managed</artifactId><scope>provided</scope><optional>true</optional></dependency>
        <dependency><groupId>com.acme</groupId><artifactId>unknown</artifactId><version>\${from.the.parent}</version><scope>runtime</scope></dependency>
        <dependency><artifactId>nameless</artifactId></dependency>
      </dependencies>
      <dependencyManagement><dependencies>
        <dependency><groupId>com.acme</groupId><artifactId>bom</artifactId><version>3</version><type>pom</type><scope>import</scope></dependency>
        <dependency><groupId>com.acme</groupId><artifactId>for-others</artifactId><version>3</version></dependency>
      </dependencies></dependencyManagement>
      <distributionManagement><relocation><artifactId>lib-new</artifactId><message>Moved</message></relocation></distributionManagement>`);
    expect(describes).toBe(true);
    expect(file).toEqual({ name: 'lib-1.0.pom', contentType: 'text/xml', attributes: { extension: 'pom' } });
    expect(version).toEqual({
      name: 'com.acme:lib',
      version: '1.0',
      description: 'Does\n        things',
      licenses: ['Apache-2.0', 'The Acme License', 'https://l.example/'],
      homepage: 'https://lib.example/lib',
      repositoryUrl: 'https://git.example/lib.git',
      authors: ['Jørgen', 'eve'],
      dependencies: [
        { kind: 'compile', name: 'com.google.guava:guava', requirement: '31.1-jre' },
        { kind: 'test', name: 'com.acme:other', requirement: '7' },
        { kind: 'provided', name: 'com.acme:managed', requirement: '' },
        { kind: 'runtime', name: 'com.acme:unknown', requirement: '${from.the.parent}' },
        { kind: 'import', name: 'com.acme:bom', requirement: '3' },
      ],
      metadata: {
        packaging: 'bundle',
        name: 'Lib of Acme',
        parent: { groupId: 'com.acme', artifactId: 'parent', version: '7' },
        inceptionYear: '2019',
        organization: { name: 'Acme', url: 'https://acme.example/' },
        scm: { connection: 'scm:git:https://git.example/lib.git', tag: 'v1.0' },
        issueManagement: { system: 'GitHub', url: 'https://issues.example/' },
        ciManagement: { system: 'Jenkins' },
        relocation: { artifactId: 'lib-new', message: 'Moved' },
        prerequisite: '3.0',
        modules: ['a', 'b'],
        optionalDependencies: ['com.acme:managed'],
      },
    });
  });

  it('that is almost empty says little', async () => {
    const { version } = await pom('');
    expect(version).toEqual({ name: 'com.acme:lib', version: '1.0', licenses: [], authors: [], dependencies: [], metadata: { packaging: 'jar' } });
  });

  it('says itself which version it is, with group and version of its parent', async () => {
    const parent = '<parent><groupId>com.acme</groupId><artifactId>parent</artifactId><version>7</version></parent>';
    const alone = (content: string, fileName = 'x.pom') => inspect(fileName, `<project>${content}</project>`, {});
    expect((await alone(`${parent}<artifactId>x</artifactId>`)).version).toMatchObject({ name: 'com.acme:x', version: '7' });
    expect((await alone('<groupId>g</groupId><artifactId>x</artifactId><version>${v}.1</version><properties><v>2</v></properties>')).version).toMatchObject({ name: 'g:x', version: '2.1' });
    expect(await refusal(alone('<artifactId>x</artifactId><version>1</version>'))).toContain('InvalidInput: The file does not say which package it belongs to');
    expect(await refusal(alone('<groupId>g</groupId><artifactId>x</artifactId>'))).toContain('InvalidInput: The file does not say which version it belongs to');
    expect(await refusal(alone('<groupId>g</groupId><artifactId>x</artifactId><version>${revision}</version>'))).toContain('InvalidPackage: The POM calls its version ${revision}, which only Maven can resolve');
    expect(await refusal(alone('<groupId>g${x}</groupId><artifactId>x</artifactId><version>1</version>'))).toContain('InvalidPackage: The POM calls itself g${x}:x');
    expect(await refusal(alone('<groupId>g/h</groupId><artifactId>x</artifactId><version>1</version>'))).toContain('InvalidName');
  });

  it('is of the version whose place it is in, whatever it calls itself', async () => {
    expect((await pom('<groupId>${g}</groupId><artifactId>other</artifactId><version>${revision}</version>')).version).toMatchObject({ name: 'com.acme:lib', version: '1.0' });
  });

  it('whose properties go round or blow up keeps them as they are', async () => {
    const bomb = Array.from({ length: 30 }, (_, level) => `<p${level + 1}>${`\${p${level}}`.repeat(10)}</p${level + 1}>`).join('');
    const { version } = await pom(`<properties><a>\${b}</a><b>\${a}</b><p0>boom</p0>${bomb}</properties><name>\${p30}</name><url>\${a}</url><description>\${a\${b}}</description>`);
    expect(version).toMatchObject({ metadata: { name: '${p30}' }, description: expect.stringContaining('${') });
    expect(version.homepage).toMatch(/^\$\{[ab]\}$/);
  });

  it('gives the prefix of a plugin', async () => {
    const plugin = (configuration: string) => pom(`<packaging>maven-plugin</packaging><build><plugins><plugin><artifactId>maven-plugin-plugin</artifactId>${configuration}</plugin></plugins></build>`);
    expect((await plugin('<configuration><goalPrefix>hi</goalPrefix></configuration>')).version.metadata).toEqual({ packaging: 'maven-plugin', goalPrefix: 'hi' });
    expect((await plugin('<executions><execution><configuration><goalPrefix>ho</goalPrefix></configuration></execution></executions>')).version.metadata).toMatchObject({ goalPrefix: 'ho' });
    expect((await plugin('')).version.metadata).toEqual({ packaging: 'maven-plugin' });
  });

  it.for([
    ['<html/>', 'InvalidPackage: The POM is no POM: its root is <html>, not <project>.'],
    ['<project>', 'InvalidPackage: The POM is not well-formed XML'],
    ['<!DOCTYPE project [<!ENTITY a "b">]><project>&a;</project>', 'InvalidPackage: The POM has a document type declaration'],
    ['', 'InvalidPackage: The POM is not well-formed XML'],
    [`<project><dependencies>${'<dependency/>'.repeat(5001)}</dependencies></project>`, 'InvalidPackage: The POM has 5001 dependencies; at most 5000 are taken.'],
    [`<project>${'<a>'.repeat(200)}`, 'InvalidPackage: The POM has more than 100 elements within each other.'],
    [`<project>${' '.repeat(5_000_000)}</project>`, 'InvalidPackage: The POM has 5000019 bytes; at most 4194304 are read.'],
  ] as const)('is refused', async ([content, why]) => {
    expect(await refusal(inspect('lib-1.0.pom', content))).toContain(why);
  });

  it('of any content ends with facts or an error of the catalogue', async () => {
    const piece = fc.constantFrom('<project>', '</project>', '<parent>', '</parent>', '<version>', '</version>', '${', '}', '${version}', '${project.version}', '<properties>', '</properties>', '<version/>', '<dependencies><dependency>', '</dependency></dependencies>', '<groupId>g</groupId>', '<artifactId>', '</artifactId>', '__proto__', '<__proto__>x</__proto__>', '<licenses><license><name>(MIT OR</name></license></licenses>', 'é', '\0');
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 25 }), fc.boolean(), async (pieces, isWrapped) => {
        const text = pieces.join('');
        try {
          await inspect('lib-1.0.pom', isWrapped ? `<project>${text}</project>` : text, isWrapped ? { name: 'g:a', version: '1' } : {});
        } catch (error) {
          expect(error).toBeInstanceOf(EntrepotError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('leaves as they are texts that would grow beyond measure, and builds none of them', async () => {
    const long = await pom(`<properties><a>${'a'.repeat(2_000_000)}</a></properties><description>${'${a}'.repeat(300)}</description><url>https://x.example/\${missing}</url>`);
    expect(long.version.description).toBe('${a}'.repeat(300));
    const within = await pom(`<properties><a>${'a'.repeat(1000)}</a><b>\${a}\${a}</b></properties><description>\${b}</description><name>\${b}\${a}</name>`);
    expect(within.version.description).toHaveLength(2000);
    expect(within.version.metadata).toMatchObject({ name: '${b}${a}' });
  });
});

describe('an Ivy file', () => {
  it('describes its version', async () => {
    const { version, describes } = await inspect(
      'ivys/ivy.xml',
      `<ivy-module version="2.0" xmlns:e="urn:e"><info organisation="com.acme" module="lib" revision="1.0" status="milestone">
        <license name="MIT"/><ivyauthor name="Ada"/><description homepage="https://lib.example/">It <b>is</b> a lib</description></info>
        <publications><artifact name="lib" type="bundle"/></publications>
        <dependencies><dependency org="org.x" name="a" rev="1.+" conf="compile->default(compile)"/><dependency name="b" rev="2"/><dependency org="o" name="c" rev="[1,2)" conf="test, runtime"/><dependency/></dependencies></ivy-module>`,
    );
    expect(describes).toBe(true);
    expect(version).toEqual({
      name: 'com.acme:lib',
      version: '1.0',
      description: 'It  a lib',
      homepage: 'https://lib.example/',
      licenses: ['MIT'],
      authors: ['Ada'],
      dependencies: [
        { kind: 'compile', name: 'org.x:a', requirement: '1.+' },
        { kind: 'default', name: 'com.acme:b', requirement: '2' },
        { kind: 'test,runtime', name: 'o:c', requirement: '[1,2)' },
      ],
      metadata: { packaging: 'bundle', status: 'milestone' },
    });
  });

  it('that is none is refused', async () => {
    expect(await refusal(inspect('ivy-1.0.xml', '<project/>'))).toBe('InvalidPackage: The Ivy file is none: its root is <project>, not <ivy-module>.');
  });
});

describe('any other file', () => {
  it('says nothing of its version', async () => {
    expect(await inspect('lib-1.0-sources.jar')).toEqual({
      version: { name: 'com.acme:lib', version: '1.0' },
      file: { name: 'lib-1.0-sources.jar', contentType: 'application/java-archive', attributes: { classifier: 'sources', extension: 'jar' } },
    });
    expect((await inspect('lib-1.0-20260101.000000-3.module', '{}', { name: 'com.acme:lib', version: '1.0-SNAPSHOT' })).file).toEqual({
      name: 'lib-1.0-20260101.000000-3.module',
      contentType: 'application/vnd.org.gradle.module+json',
      attributes: { extension: 'module', timestamp: '20260101.000000', buildNumber: 3 },
    });
  });

  it.for([
    ['maven-metadata.xml', 'checksums and maven-metadata.xml are made by the registry'],
    ['lib-1.0.jar.sha1', 'checksums and maven-metadata.xml are made by the registry'],
    ['../lib-1.0.jar', 'it must be letters'],
    ['.hidden', 'may not start with a dot'],
    ['a/b/c.jar', 'its path would mean another version'],
    ['a\nb', 'it must be letters'],
    ['jürgen.jar', 'it must be letters'],
    ['', 'it must be letters'],
    [`${'a'.repeat(513)}`, 'it has more than 512 characters'],
  ] as const)('may not be called %s', async ([fileName, why]) => {
    expect(await refusal(inspect(fileName))).toContain(why);
  });

  it.for(['lib', 'com.acme', 'a:b:c', ':b', 'a:', 'a..b:c', '.a:b', 'a.:b', 'a/b:c', 'a:b/c', 'a:..', 'a b:c', `${'a'.repeat(250)}:bcdefg`, 'ä:b'])('may not be of a package called %s', async (name) => {
    expect(await refusal(inspect('f.jar', 'x', { name, version: '1' }))).toMatch(/^InvalidName: "/);
  });

  it.for(['', '1 0', '1/0', '..', '.1', 'LATEST', 'RELEASE', '1.0:2', '[1,2)', '${v}', 'ä', '1'.repeat(256)])('may not be of a version called %s', async (version) => {
    expect(await refusal(inspect('f.jar', 'x', { name: 'a:b', version }))).toMatch(/^InvalidVersion: "/);
  });
});
