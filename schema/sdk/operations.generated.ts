/* Made by `npm run codegen` from schema/schema.graphql and schema/sdk/documents; do not edit. */
import { document } from './document.ts';
import { fieldOf, type Request } from './request.ts';
import type { RequestOptions } from './transport.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Where a version comes from. Kept as it is told, not checked. */
export type BuildInput = {
  /** Revision of the source. */
  commit?: string | null | undefined;
  /** The job that publishes it. */
  job?: string | null | undefined;
  /** Page of the pipeline run: an http(s) URL. */
  pipelineUrl?: string | null | undefined;
  /** Branch or tag of the source. */
  ref?: string | null | undefined;
};

/** What `createGroup` needs to know. */
export type CreateGroupInput = {
  /** What it is for. */
  description?: string | null | undefined;
  /** For people; by default the slug. */
  name?: string | null | undefined;
  /** Path of the group it is made in; empty for one at the top. */
  parent?: string | null | undefined;
  /** Last segment of its path. */
  slug: string;
  /** Who may see it; by default PRIVATE. */
  visibility?: Visibility | null | undefined;
};

/** What `createProject` needs to know. */
export type CreateProjectInput = {
  /** What it is for. */
  description?: string | null | undefined;
  /** For people; by default the slug. */
  name?: string | null | undefined;
  /** Path of the group it is made in; empty for one at the top. */
  parent?: string | null | undefined;
  /** Last segment of its path. */
  slug: string;
  /** Who may see it; by default PRIVATE. */
  visibility?: Visibility | null | undefined;
};

/** What `createToken` needs to know. */
export type CreateTokenInput = {
  /** When it stops working; by default when the credential in use does. */
  expiresAt?: string | null | undefined;
  /** The formats that it is limited to; by default none. A token with limits manages nothing. */
  formats?: Array<Format> | null | undefined;
  /** What to call it, 1 to 255 characters. */
  name: string;
  /** What the names of packages must match, `*` for any text: `@acme/*`. By default any name. */
  namePattern?: string | null | undefined;
  /** What it may be used for; by default as much as the credential in use. */
  scopes?: Array<TokenScope> | null | undefined;
};

/** What `createUpload` needs to know. */
export type CreateUploadInput = {
  /** Name of the file; for some formats a path. 1 to 512 characters. */
  fileName: string;
  /** Path of the namespace where it will be published. */
  namespace: string;
};

/** How the caller has shown who they are. */
export type CredentialKind =
  /** Not at all: an anonymous caller. */
  | 'NONE'
  /** With user name and password. */
  | 'PASSWORD'
  /** By having signed in with a browser. */
  | 'SESSION'
  /** With a token. */
  | 'TOKEN';

/** What `deleteFile` needs to know. */
export type DeleteFileInput = {
  /** The file. */
  fileId: string;
};

/** What `deleteNamespace` needs to know. */
export type DeleteNamespaceInput = {
  /** The namespace. */
  namespaceId: string;
};

/** What `deletePackage` needs to know. */
export type DeletePackageInput = {
  /** The package. */
  packageId: string;
};

/** What `deleteVersion` needs to know. */
export type DeleteVersionInput = {
  /** The version. */
  versionId: string;
};

/** What `deprecateVersions` needs to know. */
export type DeprecateVersionsInput = {
  /** The warning; null or empty takes it back. */
  message?: string | null | undefined;
  /** The package. */
  packageId: string;
  /** The versions, at most 1000. */
  versions: Array<string>;
};

/** The package formats that this server speaks. */
export type Format =
  /** Generic packages. */
  | 'GENERIC'
  /** npm packages. */
  | 'NPM';

/** Which way a list runs. */
export type OrderDirection =
  /** The smallest or oldest first. */
  | 'ASC'
  /** The greatest or newest first. */
  | 'DESC';

/** Which packages; all conditions given must hold. */
export type PackageFilter = {
  /** First published after this instant. */
  createdAfter?: string | null | undefined;
  /** Of one of these formats. */
  formats?: Array<Format> | null | undefined;
  /** With a version that declares this keyword. */
  keyword?: string | null | undefined;
  /** With this name, in any spelling that its format holds for the same. */
  name?: string | null | undefined;
  /** With this in the name, in any case. */
  nameContains?: string | null | undefined;
  /** With a file of this content: SHA-256 in hex. */
  sha256?: string | null | undefined;
  /** With a version in this state. */
  status?: VersionStatus | null | undefined;
  /** Changed after this instant. */
  updatedAfter?: string | null | undefined;
};

/** The order of a list of packages. */
export type PackageOrder = {
  /** Which way. */
  direction?: OrderDirection;
  /** What to go by. */
  field: PackageOrderField;
};

/** What packages are put in order by. */
export type PackageOrderField =
  /** The first publish. */
  | 'CREATED_AT'
  /** The name, byte by byte. */
  | 'NAME'
  /** The last change. */
  | 'UPDATED_AT';

/** What `publishPackage` needs to know. */
export type PublishPackageInput = {
  /** Where it comes from. */
  build?: BuildInput | null | undefined;
  /** The format. */
  format: Format;
  /** Name of the package, where the files do not say it. */
  name?: string | null | undefined;
  /** Path of the namespace; empty for the instance. */
  namespace: string;
  /** Tags to point at this version; default: the format's default tag, where this is now the latest version. */
  tags?: Array<string> | null | undefined;
  /** Uploads of the caller whose bytes have arrived. They are used up. */
  uploads: Array<string>;
  /** The version, where the files do not say it. */
  version?: string | null | undefined;
};

/** What `removeTag` needs to know. */
export type RemoveTagInput = {
  /** The package. */
  packageId: string;
  /** The tag. */
  tag: string;
};

/** What `revokeToken` needs to know. */
export type RevokeTokenInput = {
  /** The token. */
  tokenId: string;
};

/** What a member may do in a namespace and everything below it. Each role includes those before it. */
export type Role =
  /** May publish, tag and deprecate, too. */
  | 'DEVELOPER'
  /** May see that the namespace is there. */
  | 'GUEST'
  /** May delete and manage the namespace, too. */
  | 'MAINTAINER'
  /** May do everything. */
  | 'OWNER'
  /** May pull packages, too. */
  | 'REPORTER';

/** What `setTag` needs to know. */
export type SetTagInput = {
  /** The package. */
  packageId: string;
  /** The tag. */
  tag: string;
  /** The version it shall point at. */
  version: string;
};

/** What a credential may be used for, within the rights of its user. */
export type TokenScope =
  /** Manage namespaces and tokens. */
  | 'ADMIN'
  /** Delete packages, versions and files. */
  | 'DELETE'
  /** See and pull packages. */
  | 'READ'
  /** Publish, tag and deprecate. */
  | 'WRITE';

/** What `updateNamespace` needs to know. */
export type UpdateNamespaceInput = {
  /** What it is for; null removes the description. */
  description?: string | null | undefined;
  /** A new name for people. */
  name?: string | null | undefined;
  /** The namespace. */
  namespaceId: string;
  /** A new last segment of its path. Every path below it changes as well. */
  slug?: string | null | undefined;
  /** Who may see it. Less also lowers what is below it. */
  visibility?: Visibility | null | undefined;
};

/** Which versions; all conditions given must hold. */
export type VersionFilter = {
  /** True: pre-releases only; false: none. */
  isPrerelease?: boolean | null | undefined;
  /** Published after this instant. */
  publishedAfter?: string | null | undefined;
  /** In one of these states. */
  statuses?: Array<VersionStatus> | null | undefined;
  /** With this tag. */
  tag?: string | null | undefined;
};

/** The order of a list of versions. */
export type VersionOrder = {
  /** Which way. */
  direction?: OrderDirection;
  /** What to go by. */
  field: VersionOrderField;
};

/** What versions are put in order by. */
export type VersionOrderField =
  /** The time of their publish. */
  | 'PUBLISHED_AT'
  /** The format's own order of versions. */
  | 'VERSION';

