import { expect, it } from 'vitest';
import { loggableUrl } from '../../../src/http/loggable-url.ts';

it.each([
  ['/api/packages/npm/-/user/token/ept_abcDEF123', '/api/packages/npm/-/user/token/…'],
  ['/api/packages/npm/-/npm/v1/tokens/token/my-own-secret?x=1', '/api/packages/npm/-/npm/v1/tokens/token/…?x=1'],
  ['/api/files/fil_1/a?token=ept_abc123', '/api/files/fil_1/a?token=ept_…'],
  ['/api/packages/npm/token', '/api/packages/npm/token'],
])('%s is logged as %s', (url, logged) => {
  expect(loggableUrl(url)).toBe(logged);
});
