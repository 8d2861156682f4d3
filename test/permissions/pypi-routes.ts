import { formType } from '../support/multipart.ts';
import { uploadForm, wheel } from '../support/python-files.ts';
import { pypiPath } from '../wire/pypi-request.ts';
import type { Call, RouteContext, RouteRow } from './routes.ts';

const get = (path: (name: string) => string) => ({ node, target }: RouteContext): Call => ({ method: 'GET', path: pypiPath(path(target.pypi.package.name), node) });
const wheelOf = (name: string) => `${name.replace('-', '_')}-1.0-py3-none-any.whl`;
const upload = (path: string) => ({ node, number }: RouteContext): Call => {
  const project = { name: `new-${number}`, version: '1.0' };
  return { method: 'POST', path: pypiPath(path, node), headers: { 'content-type': formType }, body: new Uint8Array(uploadForm(wheel(project), project)) };
};

/** Every route of PyPI. */
export const pypiRows: RouteRow[] = [
  { route: 'pypi GET simple', need: 'SEE', of: 'NODE', ok: 200, call: get(() => 'simple/') },
  { route: 'pypi GET simple/:project', need: 'READ', of: 'PACKAGE', ok: 200, call: get((name) => `simple/${name}/`) },
  { route: 'pypi GET files/:project/:version/:file', need: 'READ', of: 'PACKAGE', ok: 200, call: get((name) => `files/${name}/1/${wheelOf(name)}`) },
  { route: 'pypi GET integrity/:project/:version/:file/provenance', need: 'READ', of: 'PACKAGE', ok: 200, call: get((name) => `integrity/${name}/1/${wheelOf(name)}/provenance`) },
  { route: 'pypi GET pypi/:project/json', need: 'READ', of: 'PACKAGE', ok: 200, call: get((name) => `pypi/${name}/json`) },
  { route: 'pypi GET pypi/:project/:version/json', need: 'READ', of: 'PACKAGE', ok: 200, call: get((name) => `pypi/${name}/1.0/json`) },
  { route: 'pypi POST legacy', need: 'PUBLISH', of: 'NEW', ok: 200, changes: true, call: upload('legacy/') },
  { route: 'pypi POST ', need: 'PUBLISH', of: 'NEW', ok: 200, changes: true, call: upload('') },
];
