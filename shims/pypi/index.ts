import type { Shim } from '../kit/shim.ts';
import { renderError } from './errors.ts';
import { getFile } from './file-route.ts';
import { pypiFormat } from './format.ts';
import { getProvenance } from './integrity-route.ts';
import { getProjectJson } from './json-route.ts';
import { getProject, getProjects } from './simple-route.ts';
import { postUpload } from './upload-route.ts';

/** Python packages: the simple index that pip, uv and Poetry read, and the uploads of twine, uv, Poetry and Flit. */
export const pypi: Shim = {
  format: pypiFormat,
  // pip asks for a credential, or looks into its keyring, only after a Basic challenge.
  challenge: 'Basic realm="Entrepot"',
  renderError,
  routes: [
    { method: 'POST', path: 'legacy', handle: postUpload },
    // GitLab's users upload to the endpoint itself.
    { method: 'POST', path: '', handle: postUpload },
    { method: 'GET', path: 'simple', handle: getProjects },
    { method: 'GET', path: 'simple/:project', handle: getProject },
    { method: 'GET', path: 'files/:project/:version/:file', handle: getFile },
    { method: 'GET', path: 'integrity/:project/:version/:file/provenance', handle: getProvenance },
    { method: 'GET', path: 'pypi/:project/json', handle: getProjectJson },
    { method: 'GET', path: 'pypi/:project/:version/json', handle: getProjectJson },
  ],
};
