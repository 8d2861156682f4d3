import type { Core } from '../../src/core.ts';
import { sendDocument } from '../../src/http/send.ts';
import { findReadme, listDocumentRows, listTagRows, type DocumentRow } from '../../src/packages/document-rows.ts';
import type { PackageHead } from '../../src/packages/heads.ts';
import { getPackageInView } from '../../src/packages/view.ts';
import type { BuildInfo } from '../../src/formats/format.ts';
import type { Exchange } from '../kit/shim.ts';
import { npmFormat } from './format.ts';
import { type PackumentInput, type PackumentVersion, renderAbbreviated, renderManifest, renderPackument } from './packument.ts';

const abbreviatedType = 'application/vnd.npm.install-v1+json';

/** `GET /{package}`: the packument, abbreviated where the client asks for that. */
export async function getPackument(exchange: Exchange): Promise<void> {
  const head = await findHead(exchange);
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

/** The package that the URL names, in the view of its namespace. */
export function findHead({ core, actor, namespacePath, params }: Exchange): Promise<PackageHead> {
  return getPackageInView(core, actor, namespacePath, npmFormat, params['pkg'] ?? '');
}

async function sendRendered(
  { core, endpointUrl, request, response }: Exchange,
  head: PackageHead,
  variant: string,
  render: (input: PackumentInput) => Promise<{ contentType: string; body: string }>,
): Promise<void> {
  // The revision was read before the rows: a document is at least as new as its key says, and an older key is never asked for again.
  const key = `npm ${head.id} ${head.revision} ${endpointUrl} ${variant}`;
  const document = await core.documents.get(key, async () => render(await loadInput(core, head, endpointUrl)));
  sendDocument(request, response, document);
}

async function loadInput(core: Core, head: PackageHead, baseUrl: string): Promise<PackumentInput> {
  const [rows, tags] = await Promise.all([listDocumentRows(core, head.id), listTagRows(core, head.id)]);
  const latest = tags.find(({ name }) => name === npmFormat.defaultTag);
  const readme = latest && (await findReadme(core, head.id, latest.version));
  const publishers = new Set(rows.map(({ publishedBy }) => publishedBy).filter((name) => name !== null));
  return {
    package: head,
    tags,
    versions: rows.map(versionOf),
    maintainers: [...publishers].sort().map((name) => ({ name })),
    baseUrl,
    ...(readme === undefined ? {} : { readme }),
  };
}

function versionOf(row: DocumentRow): PackumentVersion {
  const commit = row.build === null ? undefined : (JSON.parse(row.build) as BuildInfo).commit;
  return {
    version: row.normalizedVersion,
    metadata: row.metadata,
    publishedAt: row.publishedAt,
    file: { name: row.fileName, sizeBytes: row.sizeBytes, sha1: row.sha1, sha512: row.sha512 },
    ...(row.status === 'DEPRECATED' && row.statusReason !== null ? { deprecated: row.statusReason } : {}),
    ...(row.publishedBy === null ? {} : { publishedBy: row.publishedBy }),
    ...(commit === undefined ? {} : { gitHead: commit }),
  };
}
