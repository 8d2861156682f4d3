import { ask } from '../../graphql/client.ts';
import type { Registry } from '../../support/app.ts';

interface Snippet {
  title: string;
  code: string;
}

/** The snippets that people are shown for a client at a namespace, as `{ configure, publish, install }`; with what they leave open filled in. */
export async function snippetsOf(registry: Registry, namespace: string, title: string, values: Record<string, string>): Promise<Record<'configure' | 'publish' | 'install', string>> {
  const parts = 'configure { title code } publish { title code } install { title code }';
  const data = await ask(registry, 'admin', `query($path: String!) { namespace(path: $path) { endpoint(format: OCI) { ${parts} } } }`, { path: namespace });
  const { endpoint } = data.namespace as { endpoint: Record<'configure' | 'publish' | 'install', Snippet[]> };
  const find = (part: 'configure' | 'publish' | 'install') => endpoint[part].find((snippet) => snippet.title === title)?.code ?? '';
  const fill = (code: string) => Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`<${name}>`, value), code);
  return { configure: fill(find('configure')), publish: fill(find('publish')), install: fill(find('install')) };
}
