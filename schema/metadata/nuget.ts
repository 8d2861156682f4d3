import { builder } from '../builder.ts';
import { type MetadataSource, type MetadataType, PackageMetadata, storedOf } from './interface.ts';

/** What the NuGet format stores of a version, as far as it is shown here. */
interface Stored {
  title?: string;
  owners?: string;
  summary?: string;
  releaseNotes?: string;
  copyright?: string;
  language?: string;
  projectUrl?: string;
  iconUrl?: string;
  licenseUrl?: string;
  licenseExpression?: string;
  licenseFile?: string;
  icon?: string;
  readme?: string;
  minClientVersion?: string;
  requireLicenseAcceptance?: boolean;
  developmentDependency?: boolean;
  repository?: StoredRepository;
  packageTypes?: { name: string; version?: string }[];
  dependencyGroups?: StoredGroup[];
  isSemVer2?: boolean;
  isSigned?: boolean;
}

interface StoredRepository {
  type?: string;
  url?: string;
  branch?: string;
  commit?: string;
}

interface StoredDependency {
  id: string;
  range: string;
  include?: string;
  exclude?: string;
}

interface StoredGroup {
  targetFramework?: string;
  dependencies: StoredDependency[];
}

const stored = storedOf<Stored>;

const Dependency = builder.objectRef<StoredDependency>('NuGetDependency').implement({
  description: 'A dependency in a group of a nuspec.',
  fields: (t) => ({
    id: t.exposeString('id', { description: 'Id of the package, as spelled.' }),
    range: t.exposeString('range', { description: 'Versions that will do: `[1.0.0, )` is 1.0.0 or later.' }),
    include: t.string({ nullable: true, description: 'Which of its assets are used, as declared.', resolve: ({ include }) => include ?? null }),
    exclude: t.string({ nullable: true, description: 'Which of its assets are not used, as declared.', resolve: ({ exclude }) => exclude ?? null }),
  }),
});

const DependencyGroup = builder.objectRef<StoredGroup>('NuGetDependencyGroup').implement({
  description: 'What a package needs where it is used from one target framework.',
  fields: (t) => ({
    targetFramework: t.string({ nullable: true, description: 'The framework, as declared; null: all that have no group of their own.', resolve: ({ targetFramework }) => targetFramework ?? null }),
    dependencies: t.field({ type: [Dependency], description: 'Its dependencies; none: it needs nothing there.', resolve: ({ dependencies }) => dependencies }),
  }),
});

const Repository = builder.objectRef<StoredRepository>('NuGetRepository').implement({
  description: 'Where a nuspec says that the source is.',
  fields: (t) => ({
    type: t.string({ nullable: true, description: 'Such as `git`.', resolve: ({ type }) => type ?? null }),
    url: t.string({ nullable: true, description: 'Its address.', resolve: ({ url }) => url ?? null }),
    branch: t.string({ nullable: true, description: 'The branch that was built.', resolve: ({ branch }) => branch ?? null }),
    commit: t.string({ nullable: true, description: 'The commit that was built.', resolve: ({ commit }) => commit ?? null }),
  }),
});

const PackageType = builder.objectRef<{ name: string; version?: string }>('NuGetPackageType').implement({
  description: 'What a package is for.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Such as `DotnetTool` or `Template`.' }),
    version: t.string({ nullable: true, description: 'Version of that kind of package.', resolve: ({ version }) => version ?? null }),
  }),
});

builder.objectRef<MetadataSource>('NuGetMetadata').implement({
  description: 'What the nuspec of a NuGet version says (https://learn.microsoft.com/nuget/reference/nuspec).',
  interfaces: [PackageMetadata],
  fields: (t) => {
    const text = (member: TextMember, description: string) => t.string({ nullable: true, description, resolve: (source) => stored(source)[member] ?? null });
    const flag = (member: FlagMember, description: string) => t.boolean({ description, resolve: (source) => stored(source)[member] ?? false });
    return {
      title: text('title', 'A name for people.'),
      owners: text('owners', 'Its owners, as declared.'),
      summary: text('summary', 'A short description.'),
      releaseNotes: text('releaseNotes', 'What is new in this version.'),
      copyright: text('copyright', 'Who has the copyright.'),
      language: text('language', 'The language of its texts.'),
      projectUrl: text('projectUrl', 'Its home page, as declared.'),
      iconUrl: text('iconUrl', 'Address of an icon that is not in the package.'),
      icon: text('icon', 'Path of the icon in the package.'),
      readme: text('readme', 'Path of the README in the package.'),
      licenseExpression: text('licenseExpression', 'Its licence, as an SPDX expression.'),
      licenseFile: text('licenseFile', 'Path of its licence in the package.'),
      licenseUrl: text('licenseUrl', 'Address of its licence.'),
      minClientVersion: text('minClientVersion', 'The oldest NuGet that can install it.'),
      requireLicenseAcceptance: flag('requireLicenseAcceptance', 'Whether clients ask to accept the licence before they install it.'),
      developmentDependency: flag('developmentDependency', 'Whether it is of use while developing alone, so that it is no dependency of what uses it.'),
      isSemVer2: flag('isSemVer2', 'Whether it is hidden from clients older than NuGet 4.3, since they cannot read its version or one that it depends on.'),
      isSigned: flag('isSigned', 'Whether the package has a signature. It is not verified.'),
      repository: t.field({ type: Repository, nullable: true, description: 'Where its source is.', resolve: (source) => stored(source).repository ?? null }),
      packageTypes: t.field({ type: [PackageType], description: 'What it is for; none: to be a dependency.', resolve: (source) => stored(source).packageTypes ?? [] }),
      dependencyGroups: t.field({ type: [DependencyGroup], description: 'What it needs, by target framework.', resolve: (source) => stored(source).dependencyGroups ?? [] }),
    };
  },
});

type TextMember = 'title' | 'owners' | 'summary' | 'releaseNotes' | 'copyright' | 'language' | 'projectUrl' | 'iconUrl' | 'icon' | 'readme' | 'licenseExpression' | 'licenseFile' | 'licenseUrl' | 'minClientVersion';
type FlagMember = 'requireLicenseAcceptance' | 'developmentDependency' | 'isSemVer2' | 'isSigned';

/** NuGet packages. */
export const nugetMetadata: MetadataType = { format: 'nuget', typeName: 'NuGetMetadata' };
