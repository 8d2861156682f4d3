import { expect, it } from 'vitest';
import { pypiFormat } from '../../../shims/pypi/format.ts';

it('tells how tools are set up for an endpoint', () => {
  const setup = pypiFormat.setup({ url: 'https://packages.example/acme/pypi', package: 'demo', version: '1.0' });
  expect(setup.configure.map(({ code }) => code)).toEqual([
    'export TOKEN=<your token>',
    'export PIP_INDEX_URL="https://__token__:$TOKEN@packages.example/acme/pypi/simple/"',
    'export UV_DEFAULT_INDEX="https://__token__:$TOKEN@packages.example/acme/pypi/simple/"',
  ]);
  expect(setup.publish.find(({ title }) => title === 'twine')?.code).toBe('twine upload --repository-url https://packages.example/acme/pypi/legacy/ -u __token__ -p "$TOKEN" dist/*');
  expect(setup.install.slice(0, 2).map(({ code }) => code)).toEqual(['pip install demo==1.0', 'uv pip install demo==1.0']);
  expect(pypiFormat.setup({ url: 'http://x/pypi' }).install[0]?.code).toBe('pip install <package>');
});
