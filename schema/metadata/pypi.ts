import { builder } from '../builder.ts';
import { type MetadataSource, type MetadataType, PackageMetadata, storedOf } from './interface.ts';

interface ProjectUrl {
  label: string;
  url: string;
}

/** What the PyPI format stores of a version. */
interface Stored {
  metadataVersion?: string;
  summary?: string;
  descriptionContentType?: string;
  keywords?: string;
  homePage?: string;
  downloadUrl?: string;
  author?: string;
  authorEmail?: string;
  maintainer?: string;
  maintainerEmail?: string;
  license?: string;
  licenseExpression?: string;
  licenseFiles?: string[];
  classifiers?: string[];
  platforms?: string[];
  supportedPlatforms?: string[];
  projectUrls?: ProjectUrl[];
  requiresPython?: string;
  requiresDist?: string[];
  requiresExternal?: string[];
  providesExtra?: string[];
  providesDist?: string[];
  obsoletesDist?: string[];
  dynamic?: string[];
}

const ProjectUrlType = builder.objectRef<ProjectUrl>('PyPiProjectUrl').implement({
  description: 'A link of a Python project.',
  fields: (t) => ({
    label: t.exposeString('label', { description: 'What it is called.' }),
    url: t.exposeString('url', { description: 'Where it leads, as it was declared.' }),
  }),
});

const stored = storedOf<Stored>;

type Single = { [Field in keyof Stored]-?: NonNullable<Stored[Field]> extends string ? Field : never }[keyof Stored];
type Listed = { [Field in keyof Stored]-?: NonNullable<Stored[Field]> extends string[] ? Field : never }[keyof Stored];

builder.objectRef<MetadataSource>('PyPiMetadata').implement({
  description: 'What the core metadata of a Python distribution says (https://packaging.python.org/en/latest/specifications/core-metadata/).',
  interfaces: [PackageMetadata],
  fields: (t) => {
    const text = (field: Single, description: string) => t.string({ nullable: true, description, resolve: (source) => stored(source)[field] ?? null });
    const texts = (field: Listed, description: string) => t.stringList({ description, resolve: (source) => stored(source)[field] ?? [] });
    return {
      metadataVersion: text('metadataVersion', 'Version of the metadata itself, such as 2.4.'),
      summary: text('summary', 'What it is, in a line.'),
      descriptionContentType: text('descriptionContentType', "How the version's readme is written, such as `text/markdown`; null stands for `text/x-rst`."),
      keywords: text('keywords', 'Its keywords, as declared.'),
      homePage: text('homePage', 'Its home page, as declared.'),
      downloadUrl: text('downloadUrl', 'Where it can be had as well.'),
      author: text('author', 'Who wrote it.'),
      authorEmail: text('authorEmail', 'Mail addresses of its authors.'),
      maintainer: text('maintainer', 'Who looks after it.'),
      maintainerEmail: text('maintainerEmail', 'Mail addresses of its maintainers.'),
      license: text('license', 'Its licence, in free words.'),
      licenseExpression: text('licenseExpression', 'Its licence, as SPDX expression.'),
      licenseFiles: texts('licenseFiles', 'The files that hold its licences.'),
      classifiers: texts('classifiers', 'Its classifiers (https://pypi.org/classifiers/).'),
      platforms: texts('platforms', 'Systems that it is for.'),
      supportedPlatforms: texts('supportedPlatforms', 'Systems that it was built for.'),
      projectUrls: t.field({ type: [ProjectUrlType], description: 'Its links.', resolve: (source) => stored(source).projectUrls ?? [] }),
      requiresPython: text('requiresPython', 'Versions of Python it runs on; each file has its own among its attributes.'),
      requiresDist: texts('requiresDist', 'What it depends on, as declared; `dependencies` has it taken apart.'),
      requiresExternal: texts('requiresExternal', 'What it needs that is no Python package.'),
      providesExtra: texts('providesExtra', 'Its extras: names of further dependencies that can be asked for.'),
      providesDist: texts('providesDist', 'Distributions that it contains.'),
      obsoletesDist: texts('obsoletesDist', 'Distributions whose place it takes.'),
      dynamic: texts('dynamic', 'Fields that the build of a source distribution may set.'),
    };
  },
});

/** Python packages. */
export const pypiMetadata: MetadataType = { format: 'pypi', typeName: 'PyPiMetadata' };
