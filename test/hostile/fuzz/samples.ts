import { attestation, metadataText, wheel } from '../../support/python-files.ts';
import { imageOf, indexOf } from '../../support/oci-image.ts';
import { dependencies, nuspec } from '../../support/nupkg.ts';
import { type Sample, wholeFile } from './archives.ts';

const file = (path: string, content: string) => ({ path, content: Buffer.from(content) });

const manifest = {
  name: '@acme/lib', version: '1.0.0-rc.1', description: 'words', license: '(MIT OR Apache-2.0)', author: 'Ada <ada@example.com> (https://example.com)', contributors: [{ name: 'Bob' }], keywords: ['a', 'b'], bin: { lib: 'cli.js' }, homepage: 'https://example.com',
  repository: { type: 'git', url: 'git+ssh://git@example.com/a/b.git#main' }, bugs: { url: 'https://example.com' }, dependencies: { a: '^1.0.0', b: 'npm:c@2' }, peerDependencies: { d: '*' }, peerDependenciesMeta: { d: { optional: true } }, optionalDependencies: { e: '1' }, bundleDependencies: ['a'],
  engines: { node: '>=20' }, os: ['linux', '!win32'], cpu: ['x64'], funding: [{ type: 'x', url: 'https://example.com' }], scripts: { install: 'node x' }, exports: { '.': { import: './a.js' } }, publishConfig: { access: 'public' }, dist: { x: 1 },
};

const pom = `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><parent><groupId>org.acme</groupId><artifactId>up</artifactId><version>1</version></parent>
<groupId>org.acme</groupId><artifactId>lib-plugin</artifactId><version>1.0</version><packaging>jar</packaging><name>Lib \${project.version}</name><description>words</description><url>https://example.com</url>
<licenses><license><name>Apache-2.0</name></license></licenses><developers><developer><id>ada</id></developer></developers><scm><url>https://example.com</url></scm><properties><a.version>1.2</a.version><b>\${a.version}</b></properties>
<dependencyManagement><dependencies><dependency><groupId>x</groupId><artifactId>y</artifactId><version>\${b}</version></dependency></dependencies></dependencyManagement>
<dependencies><dependency><groupId>\${project.groupId}</groupId><artifactId>a</artifactId><version>[1,2)</version><scope>test</scope><optional>true</optional><exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency></dependencies></project>`;

const coreHeaders = ['Summary: words', 'License-Expression: MIT', 'Classifier: License :: OSI Approved :: MIT License', 'Keywords: a,b', 'Author-email: Ada <ada@example.com>', 'Requires-Python: >=3.8,<4', 'Requires-Dist: a (>=1) ; extra == "x"', 'Requires-Dist: b[c,d]~=1.0; python_version < "3"', 'Provides-Extra: x', 'Project-URL: home, https://example.com', 'Description-Content-Type: text/markdown', 'License-File: LICENSE'];
const python = { name: 'Acme.Demo', version: '1.0rc1', headers: coreHeaders, description: '# Hello\n' };
const stem = 'acme_demo-1.0rc1';

const nuget = nuspec(
  'Acme.Lib',
  '1.0.0-beta.1+build',
  `<title>T</title><authors>Ada, Bob</authors><description>words</description><license type="expression">MIT OR Apache-2.0</license><icon>icon.png</icon><readme>README.md</readme><tags>one two</tags><projectUrl>https://example.com</projectUrl><repository type="git" url="https://example.com" commit="abc"/><packageTypes><packageType name="DotnetTool" version="1.0"/></packageTypes>${dependencies({ '': { Any: '' }, '.NETFramework4.5': { Lib: '[1.0,2.0)', Other: '1.0' } })}<frameworkAssemblies><frameworkAssembly assemblyName="System" targetFramework="net45"/></frameworkAssemblies>`,
);

const image = imageOf({ layers: ['layer 1', 'layer 2'], config: { created: '2026-01-01T00:00:00Z', author: 'Ada', config: { Labels: { 'org.opencontainers.image.licenses': 'MIT', 'org.opencontainers.image.title': 'x' }, Env: ['A=b'] }, rootfs: { type: 'layers', diff_ids: [] }, history: [{ created_by: 'x' }] }, fields: { annotations: { a: 'b' } } });

/** Good packages of a format, made of as many different parts as it has: from these all others are made by changing something. */
export function samplesOf(format: string): Sample[] {
  return made[format] ?? [];
}

