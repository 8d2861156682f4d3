import type { Person, Registry } from '../support/app.ts';
import { form, formType } from '../support/multipart.ts';
import { nupkg, type NupkgOptions } from '../support/nupkg.ts';

/** The NuGet endpoint of a namespace; '' is the instance. */
export function nugetPath(namespace = 'acme/widgets'): string {
  return `/api/packages/${namespace === '' ? '' : `${namespace}/`}nuget`;
}

/** Who pushes where, and how. */
export interface Push {
  as?: Person;
  namespace?: string;
  /** Default: `/v3/package/`, with the slash that clients put there. */
  to?: string;
  method?: string;
}

/** The body and headers of a push, as clients send it. */
export function pushForm(bytes: Buffer): { body: Buffer; headers: Record<string, string> } {
  return { body: form([{ name: 'package', fileName: 'package.nupkg', content: bytes }]), headers: { 'content-type': formType } };
}

/** Pushes bytes, by default as `developer` into `acme/widgets`. */
export function pushBytes(app: Pick<Registry, 'fetch'>, bytes: Buffer, { as = 'developer', namespace, to = '/v3/package/', method = 'PUT' }: Push = {}): Promise<Response> {
  const { body, headers } = pushForm(bytes);
  return app.fetch(`${nugetPath(namespace)}${to}`, as, { method, headers, body: new Uint8Array(body) });
}

/** Pushes a package that a test needs to be there; throws where that fails. */
export async function pushed(app: Pick<Registry, 'fetch'>, id: string, version: string, options: NupkgOptions & Push = {}): Promise<void> {
  const response = await pushBytes(app, nupkg(id, version, options), options);
  if (response.status !== 201) throw new Error(`${id} ${version}: ${response.status} ${await response.text()}`);
}
