import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntrepotError, InvalidPackage } from '../../../src/errors.ts';
import { parseCoreMetadata } from '../../../shims/pypi/core-metadata.ts';
import { factsOf } from '../../../shims/pypi/facts.ts';
import { dependenciesOf } from '../../../shims/pypi/requirement.ts';

const parse = (text: string) => parseCoreMetadata(Buffer.from(text));
const minimal = 'Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n';

const full = `Metadata-Version: 2.4
Name: Acme.Demo
Version: 1.0RC1
Summary: What it is
Description-Content-Type: text/markdown; charset=UTF-8
Keywords: one,two,,one
Home-page: https://demo.example/
Download-URL: UNKNOWN
Author: Ada
Author-email: ada@demo.example
Maintainer-email: Bob <bob@demo.example>, Eve <eve@demo.example>
License-Expression: MIT OR Apache-2.0
License-File: LICENSE
License-File: NOTICE
Classifier: License :: OSI Approved :: BSD License
Classifier: Programming Language :: Python :: 3
Platform: any
Project-URL: Bug Tracker, https://demo.example/bugs
Project-URL: Source-Code, https://git.demo.example/demo
Requires-Python: >=3.8
Requires-Dist: alpha>=1.0,<2
Requires-Dist: beta[socks] (>=2) ; python_version < "3.9"
Requires-Dist: gamma @ https://gamma.example/gamma.whl ; extra == 'Net_Work'
Requires-Dist: delta; extra == "net-work" or extra == "all"
Provides-Extra: net-work
Dynamic: Description
X-Other: kept out

# Demo

Is here.
`;

it('reads all fields', () => {
  const read = parse(full);
  expect(read).toEqual({
    name: 'Acme.Demo',
    version: '1.0rc1',
    description: '# Demo\n\nIs here.\n',
    fields: {
      metadataVersion: '2.4', summary: 'What it is', descriptionContentType: 'text/markdown; charset=UTF-8', keywords: 'one,two,,one', homePage: 'https://demo.example/', author: 'Ada', authorEmail: 'ada@demo.example',
      maintainerEmail: 'Bob <bob@demo.example>, Eve <eve@demo.example>', licenseExpression: 'MIT OR Apache-2.0', licenseFiles: ['LICENSE', 'NOTICE'],
      classifiers: ['License :: OSI Approved :: BSD License', 'Programming Language :: Python :: 3'], platforms: ['any'],
      projectUrls: [{ label: 'Bug Tracker', url: 'https://demo.example/bugs' }, { label: 'Source-Code', url: 'https://git.demo.example/demo' }], requiresPython: '>=3.8',
      requiresDist: ['alpha>=1.0,<2', 'beta[socks] (>=2) ; python_version < "3.9"', "gamma @ https://gamma.example/gamma.whl ; extra == 'Net_Work'", 'delta; extra == "net-work" or extra == "all"'],
      providesExtra: ['net-work'], dynamic: ['Description'],
    },
  });
  expect(factsOf(read)).toEqual({
    name: 'Acme.Demo', version: '1.0rc1', description: 'What it is', readme: '# Demo\n\nIs here.\n', licenses: ['MIT OR Apache-2.0'], homepage: 'https://demo.example/', repositoryUrl: 'https://git.demo.example/demo',
    keywords: ['one', 'two'], authors: ['Ada <ada@demo.example>', 'Bob <bob@demo.example>', 'Eve <eve@demo.example>'],
    dependencies: [
      { kind: 'runtime', name: 'alpha', requirement: '>=1.0,<2' },
      { kind: 'runtime', name: 'beta', requirement: '[socks] (>=2) ; python_version < "3.9"' },
      { kind: 'extra:net-work', name: 'gamma', requirement: "@ https://gamma.example/gamma.whl ; extra == 'Net_Work'" },
      { kind: 'extra:net-work', name: 'delta', requirement: '; extra == "net-work" or extra == "all"' },
      { kind: 'extra:all', name: 'delta', requirement: '; extra == "net-work" or extra == "all"' },
    ],
    metadata: read.fields,
  });
});