const made: Record<string, Sample[]> = {
  npm: [{ fileName: 'lib.tgz', kind: 'tgz', entries: [file('package/package.json', JSON.stringify(manifest, null, 2)), file('package/README.md', '# Hello'), file('package/cli.js', '#!/usr/bin/env node\n'), file('package/binding.gyp', '{}'), file('package/npm-shrinkwrap.json', '{}')] }],
  pypi: [
    { fileName: `${stem}-py3-none-any.whl`, kind: 'zip', entries: [file(`${stem}.dist-info/METADATA`, String(metadataText(python))), file(`${stem}.dist-info/WHEEL`, 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n'), file(`${stem}.dist-info/RECORD`, ''), file('acme/a.py', 'x = 1\n')] },
    { fileName: `${stem}.tar.gz`, kind: 'tgz', entries: [file(`${stem}/PKG-INFO`, String(metadataText(python))), file(`${stem}/pyproject.toml`, '[build-system]\n')] },
    { fileName: `${stem}.zip`, kind: 'zip', entries: [file(`${stem}/PKG-INFO`, String(metadataText(python))), file(`${stem}/setup.py`, '')] },
    wholeFile(`${stem}-py3-none-any.whl.publish.attestation`, JSON.stringify(attestation(wheel({ name: 'acme-demo', version: '1.0rc1' })))),
  ],
  nuget: [
    { fileName: 'acme.lib.nupkg', kind: 'zip', entries: [file('Acme.Lib.nuspec', nuget), file('icon.png', '\x89PNG\r\n\x1a\n'), file('README.md', '# Hello'), file('lib/net45/_._', ''), file('[Content_Types].xml', '<Types/>'), file('.signature.p7s', 'x')] },
    { fileName: 'acme.lib.snupkg', kind: 'zip', entries: [file('Acme.Lib.nuspec', nuspec('Acme.Lib', '1.0.0', '<packageTypes><packageType name="SymbolsPackage"/></packageTypes><description>x</description>')), file('lib/net45/a.pdb', 'BSJB')] },
  ],
  maven: [
    wholeFile('lib-plugin-1.0.pom', pom),
    { fileName: 'lib-plugin-1.0.jar', kind: 'zip', entries: [file('META-INF/MANIFEST.MF', 'Manifest-Version: 1.0\n'), file('META-INF/maven/plugin.xml', '<?xml version="1.0"?><plugin><name>p</name><goalPrefix>lib</goalPrefix></plugin>'), file('org/acme/A.class', '\xca\xfe')] },
    wholeFile('ivy-1.0.xml', '<ivy-module version="2.0"><info organisation="org.acme" module="lib" revision="1.0"/><dependencies><dependency org="a" name="b" rev="1"/></dependencies></ivy-module>'),
    wholeFile('maven-metadata.xml', '<metadata><groupId>org.acme</groupId><artifactId>lib</artifactId><versioning><versions><version>1.0</version></versions></versioning></metadata>'),
  ],
  oci: [image, indexOf([image], { annotations: { a: 'b' } }), imageOf({ configType: 'application/vnd.cncf.helm.config.v1+json', layerType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip', config: { name: 'chart', version: '1.0.0', apiVersion: 'v2', dependencies: [{ name: 'a', version: '1' }] } }), imageOf({ configType: 'application/vnd.oci.empty.v1+json', fields: { artifactType: 'application/x', subject: { mediaType: image.mediaType, digest: image.digest, size: image.manifest.length } } })].flatMap(
    ({ manifest: text, blobs }) => [wholeFile('manifest', text), ...(blobs[0] === undefined ? [] : [wholeFile('config', blobs[0])])],
  ),
  generic: [wholeFile('a.txt', 'text')],
};

/** What images among the samples list, so that they can be published. */
export const imageContent: readonly (string | Buffer)[] = image.blobs;

/** A sample under a name that nobody has used, wherever it says its name. */
export function named(sample: Sample, number: number): Sample {
  const rename = (text: string) => text.replaceAll('@acme/lib', `lib-${number}`).replaceAll('Acme.Demo', `Acme.Demo${number}`).replaceAll('acme_demo', `acme_demo${number}`).replaceAll('Acme.Lib', `Acme.Lib${number}`);
  const isText = (content: Buffer) => content.length < 100_000 && !content.includes(0);
  return { ...sample, fileName: rename(sample.fileName), entries: sample.entries.map(({ path, content }) => ({ path: rename(path), content: isText(content) ? Buffer.from(rename(content.toString('latin1')), 'latin1') : content })) };
}
