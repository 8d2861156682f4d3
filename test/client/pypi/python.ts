import { mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { inject, type TestContext } from 'vitest';
import type { EndpointSetup } from '../../../src/formats/format.ts';
import { pypiFormat } from '../../../shims/pypi/format.ts';
import type { Person, Registry } from '../../support/app.ts';
import { requireClient } from '../../support/environment/requirements.ts';
import { freshFolder } from '../../support/environment/temporary.ts';
import type { PythonFile } from '../../support/python-files.ts';
import { type ClientResult, runClient } from '../run-client.ts';
import { codeOf } from '../snippet.ts';

/** Python's tools at somebody's terminal, set up by the snippets of the format, with a virtual environment of their own. */
export interface Python {
  /** Absolute URL of the endpoint, without a trailing slash. */
  url: string;
  /** The folder in which commands run. */
  folder: string;
  /** What the format tells people to do. */
  setup(target?: { package?: string; version?: string }): EndpointSetup;
  /** The snippet of a tool. */
  snippet(part: keyof EndpointSetup, title: string, target?: { package?: string; version?: string }): string;
  /** Runs a command of the shell after the snippets of configuration; what it printed comes back on one line, since twine breaks lines where it wants to, with `<pypi>` for the URL. */
  run(command: string): Promise<ClientResult>;
  /** Puts files into `dist`, as a build does, in place of what is there. */
  dist(...files: PythonFile[]): Promise<void>;
}

export interface PythonSetup {
  /** Whose token is in the configuration. */
  as: Person | 'a bad token';
  /** Path of the namespace whose endpoint is asked; '' for the instance. */
  at?: string;
}

/** Nobody listens there: a client that would ask any other host gets no answer. */
const nowhere = 'http://127.0.0.1:9';

/** Sets Python's tools up for somebody; skips the test where they are missing. */
export async function openPython(context: TestContext, app: Registry, { as, at = 'acme/widgets' }: PythonSetup): Promise<Python> {
  const uv = requireClient(context, 'uv');
  requireClient(context, 'python');
  const publishers = inject('clients').flit;
  const folder = (await freshFolder()).path;
  const environment = join(folder, 'env');
  await mkdir(join(folder, 'home'));
  const url = `${app.url}/api/packages/${at === '' ? '' : `${at}/`}pypi`;
  const secret = as === 'anonymous' ? '' : as === 'a bad token' ? 'ept_wrong' : app.secrets[as];
  const env: Record<string, string> = {
    // The tools' own folder comes first: the environment has no pip.
    PATH: [dirname(uv), ...(publishers === undefined ? [] : [dirname(publishers)]), join(environment, 'bin'), process.env['PATH'] ?? ''].join(delimiter),
    HOME: join(folder, 'home'),
    TOKEN: secret,
    VIRTUAL_ENV: environment,
    PIP_PYTHON: join(environment, 'bin', 'python'),
    PIP_CONFIG_FILE: '/dev/null',
    PIP_NO_INPUT: '1',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_RETRIES: '0',
    POETRY_NO_INTERACTION: '1',
    PYTHON_KEYRING_BACKEND: 'keyring.backends.null.Keyring',
    UV_NO_CONFIG: '1',
    UV_HTTP_RETRIES: '0',
    UV_PYTHON_DOWNLOADS: 'never',
    TWINE_NON_INTERACTIVE: '1',
    NO_COLOR: '1',
    COLUMNS: '500',
    HTTP_PROXY: nowhere,
    HTTPS_PROXY: nowhere,
    NO_PROXY: '127.0.0.1',
  };
  const made = await runClient('sh', ['-c', `uv venv --quiet --python "$(python -c 'import sys; print(sys.executable)')" "${environment}"`], { cwd: folder, env: { ...env, VIRTUAL_ENV: '' } });
  if (made.code !== 0) throw new Error(`no virtual environment: ${made.stderr}`);
  const setup = (target = {}) => pypiFormat.setup({ url, ...target });
  const configure = setup().configure.filter(({ title }) => title !== 'Token').map(({ code }) => (secret === '' ? code.replace('__token__:$TOKEN@', '') : code));
  return {
    url,
    folder,
    setup,
    snippet: (part, title, target) => codeOf(setup(target), part, title),
    run: async (command) => tidied(url, await runClient('sh', ['-c', [...configure, command].join('\n')], { cwd: folder, env })),
    async dist(...files) {
      await runClient('rm', ['-rf', 'dist'], { cwd: folder, env });
      await mkdir(join(folder, 'dist'));
      for (const { fileName, bytes } of files) await writeFile(join(folder, 'dist', fileName), bytes);
    },
  };
}

function tidied(url: string, { code, stdout, stderr }: ClientResult): ClientResult {
  const tidy = (text: string) => text.replace(/\s+/g, ' ').trim().replaceAll(url, '<pypi>').replace(/\b\d+(?:\.\d+)?(ms|s)\b/g, '<time>');
  return { code, stdout: tidy(stdout), stderr: tidy(stderr) };
}

/** Publishes with twine what a test needs to be there; throws where that fails. */
export async function publishWith(python: Python, ...files: PythonFile[]): Promise<void> {
  await python.dist(...files);
  const { code, stdout, stderr } = await python.run(python.snippet('publish', 'twine'));
  if (code !== 0) throw new Error(`twine failed: ${stdout}${stderr}`);
}
