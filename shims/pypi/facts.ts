import type { VersionFacts } from '../../src/formats/format.ts';
import { licensesOf } from '../../src/formats/licenses.ts';
import type { CoreMetadata, ProjectUrl, PyPiMetadata } from './core-metadata.ts';
import { licenseOfClassifier } from './license-classifiers.ts';
import { dependenciesOf } from './requirement.ts';

/** Display facts are bounded; the metadata keeps all of them. */
const maxListed = 100;
const maxFactLength = 255;
const maxUrlLength = 2000;
/** A licence's name, not its text, which stands in that field now and then. */
const maxLicenseLength = 100;
const maxReadmeLength = 512 * 1024;

/** What core metadata says of a version, in the words of all formats. */
export function factsOf({ name, version, description, fields }: CoreMetadata): VersionFacts {
  const urls = fields.projectUrls ?? [];
  const homepage = browsable(fields.homePage) ?? linkOf(urls, ['homepage']);
  const repositoryUrl = linkOf(urls, ['source', 'repository', 'sourcecode', 'code', 'github', 'gitlab']);
  const readme = description.trim() === '' ? undefined : description.slice(0, maxReadmeLength).toWellFormed();
  return {
    name,
    version,
    ...(fields.summary === undefined ? {} : { description: fields.summary }),
    ...(readme === undefined ? {} : { readme }),
    licenses: licenses(fields),
    ...(homepage === undefined ? {} : { homepage }),
    ...(repositoryUrl === undefined ? {} : { repositoryUrl }),
    keywords: bounded((fields.keywords ?? '').split(fields.keywords?.includes(',') ? ',' : /\s+/)),
    authors: bounded([...peopleOf(fields.author, fields.authorEmail), ...peopleOf(fields.maintainer, fields.maintainerEmail)]),
    dependencies: dependenciesOf(fields.requiresDist ?? []),
    metadata: { ...fields },
  };
}

/** The licence expression (PEP 639) where there is one, else the classifiers, which say more than the free text, else that. */
function licenses({ licenseExpression, classifiers = [], license }: PyPiMetadata): string[] {
  if (licenseExpression !== undefined) return licensesOf(licenseExpression);
  const classified = classifiers.map(licenseOfClassifier).filter((found) => found !== undefined);
  if (classified.length > 0) return licensesOf(classified);
  return license === undefined || license.length > maxLicenseLength || license.includes('\n') ? [] : licensesOf(license);
}

/** `Author` and `Author-email` name the same people, the latter as `Name <mail>, Name <mail>`. */
function peopleOf(names: string | undefined, mails: string | undefined): string[] {
  const addresses = (mails ?? '').split(',').map((mail) => mail.trim());
  if (names === undefined) return addresses;
  const [only] = addresses;
  return addresses.length === 1 && only !== undefined && only !== '' && !only.includes('<') ? [`${names} <${only}>`] : [names, ...addresses.filter((mail) => mail.includes('<'))];
}

/** Well-known labels are compared without their case and punctuation (https://packaging.python.org/en/latest/specifications/well-known-project-urls/). */
function linkOf(urls: readonly ProjectUrl[], labels: readonly string[]): string | undefined {
  const known = urls.map(({ label, url }) => ({ label: label.toLowerCase().replace(/[\s\p{P}]/gu, ''), url: browsable(url) }));
  for (const wanted of labels) {
    const found = known.find(({ label, url }) => label === wanted && url !== undefined);
    if (found) return found.url;
  }
  return undefined;
}

/** A URL that may become a link on a page. */
function browsable(url: string | undefined): string | undefined {
  return url !== undefined && url.length <= maxUrlLength && /^https?:\/\//i.test(url) && URL.canParse(url) ? url : undefined;
}

function bounded(texts: readonly string[]): string[] {
  const trimmed = texts.map((text) => text.trim()).filter((text) => text !== '' && text.length <= maxFactLength);
  return [...new Set(trimmed)].slice(0, maxListed);
}
