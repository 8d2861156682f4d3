import { InvalidInput } from '../../src/errors.ts';
import type { Format, Inspection } from '../../src/formats/format.ts';
import { numberKey } from '../../src/formats/semver-order.ts';
import { bonds } from './facts.ts';
import { inspectAll } from './inspect.ts';
import { normalizeVersion, validateName, validateTag } from './name.ts';
import { setupOci } from './setup.ts';

/** Container images and everything else that is stored as OCI manifests: a package is a repository, a version a manifest, called by its digest. */
export const ociFormat: Format = {
  id: 'oci',
  title: 'OCI',
  purlType: 'oci',
  normalizeName: (name) => name,
  validateName,
  normalizeVersion,
  // Digests have no order; what was published last is the latest.
  sortKey: (_digest, publishedAtMs) => numberKey(String(publishedAtMs)),
  isPrerelease: () => false,
  publishes: 'version',
  duplicates: 'impossible',
  bonds,
  validateTag,
  digests: ['sha256'],
  maxFileBytes: 10 * 1024 ** 3,
  root: '/v2/',
  inspectAll,
  inspect: (): Promise<Inspection> => Promise.reject(new InvalidInput('uploads', 'A manifest is published together with what it lists.')),
  setup: setupOci,
};