describe('reads old forms', () => {
  it.each<[string, string, string]>([
    ['a description as header, with bars', `${minimal}Description: one\n       |two\n       |\n       |three\n`, 'one\ntwo\n\nthree'],
    ['a description as header, indented', `${minimal}Description: one\n        two\n          three\n`, 'one\ntwo\n  three'],
    ['line ends of Windows', `${minimal}\nbody\n`.replaceAll('\n', '\r\n'), 'body\r\n'],
    ['line ends of old Macs', `${minimal}\nbody`.replaceAll('\n', '\r'), 'body'],
    ['a line that is no header', `${minimal}no header here\nmore`, 'no header here\nmore'],
    ['a mark of the byte order', `\uFEFF${minimal}`, ''],
    ['no description', minimal, ''],
  ])('%s', (_, text, description) => expect(parse(text)).toMatchObject({ name: 'demo', version: '1.0', description }));

  it('says nothing where they say UNKNOWN', () => {
    expect(parse(`${minimal}Summary: UNKNOWN\nLicense: UNKNOWN\nPlatform: UNKNOWN\nHome-page:\n`).fields).toEqual({ metadataVersion: '2.1' });
  });

  it.each<[string, string[]]>([
    ['License: MIT', ['MIT']],
    ['License: MIT\nClassifier: License :: OSI Approved :: Apache Software License', ['Apache-2.0']],
    ['Classifier: License :: OSI Approved', []],
    ['Classifier: License :: Other/Proprietary License', ['Other/Proprietary License']],
    [`License: Permission is hereby granted\n        to everybody`, []],
  ])('%s', (headers, licenses) => expect(factsOf(parse(`${minimal}${headers}\n`)).licenses).toEqual(licenses));
});

it.each<[string, string, string]>([
  ['nothing', '', 'no version that is known here'],
  ['an unknown version of itself', 'Metadata-Version: 3.0\nName: a\nVersion: 1\n', 'no version that is known here'],
  ['no name', 'Metadata-Version: 2.1\nVersion: 1\n', 'no name or no version'],
  ['no version', 'Metadata-Version: 2.1\nName: a\n', 'no name or no version'],
  ['two names', `${minimal}Name: other\n`, '"name" 2 times'],
  ['two names in other letters', `${minimal}nAmE: other\n`, '"name" 2 times'],
  ['two versions', `${minimal}Version: 2\n`, '"version" 2 times'],
  ['a name behind the headers', 'Metadata-Version: 2.1\nVersion: 1\n\nName: a\n', 'no name or no version'],
  ['a name that is none', 'Metadata-Version: 2.1\nName: a b\nVersion: 1\n', "can't be a project name"],
  ['a name on two lines', 'Metadata-Version: 2.1\nName: a\n b\nVersion: 1\n', "can't be a project name"],
  ['a version that is none', 'Metadata-Version: 2.1\nName: a\nVersion: x\n', 'not a version'],
  ['a value out of all bounds', `${minimal}Summary: ${'x'.repeat(100_001)}\n`, 'more than 100000 characters'],
  ['a list out of all bounds', `${minimal}${'Classifier: x\n'.repeat(5_001)}`, 'too much in "classifier"'],
])('refuses %s', (_, text, message) => {
  expect(() => parse(text)).toThrow(EntrepotError);
  expect(() => parse(text)).toThrow(message);
});

it('refuses what is not UTF-8', () => expect(() => parseCoreMetadata(Buffer.concat([Buffer.from(minimal), Buffer.from([0xff])]))).toThrow(InvalidPackage));

it('takes any text in time in proportion to its length, with a result that can be stored or an error of the catalogue', () => {
  const line = fc.oneof(fc.constantFrom(...full.split('\n')), fc.string({ unit: 'binary' }), fc.constantFrom(' more', '\t', 'Requires-Dist: ', 'Project-URL: ,', 'Keywords: ,'));
  const property = fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
    try {
      const { dependencies = [], ...facts } = factsOf(parse(`${minimal}${lines.join('\n')}`.toWellFormed()));
      expect(JSON.stringify(facts).isWellFormed()).toBe(true);
      for (const { kind, name } of dependencies) expect([kind.length <= 32 && /^[\x21-\x7e]+$/.test(kind), name !== '']).toEqual([true, true]);
    } catch (error) {
      expect(error).toBeInstanceOf(EntrepotError);
    }
  });
  fc.assert(property, { numRuns: 500 });
  for (const long of ['(', ' ', '; extra == ', '[', '\n ', ':', "extra=='"]) expect(() => factsOf(parse(`${minimal}Requires-Dist: a${long.repeat(4000).slice(0, 3900)}\n`))).not.toThrow();
});

it('bounds what requirements come to', () => {
  const extras = (count: number) => Array.from({ length: count }, (_, index) => `extra=='e${index}'`).join(' or ');
  expect(dependenciesOf([`a; ${extras(200)}`])).toHaveLength(200);
  expect(() => dependenciesOf([`a; ${extras(4000)}`])).toThrow('has more than 4000 characters');
  expect(dependenciesOf(Array<string>(25).fill(`a; ${extras(200)}`))).toHaveLength(5000);
  expect(() => dependenciesOf(Array<string>(26).fill(`a; ${extras(200)}`))).toThrow('more than 5000 dependencies');
});

it('passes over requirements without a name', () => {
  expect(dependenciesOf(['', '>=1', ' (x)', '-a', 'a^b', 'ok'])).toEqual([{ kind: 'runtime', name: 'ok', requirement: '' }]);
});