/** What became of a version since it was published. */
export type VersionStatus =
  /** Gone; can be restored for a while. No version in a list of versions is in this state: see `deletedVersions`. */
  | 'DELETED'
  /** Installable, with a warning. */
  | 'DEPRECATED'
  /** Installable by its exact version or a tag, passed over by ranges where another fits, not listed by clients, never the latest. */
  | 'HIDDEN'
  /** Listed and installable. */
  | 'PUBLISHED'
  /** Withdrawn: where it is locked already it is still installed, but nothing new resolves to it, and it is never the latest. */
  | 'YANKED';

/** Who may see and pull what is in a namespace. A child is never more visible than its parent. */
export type Visibility =
  /** Everybody who has signed in. */
  | 'INTERNAL'
  /** Members from the role REPORTER on. */
  | 'PRIVATE'
  /** Everybody, without signing in. */
  | 'PUBLIC';

export type NamespaceFieldsFragment = (
  { id: string, path: string, name: string, description: string | null, visibility: Visibility, createdAt: string, updatedAt: string }
  & { __typename: 'Group' | 'Instance' | 'Project' }
);

export type PackageFieldsFragment = (
  { id: string, format: Format, name: string, purl: string, description: string | null, visibility: Visibility | null, sizeBytes: number, createdAt: string, updatedAt: string, namespace: { id: string, path: string } | null }
  & { __typename: 'Package' }
);

export type VersionFieldsFragment = (
  { id: string, version: string, purl: string | null, status: VersionStatus, statusReason: string | null, description: string | null, licenses: Array<string>, tags: Array<string>, sizeBytes: number, publishedAt: string, publishedBy: { id: string, displayName: string } | null }
  & { __typename: 'PackageVersion' }
);

export type FileFieldsFragment = (
  { id: string, name: string, sizeBytes: number, contentType: string, md5: string | null, sha1: string | null, sha256: string, sha512: string | null, downloadUrl: string, attributes: unknown, uploadedAt: string, downloadCount: number, lastDownloadedAt: string | null }
  & { __typename: 'PackageFile' }
);

export type DependencyFieldsFragment = { format: Format, name: string, requirement: string, kind: string, target: { id: string, name: string, namespace: { path: string } | null } | null };

export type EndpointFieldsFragment = { url: string, configure: Array<{ title: string, language: string, code: string }>, install: Array<{ title: string, language: string, code: string }>, publish: Array<{ title: string, language: string, code: string }> };

export type SnippetFieldsFragment = { title: string, language: string, code: string };

export type TokenFieldsFragment = { id: string, name: string, hint: string, scopes: Array<TokenScope>, createdAt: string, expiresAt: string | null };

export type UploadFieldsFragment = { id: string, url: string, fileName: string, isReceived: boolean, expiresAt: string };

export type PageFieldsFragment = { hasNextPage: boolean, endCursor: string | null };

type Failure_DigestMismatch_Fragment = (
  { algorithm: string, expected: string, actual: string, code: string, message: string }
  & { __typename: 'DigestMismatch' }
);

type Failure_FileExists_Fragment = (
  { fileName: string, code: string, message: string }
  & { __typename: 'FileExists' }
);

type Failure_FileTooLarge_Fragment = (
  { limitBytes: number, code: string, message: string }
  & { __typename: 'FileTooLarge' }
);

type Failure_InvalidInput_Fragment = (
  { field: string, code: string, message: string }
  & { __typename: 'InvalidInput' }
);

type Failure_InvalidName_Fragment = (
  { givenName: string, code: string, message: string }
  & { __typename: 'InvalidName' }
);

type Failure_OcgYcDs3lvqmM4l2hmVbSmfdQfqnMlxFgB2P5ZrThYm_Fragment = (
  { code: string, message: string }
  & { __typename: 'InvalidPackage' | 'NotRestorable' | 'Protected' | 'QuotaExceeded' | 'SettingLocked' | 'TeamExists' | 'UploadNotReady' | 'UserExists' }
);

type Failure_InvalidVersion_Fragment = (
  { givenVersion: string, code: string, message: string }
  & { __typename: 'InvalidVersion' }
);

type Failure_NameOwnedElsewhere_Fragment = (
  { packageName: string, code: string, message: string }
  & { __typename: 'NameOwnedElsewhere' }
);

type Failure_NamespaceExists_NamespaceNotEmpty_Fragment = (
  { path: string, code: string, message: string }
  & { __typename: 'NamespaceExists' | 'NamespaceNotEmpty' }
);

type Failure_VersionExists_Fragment = (
  { packageName: string, givenVersion: string, code: string, message: string }
  & { __typename: 'VersionExists' }
);

export type FailureFragment =
  | Failure_DigestMismatch_Fragment
  | Failure_FileExists_Fragment
  | Failure_FileTooLarge_Fragment
  | Failure_InvalidInput_Fragment
  | Failure_InvalidName_Fragment
  | Failure_OcgYcDs3lvqmM4l2hmVbSmfdQfqnMlxFgB2P5ZrThYm_Fragment
  | Failure_InvalidVersion_Fragment
  | Failure_NameOwnedElsewhere_Fragment
  | Failure_NamespaceExists_NamespaceNotEmpty_Fragment
  | Failure_VersionExists_Fragment
;

export type InstanceQueryVariables = Exact<{ [key: string]: never; }>;


export type InstanceQuery = { instance: (
    { viewerRole: Role | null, id: string, path: string, name: string, description: string | null, visibility: Visibility, createdAt: string, updatedAt: string }
    & { __typename: 'Instance' }
  ) | null };

export type NamespaceQueryVariables = Exact<{
  path: string;
}>;


export type NamespaceQuery = { namespace: (
    { viewerRole: Role | null, id: string, path: string, name: string, description: string | null, visibility: Visibility, createdAt: string, updatedAt: string, parent: (
      { id: string, path: string, name: string, description: string | null, visibility: Visibility, createdAt: string, updatedAt: string }
      & { __typename: 'Group' | 'Instance' | 'Project' }
    ) | null, ancestors: Array<(
      { id: string, path: string, name: string, description: string | null, visibility: Visibility, createdAt: string, updatedAt: string }
      & { __typename: 'Group' | 'Instance' | 'Project' }
    )> }
    & { __typename: 'Group' | 'Instance' | 'Project' }
  ) | null };

export type NamespaceChildrenQueryVariables = Exact<{
  path: string;
  search?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  countAll?: boolean;
}>;


