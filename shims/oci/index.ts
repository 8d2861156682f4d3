import type { Shim } from '../kit/shim.ts';
import { deleteBlob, getBlob } from './blob-route.ts';
import { challengeOf } from './challenge.ts';
import { renderError } from './errors.ts';
import { ociFormat } from './format.ts';
import { getCatalog, getTags } from './list-route.ts';
import { deleteManifest, getManifest, putManifest } from './manifest-route.ts';
import { ping } from './ping-route.ts';
import { getReferrers } from './referrers-route.ts';
import { getToken, postToken } from './token-route.ts';
import { deleteUpload, getUploadState, patchUpload, postUpload, putUpload } from './upload-route.ts';

/** The OCI distribution protocol (https://github.com/opencontainers/distribution-spec/blob/main/spec.md), which Docker's is, too. */
export const oci: Shim = {
  format: ociFormat,
  challenge: challengeOf,
  renderError,
  routes: [
    { method: 'GET', path: '', handle: ping },
    { method: 'GET', path: 'token', handle: getToken },
    { method: 'POST', path: 'token', handle: postToken },
    { method: 'GET', path: '_catalog', handle: getCatalog },
    { method: 'GET', path: '*repository/tags/list', handle: getTags },
    { method: 'GET', path: '*repository/referrers/:digest', handle: getReferrers },
    { method: 'GET', path: '*repository/manifests/:reference', handle: getManifest },
    { method: 'PUT', path: '*repository/manifests/:reference', handle: putManifest },
    { method: 'DELETE', path: '*repository/manifests/:reference', handle: deleteManifest },
    { method: 'POST', path: '*repository/blobs/uploads', handle: postUpload },
    { method: 'GET', path: '*repository/blobs/uploads/:id', handle: getUploadState },
    { method: 'PATCH', path: '*repository/blobs/uploads/:id', handle: patchUpload },
    { method: 'PUT', path: '*repository/blobs/uploads/:id', handle: putUpload },
    { method: 'DELETE', path: '*repository/blobs/uploads/:id', handle: deleteUpload },
    { method: 'GET', path: '*repository/blobs/:digest', handle: getBlob },
    { method: 'DELETE', path: '*repository/blobs/:digest', handle: deleteBlob },
  ],
};
