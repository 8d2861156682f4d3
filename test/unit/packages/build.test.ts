import { expect, it } from 'vitest';
import { InvalidInput } from '../../../src/errors.ts';
import { readBuild } from '../../../src/packages/build.ts';

it('keeps what is said and leaves out what is not', () => {
  const build = { pipelineUrl: 'https://ci.example.com/1?a=b', commit: 'abc', ref: 'refs/heads/main', job: '7' };
  expect(readBuild(build)).toEqual(build);
  expect(readBuild({ commit: 'abc', ref: null, job: '', pipelineUrl: undefined })).toEqual({ commit: 'abc' });
  expect(readBuild({ commit: 'x'.repeat(2000) }).commit).toHaveLength(2000);
});

it.for([
  [{ pipelineUrl: 'javascript:alert(1)' }, 'build.pipelineUrl'],
  [{ pipelineUrl: 'ftp://ci.example.com' }, 'build.pipelineUrl'],
  [{ pipelineUrl: 'ci.example.com' }, 'build.pipelineUrl'],
  [{ pipelineUrl: `https://${'x'.repeat(2000)}` }, 'build.pipelineUrl'],
  [{ commit: 'x'.repeat(2001) }, 'build.commit'],
  [{ ref: 'x'.repeat(2001) }, 'build.ref'],
  [{ job: 'x'.repeat(2001) }, 'build.job'],
] as const)('refuses %j', ([build, field]) => {
  expect(() => readBuild(build)).toThrow(InvalidInput);
  expect(() => readBuild(build)).toThrow(expect.objectContaining({ field }));
});
