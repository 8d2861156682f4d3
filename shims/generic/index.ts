import type { Shim } from '../kit/shim.ts';
import { renderError } from './errors.ts';
import { genericFormat } from './format.ts';
import { deleteAll, deleteFile, deleteVersion, getFile, getListing } from './read-route.ts';
import { putFile } from './upload-route.ts';

/** Generic files over plain HTTP, for curl, wget and anything else. */
export const generic: Shim = {
  format: genericFormat,
  // curl and wget send their credential only after a Basic challenge.
  challenge: 'Basic realm="Entrepot"',
  renderError,
  routes: [
    { method: 'GET', path: ':pkg', handle: getListing },
    { method: 'GET', path: ':pkg/:version', handle: getListing },
    { method: 'GET', path: ':pkg/:version/*path', handle: getFile },
    { method: 'PUT', path: ':pkg/:version/*path', handle: putFile },
    { method: 'DELETE', path: ':pkg', handle: deleteAll },
    { method: 'DELETE', path: ':pkg/:version', handle: deleteVersion },
    { method: 'DELETE', path: ':pkg/:version/*path', handle: deleteFile },
  ],
};
