import { expect, it } from 'vitest';
import { Unauthenticated } from '../../../src/errors.ts';
import { credentialOf } from '../../../src/http/credential.ts';

const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

it('an empty user with an empty password is nobody, as .NET says it', () => {
  expect(credentialOf(basic(':'))).toBeUndefined();
  expect(credentialOf({ ...basic(':'), 'x-nuget-apikey': 'key' })).toEqual({ kind: 'secret', secret: 'key' });
});

it('either of them is a credential', () => {
  expect(credentialOf(basic('user:'))).toEqual({ kind: 'password', username: 'user', password: '' });
  expect(credentialOf(basic(':word'))).toEqual({ kind: 'password', username: '', password: 'word' });
});

it.for(['Basic', 'Basic dXNlcg==', 'Digest x'])('%s is refused', (authorization) => {
  expect(() => credentialOf({ authorization })).toThrow(Unauthenticated);
});
