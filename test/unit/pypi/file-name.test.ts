import { describe, expect, it } from 'vitest';
import { InvalidName, InvalidPackage } from '../../../src/errors.ts';
import { checkSdistName, kindOfFile, parseWheelName } from '../../../shims/pypi/file-name.ts';
import { normalizeName, validateName } from '../../../shims/pypi/name.ts';

it.each([['Acme.Demo', 'acme-demo'], ['a__b--c..d', 'a-b-c-d'], ['A_-.b', 'a-b'], ['x', 'x']])('%s is %s', (name, normal) => {
  expect(normalizeName(name)).toBe(normal);
});

it.each(['a', 'A1', 'a.b_c-d', 'x'.repeat(255)])('takes the name %s', (name) => expect(() => validateName(name)).not.toThrow());
it.each(['', '-a', 'a-', '.a', 'a b', 'ä', 'a/b', 'x'.repeat(256)])('refuses the name %j', (name) => expect(() => validateName(name)).toThrow(InvalidName));

describe('wheels', () => {
  it('tell name, version, build and tags', () => {
    expect(parseWheelName('acme_demo-1.0.0-py3-none-any.whl')).toEqual({ name: 'acme_demo', version: '1.0.0', pythonTags: ['py3'], abiTags: ['none'], platformTags: ['any'] });
    expect(parseWheelName('Acme.Demo-1!2.0RC1+local.7-2b-cp310.cp311-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl')).toEqual({
      name: 'Acme.Demo', version: '1!2.0rc1+local.7', build: '2b', pythonTags: ['cp310', 'cp311'], abiTags: ['abi3'], platformTags: ['manylinux_2_17_x86_64', 'manylinux2014_x86_64'],
    });
    expect(parseWheelName('old-1.0_1-py2.py3-none-any.whl')).toMatchObject({ version: '1.0.post1', pythonTags: ['py2', 'py3'] });
  });

  it.each(['demo.whl', 'demo-1.0.whl', 'demo-1.0-py3-none.whl', 'demo-one-py3-none-any.whl', 'a/demo-1.0-py3-none-any.whl', '../demo-1.0-py3-none-any.whl', 'demo-1.0-x-py3-none-any.whl', 'demo-1.0-py3-none-any.WHL', 'demo-1.0-py3-none-any\0.whl', `${'x'.repeat(250)}-1.0-py3-none-any.whl`, 'demo-1.0-py3-none-any.whl\n'])(
    'not %j',
    (name) => expect(() => parseWheelName(name)).toThrow(InvalidPackage),
  );
});

describe('source distributions', () => {
  it.each([['acme_demo-1.0.tar.gz', '1.0'], ['Acme.Demo-1.0.zip', '1.0'], ['acme-demo-1.0.0.tar.gz', '1.0'], ['acme-demo-1.0-1.tar.gz', '1.0.post1'], ['acme_demo-1.0rc1.tar.gz', '1.0rc1'], ['acme_demo-1.0+local.1.tar.gz', '1.0+local.1']])('%s is of Acme.Demo %s', (file, version) => {
    expect(() => checkSdistName(file, 'Acme.Demo', version)).not.toThrow();
  });

  it.each([['acme_demo-1.1.tar.gz', '1.0'], ['other-1.0.tar.gz', '1.0'], ['acme_demo.tar.gz', '1.0'], ['x/acme_demo-1.0.tar.gz', '1.0'], ['acme_demo-1.0.tgz', '1.0'], ['acme_demo-1.0.tar.gz.exe', '1.0'], ['-1.0.tar.gz', '1.0']])('%s is not of Acme.Demo %s', (file, version) => {
    expect(() => checkSdistName(file, 'Acme.Demo', version)).toThrow(InvalidPackage);
  });

  it('and wheels are told apart from all else', () => {
    expect(['a.whl', 'a.tar.gz', 'a.zip', 'a.tar.bz2', 'a.egg', 'a.whl.asc'].map(kindOfFile)).toEqual(['wheel', 'sdist', 'sdist', undefined, undefined, undefined]);
  });
});
