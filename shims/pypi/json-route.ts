import { NotFound } from '../../src/errors.ts';
import { sendDocument } from '../../src/http/send.ts';
import { type DocumentRow, findReadme, listDocumentRows } from '../../src/packages/document-rows.ts';
import { getPackageInView } from '../../src/packages/view.ts';
import type { Exchange } from '../kit/shim.ts';
import type { PyPiMetadata } from './core-metadata.ts';
import { pypiFormat } from './format.ts';
import { projectFiles } from './project-files.ts';
import { renderProjectJson } from './project-json.ts';
import { parseVersion } from './version.ts';

/** `GET /pypi/{project}/json` and `GET /pypi/{project}/{version}/json`: all that is known of a project, or of one of its versions. Throws NotFound. */
export async function getProjectJson({ core, actor, namespacePath, endpointUrl, params, request, response }: Exchange): Promise<void> {
  const head = await getPackageInView(core, actor, namespacePath, pypiFormat, params['project'] ?? '');
  const given = params['version'];
  const noSuch = () => new NotFound('Version', `${head.name} has no version ${(given ?? '').slice(0, 100)}.`);
  if (given !== undefined && !parseVersion(given)) throw noSuch();
  const wanted = given === undefined ? undefined : pypiFormat.normalizeVersion(given);
  const key = `pypi json ${head.id} ${head.revision} ${endpointUrl} ${wanted ?? ''}`;
  const document = await core.documents.get(key, async () => {
    const rows = await listDocumentRows(core, head.id);
    const row = wanted === undefined ? latestOf(rows) : rows.find(({ normalizedVersion }) => normalizedVersion === wanted);
    if (!row) throw noSuch();
    const { normalizedVersion, metadata } = row;
    const readme = await findReadme(core, head.id, normalizedVersion);
    const body = renderProjectJson({
      name: head.name,
      project: head.subject.normalizedName,
      endpointUrl,
      revision: head.revision,
      files: projectFiles(rows),
      normalizedVersion,
      metadata: JSON.parse(metadata) as PyPiMetadata,
      readme: readme ?? '',
      withReleases: wanted === undefined,
    });
    return { contentType: 'application/json', body };
  });
  sendDocument(request, response, document);
}

/** The highest version that installers choose: no pre-release, and none that was withdrawn, while there are others. Rows are in the order of versions. */
function latestOf(rows: readonly DocumentRow[]): DocumentRow | undefined {
  const offered = rows.filter(({ status }) => status !== 'YANKED' && status !== 'HIDDEN');
  return offered.findLast(({ normalizedVersion }) => !pypiFormat.isPrerelease(normalizedVersion)) ?? offered.at(-1) ?? rows.at(-1);
}
