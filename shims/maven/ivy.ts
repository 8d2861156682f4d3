import { InvalidPackage } from '../../src/errors.ts';
import type { DependencyFacts, JsonObject, UploadedFile, VersionFacts } from '../../src/formats/format.ts';
import { licensesOf } from '../../src/formats/licenses.ts';
import { maxDependencies } from '../../src/formats/limits.ts';
import { childOf, childrenOf, childText, readXml, type XmlElement } from '../kit/xml.ts';

/** Whether a file is an Ivy module descriptor by its name: `ivy.xml`, `ivy-1.0.xml`, `ivys/ivy.xml`. */
export function isIvyFile(fileName: string): boolean {
  return /(?:^|\/)ivy(?:-[^/]*)?\.xml$/.test(fileName);
}

/** What an Ivy module descriptor says (https://ant.apache.org/ivy/history/2.5.0/ivyfile.html). Throws InvalidPackage. */
export async function readIvy(file: UploadedFile): Promise<Omit<VersionFacts, 'name' | 'version'>> {
  const root = await readXml(file, { what: 'The Ivy file' });
  if (root.name !== 'ivy-module') throw new InvalidPackage(`The Ivy file is none: its root is <${root.name.slice(0, 100)}>, not <ivy-module>.`);
  const info = childOf(root, 'info');
  const description = childOf(info, 'description');
  const about = childText(info, 'description');
  const homepage = description?.attributes['homepage'];
  const metadata: JsonObject = { packaging: packagingOf(root), ...text('status', info?.attributes['status']) };
  return {
    ...text('description', about),
    ...text('homepage', homepage),
    licenses: licensesOf(childrenOf(info, 'license').map(({ attributes }) => attributes['name'] ?? attributes['url'])),
    authors: childrenOf(info, 'ivyauthor').flatMap(({ attributes }) => attributes['name'] ?? []).slice(0, 100),
    dependencies: dependenciesOf(root, info?.attributes['organisation'] ?? ''),
    metadata,
  };
}

function text(field: string, value: string | undefined): Record<string, string> {
  return value === undefined || value === '' ? {} : { [field]: value };
}

/** The type of its main artifact. */
function packagingOf(root: XmlElement): string {
  const [first] = childrenOf(childOf(root, 'publications'), 'artifact');
  return first?.attributes['type'] ?? 'jar';
}

function dependenciesOf(root: XmlElement, ownOrganisation: string): DependencyFacts[] {
  const list = childrenOf(childOf(root, 'dependencies'), 'dependency');
  if (list.length > maxDependencies) throw new InvalidPackage(`The Ivy file has ${list.length} dependencies; at most ${maxDependencies} are taken.`);
  return list.flatMap(({ attributes }) => {
    const { name, org = ownOrganisation, rev = '', conf = 'default' } = attributes;
    if (name === undefined) return [];
    // `compile->default(compile)`: the module's own configurations stand in front.
    const kind = /^[A-Za-z0-9_.*,-]{1,32}(?=->|$)/.exec(conf.replaceAll(' ', ''))?.[0].replace(/-$/, '') ?? 'default';
    return [{ kind, name: `${org}:${name}`, requirement: rev }];
  });
}
