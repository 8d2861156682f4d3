import { NotFound } from '../../src/errors.ts';
import { sendDocument } from '../../src/http/send.ts';
import { type FileDocumentRow, findVersionTexts, listFileRows } from '../../src/packages/document-rows.ts';
import { isListed } from '../../src/packages/summary.ts';
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
    const rows = await listFileRows(core, head.id, wanted);
    const normalizedVersion = latestOf(rows)?.normalizedVersion;
    const texts = normalizedVersion === undefined ? undefined : await findVersionTexts(core, head.id, normalizedVersion);
    if (normalizedVersion === undefined || !texts) throw noSuch();
    const body = renderProjectJson({
      name: head.name,
      project: head.subject.normalizedName,
      endpointUrl,
      revision: head.revision,
      files: projectFiles(rows),
      normalizedVersion,
      metadata: JSON.parse(texts.metadata) as PyPiMetadata,
      readme: texts.readme ?? '',
      withReleases: wanted === undefined,
    });
    return { contentType: 'application/json', body };
  });
  sendDocument(request, response, document);
}

/** The highest version that installers choose: no pre-release, and none that was withdrawn, while there are others. Rows are in the order of versions. */
function latestOf(rows: readonly FileDocumentRow[]): FileDocumentRow | undefined {
  const offered = rows.filter(isListed);
  return offered.findLast(({ normalizedVersion }) => !pypiFormat.isPrerelease(normalizedVersion)) ?? offered.at(-1) ?? rows.at(-1);
}
