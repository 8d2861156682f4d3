import { expect, it } from 'vitest';
import { npmFormat } from '../../shims/npm/format.ts';
import { codeOf } from './snippet.ts';

it('gives the code of a snippet, and throws where there is none', () => {
  const setup = npmFormat.setup({ url: 'http://127.0.0.1/api/packages/npm', package: 'lib' });
  expect(codeOf(setup, 'install', 'pnpm')).toBe('pnpm add lib');
  expect(() => codeOf(setup, 'install', 'Docker')).toThrow('no snippet "Docker"');
});
