import { text } from 'node:stream/consumers';
import { NotFound } from '../../src/errors.ts';
import { sendDocument } from '../../src/http/send.ts';
import { findStoredFile, type StoredFile } from '../../src/packages/download.ts';
import type { Exchange } from '../kit/shim.ts';
import { attestationKinds, renderProvenance } from './attestation.ts';
import { asUpload, findFile } from './file-route.ts';
import { pypiFormat } from './format.ts';

/**
 * `GET /integrity/{project}/{version}/{file}/provenance`: the attestations that were sent with a file (PEP 740, https://docs.pypi.org/api/integrity/).
 * Throws NotFound where there are none.
 */
export async function getProvenance(exchange: Exchange): Promise<void> {
  const { core, params, request, response } = exchange;
  const file = await findFile(exchange, params['file'] ?? '');
  const version = pypiFormat.normalizeVersion(params['version'] ?? '');
  const found: StoredFile[] = [];
  for (const kind of attestationKinds) {
    const attestation = await findStoredFile(core, file.packageId, version, `${file.name}.${kind}.attestation`);
    if (attestation) found.push(attestation);
  }
  if (found.length === 0) throw new NotFound('Provenance', `There are no attestations of ${file.name}.`);
  const document = await core.documents.get(`pypi provenance ${found.map(({ sha256 }) => sha256).join(' ')}`, async () => ({
    contentType: 'application/vnd.pypi.integrity.v1+json',
    body: renderProvenance(await Promise.all(found.map(async (attestation) => text(await asUpload(core, attestation).open())))),
  }));
  sendDocument(request, response, document);
}
