import { ask } from '../../graphql/client.ts';
import type { Registry } from '../../support/app.ts';
import { codeOf } from '../snippet.ts';

interface Snippet {
  title: string;
  code: string;
}

/** The snippets that people are shown for a client at a namespace, as `{ configure, publish, install }`; with what they leave open filled in. */
export async function snippetsOf(registry: Registry, namespace: string, title: string, values: Record<string, string>): Promise<Record<'configure' | 'publish' | 'install', string>> {
  const parts = 'configure { title code } publish { title code } install { title code }';
  const data = await ask(registry, 'admin', `query($path: String!) { namespace(path: $path) { endpoint(format: OCI) { ${parts} } } }`, { path: namespace });
  const { endpoint } = data.namespace as { endpoint: Record<'configure' | 'publish' | 'install', Snippet[]> };
  const filled = (part: 'configure' | 'publish' | 'install') => Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`<${name}>`, value), codeOf(endpoint, part, title));
  return { configure: filled('configure'), publish: filled('publish'), install: filled('install') };
}
