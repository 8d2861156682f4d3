import { expect } from 'vitest';
import type { Person, Registry } from '../../support/app.ts';
import { digestOf, type TestImage } from '../../support/oci-image.ts';

/** An error as clients read it. */
export interface OciError {
  status: number;
  code: string;
  message: string;
}

/** Requests below `/v2/` as somebody; a repository is a whole name. */
export function ociClient(app: Registry, as: Person = 'developer') {
  const fetch = (path: string, init: RequestInit = {}) => app.fetch(path.startsWith('/') ? path : `/v2/${path}`, as, init);

  async function openUpload(repository: string, query = ''): Promise<string> {
    const response = await fetch(`${repository}/blobs/uploads/${query}`, { method: 'POST' });
    expect(response.status).toBe(202);
    return response.headers.get('location') ?? '';
  }

  async function pushBlob(repository: string, content: string | Buffer, digest = digestOf(content)): Promise<Response> {
    return fetch(`${repository}/blobs/uploads/?digest=${digest}`, { method: 'POST', body: content as never });
  }

  async function putManifest(repository: string, reference: string, manifest: string, contentType = 'application/json'): Promise<Response> {
    return fetch(`${repository}/manifests/${reference}`, { method: 'PUT', body: manifest, headers: { 'content-type': contentType } });
  }

  /** Pushes an image with its content, as clients do. */
  async function push(repository: string, image: TestImage, reference = image.digest): Promise<Response> {
    for (const blob of image.blobs) expect((await pushBlob(repository, blob)).status).toBe(201);
    return putManifest(repository, reference, image.manifest, image.mediaType);
  }

  return { fetch, openUpload, pushBlob, putManifest, push };
}

/** What a refusal says; fails where it does not say it in the clients' dialect. */
export async function errorOf(response: Response): Promise<OciError> {
  const { errors } = (await response.json()) as { errors: { code: string; message: string }[] };
  expect(response.headers.get('content-type')).toBe('application/json');
  expect(errors).toHaveLength(1);
  expect(errors[0]?.message).toMatch(/\S/);
  return { status: response.status, code: errors[0]?.code ?? '', message: errors[0]?.message ?? '' };
}

/** Status and code of a refusal. */
export async function refusal(response: Response): Promise<string> {
  const { status, code } = await errorOf(response);
  return `${status} ${code}`;
}
