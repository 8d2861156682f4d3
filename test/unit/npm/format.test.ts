import { expect, it } from 'vitest';
import { npmFormat } from '../../../shims/npm/format.ts';

const text = (snippets: { code: string }[]): string => snippets.map(({ code }) => code).join('\n');

it('sets up everything at an endpoint', () => {
  const setup = npmFormat.setup({ url: 'http://localhost:4000/api/packages/acme/npm' });
  expect(setup.configure[0]?.code).toBe('registry=http://localhost:4000/api/packages/acme/npm/\n//localhost:4000/api/packages/acme/npm/:_authToken=${NPM_TOKEN}\n');
  expect(setup.configure[1]?.code).toMatch(/always-auth=true\n$/);
  expect(setup.configure[2]?.code).toContain('unsafeHttpWhitelist:\n  - "localhost"');
  expect(text(setup.install)).toContain('npm install <package>');
});

it('sets up the scope of a package', () => {
  const setup = npmFormat.setup({ url: 'https://packages.example/npm', package: '@acme/lib', version: '1.0.0' });
  expect(setup.configure[0]?.code).toBe('@acme:registry=https://packages.example/npm/\n//packages.example/npm/:_authToken=${NPM_TOKEN}\n');
  expect(setup.configure[2]?.code).toBe('npmScopes:\n  acme:\n    npmRegistryServer: "https://packages.example/npm/"\n    npmAuthToken: "${NPM_TOKEN}"\n    npmAlwaysAuth: true\n');
  expect(text(setup.install)).toBe('npm install @acme/lib@1.0.0\npnpm add @acme/lib@1.0.0\nyarn add @acme/lib@1.0.0');
});
