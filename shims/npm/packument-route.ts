import type { Action } from '../../src/access/decide.ts';
import type { Core } from '../../src/core.ts';
import { sendDocument } from '../../src/http/send.ts';
import { findVersionTexts, listDocumentRows, listTagRows, type DocumentRow } from '../../src/packages/document-rows.ts';
import type { PackageHead } from '../../src/packages/heads.ts';
import { getPackageInView } from '../../src/packages/view.ts';
import type { BuildInfo } from '../../src/formats/format.ts';
import { digestOf } from '../../src/storage/digests.ts';
import type { Exchange } from '../kit/shim.ts';
import { npmFormat } from './format.ts';
import { type PackumentInput, type PackumentVersion, renderAbbreviated, renderManifest, renderPackument } from './packument.ts';

const abbreviatedType = 'application/vnd.npm.install-v1+json';

/**
 * What installers of a hidden version are warned of. It also makes npm and pnpm pass it over where another version fits, as they do with
 * deprecated ones.
 */
export const hiddenNotice = 'This version is hidden by its publisher and not meant for new use.';

/**
 * `GET /{package}`: the packument, abbreviated where the client asks for that. With `write=true` it is the one that the client will send
 * back changed (unpublish, deprecate): there withdrawn versions stand among the others.
 */
export async function getPackument(exchange: Exchange): Promise<void> {
  const head = await findHead(exchange);
  if (exchange.query.get('write') === 'true') {
    const render = async (input: PackumentInput) => ({ contentType: 'application/json', body: renderPackument(input) });
    return sendRendered(exchange, head, 'for editing', render, { isForEditing: true });
  }
  const isAbbreviated = exchange.request.headers.accept?.includes(abbreviatedType) ?? false;
  await sendRendered(exchange, head, isAbbreviated ? 'abbreviated' : 'full', async (input) => ({
    contentType: isAbbreviated ? abbreviatedType : 'application/json',
    body: isAbbreviated ? renderAbbreviated(input) : renderPackument(input),
  }));
}

/** `GET /{package}/{version or tag}`: one manifest. */
export async function getManifest(exchange: Exchange): Promise<void> {
  const head = await findHead(exchange);
  const { version = '' } = exchange.params;
  await sendRendered(exchange, head, `manifest ${version}`, async (input) => ({
    contentType: 'application/json',
    body: renderManifest(input, version),
  }));
}

/** The package that the URL names, in the view of its namespace, if the actor may act on it so. */
export function findHead({ core, actor, namespacePath, params }: Exchange, action?: Action): Promise<PackageHead> {
  return getPackageInView(core, actor, namespacePath, npmFormat, params['pkg'] ?? '', action);
}

async function sendRendered(
  { core, endpointUrl, request, response }: Exchange,
  head: PackageHead,
  variant: string,
  render: (input: PackumentInput) => Promise<{ contentType: string; body: string }>,
  { isForEditing = false } = {},
): Promise<void> {
  // The revision was read before the rows: a document is at least as new as its key says, and an older key is never asked for again.
  const key = `npm ${head.id} ${head.revision} ${endpointUrl} ${variant}`;
  const document = await core.documents.get(key, async () => render(await loadInput(core, head, endpointUrl, isForEditing)));
  sendDocument(request, response, document);
}

async function loadInput(core: Core, head: PackageHead, baseUrl: string, isForEditing: boolean): Promise<PackumentInput> {
  const [rows, allTags] = await Promise.all([listDocumentRows(core, head.id), listTagRows(core, head.id)]);
  const statuses = new Map(rows.map(({ normalizedVersion, status }) => [normalizedVersion, status]));
  const tags = allTags.filter((tag) => isForEditing || mayFollow(tag, statuses.get(tag.version)));
  const latest = tags.find(({ name }) => name === npmFormat.defaultTag);
  const texts = latest && (await findVersionTexts(core, head.id, latest.version));
  const publishers = new Set(rows.map(({ publishedBy }) => publishedBy).filter((name) => name !== null));
  return {
    package: head,
    tags,
    versions: rows.map((row) => versionOf(row, isForEditing)),
    maintainers: [...publishers].sort().map((name) => ({ name })),
    baseUrl,
    isForEditing,
    ...(typeof texts?.readme === 'string' ? { readme: texts.readme } : {}),
  };
}

/** Nobody is led to a withdrawn version, and by default nobody to a hidden one. */
function mayFollow({ name }: { name: string }, status: DocumentRow['status'] | undefined): boolean {
  return status !== 'YANKED' && (status !== 'HIDDEN' || name !== npmFormat.defaultTag);
}

function versionOf(row: DocumentRow, isForEditing: boolean): PackumentVersion {
  const commit = row.build === null ? undefined : (JSON.parse(row.build) as BuildInfo).commit;
  const deprecated = deprecationOf(row, isForEditing);
  return {
    version: row.normalizedVersion,
    metadata: row.metadata,
    publishedAt: row.publishedAt,
    file: { name: row.fileName, sizeBytes: row.sizeBytes, sha1: digestOf(row, 'sha1'), sha512: digestOf(row, 'sha512') },
    ...(deprecated === null ? {} : { deprecated }),
    ...(row.status === 'YANKED' ? { yanked: row.statusReason ?? '' } : {}),
    ...(row.publishedBy === null ? {} : { publishedBy: row.publishedBy }),
    ...(commit === undefined ? {} : { gitHead: commit }),
  };
}

function deprecationOf({ status, statusReason }: DocumentRow, isForEditing: boolean): string | null {
  if (status === 'DEPRECATED') return statusReason;
  // What is only our mark must not come back as the publisher's own words.
  return status === 'HIDDEN' ? (statusReason ?? (isForEditing ? null : hiddenNotice)) : null;
}
