import { expect, it } from 'vitest';
import { loggableUrl } from '../../../src/http/loggable-url.ts';

it.each([
  ['/api/packages/npm/-/user/token/ept_abcDEF123', '/api/packages/npm/-/user/token/…'],
  ['/api/packages/npm/-/npm/v1/tokens/token/my-own-secret?x=1', '/api/packages/npm/-/npm/v1/tokens/token/…?x=1'],
  ['/api/files/fil_1/a?token=ept_abc123', '/api/files/fil_1/a?token=ept_…'],
  ['/v2/_catalog?token=eps_eyJhIjoxfQ.ab-c_d&n=1', '/v2/_catalog?token=eps_…&n=1'],
  ['/x?secret=whsec_ab+c/d==&n=1', '/x?secret=whsec_…&n=1'],
  ['/x?secret=whsec_ab%2Bc%2Fd%3D%3D&n=1', '/x?secret=whsec_…&n=1'],
  ['/api/packages/npm/token', '/api/packages/npm/token'],
  ['/graphql?query=mutation%7BsignIn(input:%7Bpassword:%22hunter2%22%7D)%7D', '/graphql?…'],
  ['/graphql/?variables=%7B%22password%22:%22hunter2%22%7D', '/graphql/?…'],
  ['/api/packages/npm/-/v1/search?text=graphql?x', '/api/packages/npm/-/v1/search?text=graphql?x'],
])('%s is logged as %s', (url, logged) => {
  expect(loggableUrl(url)).toBe(logged);
});
