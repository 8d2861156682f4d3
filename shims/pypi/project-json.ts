import type { PyPiMetadata } from './core-metadata.ts';
import { fileUrl, microseconds, type ProjectFile } from './project-files.ts';

/** What a JSON document of a project is made of. */
export interface ProjectJsonInput {
  /** As it was first published. */
  name: string;
  /** Normalised. */
  project: string;
  endpointUrl: string;
  revision: number;
  /** All of the project, by version, then by name. */
  files: readonly ProjectFile[];
  /** The version that `info` is about. */
  normalizedVersion: string;
  metadata: PyPiMetadata;
  readme: string;
  /** Whether to list all versions. */
  withReleases: boolean;
}

/** The JSON document of a project or of one version of it (https://docs.pypi.org/api/json/). */
export function renderProjectJson(input: ProjectJsonInput): string {
  const { endpointUrl, project, files, normalizedVersion, revision, withReleases } = input;
  const url = (file: ProjectFile) => fileObject(endpointUrl, project, file);
  const own = files.filter((file) => file.normalizedVersion === normalizedVersion);
  const releases = [...Map.groupBy(files, (file) => file.normalizedVersion).values()].map((group) => [group[0]?.version ?? '', group.map(url)] as const);
  return JSON.stringify({
    info: info(input, own),
    last_serial: revision,
    ...(withReleases ? { releases: Object.fromEntries(releases) } : {}),
    urls: own.map(url),
    vulnerabilities: [],
    ownership: { roles: [], organization: null },
  });
}

function info({ name, project, endpointUrl, normalizedVersion, metadata, readme }: ProjectJsonInput, own: readonly ProjectFile[]) {
  const version = own[0]?.version ?? normalizedVersion;
  const links = metadata.projectUrls ?? [];
  const page = `${endpointUrl}/simple/${project}/`;
  const isYanked = own.length > 0 && own.every(({ yanked }) => yanked !== undefined);
  return {
    author: metadata.author ?? '',
    author_email: metadata.authorEmail ?? '',
    bugtrack_url: null,
    classifiers: metadata.classifiers ?? [],
    description: readme,
    description_content_type: metadata.descriptionContentType ?? null,
    docs_url: null,
    download_url: metadata.downloadUrl ?? '',
    downloads: { last_day: -1, last_month: -1, last_week: -1 },
    dynamic: metadata.dynamic ?? null,
    home_page: metadata.homePage ?? '',
    keywords: metadata.keywords ?? '',
    license: metadata.license ?? '',
    license_expression: metadata.licenseExpression ?? null,
    license_files: metadata.licenseFiles ?? null,
    maintainer: metadata.maintainer ?? '',
    maintainer_email: metadata.maintainerEmail ?? '',
    name,
    package_url: page,
    platform: metadata.platforms?.join(',') ?? null,
    project_url: page,
    project_urls: links.length === 0 ? null : Object.fromEntries(links.map(({ label, url }) => [label, url])),
    provides_extra: metadata.providesExtra ?? null,
    release_url: page,
    requires_dist: metadata.requiresDist ?? null,
    requires_python: metadata.requiresPython ?? null,
    summary: metadata.summary ?? '',
    version,
    yanked: isYanked,
    yanked_reason: isYanked && own[0]?.yanked ? own[0].yanked : null,
  };
}

function fileObject(endpointUrl: string, project: string, file: ProjectFile) {
  const { attributes, yanked } = file;
  return {
    comment_text: '',
    digests: { md5: file.md5, sha256: file.sha256 },
    downloads: -1,
    filename: file.name,
    has_sig: file.hasSignature,
    md5_digest: file.md5,
    packagetype: attributes.kind === 'wheel' ? 'bdist_wheel' : 'sdist',
    python_version: attributes.pythonTags?.join('.') ?? 'source',
    requires_python: attributes.requiresPython ?? null,
    size: file.sizeBytes,
    upload_time: microseconds(file.uploadedAt).slice(0, 19),
    upload_time_iso_8601: microseconds(file.uploadedAt),
    url: fileUrl(endpointUrl, project, file),
    yanked: yanked !== undefined,
    yanked_reason: yanked === undefined || yanked === '' ? null : yanked,
  };
}
