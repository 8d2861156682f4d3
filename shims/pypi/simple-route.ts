import type { ServerResponse } from 'node:http';
import { send, sendDocument } from '../../src/http/send.ts';
import { writeText } from '../../src/http/write-text.ts';
import { listFileRows } from '../../src/packages/document-rows.ts';
import { listNames } from '../../src/packages/names.ts';
import { getPackageInView } from '../../src/packages/view.ts';
import type { Exchange } from '../kit/shim.ts';
import { pypiFormat } from './format.ts';
import { normalizeName } from './name.ts';
import { knownTypes, negotiate, type SimpleForm } from './negotiate.ts';
import { projectFiles } from './project-files.ts';
import { htmlList, jsonList, renderSimpleHtml, renderSimpleJson } from './simple.ts';

/** Names that are read at once. */
const pageSize = 500;

/** `GET /simple/{project}/`: its files. Other spellings of the name, and the address without its slash, are redirected (PEP 503). */
export async function getProject(exchange: Exchange): Promise<void> {
  const { core, actor, namespacePath, endpointUrl, params, request, response } = exchange;
  const given = params['project'] ?? '';
  const project = normalizeName(given);
  if (project !== given || !hasSlash(exchange)) return redirect(exchange, `/simple/${encodeURIComponent(project)}/`);
  const head = await getPackageInView(core, actor, namespacePath, pypiFormat, project);
  const form = chooseForm(exchange);
  if (form === undefined) return refuse(response);
  const key = `pypi simple ${head.id} ${head.revision} ${endpointUrl} ${form.contentType}`;
  const document = await core.documents.get(key, async () => {
    const input = { project, endpointUrl, files: projectFiles(await listFileRows(core, head.id)) };
    return { contentType: form.contentType, body: form.kind === 'json' ? renderSimpleJson(input) : renderSimpleHtml(input) };
  });
  sendDocument(request, response, document);
}

/**
 * `GET /simple/`: all projects that the caller may read there, streamed page by page: what one caller may see is no document of another, and it may be
 * long.
 */
export async function getProjects(exchange: Exchange): Promise<void> {
  const { core, actor, namespacePath, request, response } = exchange;
  if (!hasSlash(exchange)) return redirect(exchange, '/simple/');
  const form = chooseForm(exchange);
  const list = (after?: string) => listNames(core, actor, { namespacePath, format: pypiFormat, limit: pageSize, ...(after === undefined ? {} : { after }) });
  let page = await list();
  if (form === undefined) return refuse(response);
  response.writeHead(200, { 'content-type': form.contentType, 'cache-control': 'private, no-cache', vary: 'Accept, Authorization' });
  if (request.method === 'HEAD') return void response.end();
  const { head, project, between, foot } = form.kind === 'json' ? jsonList : htmlList;
  let separator = '';
  await writeText(response, head);
  for (;;) {
    const names = page.heads.map(({ subject }) => project(subject.normalizedName));
    if (names.length > 0) {
      await writeText(response, separator + names.join(between));
      separator = between;
    }
    if (page.next === undefined || response.destroyed) break;
    page = await list(page.next);
  }
  response.end(foot);
}

function chooseForm({ request, query }: Exchange): SimpleForm | undefined {
  return negotiate(request.headers.accept, query.get('format'));
}

function refuse(response: ServerResponse): void {
  send(response, 406, { 'content-type': 'text/plain; charset=utf-8', vary: 'Accept' }, `Ask for one of ${knownTypes.join(', ')}.\n`);
}

/** The segments of a path do not tell whether there was a slash behind the last one. */
function hasSlash({ request }: Exchange): boolean {
  return (request.url ?? '').split('?')[0]?.endsWith('/') === true;
}

function redirect({ endpointUrl, query, response }: Exchange, path: string): void {
  const search = query.size === 0 ? '' : `?${query.toString()}`;
  send(response, 301, { location: `${endpointUrl}${path}${search}`, 'cache-control': 'private, no-cache' });
}
