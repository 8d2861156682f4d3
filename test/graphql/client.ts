import { Readable } from 'node:stream';
import { stage } from '../../src/blobs/stage.ts';
import type { VersionFacts } from '../../src/formats/format.ts';
import { getNamespace, findNamespaceByPath } from '../../src/namespaces/repository.ts';
import { publish, type Published } from '../../src/packages/publish.ts';
import type { Person, Registry } from '../support/app.ts';

export { withFiles as backends } from '../support/environment/backends.ts';

/** An answer of the API; tests know the shape of what they asked for. */
export interface Answer {
  status: number;
  data: any;
  errors: { message: string; path?: (string | number)[]; extensions: { code: string } }[] | undefined;
}

/** Executes an operation over HTTP as somebody. */
export async function query(app: Registry, as: Person, document: string, variables: Record<string, unknown> = {}): Promise<Answer> {
  const response = await app.fetch('/graphql', as, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: document, variables }),
  });
  const { data, errors } = (await response.json()) as Pick<Answer, 'data' | 'errors'>;
  return { status: response.status, data, errors };
}

/** As {@link query}, for operations that must work: returns the data. */
export async function ask(app: Registry, as: Person, document: string, variables: Record<string, unknown> = {}) {
  const { data, errors } = await query(app, as, document, variables);
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** What tests say of a version; the rest has defaults. */
export type Facts = Partial<VersionFacts> & { name: string; format?: string; files?: Record<string, string | Buffer>; tags?: string[] };

/** Publishes a version as the admin, past any HTTP. */
export async function put(app: Registry, namespacePath: string, { format = 'npm', files, tags, ...facts }: Facts): Promise<Published> {
  const { core } = app;
  const version = { version: '1.0.0', ...facts };
  const contents = Object.entries(files ?? { [`${version.version}.tgz`]: `${namespacePath} ${version.name} ${version.version}` });
  const objects = [];
  for (const [name, content] of contents) {
    objects.push({ facts: { name }, object: await stage(core, Readable.from([Buffer.from(content)]), { limitBytes: 1_000_000 }) });
  }
  const node = await findNamespaceByPath(core.database.reads, namespacePath);
  const namespace = await getNamespace(core.database.reads, node?.id ?? '');
  return publish(core, await app.actor('admin'), { namespace, format: core.formats.get(format), version, files: objects, ...(tags ? { tags } : {}) });
}
