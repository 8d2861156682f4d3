import type { EndpointSetup, EndpointTarget, Snippet } from '../../src/formats/format.ts';
import { splitName } from './name.ts';

/** In .npmrc and .yarnrc.yml this is read from the environment, so that no token has to be written into a file. */
const token = '${NPM_TOKEN}';

/**
 * How npm, pnpm and yarn are set up for an endpoint (https://github.com/npm/cli/blob/latest/docs/lib/content/configuring-npm/npmrc.md,
 * https://yarnpkg.com/configuration/yarnrc). With a scoped package only its scope is directed here, otherwise everything.
 */
export function setupNpm({ url, package: name, version }: EndpointTarget): EndpointSetup {
  const { scope } = name === undefined ? {} : splitName(name);
  const spec = `${name ?? '<package>'}${version === undefined ? '' : `@${version}`}`;
  return {
    configure: [npmrc(url, scope), yarn1rc(url, scope), yarnrc(url, scope)],
    publish: [
      { title: 'npm', language: 'sh', code: 'npm publish' },
      { title: 'pnpm', language: 'sh', code: 'pnpm publish' },
      { title: 'Yarn (2 and later)', language: 'sh', code: 'yarn npm publish' },
      { title: 'Yarn 1', language: 'sh', code: 'yarn publish' },
    ],
    install: [
      { title: 'npm', language: 'sh', code: `npm install ${spec}` },
      { title: 'pnpm', language: 'sh', code: `pnpm add ${spec}` },
      { title: 'Yarn', language: 'sh', code: `yarn add ${spec}` },
    ],
  };
}

function npmrc(url: string, scope: string | undefined): Snippet {
  const registry = scope === undefined ? 'registry' : `${scope}:registry`;
  // The clients look the token up by this key: without the protocol, and with the slash at the end.
  const key = `${url.replace(/^https?:/, '')}/`;
  return { title: '.npmrc (npm, pnpm)', language: 'ini', code: `${registry}=${url}/\n${key}:_authToken=${token}\n` };
}

/** Yarn 1 sends its token for unscoped packages only when told to; npm warns of that key, so it has a file of its own. */
function yarn1rc(url: string, scope: string | undefined): Snippet {
  const { code } = npmrc(url, scope);
  return { title: '.npmrc (Yarn 1)', language: 'ini', code: `${code}always-auth=true\n` };
}

function yarnrc(url: string, scope: string | undefined): Snippet {
  const indent = scope === undefined ? '' : '    ';
  const lines = [`npmRegistryServer: "${url}/"`, `npmAuthToken: "${token}"`, 'npmAlwaysAuth: true'].map((line) => indent + line);
  if (scope !== undefined) lines.unshift('npmScopes:', `  ${scope.slice(1)}:`);
  // Yarn refuses to talk http to hosts that are not listed.
  if (url.startsWith('http:')) lines.push('unsafeHttpWhitelist:', `  - "${new URL(url).hostname}"`);
  return { title: '.yarnrc.yml (Yarn 2 and later)', language: 'yaml', code: `${lines.join('\n')}\n` };
}
