import { fileUrl, microseconds, type ProjectFile, provenanceUrl } from './project-files.ts';

/** What the simple page of a project is made of. */
export interface SimpleInput {
  /** Normalised. */
  project: string;
  /** Absolute URL of the endpoint, without a trailing slash. */
  endpointUrl: string;
  /** By version, then by name. */
  files: readonly ProjectFile[];
}

/** Of the API (PEP 629): 1.1 brought versions and sizes (PEP 700), 1.3 provenance (PEP 740). */
const apiVersion = '1.3';
const metaTag = `<meta name="pypi:repository-version" content="${apiVersion}">`;

/** The page of a project as HTML (PEP 503, https://packaging.python.org/en/latest/specifications/simple-repository-api/#base-html-api). */
export function renderSimpleHtml({ project, endpointUrl, files }: SimpleInput): string {
  const title = `Links for ${escapeHtml(project)}`;
  const lines = files.map((file) => `${anchor(project, endpointUrl, file)}<br>\n`);
  return `<!DOCTYPE html>\n<html>\n<head>\n${metaTag}\n<title>${title}</title>\n</head>\n<body>\n<h1>${title}</h1>\n${lines.join('')}</body>\n</html>\n`;
}

function anchor(project: string, endpointUrl: string, file: ProjectFile): string {
  const { requiresPython, metadataSha256 } = file.attributes;
  const attributes = [
    ['href', `${fileUrl(endpointUrl, project, file)}#sha256=${file.sha256}`],
    ...(requiresPython === undefined ? [] : [['data-requires-python', requiresPython]]),
    // The second is what PEP 714 keeps of an older spelling.
    ...(metadataSha256 === undefined ? [] : ['data-core-metadata', 'data-dist-info-metadata'].map((name) => [name, `sha256=${metadataSha256}`])),
    ...(file.yanked === undefined ? [] : [['data-yanked', file.yanked]]),
    ['data-gpg-sig', String(file.hasSignature)],
    ...(file.hasAttestations ? [['data-provenance', provenanceUrl(endpointUrl, project, file)]] : []),
  ];
  return `<a ${attributes.map(([name, value = '']) => `${name}="${escapeHtml(value)}"`).join(' ')}>${escapeHtml(file.name)}</a>`;
}

/** The page of a project as JSON (PEP 691 and 700, https://packaging.python.org/en/latest/specifications/simple-repository-api/#json-based-simple-api-for-python-package-indexes). */
export function renderSimpleJson({ project, endpointUrl, files }: SimpleInput): string {
  return JSON.stringify({
    meta: { 'api-version': apiVersion },
    name: project,
    versions: [...new Map(files.map(({ normalizedVersion, version }) => [normalizedVersion, version])).values()],
    files: files.map((file) => fileObject(project, endpointUrl, file)),
  });
}

function fileObject(project: string, endpointUrl: string, file: ProjectFile) {
  const { requiresPython, metadataSha256 } = file.attributes;
  const metadata = metadataSha256 === undefined ? false : { sha256: metadataSha256 };
  return {
    filename: file.name,
    url: fileUrl(endpointUrl, project, file),
    hashes: { sha256: file.sha256 },
    ...(requiresPython === undefined ? {} : { 'requires-python': requiresPython }),
    'core-metadata': metadata,
    'dist-info-metadata': metadata,
    'gpg-sig': file.hasSignature,
    yanked: file.yanked === undefined ? false : file.yanked === '' ? true : file.yanked,
    size: file.sizeBytes,
    'upload-time': microseconds(file.uploadedAt),
    provenance: file.hasAttestations ? provenanceUrl(endpointUrl, project, file) : null,
  };
}

/** The list of projects in pieces: what stands before it, one project, what stands between two, and behind all. */
export interface ListForm {
  head: string;
  project(name: string): string;
  between: string;
  foot: string;
}

/** As HTML; links are relative to the page (PEP 503). */
export const htmlList: ListForm = {
  head: `<!DOCTYPE html>\n<html>\n<head>\n${metaTag}\n<title>Simple index</title>\n</head>\n<body>\n`,
  project: (name) => `<a href="${escapeHtml(encodeURIComponent(name))}/">${escapeHtml(name)}</a><br>\n`,
  between: '',
  foot: '</body>\n</html>\n',
};

/** As JSON (PEP 691). */
export const jsonList: ListForm = {
  head: `{"meta":{"api-version":"${apiVersion}"},"projects":[`,
  project: (name) => JSON.stringify({ name }),
  between: ',',
  foot: ']}',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
