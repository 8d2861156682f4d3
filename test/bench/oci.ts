import { randomBytes } from 'node:crypto';
import { authorization, largeFileBytes } from './data.ts';
import { ociTypes, pushImage, repository } from './oci-client.ts';
import type { Read } from './scenario.ts';

/** Pushes an image with a layer of 64 MB, and tells how to read its manifest and the layer. */
export async function ociReads(port: number, smallTarget: number): Promise<{ manifest: Read; layer: Read }> {
  const [digest = ''] = await pushImage({ port, headers: authorization }, [randomBytes(largeFileBytes)]);
  const headers = { ...authorization, ...ociTypes };
  return {
    manifest: { name: 'OCI manifest GET', path: `/v2/${repository}/manifests/latest`, headers, status: 200, target: smallTarget },
    layer: { name: 'OCI blob GET 64 MB', path: `/v2/${repository}/blobs/${digest}`, headers, status: 200, target: 0.9 },
  };
}