export type NamespaceChildrenQuery = { namespace: { id: string, children: { totalCount?: number, nodes: Array<(
        { id: string, path: string, name: string, description: string | null, visibility: Visibility, createdAt: string, updatedAt: string }
        & { __typename: 'Group' | 'Instance' | 'Project' }
      )>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type NamespacePackagesQueryVariables = Exact<{
  path: string;
  filter?: PackageFilter | null | undefined;
  orderBy?: PackageOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  countAll?: boolean;
}>;


export type NamespacePackagesQuery = { namespace: { id: string, packages: { totalCount?: number, nodes: Array<(
        { id: string, format: Format, name: string, purl: string, description: string | null, visibility: Visibility | null, sizeBytes: number, createdAt: string, updatedAt: string, namespace: { id: string, path: string } | null }
        & { __typename: 'Package' }
      )>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type NamespaceEndpointQueryVariables = Exact<{
  path: string;
  format: Format;
}>;


export type NamespaceEndpointQuery = { namespace: { id: string, endpoint: { url: string, configure: Array<{ title: string, language: string, code: string }>, install: Array<{ title: string, language: string, code: string }>, publish: Array<{ title: string, language: string, code: string }> } } | null };

export type CreateGroupMutationVariables = Exact<{
  input: CreateGroupInput;
}>;


export type CreateGroupMutation = { createGroup:
    | (
      { group: (
        { id: string, path: string, name: string, description: string | null, visibility: Visibility, createdAt: string, updatedAt: string }
        & { __typename: 'Group' }
      ) }
      & { __typename: 'CreateGroupPayload' }
    )
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { givenName: string, code: string, message: string }
      & { __typename: 'InvalidName' }
    )
    | (
      { path: string, code: string, message: string }
      & { __typename: 'NamespaceExists' }
    )
   };

export type CreateProjectMutationVariables = Exact<{
  input: CreateProjectInput;
}>;


export type CreateProjectMutation = { createProject:
    | (
      { project: (
        { id: string, path: string, name: string, description: string | null, visibility: Visibility, createdAt: string, updatedAt: string }
        & { __typename: 'Project' }
      ) }
      & { __typename: 'CreateProjectPayload' }
    )
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { givenName: string, code: string, message: string }
      & { __typename: 'InvalidName' }
    )
    | (
      { path: string, code: string, message: string }
      & { __typename: 'NamespaceExists' }
    )
   };

export type UpdateNamespaceMutationVariables = Exact<{
  input: UpdateNamespaceInput;
}>;


export type UpdateNamespaceMutation = { updateNamespace:
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { givenName: string, code: string, message: string }
      & { __typename: 'InvalidName' }
    )
    | (
      { path: string, code: string, message: string }
      & { __typename: 'NamespaceExists' }
    )
    | (
      { namespace: (
        { id: string, path: string, name: string, description: string | null, visibility: Visibility, createdAt: string, updatedAt: string }
        & { __typename: 'Group' | 'Instance' | 'Project' }
      ) }
      & { __typename: 'UpdateNamespacePayload' }
    )
   };

export type DeleteNamespaceMutationVariables = Exact<{
  input: DeleteNamespaceInput;
}>;


export type DeleteNamespaceMutation = { deleteNamespace:
    | (
      { deletedNamespaceId: string, parent: (
        { id: string, path: string, name: string, description: string | null, visibility: Visibility, createdAt: string, updatedAt: string }
        & { __typename: 'Group' | 'Instance' | 'Project' }
      ) | null }
      & { __typename: 'DeleteNamespacePayload' }
    )
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { path: string, code: string, message: string }
      & { __typename: 'NamespaceNotEmpty' }
    )
   };

export type PackageQueryVariables = Exact<{
  namespace: string;
  format: Format;
  name: string;
}>;


export type PackageQuery = { package: (
    { id: string, format: Format, name: string, purl: string, description: string | null, visibility: Visibility | null, sizeBytes: number, createdAt: string, updatedAt: string, tags: Array<{ name: string, updatedAt: string, version: { id: string, version: string } | null }>, latestVersion: (
      { id: string, version: string, purl: string | null, status: VersionStatus, statusReason: string | null, description: string | null, licenses: Array<string>, tags: Array<string>, sizeBytes: number, publishedAt: string, files: Array<(
        { id: string, name: string, sizeBytes: number, contentType: string, md5: string | null, sha1: string | null, sha256: string, sha512: string | null, downloadUrl: string, attributes: unknown, uploadedAt: string, downloadCount: number, lastDownloadedAt: string | null }
        & { __typename: 'PackageFile' }
      )>, dependencies: Array<{ format: Format, name: string, requirement: string, kind: string, target: { id: string, name: string, namespace: { path: string } | null } | null }>, publishedBy: { id: string, displayName: string } | null }
      & { __typename: 'PackageVersion' }
    ) | null, namespace: { id: string, path: string } | null }
    & { __typename: 'Package' }
  ) | null };

export type PackageByPurlQueryVariables = Exact<{
  purl: string;
  namespace?: string | null | undefined;
}>;


export type PackageByPurlQuery = { packageByPurl: (
    { id: string, format: Format, name: string, purl: string, description: string | null, visibility: Visibility | null, sizeBytes: number, createdAt: string, updatedAt: string, tags: Array<{ name: string, updatedAt: string, version: { id: string, version: string } | null }>, latestVersion: (
      { id: string, version: string, purl: string | null, status: VersionStatus, statusReason: string | null, description: string | null, licenses: Array<string>, tags: Array<string>, sizeBytes: number, publishedAt: string, files: Array<(
        { id: string, name: string, sizeBytes: number, contentType: string, md5: string | null, sha1: string | null, sha256: string, sha512: string | null, downloadUrl: string, attributes: unknown, uploadedAt: string, downloadCount: number, lastDownloadedAt: string | null }
        & { __typename: 'PackageFile' }
      )>, dependencies: Array<{ format: Format, name: string, requirement: string, kind: string, target: { id: string, name: string, namespace: { path: string } | null } | null }>, publishedBy: { id: string, displayName: string } | null }
      & { __typename: 'PackageVersion' }
    ) | null, namespace: { id: string, path: string } | null }
    & { __typename: 'Package' }
  ) | null };

export type PackageDetailsFragment = (
  { id: string, format: Format, name: string, purl: string, description: string | null, visibility: Visibility | null, sizeBytes: number, createdAt: string, updatedAt: string, tags: Array<{ name: string, updatedAt: string, version: { id: string, version: string } | null }>, latestVersion: (
    { id: string, version: string, purl: string | null, status: VersionStatus, statusReason: string | null, description: string | null, licenses: Array<string>, tags: Array<string>, sizeBytes: number, publishedAt: string, files: Array<(
      { id: string, name: string, sizeBytes: number, contentType: string, md5: string | null, sha1: string | null, sha256: string, sha512: string | null, downloadUrl: string, attributes: unknown, uploadedAt: string, downloadCount: number, lastDownloadedAt: string | null }
      & { __typename: 'PackageFile' }
    )>, dependencies: Array<{ format: Format, name: string, requirement: string, kind: string, target: { id: string, name: string, namespace: { path: string } | null } | null }>, publishedBy: { id: string, displayName: string } | null }
    & { __typename: 'PackageVersion' }
  ) | null, namespace: { id: string, path: string } | null }
  & { __typename: 'Package' }
);

export type PackagesQueryVariables = Exact<{
  filter?: PackageFilter | null | undefined;
  orderBy?: PackageOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  countAll?: boolean;
}>;


export type PackagesQuery = { packages: { totalCount?: number, nodes: Array<(
      { id: string, format: Format, name: string, purl: string, description: string | null, visibility: Visibility | null, sizeBytes: number, createdAt: string, updatedAt: string, namespace: { id: string, path: string } | null }
      & { __typename: 'Package' }
    )>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type PackageVersionQueryVariables = Exact<{
  namespace: string;
  format: Format;
  name: string;
  version?: string | null | undefined;
  tag?: string | null | undefined;
}>;


export type PackageVersionQuery = { package: (
    { id: string, format: Format, name: string, purl: string, description: string | null, visibility: Visibility | null, sizeBytes: number, createdAt: string, updatedAt: string, version: (
      { homepage: string | null, repositoryUrl: string | null, keywords: Array<string>, authors: Array<string>, readme: string | null, id: string, version: string, purl: string | null, status: VersionStatus, statusReason: string | null, description: string | null, licenses: Array<string>, tags: Array<string>, sizeBytes: number, publishedAt: string, build: { pipelineUrl: string | null, commit: string | null, ref: string | null, job: string | null } | null, metadata: (
        { raw: unknown }
        & { __typename: 'GenericMetadata' | 'NpmMetadata' | 'RawMetadata' }
      ) | null, dependencies: Array<{ format: Format, name: string, requirement: string, kind: string, target: { id: string, name: string, namespace: { path: string } | null } | null }>, files: Array<(
        { id: string, name: string, sizeBytes: number, contentType: string, md5: string | null, sha1: string | null, sha256: string, sha512: string | null, downloadUrl: string, attributes: unknown, uploadedAt: string, downloadCount: number, lastDownloadedAt: string | null }
        & { __typename: 'PackageFile' }
      )>, publishedBy: { id: string, displayName: string } | null }
      & { __typename: 'PackageVersion' }
    ) | null, namespace: { id: string, path: string } | null }
    & { __typename: 'Package' }
  ) | null };

export type PackageVersionsQueryVariables = Exact<{
  namespace: string;
  format: Format;
  name: string;
  filter?: VersionFilter | null | undefined;
  orderBy?: VersionOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  countAll?: boolean;
}>;


export type PackageVersionsQuery = { package: { id: string, versions: { totalCount?: number, nodes: Array<(
        { id: string, version: string, purl: string | null, status: VersionStatus, statusReason: string | null, description: string | null, licenses: Array<string>, tags: Array<string>, sizeBytes: number, publishedAt: string, files: Array<(
          { id: string, name: string, sizeBytes: number, contentType: string, md5: string | null, sha1: string | null, sha256: string, sha512: string | null, downloadUrl: string, attributes: unknown, uploadedAt: string, downloadCount: number, lastDownloadedAt: string | null }
          & { __typename: 'PackageFile' }
        )>, publishedBy: { id: string, displayName: string } | null }
        & { __typename: 'PackageVersion' }
      )>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type PackageDependentsQueryVariables = Exact<{
  namespace: string;
  format: Format;
  name: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
  countAll?: boolean;
}>;


export type PackageDependentsQuery = { package: { id: string, dependents: { totalCount?: number, nodes: Array<{ kind: string, requirement: string, version: (
          { id: string, version: string, purl: string | null, status: VersionStatus, statusReason: string | null, description: string | null, licenses: Array<string>, tags: Array<string>, sizeBytes: number, publishedAt: string, package: (
            { id: string, format: Format, name: string, purl: string, description: string | null, visibility: Visibility | null, sizeBytes: number, createdAt: string, updatedAt: string, namespace: { id: string, path: string } | null }
            & { __typename: 'Package' }
          ) | null, publishedBy: { id: string, displayName: string } | null }
          & { __typename: 'PackageVersion' }
        ) | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type PackageEndpointQueryVariables = Exact<{
  namespace: string;
  format: Format;
  name: string;
}>;


export type PackageEndpointQuery = { package: { id: string, endpoint: { url: string, configure: Array<{ title: string, language: string, code: string }>, install: Array<{ title: string, language: string, code: string }>, publish: Array<{ title: string, language: string, code: string }> } | null } | null };

export type FileQueryVariables = Exact<{
  sha256: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
  countAll?: boolean;
}>;


export type FileQuery = { file: { totalCount?: number, nodes: Array<(
      { id: string, name: string, sizeBytes: number, contentType: string, md5: string | null, sha1: string | null, sha256: string, sha512: string | null, downloadUrl: string, attributes: unknown, uploadedAt: string, downloadCount: number, lastDownloadedAt: string | null, version: (
        { id: string, version: string, purl: string | null, status: VersionStatus, statusReason: string | null, description: string | null, licenses: Array<string>, tags: Array<string>, sizeBytes: number, publishedAt: string, package: (
          { id: string, format: Format, name: string, purl: string, description: string | null, visibility: Visibility | null, sizeBytes: number, createdAt: string, updatedAt: string, namespace: { id: string, path: string } | null }
          & { __typename: 'Package' }
        ) | null, publishedBy: { id: string, displayName: string } | null }
        & { __typename: 'PackageVersion' }
      ) | null }
      & { __typename: 'PackageFile' }
    )>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CreateUploadMutationVariables = Exact<{
  input: CreateUploadInput;
}>;


export type CreateUploadMutation = { createUpload:
    | (
      { upload: { id: string, url: string, fileName: string, isReceived: boolean, expiresAt: string } }
      & { __typename: 'CreateUploadPayload' }
    )
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
   };

export type PublishPackageMutationVariables = Exact<{
  input: PublishPackageInput;
}>;


export type PublishPackageMutation = { publishPackage:
    | (
      { fileName: string, code: string, message: string }
      & { __typename: 'FileExists' }
    )
    | (
      { limitBytes: number, code: string, message: string }
      & { __typename: 'FileTooLarge' }
    )
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { givenName: string, code: string, message: string }
      & { __typename: 'InvalidName' }
    )
    | (
      { code: string, message: string }
      & { __typename: 'InvalidPackage' | 'Protected' | 'QuotaExceeded' | 'UploadNotReady' }
    )
    | (
      { givenVersion: string, code: string, message: string }
      & { __typename: 'InvalidVersion' }
    )
    | (
      { packageName: string, code: string, message: string }
      & { __typename: 'NameOwnedElsewhere' }
    )
    | (
      { isNewVersion: boolean, package: (
        { id: string, format: Format, name: string, purl: string, description: string | null, visibility: Visibility | null, sizeBytes: number, createdAt: string, updatedAt: string, namespace: { id: string, path: string } | null }
        & { __typename: 'Package' }
      ) | null, version: (
        { id: string, version: string, purl: string | null, status: VersionStatus, statusReason: string | null, description: string | null, licenses: Array<string>, tags: Array<string>, sizeBytes: number, publishedAt: string, publishedBy: { id: string, displayName: string } | null }
        & { __typename: 'PackageVersion' }
      ) | null, files: Array<(
        { id: string, name: string, sizeBytes: number, contentType: string, md5: string | null, sha1: string | null, sha256: string, sha512: string | null, downloadUrl: string, attributes: unknown, uploadedAt: string, downloadCount: number, lastDownloadedAt: string | null }
        & { __typename: 'PackageFile' }
      )> }
      & { __typename: 'PublishPackagePayload' }
    )
    | (
      { packageName: string, givenVersion: string, code: string, message: string }
      & { __typename: 'VersionExists' }
    )
   };

export type SetTagMutationVariables = Exact<{
  input: SetTagInput;
}>;


export type SetTagMutation = { setTag:
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { givenName: string, code: string, message: string }
      & { __typename: 'InvalidName' }
    )
    | (
      { givenVersion: string, code: string, message: string }
      & { __typename: 'InvalidVersion' }
    )
    | (
      { code: string, message: string }
      & { __typename: 'Protected' }
    )
    | (
      { package: (
        { id: string, format: Format, name: string, purl: string, description: string | null, visibility: Visibility | null, sizeBytes: number, createdAt: string, updatedAt: string, namespace: { id: string, path: string } | null }
        & { __typename: 'Package' }
      ) | null, version: (
        { id: string, version: string, purl: string | null, status: VersionStatus, statusReason: string | null, description: string | null, licenses: Array<string>, tags: Array<string>, sizeBytes: number, publishedAt: string, publishedBy: { id: string, displayName: string } | null }
        & { __typename: 'PackageVersion' }
      ) | null }
      & { __typename: 'SetTagPayload' }
    )
   };

export type RemoveTagMutationVariables = Exact<{
  input: RemoveTagInput;
}>;


export type RemoveTagMutation = { removeTag:
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { code: string, message: string }
      & { __typename: 'Protected' }
    )
    | (
      { package: (
        { id: string, format: Format, name: string, purl: string, description: string | null, visibility: Visibility | null, sizeBytes: number, createdAt: string, updatedAt: string, namespace: { id: string, path: string } | null }
        & { __typename: 'Package' }
      ) | null }
      & { __typename: 'RemoveTagPayload' }
    )
   };

export type DeprecateVersionsMutationVariables = Exact<{
  input: DeprecateVersionsInput;
}>;


export type DeprecateVersionsMutation = { deprecateVersions:
    | (
      { package: (
        { id: string, format: Format, name: string, purl: string, description: string | null, visibility: Visibility | null, sizeBytes: number, createdAt: string, updatedAt: string, namespace: { id: string, path: string } | null }
        & { __typename: 'Package' }
      ) | null }
      & { __typename: 'DeprecateVersionsPayload' }
    )
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { givenVersion: string, code: string, message: string }
      & { __typename: 'InvalidVersion' }
    )
    | (
      { code: string, message: string }
      & { __typename: 'Protected' }
    )
   };

export type DeletePackageMutationVariables = Exact<{
  input: DeletePackageInput;
}>;


export type DeletePackageMutation = { deletePackage:
    | (
      { deletedPackageId: string }
      & { __typename: 'DeletePackagePayload' }
    )
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { code: string, message: string }
      & { __typename: 'Protected' }
    )
   };

export type DeleteVersionMutationVariables = Exact<{
  input: DeleteVersionInput;
}>;


export type DeleteVersionMutation = { deleteVersion:
    | (
      { deletedVersionId: string, package: (
        { id: string, format: Format, name: string, purl: string, description: string | null, visibility: Visibility | null, sizeBytes: number, createdAt: string, updatedAt: string, namespace: { id: string, path: string } | null }
        & { __typename: 'Package' }
      ) | null }
      & { __typename: 'DeleteVersionPayload' }
    )
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { code: string, message: string }
      & { __typename: 'Protected' }
    )
   };

export type DeleteFileMutationVariables = Exact<{
  input: DeleteFileInput;
}>;


export type DeleteFileMutation = { deleteFile:
    | (
      { deletedFileId: string, version: (
        { id: string, version: string, purl: string | null, status: VersionStatus, statusReason: string | null, description: string | null, licenses: Array<string>, tags: Array<string>, sizeBytes: number, publishedAt: string, publishedBy: { id: string, displayName: string } | null }
        & { __typename: 'PackageVersion' }
      ) | null }
      & { __typename: 'DeleteFilePayload' }
    )
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { code: string, message: string }
      & { __typename: 'Protected' }
    )
   };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { credential: CredentialKind, scopes: Array<TokenScope>, isAdmin: boolean, user: { id: string, username: string, displayName: string } | null, token: { id: string, name: string, hint: string, scopes: Array<TokenScope>, createdAt: string, expiresAt: string | null } | null, tokens: Array<{ id: string, name: string, hint: string, scopes: Array<TokenScope>, createdAt: string, expiresAt: string | null }> } };

export type FormatsQueryVariables = Exact<{ [key: string]: never; }>;


export type FormatsQuery = { formats: Array<{ format: Format, title: string, purlType: string, publishesWholeVersions: boolean, allowsDuplicates: boolean, hasTags: boolean, defaultTag: string | null, maxFileBytes: number }> };

export type NodeQueryVariables = Exact<{
  id: string;
}>;


export type NodeQuery = { node:
    | (
      { name: string, hint: string, scopes: Array<TokenScope>, id: string }
      & { __typename: 'AccessToken' }
    )
    | (
      { id: string }
      & { __typename: 'CleanupPolicy' | 'CleanupRun' | 'ProtectionRule' | 'Team' }
    )
    | (
      { path: string, name: string, id: string }
      & { __typename: 'Group' | 'Instance' | 'Project' }
    )
    | (
      { format: Format, name: string, id: string, namespace: { path: string } | null }
      & { __typename: 'Package' }
    )
    | (
      { name: string, sizeBytes: number, contentType: string, downloadUrl: string, id: string }
      & { __typename: 'PackageFile' }
    )
    | (
      { version: string, id: string, package: { id: string, format: Format, name: string } | null }
      & { __typename: 'PackageVersion' }
    )
    | (
      { fileName: string, isReceived: boolean, url: string, id: string }
      & { __typename: 'Upload' }
    )
    | (
      { username: string, displayName: string, id: string }
      & { __typename: 'User' }
    )
   | null };

export type NodesQueryVariables = Exact<{
  ids: Array<string>;
}>;


export type NodesQuery = { nodes: Array<
    | (
      { name: string, hint: string, scopes: Array<TokenScope>, id: string }
      & { __typename: 'AccessToken' }
    )
    | (
      { id: string }
      & { __typename: 'CleanupPolicy' | 'CleanupRun' | 'ProtectionRule' | 'Team' }
    )
    | (
      { path: string, name: string, id: string }
      & { __typename: 'Group' | 'Instance' | 'Project' }
    )
    | (
      { format: Format, name: string, id: string, namespace: { path: string } | null }
      & { __typename: 'Package' }
    )
    | (
      { name: string, sizeBytes: number, contentType: string, downloadUrl: string, id: string }
      & { __typename: 'PackageFile' }
    )
    | (
      { version: string, id: string, package: { id: string, format: Format, name: string } | null }
      & { __typename: 'PackageVersion' }
    )
    | (
      { fileName: string, isReceived: boolean, url: string, id: string }
      & { __typename: 'Upload' }
    )
    | (
      { username: string, displayName: string, id: string }
      & { __typename: 'User' }
    )
   | null> };

type NodeSummary_AccessToken_Fragment = (
  { name: string, hint: string, scopes: Array<TokenScope>, id: string }
  & { __typename: 'AccessToken' }
);

type NodeSummary_8aDVt5p0K9cTh8jeQdJm5Hwtb603L3y0bdzwO0Yj4_Fragment = (
  { id: string }
  & { __typename: 'CleanupPolicy' | 'CleanupRun' | 'ProtectionRule' | 'Team' }
);

type NodeSummary_Group_Instance_Project_Fragment = (
  { path: string, name: string, id: string }
  & { __typename: 'Group' | 'Instance' | 'Project' }
);

type NodeSummary_Package_Fragment = (
  { format: Format, name: string, id: string, namespace: { path: string } | null }
  & { __typename: 'Package' }
);

type NodeSummary_PackageFile_Fragment = (
  { name: string, sizeBytes: number, contentType: string, downloadUrl: string, id: string }
  & { __typename: 'PackageFile' }
);

type NodeSummary_PackageVersion_Fragment = (
  { version: string, id: string, package: { id: string, format: Format, name: string } | null }
  & { __typename: 'PackageVersion' }
);

type NodeSummary_Upload_Fragment = (
  { fileName: string, isReceived: boolean, url: string, id: string }
  & { __typename: 'Upload' }
);

type NodeSummary_User_Fragment = (
  { username: string, displayName: string, id: string }
  & { __typename: 'User' }
);

export type NodeSummaryFragment =
  | NodeSummary_AccessToken_Fragment
  | NodeSummary_8aDVt5p0K9cTh8jeQdJm5Hwtb603L3y0bdzwO0Yj4_Fragment
  | NodeSummary_Group_Instance_Project_Fragment
  | NodeSummary_Package_Fragment
  | NodeSummary_PackageFile_Fragment
  | NodeSummary_PackageVersion_Fragment
  | NodeSummary_Upload_Fragment
  | NodeSummary_User_Fragment
;

export type CreateTokenMutationVariables = Exact<{
  input: CreateTokenInput;
}>;


export type CreateTokenMutation = { createToken:
    | (
      { secret: string, token: { id: string, name: string, hint: string, scopes: Array<TokenScope>, createdAt: string, expiresAt: string | null } }
      & { __typename: 'CreateTokenPayload' }
    )
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
   };

export type RevokeTokenMutationVariables = Exact<{
  input: RevokeTokenInput;
}>;


export type RevokeTokenMutation = { revokeToken:
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { revokedTokenId: string }
      & { __typename: 'RevokeTokenPayload' }
    )
   };

const NamespaceFields = 'fragment NamespaceFields on Namespace{__typename id path name description visibility createdAt updatedAt}';
const PackageFields = 'fragment PackageFields on Package{__typename id format name purl description visibility namespace{id path}sizeBytes createdAt updatedAt}';
const VersionFields = 'fragment VersionFields on PackageVersion{__typename id version purl status statusReason description licenses tags sizeBytes publishedAt publishedBy{id displayName}}';
const FileFields = 'fragment FileFields on PackageFile{__typename id name sizeBytes contentType md5 sha1 sha256 sha512 downloadUrl attributes uploadedAt downloadCount lastDownloadedAt}';
const DependencyFields = 'fragment DependencyFields on Dependency{format name requirement kind target{id name namespace{path}}}';
const EndpointFields = 'fragment EndpointFields on Endpoint{url configure{...SnippetFields}install{...SnippetFields}publish{...SnippetFields}}';
const SnippetFields = 'fragment SnippetFields on Snippet{title language code}';
const TokenFields = 'fragment TokenFields on AccessToken{id name hint scopes createdAt expiresAt}';
const UploadFields = 'fragment UploadFields on Upload{id url fileName isReceived expiresAt}';
const PageFields = 'fragment PageFields on PageInfo{hasNextPage endCursor}';
const Failure = 'fragment Failure on UserError{__typename code message ...on InvalidInput{field}...on InvalidName{givenName}...on InvalidVersion{givenVersion}...on DigestMismatch{algorithm expected actual}...on FileTooLarge{limitBytes}...on VersionExists{packageName givenVersion}...on FileExists{fileName}...on NameOwnedElsewhere{packageName}...on NamespaceExists{path}...on NamespaceNotEmpty{path}}';
const PackageDetails = 'fragment PackageDetails on Package{...PackageFields tags{name updatedAt version{id version}}latestVersion{...VersionFields files{...FileFields}dependencies{...DependencyFields}}}';
const NodeSummary = 'fragment NodeSummary on Node{__typename id ...on Namespace{path name}...on Package{format name namespace{path}}...on PackageVersion{version package{id format name}}...on PackageFile{name sizeBytes contentType downloadUrl}...on AccessToken{name hint scopes}...on Upload{fileName isReceived url}...on User{username displayName}}';

/** This server: the root of all namespaces. Null where the caller may not see it. */
export const InstanceDocument = /* @__PURE__ */ document<InstanceQuery, InstanceQueryVariables>(
  'query Instance{instance{...NamespaceFields viewerRole}}',
  [NamespaceFields],
);

/** A namespace by its path; null where there is none or the caller may not see it. */
export const NamespaceDocument = /* @__PURE__ */ document<NamespaceQuery, NamespaceQueryVariables>(
  'query Namespace($path:String!){namespace(path:$path){...NamespaceFields viewerRole parent{...NamespaceFields}ancestors{...NamespaceFields}}}',
  [NamespaceFields],
);

/** Groups and projects straight below a namespace, a page at a time; `allChildren` reads on by itself. */
export const NamespaceChildrenDocument = /* @__PURE__ */ document<NamespaceChildrenQuery, NamespaceChildrenQueryVariables>(
  'query NamespaceChildren($path:String!$search:String$first:Int$after:String$countAll:Boolean!=false){namespace(path:$path){id children(search:$search first:$first after:$after){nodes{...NamespaceFields}pageInfo{...PageFields}totalCount@include(if:$countAll)}}}',
  [NamespaceFields, PageFields],
);

/** Packages of a namespace and everything below it, a page at a time; `allPackages` reads on by itself. */
export const NamespacePackagesDocument = /* @__PURE__ */ document<NamespacePackagesQuery, NamespacePackagesQueryVariables>(
  'query NamespacePackages($path:String!$filter:PackageFilter$orderBy:PackageOrder$first:Int$after:String$countAll:Boolean!=false){namespace(path:$path){id packages(filter:$filter orderBy:$orderBy first:$first after:$after){nodes{...PackageFields}pageInfo{...PageFields}totalCount@include(if:$countAll)}}}',
  [PackageFields, PageFields],
);

/** Where a format's clients find a namespace, with ready-to-paste configuration and commands. */
export const NamespaceEndpointDocument = /* @__PURE__ */ document<NamespaceEndpointQuery, NamespaceEndpointQueryVariables>(
  'query NamespaceEndpoint($path:String!$format:Format!){namespace(path:$path){id endpoint(format:$format){...EndpointFields}}}',
  [EndpointFields, SnippetFields],
);

/** Makes a group, at the top or in another group. */
export const CreateGroupDocument = /* @__PURE__ */ document<CreateGroupMutation, CreateGroupMutationVariables>(
  'mutation CreateGroup($input:CreateGroupInput!){createGroup(input:$input){__typename ...on CreateGroupPayload{group{...NamespaceFields}}...Failure}}',
  [NamespaceFields, Failure],
);

/** Makes a project, at the top or in a group. */
export const CreateProjectDocument = /* @__PURE__ */ document<CreateProjectMutation, CreateProjectMutationVariables>(
  'mutation CreateProject($input:CreateProjectInput!){createProject(input:$input){__typename ...on CreateProjectPayload{project{...NamespaceFields}}...Failure}}',
  [NamespaceFields, Failure],
);

/** Changes a namespace. What is left out stays as it is. */
export const UpdateNamespaceDocument = /* @__PURE__ */ document<UpdateNamespaceMutation, UpdateNamespaceMutationVariables>(
  'mutation UpdateNamespace($input:UpdateNamespaceInput!){updateNamespace(input:$input){__typename ...on UpdateNamespacePayload{namespace{...NamespaceFields}}...Failure}}',
  [NamespaceFields, Failure],
);

/** Deletes a namespace that holds no packages and no namespaces, also none that could be restored. Names that were used in it stay taken in its group. */
export const DeleteNamespaceDocument = /* @__PURE__ */ document<DeleteNamespaceMutation, DeleteNamespaceMutationVariables>(
  'mutation DeleteNamespace($input:DeleteNamespaceInput!){deleteNamespace(input:$input){__typename ...on DeleteNamespacePayload{deletedNamespaceId parent{...NamespaceFields}}...Failure}}',
  [NamespaceFields, Failure],
);

/** The package that a name means when read at a namespace: as clients of its endpoint get it. Null where there is none or the caller may not read it. */
export const PackageDocument = /* @__PURE__ */ document<PackageQuery, PackageQueryVariables>(
  'query Package($namespace:String!$format:Format!$name:String!){package(namespace:$namespace format:$format name:$name){...PackageDetails}}',
  [PackageDetails, PackageFields, VersionFields, FileFields, DependencyFields],
);

/** As `package`, by its package URL (https://github.com/package-url/purl-spec). A version in the URL makes no difference. */
export const PackageByPurlDocument = /* @__PURE__ */ document<PackageByPurlQuery, PackageByPurlQueryVariables>(
  'query PackageByPurl($purl:String!$namespace:String){packageByPurl(purl:$purl namespace:$namespace){...PackageDetails}}',
  [PackageDetails, PackageFields, VersionFields, FileFields, DependencyFields],
);

/** All packages of this server that the caller may read. */
export const PackagesDocument = /* @__PURE__ */ document<PackagesQuery, PackagesQueryVariables>(
  'query Packages($filter:PackageFilter$orderBy:PackageOrder$first:Int$after:String$countAll:Boolean!=false){packages(filter:$filter orderBy:$orderBy first:$first after:$after){nodes{...PackageFields}pageInfo{...PageFields}totalCount@include(if:$countAll)}}',
  [PackageFields, PageFields],
);

/** A package with everything about one version: the one given, or the one that a tag points at. */
export const PackageVersionDocument = /* @__PURE__ */ document<PackageVersionQuery, PackageVersionQueryVariables>(
  'query PackageVersion($namespace:String!$format:Format!$name:String!$version:String$tag:String){package(namespace:$namespace format:$format name:$name){...PackageFields version(version:$version tag:$tag){...VersionFields homepage repositoryUrl keywords authors readme build{pipelineUrl commit ref job}metadata{__typename raw}dependencies{...DependencyFields}files{...FileFields}}}}',
  [PackageFields, VersionFields, DependencyFields, FileFields],
);

/** Versions of a package with their files, a page at a time; `allVersions` reads on by itself. */
export const PackageVersionsDocument = /* @__PURE__ */ document<PackageVersionsQuery, PackageVersionsQueryVariables>(
  'query PackageVersions($namespace:String!$format:Format!$name:String!$filter:VersionFilter$orderBy:VersionOrder$first:Int$after:String$countAll:Boolean!=false){package(namespace:$namespace format:$format name:$name){id versions(filter:$filter orderBy:$orderBy first:$first after:$after){nodes{...VersionFields files{...FileFields}}pageInfo{...PageFields}totalCount@include(if:$countAll)}}}',
  [VersionFields, FileFields, PageFields],
);

/** What depends on a package, a page at a time; `allDependents` reads on by itself. */
export const PackageDependentsDocument = /* @__PURE__ */ document<PackageDependentsQuery, PackageDependentsQueryVariables>(
  'query PackageDependents($namespace:String!$format:Format!$name:String!$first:Int$after:String$countAll:Boolean!=false){package(namespace:$namespace format:$format name:$name){id dependents(first:$first after:$after){nodes{kind requirement version{...VersionFields package{...PackageFields}}}pageInfo{...PageFields}totalCount@include(if:$countAll)}}}',
  [VersionFields, PackageFields, PageFields],
);

/** Where a format's clients find a package, with ready-to-paste commands. */
export const PackageEndpointDocument = /* @__PURE__ */ document<PackageEndpointQuery, PackageEndpointQueryVariables>(
  'query PackageEndpoint($namespace:String!$format:Format!$name:String!){package(namespace:$namespace format:$format name:$name){id endpoint{...EndpointFields}}}',
  [EndpointFields, SnippetFields],
);

/** Where a content appears: all files with these bytes that the caller may see, newest first. */
export const FileDocument = /* @__PURE__ */ document<FileQuery, FileQueryVariables>(
  'query File($sha256:String!$first:Int$after:String$countAll:Boolean!=false){file(sha256:$sha256 first:$first after:$after){nodes{...FileFields version{...VersionFields package{...PackageFields}}}pageInfo{...PageFields}totalCount@include(if:$countAll)}}',
  [FileFields, VersionFields, PackageFields, PageFields],
);

/** Makes a place for the bytes of one file. PUT them to its URL, then call `publishPackage`. */
export const CreateUploadDocument = /* @__PURE__ */ document<CreateUploadMutation, CreateUploadMutationVariables>(
  'mutation CreateUpload($input:CreateUploadInput!){createUpload(input:$input){__typename ...on CreateUploadPayload{upload{...UploadFields}}...Failure}}',
  [UploadFields, Failure],
);

/** Publishes uploads as the files of one version. What they are is read from their bytes, as for the format's own client; only formats whose files do not say it need name and version. */
export const PublishPackageDocument = /* @__PURE__ */ document<PublishPackageMutation, PublishPackageMutationVariables>(
  'mutation PublishPackage($input:PublishPackageInput!){publishPackage(input:$input){__typename ...on PublishPackagePayload{isNewVersion package{...PackageFields}version{...VersionFields}files{...FileFields}}...Failure}}',
  [PackageFields, VersionFields, FileFields, Failure],
);

/** Points a tag at a version, wherever it pointed before. */
export const SetTagDocument = /* @__PURE__ */ document<SetTagMutation, SetTagMutationVariables>(
  'mutation SetTag($input:SetTagInput!){setTag(input:$input){__typename ...on SetTagPayload{package{...PackageFields}version{...VersionFields}}...Failure}}',
  [PackageFields, VersionFields, Failure],
);

/** Removes a tag. The default tag of a format stays; it can only be pointed elsewhere. */
export const RemoveTagDocument = /* @__PURE__ */ document<RemoveTagMutation, RemoveTagMutationVariables>(
  'mutation RemoveTag($input:RemoveTagInput!){removeTag(input:$input){__typename ...on RemoveTagPayload{package{...PackageFields}}...Failure}}',
  [PackageFields, Failure],
);

/** Marks versions with a warning that their users see, or takes the warning back; all of them or none. */
export const DeprecateVersionsDocument = /* @__PURE__ */ document<DeprecateVersionsMutation, DeprecateVersionsMutationVariables>(
  'mutation DeprecateVersions($input:DeprecateVersionsInput!){deprecateVersions(input:$input){__typename ...on DeprecateVersionsPayload{package{...PackageFields}}...Failure}}',
  [PackageFields, Failure],
);

/** Deletes a package with all its versions. Its name stays taken, and it can be restored for a while. */
export const DeletePackageDocument = /* @__PURE__ */ document<DeletePackageMutation, DeletePackageMutationVariables>(
  'mutation DeletePackage($input:DeletePackageInput!){deletePackage(input:$input){__typename ...on DeletePackagePayload{deletedPackageId}...Failure}}',
  [Failure],
);

/** Deletes a version with its files. A package goes with its last version. */
export const DeleteVersionDocument = /* @__PURE__ */ document<DeleteVersionMutation, DeleteVersionMutationVariables>(
  'mutation DeleteVersion($input:DeleteVersionInput!){deleteVersion(input:$input){__typename ...on DeleteVersionPayload{deletedVersionId package{...PackageFields}}...Failure}}',
  [PackageFields, Failure],
);

/** Deletes a file of a version. A version goes with its last file. */
export const DeleteFileDocument = /* @__PURE__ */ document<DeleteFileMutation, DeleteFileMutationVariables>(
  'mutation DeleteFile($input:DeleteFileInput!){deleteFile(input:$input){__typename ...on DeleteFilePayload{deletedFileId version{...VersionFields}}...Failure}}',
  [VersionFields, Failure],
);

/** Who asks. */
export const ViewerDocument = /* @__PURE__ */ document<ViewerQuery, ViewerQueryVariables>(
  'query Viewer{viewer{user{id username displayName}credential scopes isAdmin token{...TokenFields}tokens{...TokenFields}}}',
  [TokenFields],
);

/** The formats that this server speaks. */
export const FormatsDocument = /* @__PURE__ */ document<FormatsQuery, FormatsQueryVariables>(
  'query Formats{formats{format title purlType publishesWholeVersions allowsDuplicates hasTags defaultTag maxFileBytes}}',
  [],
);

/** Anything by its id; null where there is no such thing or the caller may not see it. */
export const NodeDocument = /* @__PURE__ */ document<NodeQuery, NodeQueryVariables>(
  'query Node($id:ID!){node(id:$id){...NodeSummary}}',
  [NodeSummary],
);

/** Up to 100 things by their ids, in the same order; null for what is not there or may not be seen. */
export const NodesDocument = /* @__PURE__ */ document<NodesQuery, NodesQueryVariables>(
  'query Nodes($ids:[ID!]!){nodes(ids:$ids){...NodeSummary}}',
  [NodeSummary],
);

/** Makes a personal token for the caller. It may do no more and live no longer than the credential in use, which needs the scope ADMIN and no limits for this. Errors: UNAUTHENTICATED, FORBIDDEN. */
export const CreateTokenDocument = /* @__PURE__ */ document<CreateTokenMutation, CreateTokenMutationVariables>(
  'mutation CreateToken($input:CreateTokenInput!){createToken(input:$input){__typename ...on CreateTokenPayload{secret token{...TokenFields}}...Failure}}',
  [TokenFields, Failure],
);

/** Ends a token and all job tokens that it minted, at once: one of the caller's, of a namespace that they manage, or for an instance's admin any. With the scope ADMIN; every token may end itself and what it minted without. Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const RevokeTokenDocument = /* @__PURE__ */ document<RevokeTokenMutation, RevokeTokenMutationVariables>(
  'mutation RevokeToken($input:RevokeTokenInput!){revokeToken(input:$input){__typename ...on RevokeTokenPayload{revokedTokenId}...Failure}}',
  [Failure],
);

/** A method for every operation of this SDK. */
export interface Operations {
  /** This server: the root of all namespaces. Null where the caller may not see it. */
  instance(options?: RequestOptions): Promise<InstanceQuery['instance']>;
  /** A namespace by its path; null where there is none or the caller may not see it. */
  namespace(variables: NamespaceQueryVariables, options?: RequestOptions): Promise<NamespaceQuery['namespace']>;
  /** Groups and projects straight below a namespace, a page at a time; `allChildren` reads on by itself. */
  namespaceChildren(variables: NamespaceChildrenQueryVariables, options?: RequestOptions): Promise<NamespaceChildrenQuery['namespace']>;
  /** Packages of a namespace and everything below it, a page at a time; `allPackages` reads on by itself. */
  namespacePackages(variables: NamespacePackagesQueryVariables, options?: RequestOptions): Promise<NamespacePackagesQuery['namespace']>;
  /** Where a format's clients find a namespace, with ready-to-paste configuration and commands. */
  namespaceEndpoint(variables: NamespaceEndpointQueryVariables, options?: RequestOptions): Promise<NamespaceEndpointQuery['namespace']>;
  /** Makes a group, at the top or in another group. */
  createGroup(input: CreateGroupMutationVariables['input'], options?: RequestOptions): Promise<CreateGroupMutation['createGroup']>;
  /** Makes a project, at the top or in a group. */
  createProject(input: CreateProjectMutationVariables['input'], options?: RequestOptions): Promise<CreateProjectMutation['createProject']>;
  /** Changes a namespace. What is left out stays as it is. */
  updateNamespace(input: UpdateNamespaceMutationVariables['input'], options?: RequestOptions): Promise<UpdateNamespaceMutation['updateNamespace']>;
  /** Deletes a namespace that holds no packages and no namespaces, also none that could be restored. Names that were used in it stay taken in its group. */
  deleteNamespace(input: DeleteNamespaceMutationVariables['input'], options?: RequestOptions): Promise<DeleteNamespaceMutation['deleteNamespace']>;
  /** The package that a name means when read at a namespace: as clients of its endpoint get it. Null where there is none or the caller may not read it. */
  package(variables: PackageQueryVariables, options?: RequestOptions): Promise<PackageQuery['package']>;
  /** As `package`, by its package URL (https://github.com/package-url/purl-spec). A version in the URL makes no difference. */
  packageByPurl(variables: PackageByPurlQueryVariables, options?: RequestOptions): Promise<PackageByPurlQuery['packageByPurl']>;
  /** All packages of this server that the caller may read. */
  packages(variables?: PackagesQueryVariables, options?: RequestOptions): Promise<PackagesQuery['packages']>;
  /** A package with everything about one version: the one given, or the one that a tag points at. */
  packageVersion(variables: PackageVersionQueryVariables, options?: RequestOptions): Promise<PackageVersionQuery['package']>;
  /** Versions of a package with their files, a page at a time; `allVersions` reads on by itself. */
  packageVersions(variables: PackageVersionsQueryVariables, options?: RequestOptions): Promise<PackageVersionsQuery['package']>;
  /** What depends on a package, a page at a time; `allDependents` reads on by itself. */
  packageDependents(variables: PackageDependentsQueryVariables, options?: RequestOptions): Promise<PackageDependentsQuery['package']>;
  /** Where a format's clients find a package, with ready-to-paste commands. */
  packageEndpoint(variables: PackageEndpointQueryVariables, options?: RequestOptions): Promise<PackageEndpointQuery['package']>;
  /** Where a content appears: all files with these bytes that the caller may see, newest first. */
  file(variables: FileQueryVariables, options?: RequestOptions): Promise<FileQuery['file']>;
  /** Makes a place for the bytes of one file. PUT them to its URL, then call `publishPackage`. */
  createUpload(input: CreateUploadMutationVariables['input'], options?: RequestOptions): Promise<CreateUploadMutation['createUpload']>;
  /** Publishes uploads as the files of one version. What they are is read from their bytes, as for the format's own client; only formats whose files do not say it need name and version. */
  publishPackage(input: PublishPackageMutationVariables['input'], options?: RequestOptions): Promise<PublishPackageMutation['publishPackage']>;
  /** Points a tag at a version, wherever it pointed before. */
  setTag(input: SetTagMutationVariables['input'], options?: RequestOptions): Promise<SetTagMutation['setTag']>;
  /** Removes a tag. The default tag of a format stays; it can only be pointed elsewhere. */
  removeTag(input: RemoveTagMutationVariables['input'], options?: RequestOptions): Promise<RemoveTagMutation['removeTag']>;
  /** Marks versions with a warning that their users see, or takes the warning back; all of them or none. */
  deprecateVersions(input: DeprecateVersionsMutationVariables['input'], options?: RequestOptions): Promise<DeprecateVersionsMutation['deprecateVersions']>;
  /** Deletes a package with all its versions. Its name stays taken, and it can be restored for a while. */
  deletePackage(input: DeletePackageMutationVariables['input'], options?: RequestOptions): Promise<DeletePackageMutation['deletePackage']>;
  /** Deletes a version with its files. A package goes with its last version. */
  deleteVersion(input: DeleteVersionMutationVariables['input'], options?: RequestOptions): Promise<DeleteVersionMutation['deleteVersion']>;
  /** Deletes a file of a version. A version goes with its last file. */
  deleteFile(input: DeleteFileMutationVariables['input'], options?: RequestOptions): Promise<DeleteFileMutation['deleteFile']>;
  /** Who asks. */
  viewer(options?: RequestOptions): Promise<ViewerQuery['viewer']>;
  /** The formats that this server speaks. */
  formats(options?: RequestOptions): Promise<FormatsQuery['formats']>;
  /** Anything by its id; null where there is no such thing or the caller may not see it. */
  node(variables: NodeQueryVariables, options?: RequestOptions): Promise<NodeQuery['node']>;
  /** Up to 100 things by their ids, in the same order; null for what is not there or may not be seen. */
  nodes(variables: NodesQueryVariables, options?: RequestOptions): Promise<NodesQuery['nodes']>;
  /** Makes a personal token for the caller. It may do no more and live no longer than the credential in use, which needs the scope ADMIN and no limits for this. Errors: UNAUTHENTICATED, FORBIDDEN. */
  createToken(input: CreateTokenMutationVariables['input'], options?: RequestOptions): Promise<CreateTokenMutation['createToken']>;
  /** Ends a token and all job tokens that it minted, at once: one of the caller's, of a namespace that they manage, or for an instance's admin any. With the scope ADMIN; every token may end itself and what it minted without. Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  revokeToken(input: RevokeTokenMutationVariables['input'], options?: RequestOptions): Promise<RevokeTokenMutation['revokeToken']>;
}

/** The methods over a way to run documents. */
export function createOperations(request: Request): Operations {
  return {
    instance: (options) => fieldOf(request(InstanceDocument, {}, options), 'instance'),
    namespace: (variables, options) => fieldOf(request(NamespaceDocument, variables, options), 'namespace'),
    namespaceChildren: (variables, options) => fieldOf(request(NamespaceChildrenDocument, variables, options), 'namespace'),
    namespacePackages: (variables, options) => fieldOf(request(NamespacePackagesDocument, variables, options), 'namespace'),
    namespaceEndpoint: (variables, options) => fieldOf(request(NamespaceEndpointDocument, variables, options), 'namespace'),
    createGroup: (input, options) => fieldOf(request(CreateGroupDocument, { input }, options), 'createGroup'),
    createProject: (input, options) => fieldOf(request(CreateProjectDocument, { input }, options), 'createProject'),
    updateNamespace: (input, options) => fieldOf(request(UpdateNamespaceDocument, { input }, options), 'updateNamespace'),
    deleteNamespace: (input, options) => fieldOf(request(DeleteNamespaceDocument, { input }, options), 'deleteNamespace'),
    package: (variables, options) => fieldOf(request(PackageDocument, variables, options), 'package'),
    packageByPurl: (variables, options) => fieldOf(request(PackageByPurlDocument, variables, options), 'packageByPurl'),
    packages: (variables, options) => fieldOf(request(PackagesDocument, variables, options), 'packages'),
    packageVersion: (variables, options) => fieldOf(request(PackageVersionDocument, variables, options), 'package'),
    packageVersions: (variables, options) => fieldOf(request(PackageVersionsDocument, variables, options), 'package'),
    packageDependents: (variables, options) => fieldOf(request(PackageDependentsDocument, variables, options), 'package'),
    packageEndpoint: (variables, options) => fieldOf(request(PackageEndpointDocument, variables, options), 'package'),
    file: (variables, options) => fieldOf(request(FileDocument, variables, options), 'file'),
    createUpload: (input, options) => fieldOf(request(CreateUploadDocument, { input }, options), 'createUpload'),
    publishPackage: (input, options) => fieldOf(request(PublishPackageDocument, { input }, options), 'publishPackage'),
    setTag: (input, options) => fieldOf(request(SetTagDocument, { input }, options), 'setTag'),
    removeTag: (input, options) => fieldOf(request(RemoveTagDocument, { input }, options), 'removeTag'),
    deprecateVersions: (input, options) => fieldOf(request(DeprecateVersionsDocument, { input }, options), 'deprecateVersions'),
    deletePackage: (input, options) => fieldOf(request(DeletePackageDocument, { input }, options), 'deletePackage'),
    deleteVersion: (input, options) => fieldOf(request(DeleteVersionDocument, { input }, options), 'deleteVersion'),
    deleteFile: (input, options) => fieldOf(request(DeleteFileDocument, { input }, options), 'deleteFile'),
    viewer: (options) => fieldOf(request(ViewerDocument, {}, options), 'viewer'),
    formats: (options) => fieldOf(request(FormatsDocument, {}, options), 'formats'),
    node: (variables, options) => fieldOf(request(NodeDocument, variables, options), 'node'),
    nodes: (variables, options) => fieldOf(request(NodesDocument, variables, options), 'nodes'),
    createToken: (input, options) => fieldOf(request(CreateTokenDocument, { input }, options), 'createToken'),
    revokeToken: (input, options) => fieldOf(request(RevokeTokenDocument, { input }, options), 'revokeToken'),
  };
}
