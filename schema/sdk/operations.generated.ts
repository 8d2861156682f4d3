/* Made by `npm run codegen` from schema/schema.graphql and schema/sdk/documents; do not edit. */
import { document } from './document.ts';
import { fieldOf, type Request } from './request.ts';
import { fieldsOf, type Subscribe, type SubscribeOptions, type Subscription } from './subscribe.ts';
import type { RequestOptions } from './transport.ts';

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Which audit events; all conditions given must hold. */
export type AuditFilter = {
  /** Done by the user of this name, or with the token of this id. */
  actor?: string | null | undefined;
  /** At this instant or later. */
  from?: string | null | undefined;
  /** About this package. */
  package?: AuditPackage | null | undefined;
  /** Before this instant. */
  to?: string | null | undefined;
  /** Of these kinds. */
  types?: Array<EventType> | null | undefined;
};

/** A package by its name. */
export type AuditPackage = {
  /** Its format. */
  format: Format;
  /** Its name, in any spelling that its format holds for the same. */
  name: string;
};

/** How a setting is to change. What is left out stays. */
export type BigIntSettingInput = {
  /** Whether it binds the namespaces below it: what they set themselves counts for nothing then. */
  isLocked?: boolean | null | undefined;
  /** What this namespace sets itself; null: nothing any more, so that it inherits again. */
  value?: number | string | null | undefined;
};

/** How a setting is to change. What is left out stays. */
export type BooleanSettingInput = {
  /** Whether it binds the namespaces below it: what they set themselves counts for nothing then. */
  isLocked?: boolean | null | undefined;
  /** What this namespace sets itself; null: nothing any more, so that it inherits again. */
  value?: boolean | null | undefined;
};

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

/** How far a run is. */
export type CleanupState =
  /** Through. */
  | 'DONE'
  /** Given up; `message` says why. What it had removed by then stays removed. */
  | 'FAILED'
  /** Under way, or about to begin. */
  | 'RUNNING';

/** What a cleanup policy removes. */
export type CleanupTarget =
  /** Older builds of versions that are being worked on (snapshots of Maven), never the version itself. Conditions on age and downloads are about the build, patterns about the version, and `keepNewest` (1 or more) counts the builds of each kind of file. */
  | 'BUILD'
  /** Versions. */
  | 'VERSION';

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

/** What `createNamespaceToken` needs to know. */
export type CreateNamespaceTokenInput = {
  /** When it stops working; by default when the credential in use does. */
  expiresAt?: string | null | undefined;
  /** The formats that it is limited to; by default none. */
  formats?: Array<Format> | null | undefined;
  /** DEPLOY for packages alone, PROJECT for a role. */
  kind: NamespaceTokenKind;
  /** Whether it may mint job tokens; by default not. */
  mintsJobs?: boolean | null | undefined;
  /** What to call it, 1 to 255 characters. It is shown beside what it publishes. */
  name: string;
  /** What the names of packages must match, `*` for any text: `@acme/*`. By default any name. */
  namePattern?: string | null | undefined;
  /** The instance, group or project. The token is good there and below. */
  namespaceId: string;
  /** The role, for PROJECT and needed there. That of a deploy token follows from its scopes. */
  role?: Role | null | undefined;
  /** What it may be used for; for DEPLOY READ, WRITE and DELETE. */
  scopes: Array<TokenScope>;
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

/** What `createProtectionRule` needs to know. */
export type CreateProtectionRuleInput = {
  /** The least role that may delete, or remove the tag; by default it says nothing of that. */
  deleteRole?: Role | null | undefined;
  /** The format it is limited to; by default all. */
  format?: Format | null | undefined;
  /** Whether versions never change or go, or tags never move or go, whoever asks. By default not. */
  isImmutable?: boolean | null | undefined;
  /** What names of packages match, in the form in which the format compares names; `*` stands for any text. 1 to 255 characters, at most 8 of them `*`. */
  namePattern: string;
  /** Where it holds. */
  namespaceId: string;
  /** What versions or tags match, in the same way. Needed for those targets, and not for packages. */
  pattern?: string | null | undefined;
  /** The least role that may publish, deprecate, yank and hide, or set the tag; by default it says nothing of that. */
  publishRole?: Role | null | undefined;
  /** What it protects. */
  target: ProtectionTarget;
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

/** What `createWebhook` needs to know. */
export type CreateWebhookInput = {
  /** A GraphQL subscription to `events` or `packagePublished`, whose result is what is posted. It has no `after` and no variables without defaults, asks for nothing that the caller may not read, and is about the namespace or what is below. By default what happens to packages, with their names. */
  document?: string | null | undefined;
  /** What to call it, 1 to 255 characters. */
  name: string;
  /** The instance, group or project. What happens there and below is sent. */
  namespaceId: string;
  /** Where to post to: an http or https URL without user name and password. It has to lead to the public internet, unless the operator has opened other networks. */
  url: string;
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

/** What `deleteProtectionRule` needs to know. */
export type DeleteProtectionRuleInput = {
  /** The rule. */
  ruleId: string;
};

/** What `deleteVersion` needs to know. */
export type DeleteVersionInput = {
  /** The version. */
  versionId: string;
};

/** What `deleteWebhook` needs to know. */
export type DeleteWebhookInput = {
  /** The webhook. */
  webhookId: string;
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

/** What becomes of publishing a version or a file that is there. */
export type DuplicateRule =
  /** What is there gives way, and stays restorable. */
  | 'ALLOWED'
  /** What is there stays; what was deleted comes back with the same content only. */
  | 'REFUSED';

/** How a setting is to change. What is left out stays. */
export type DuplicateSettingInput = {
  /** Whether it binds the namespaces below it: what they set themselves counts for nothing then. */
  isLocked?: boolean | null | undefined;
  /** What this namespace sets itself; null: nothing any more, so that it inherits again. */
  value?: DuplicateRule | null | undefined;
};

/** Which events; conditions are joined by AND. */
export type EventFilter = {
  /** About packages of these formats. */
  formats?: Array<Format> | null | undefined;
  /** About packages of this name, as their format compares names. */
  name?: string | null | undefined;
  /** At the namespace of this path or below. */
  namespace?: string | null | undefined;
  /** Of these kinds. */
  types?: Array<EventType> | null | undefined;
};

/** The kinds of event; each has a type of its own, of the same name. */
export type EventType =
  /** It was changed who may do what with a package; `Package.access` tells how it is now. For those who manage it. */
  | 'ACCESS_CHANGED'
  /** A cleanup policy was made, changed or deleted. For those who see how the namespace is set up. */
  | 'CLEANUP_CHANGED'
  /** Files came to a version that was there. */
  | 'FILE_ADDED'
  /** A file of a version was deleted. */
  | 'FILE_DELETED'
  /** A file of a version was restored. */
  | 'FILE_RESTORED'
  /** The role of a user or a team in a namespace was taken. For those who see how it is set up. */
  | 'MEMBER_REMOVED'
  /** A user or a team was given a role in a namespace. For those who see how it is set up. */
  | 'MEMBER_SET'
  /** A group or project was made. */
  | 'NAMESPACE_CREATED'
  /** A group or project was deleted; `namespace` is the one above. For those who see how that is set up. */
  | 'NAMESPACE_DELETED'
  /** A namespace was renamed, opened, closed or described anew. */
  | 'NAMESPACE_UPDATED'
  /** A package was deleted with all its versions. */
  | 'PACKAGE_DELETED'
  /** A version became installable. */
  | 'PACKAGE_PUBLISHED'
  /** A package was restored. */
  | 'PACKAGE_RESTORED'
  /** A protection rule was made, changed or deleted. For those who see how the namespace is set up. */
  | 'PROTECTION_CHANGED'
  /** What was deleted is gone for good. For those who may delete. */
  | 'PURGED'
  /** Settings of a namespace were changed; `Namespace.settings` tells how they are now. For those who see how it is set up. */
  | 'SETTINGS_CHANGED'
  /** A tag was removed. */
  | 'TAG_REMOVED'
  /** A tag was pointed at a version. */
  | 'TAG_SET'
  /** A team was made, changed or deleted, or its members changed. For administrators. */
  | 'TEAM_CHANGED'
  /** A token was made. For those who manage it. */
  | 'TOKEN_CREATED'
  /** A token was revoked. For those who manage it. */
  | 'TOKEN_REVOKED'
  /** A token got a new secret. For those who manage it. */
  | 'TOKEN_ROTATED'
  /** A user was changed, blocked or unblocked, or has a new password. For administrators. */
  | 'USER_CHANGED'
  /** A user was made. For administrators. */
  | 'USER_CREATED'
  /** Versions were deprecated, or it was taken back. */
  | 'VERSIONS_DEPRECATED'
  /** Versions were hidden. */
  | 'VERSIONS_HIDDEN'
  /** Versions are no longer hidden. */
  | 'VERSIONS_UNHIDDEN'
  /** Versions are no longer withdrawn. */
  | 'VERSIONS_UNYANKED'
  /** Versions were withdrawn. */
  | 'VERSIONS_YANKED'
  /** A version was deleted, or gave way to one that was published anew. */
  | 'VERSION_DELETED'
  /** A version was restored. */
  | 'VERSION_RESTORED'
  /** A webhook was made, changed or deleted. For those who manage the namespace. */
  | 'WEBHOOK_CHANGED'
  /** A webhook was given up: nothing could be delivered for days, the receiver wants nothing more, or its owner is gone. For those who manage the namespace. */
  | 'WEBHOOK_DISABLED';

/** The package formats that this server speaks. */
export type Format =
  /** Generic packages. */
  | 'GENERIC'
  /** Maven packages. */
  | 'MAVEN'
  /** npm packages. */
  | 'NPM'
  /** NuGet packages. */
  | 'NUGET'
  /** OCI packages. */
  | 'OCI'
  /** PyPI packages. */
  | 'PYPI';

/** How the settings of a format are to change. What is left out stays. */
export type FormatSettingsInput = {
  /** A regular expression (RE2) of whole package names for which `duplicates` means its opposite; empty: none. */
  duplicateExceptions?: StringSettingInput | null | undefined;
  /** What becomes of publishing what is there. */
  duplicates?: DuplicateSettingInput | null | undefined;
  /** Whether its packages are served. */
  enabled?: BooleanSettingInput | null | undefined;
  /** The format. */
  format: Format;
  /** A file may have at most so many bytes; never more than the format allows. */
  maxFileBytes?: BigIntSettingInput | null | undefined;
};

/** What a grant on a package allows. Each includes those before it. */
export type GrantLevel =
  /** Delete it and manage its access, too, as a MAINTAINER. */
  | 'ADMIN'
  /** See and pull it, as a REPORTER. */
  | 'READ'
  /** Publish, tag and deprecate, too, as a DEVELOPER. */
  | 'WRITE';

/** What `hideVersion` needs to know. */
export type HideVersionInput = {
  /** The version. */
  versionId: string;
};

/** How a setting is to change. What is left out stays. */
export type IntSettingInput = {
  /** Whether it binds the namespaces below it: what they set themselves counts for nothing then. */
  isLocked?: boolean | null | undefined;
  /** What this namespace sets itself; null: nothing any more, so that it inherits again. */
  value?: number | null | undefined;
};

/** What a member is. */
export type MemberKind =
  /** A team. */
  | 'TEAM'
  /** A person. */
  | 'USER';

/** What `mintJobToken` needs to know. */
export type MintJobTokenInput = {
  /** The run that it is for. Lands on each version that it publishes, whatever the publisher says. */
  build?: BuildInput | null | undefined;
  /** Some of the formats of the token in use; by default all of them. */
  formats?: Array<Format> | null | undefined;
  /** What to call it, 1 to 255 characters. It is shown beside what it publishes. */
  name: string;
  /** What the names of packages must match; within the pattern of the token in use, which is the default. */
  namePattern?: string | null | undefined;
  /** Some of the scopes of the token in use; by default all of them. Never ADMIN. */
  scopes?: Array<TokenScope> | null | undefined;
  /** How long it is good, 1 to 86400 seconds; by default 3600. In any case no longer than the token in use. */
  ttlSeconds?: number | null | undefined;
};

/** The kinds of token that belong to a namespace. */
export type NamespaceTokenKind =
  /** Packages of a namespace and below; no user. */
  | 'DEPLOY'
  /** A role in a namespace and below; no user. */
  | 'PROJECT';

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

/** A right on a package for a user or a team: name one of the two. */
export type PackageGrantInput = {
  /** What it allows. */
  level: GrantLevel;
  /** The team. */
  teamName?: string | null | undefined;
  /** The user. */
  username?: string | null | undefined;
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

/** What `pingWebhook` needs to know. */
export type PingWebhookInput = {
  /** The webhook. */
  webhookId: string;
};

/** What `previewCleanup` needs to know. */
export type PreviewCleanupInput = {
  /** Only versions behind this cursor: `endCursor` of the page before. */
  after?: string | null | undefined;
  /** How many of the versions to list, up to 100; 20 unless told. */
  first?: number | null | undefined;
  /** Only packages of these formats; by default of all. */
  formats?: Array<Format> | null | undefined;
  /** Whether it runs by itself, once a day; true unless told. The first time is a day from now. */
  isEnabled?: boolean | null | undefined;
  /** So many of the versions of a package published last stay, 1 unless told. With 0 the last one may go as well, and the package with it. Of builds, so many of each kind of file of a version, 1 or more. */
  keepNewest?: number | null | undefined;
  /** Versions that match this as a whole stay; of the same kind. */
  keepPattern?: string | null | undefined;
  /** What to call it, 1 to 255 characters; `Cleanup` unless told. */
  name?: string | null | undefined;
  /** Only packages whose name, as its format compares names, matches; `*` stands for any text. */
  namePattern?: string | null | undefined;
  /** The namespace for which there is to be a policy; instead of `policyId`. */
  namespaceId?: string | null | undefined;
  /** Only versions of which no file was downloaded for more than so many days, counted from the publish where none ever was. */
  notDownloadedForDays?: number | null | undefined;
  /** Only versions published more than so many days ago. */
  olderThanDays?: number | null | undefined;
  /** A policy that is there. */
  policyId?: string | null | undefined;
  /** Only versions that match this as a whole: a regular expression of RE2 (https://github.com/google/re2/wiki/Syntax) of at most 255 characters. */
  removePattern?: string | null | undefined;
  /** What it removes; `VERSION` unless told. */
  target?: CleanupTarget | null | undefined;
};

/** What a rule protects. */
export type ProtectionTarget =
  /** Packages by their name. */
  | 'PACKAGE'
  /** Tags by name and tag. */
  | 'TAG'
  /** Versions by name and version. */
  | 'VERSION';

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

/** What a quota limits. */
export type QuotaKind =
  /** Bytes of live files. */
  | 'BYTES'
  /** Packages. */
  | 'PACKAGES'
  /** Versions. */
  | 'VERSIONS';

/** What `redeliver` needs to know. */
export type RedeliverInput = {
  /** The delivery. */
  deliveryId: string;
};

/** What `removeMember` needs to know. */
export type RemoveMemberInput = {
  /** The namespace. */
  namespaceId: string;
  /** The team; this or `username`. */
  teamName?: string | null | undefined;
  /** The user; this or `teamName`. */
  username?: string | null | undefined;
};

/** What `removeTag` needs to know. */
export type RemoveTagInput = {
  /** The package. */
  packageId: string;
  /** The tag. */
  tag: string;
};

/** What `restore` needs to know. */
export type RestoreInput = {
  /** The file. */
  fileId?: string | null | undefined;
  /** The package; exactly one of the three. */
  packageId?: string | null | undefined;
  /** The version. */
  versionId?: string | null | undefined;
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

/** What `rotateToken` needs to know. */
export type RotateTokenInput = {
  /** How long the old secret stays good, 0 to 604800 seconds; by default 0. */
  overlapSeconds?: number | null | undefined;
  /** The token. A job token is not rotated. */
  tokenId: string;
};

/** What `rotateWebhookSecret` needs to know. */
export type RotateWebhookSecretInput = {
  /** How long the old secret signs as well, 0 to 604800 seconds; by default 0. Until then there are two signatures, of which one will do. */
  overlapSeconds?: number | null | undefined;
  /** The webhook. */
  webhookId: string;
};

/** What `runCleanup` needs to know. */
export type RunCleanupInput = {
  /** The policy, switched on or not. */
  policyId: string;
};

/** What `setCleanupPolicy` needs to know. */
export type SetCleanupPolicyInput = {
  /** Only packages of these formats; by default of all. */
  formats?: Array<Format> | null | undefined;
  /** Whether it runs by itself, once a day; true unless told. The first time is a day from now. */
  isEnabled?: boolean | null | undefined;
  /** So many of the versions of a package published last stay, 1 unless told. With 0 the last one may go as well, and the package with it. Of builds, so many of each kind of file of a version, 1 or more. */
  keepNewest?: number | null | undefined;
  /** Versions that match this as a whole stay; of the same kind. */
  keepPattern?: string | null | undefined;
  /** What to call it, 1 to 255 characters; `Cleanup` unless told. */
  name?: string | null | undefined;
  /** Only packages whose name, as its format compares names, matches; `*` stands for any text. */
  namePattern?: string | null | undefined;
  /** The namespace for which there is to be a policy; instead of `policyId`. */
  namespaceId?: string | null | undefined;
  /** Only versions of which no file was downloaded for more than so many days, counted from the publish where none ever was. */
  notDownloadedForDays?: number | null | undefined;
  /** Only versions published more than so many days ago. */
  olderThanDays?: number | null | undefined;
  /** A policy that is there. */
  policyId?: string | null | undefined;
  /** Only versions that match this as a whole: a regular expression of RE2 (https://github.com/google/re2/wiki/Syntax) of at most 255 characters. */
  removePattern?: string | null | undefined;
  /** What it removes; `VERSION` unless told. */
  target?: CleanupTarget | null | undefined;
};

/** What `setMember` needs to know. */
export type SetMemberInput = {
  /** The namespace. */
  namespaceId: string;
  /** The role. */
  role: Role;
  /** The team; this or `username`. */
  teamName?: string | null | undefined;
  /** The user; this or `teamName`. */
  username?: string | null | undefined;
};

/** What `setPackageAccess` needs to know. */
export type SetPackageAccessInput = {
  /** All rights that there shall be, in place of those that there are; at most 200. */
  grants?: Array<PackageGrantInput> | null | undefined;
  /** Whether the roles in its namespace count. If not, only grants and the namespace's owners do. */
  inheritsFromNamespace?: boolean | null | undefined;
  /** The package. */
  packageId: string;
  /** Its own, at most as open as its namespace's; null: as its namespace, or PRIVATE where it does not inherit. */
  visibility?: Visibility | null | undefined;
};

/** What `setTag` needs to know. */
export type SetTagInput = {
  /** The package. */
  packageId: string;
  /** The tag. */
  tag: string;
  /** The version it shall point at. */
  version: string;
};

/** How a setting is to change. What is left out stays. */
export type StringSettingInput = {
  /** Whether it binds the namespaces below it: what they set themselves counts for nothing then. */
  isLocked?: boolean | null | undefined;
  /** What this namespace sets itself; null: nothing any more, so that it inherits again. */
  value?: string | null | undefined;
};

/** Whose rights a token has. */
export type TokenKind =
  /** Packages of a namespace and below; no user. */
  | 'DEPLOY'
  /** Some of those of the deploy or project token that minted it, for one run of a pipeline. */
  | 'JOB'
  /** Those of its user. */
  | 'PERSONAL'
  /** A role in a namespace and below; no user. */
  | 'PROJECT';

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

/** What `unhideVersion` needs to know. */
export type UnhideVersionInput = {
  /** The version. */
  versionId: string;
};

/** What `unyankVersion` needs to know. */
export type UnyankVersionInput = {
  /** The version. */
  versionId: string;
};

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

/** What `updateSettings` needs to know. */
export type UpdateSettingsInput = {
  /** The switch for `anyoneCanPull`; of the instance only. */
  allowAnyoneCanPull?: BooleanSettingInput | null | undefined;
  /** Whether anybody may pull packages. */
  anyoneCanPull?: BooleanSettingInput | null | undefined;
  /** Whether owners see who did what. */
  auditEvents?: BooleanSettingInput | null | undefined;
  /** For how many days the event log is kept, audit events with it: 7 to 3650. Of the instance only. */
  eventRetentionDays?: IntSettingInput | null | undefined;
  /** The settings of formats, each format at most once. */
  formats?: Array<FormatSettingsInput> | null | undefined;
  /** The namespace. */
  namespaceId: string;
  /** At most so many bytes of live files. */
  quotaBytes?: BigIntSettingInput | null | undefined;
  /** At most so many packages. */
  quotaPackages?: BigIntSettingInput | null | undefined;
  /** At most so many versions. */
  quotaVersions?: BigIntSettingInput | null | undefined;
  /** Whether packages are served at all. */
  registryEnabled?: BooleanSettingInput | null | undefined;
  /** For how many days what was deleted can be restored: 0 to 3650. */
  retentionDays?: IntSettingInput | null | undefined;
};

/** What `updateWebhook` needs to know. */
export type UpdateWebhookInput = {
  /** A GraphQL subscription to `events` or `packagePublished`, whose result is what is posted. It has no `after` and no variables without defaults, asks for nothing that the caller may not read, and is about the namespace or what is below. */
  document?: string | null | undefined;
  /** What to call it, 1 to 255 characters. */
  name?: string | null | undefined;
  /** ACTIVE to send, PAUSED to let wait what happens, DISABLED to give up what waits. Made ACTIVE, it is tried at once. */
  state?: WebhookState | null | undefined;
  /** Where to post to. */
  url?: string | null | undefined;
  /** The webhook. */
  webhookId: string;
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

/** What became of a delivery. */
export type WebhookDeliveryState =
  /** The receiver answered with a status of 200 to 299. */
  | 'DELIVERED'
  /** It was given up; `reason` says why. */
  | 'FAILED'
  /** It waits, be it for its next attempt. */
  | 'PENDING'
  /** It was not sent, since the owner of the webhook may not see the event. */
  | 'SKIPPED';

/** What becomes of what happens. */
export type WebhookState =
  /** It is sent to. */
  | 'ACTIVE'
  /** Nothing is sent and nothing waits. `reason` says why. */
  | 'DISABLED'
  /** Nothing is sent, but what happens waits for it, up to 10,000 deliveries. */
  | 'PAUSED';

/** What `yankVersion` needs to know. */
export type YankVersionInput = {
  /** Why, for people; null or empty: not said. */
  reason?: string | null | undefined;
  /** The version. */
  versionId: string;
};

export type CreateNamespaceTokenMutationVariables = Exact<{
  input: CreateNamespaceTokenInput;
}>;


export type CreateNamespaceTokenMutation = { createNamespaceToken:
    | (
      { secret: string, token: { id: string, kind: TokenKind, name: string, hint: string, scopes: Array<TokenScope>, createdAt: string, expiresAt: string | null } }
      & { __typename: 'CreateNamespaceTokenPayload' }
    )
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
   };

export type MintJobTokenMutationVariables = Exact<{
  input: MintJobTokenInput;
}>;


export type MintJobTokenMutation = { mintJobToken:
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { secret: string, token: { id: string, kind: TokenKind, name: string, hint: string, scopes: Array<TokenScope>, createdAt: string, expiresAt: string | null } }
      & { __typename: 'MintJobTokenPayload' }
    )
   };

export type RotateTokenMutationVariables = Exact<{
  input: RotateTokenInput;
}>;


export type RotateTokenMutation = { rotateToken:
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { secret: string, token: { id: string, kind: TokenKind, name: string, hint: string, scopes: Array<TokenScope>, createdAt: string, expiresAt: string | null } }
      & { __typename: 'RotateTokenPayload' }
    )
   };

export type SetMemberMutationVariables = Exact<{
  input: SetMemberInput;
}>;


export type SetMemberMutation = { setMember:
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { membership: { role: Role, user: { id: string, username: string } | null, team: { id: string, name: string } | null } }
      & { __typename: 'SetMemberPayload' }
    )
   };

export type RemoveMemberMutationVariables = Exact<{
  input: RemoveMemberInput;
}>;


export type RemoveMemberMutation = { removeMember:
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { namespace: { id: string, path: string } | null }
      & { __typename: 'RemoveMemberPayload' }
    )
   };

export type SetPackageAccessMutationVariables = Exact<{
  input: SetPackageAccessInput;
}>;


export type SetPackageAccessMutation = { setPackageAccess:
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { package: (
        { id: string, format: Format, name: string, purl: string, description: string | null, visibility: Visibility | null, sizeBytes: number, createdAt: string, updatedAt: string, namespace: { id: string, path: string } | null }
        & { __typename: 'Package' }
      ) | null }
      & { __typename: 'SetPackageAccessPayload' }
    )
   };

export type CreateProtectionRuleMutationVariables = Exact<{
  input: CreateProtectionRuleInput;
}>;


export type CreateProtectionRuleMutation = { createProtectionRule:
    | (
      { rule: { id: string, target: ProtectionTarget, format: Format | null, namePattern: string, pattern: string | null, publishRole: Role | null, deleteRole: Role | null, isImmutable: boolean } }
      & { __typename: 'CreateProtectionRulePayload' }
    )
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
   };

export type DeleteProtectionRuleMutationVariables = Exact<{
  input: DeleteProtectionRuleInput;
}>;


export type DeleteProtectionRuleMutation = { deleteProtectionRule:
    | (
      { deletedRuleId: string }
      & { __typename: 'DeleteProtectionRulePayload' }
    )
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
   };

export type AuditQueryVariables = Exact<{
  namespace: string;
  filter?: AuditFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  countAll?: boolean;
}>;


export type AuditQuery = { namespace: { audit: { totalCount?: number, nodes: Array<{ id: string, type: EventType, occurredAt: string, cursor: string, path: string | null, actorId: string | null, address: string | null, details: unknown, actor:
          | (
            { id: string, displayName: string }
            & { __typename: 'TokenActor' }
          )
          | (
            { username: string, id: string, displayName: string }
            & { __typename: 'User' }
          )
         | null, token: { id: string, name: string | null, kind: TokenKind | null } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type AuditFieldsFragment = { id: string, type: EventType, occurredAt: string, cursor: string, path: string | null, actorId: string | null, address: string | null, details: unknown, actor:
    | (
      { id: string, displayName: string }
      & { __typename: 'TokenActor' }
    )
    | (
      { username: string, id: string, displayName: string }
      & { __typename: 'User' }
    )
   | null, token: { id: string, name: string | null, kind: TokenKind | null } | null };

export type EventsSubscriptionVariables = Exact<{
  filter?: EventFilter | null | undefined;
}>;


export type EventsSubscription = { events:
    | (
      { format: Format, packageName: string, cursor: string, occurredAt: string, id: string, type: EventType, package: { id: string, purl: string } | null, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
      & { __typename: 'AccessChanged' | 'PackageDeleted' }
    )
    | (
      { cursor: string, occurredAt: string, id: string, type: EventType, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
      & { __typename: 'AuditEvent' | 'WebhookChanged' | 'WebhookDisabled' }
    )
    | (
      { details: unknown, cursor: string, occurredAt: string, id: string, type: EventType, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
      & { __typename: 'CleanupChanged' | 'ProtectionChanged' | 'SettingsChanged' | 'TeamChanged' | 'UserChanged' | 'UserCreated' }
    )
    | (
      { lostBefore: string | null, cursor: string, occurredAt: string }
      & { __typename: 'CursorExpired' }
    )
    | (
      { format: Format, packageName: string, versionName: string, fileNames: Array<string>, cursor: string, occurredAt: string, id: string, type: EventType, package: { id: string, purl: string } | null, version: { id: string, purl: string | null } | null, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
      & { __typename: 'FileAdded' }
    )
    | (
      { format: Format, packageName: string, versionName: string, fileName: string, cursor: string, occurredAt: string, id: string, type: EventType, package: { id: string, purl: string } | null, version: { id: string, purl: string | null } | null, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
      & { __typename: 'FileDeleted' | 'FileRestored' }
    )
    | (
      { cursor: string, occurredAt: string }
      & { __typename: 'Heartbeat' }
    )
    | (
      { memberKind: MemberKind, memberId: string, previousRole: Role | null, cursor: string, occurredAt: string, id: string, type: EventType, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
      & { __typename: 'MemberRemoved' }
    )
    | (
      { memberKind: MemberKind, memberId: string, role: Role | null, previousRole: Role | null, cursor: string, occurredAt: string, id: string, type: EventType, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
      & { __typename: 'MemberSet' }
    )
    | (
      { path: string | null, cursor: string, occurredAt: string, id: string, type: EventType, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
      & { __typename: 'NamespaceCreated' }
    )
    | (
      { cursor: string, occurredAt: string, id: string, type: EventType, deletedPath: string, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
      & { __typename: 'NamespaceDeleted' }
    )
    | (
      { path: string | null, previousPath: string | null, visibility: Visibility, cursor: string, occurredAt: string, id: string, type: EventType, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
      & { __typename: 'NamespaceUpdated' }
    )
    | (
      { format: Format, packageName: string, versionName: string, fileNames: Array<string>, tagNames: Array<string>, cursor: string, occurredAt: string, id: string, type: EventType, package: { id: string, purl: string } | null, version: { id: string, purl: string | null } | null, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
      & { __typename: 'PackagePublished' }
    )
    | (
      { format: Format, packageName: string, versionNames: Array<string>, cursor: string, occurredAt: string, id: string, type: EventType, package: { id: string, purl: string } | null, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
      & { __typename: 'PackageRestored' }
    )
    | (
      { format: Format, packageName: string, versionNames: Array<string>, fileNames: Array<string>, cursor: string, occurredAt: string, id: string, type: EventType, package: { id: string, purl: string } | null, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
      & { __typename: 'Purged' }
    )
    | (
      { format: Format, packageName: string, tagName: string, cursor: string, occurredAt: string, id: string, type: EventType, package: { id: string, purl: string } | null, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
      & { __typename: 'TagRemoved' }
    )
    | (
      { format: Format, packageName: string, versionName: string, tagName: string, cursor: string, occurredAt: string, id: string, type: EventType, package: { id: string, purl: string } | null, version: { id: string, purl: string | null } | null, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
      & { __typename: 'TagSet' }
    )
    | (
      { tokenId: string, tokenName: string, tokenKind: TokenKind, cursor: string, occurredAt: string, id: string, type: EventType, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
      & { __typename: 'TokenCreated' | 'TokenRevoked' | 'TokenRotated' }
    )
    | (
      { format: Format, packageName: string, versionName: string, cursor: string, occurredAt: string, id: string, type: EventType, package: { id: string, purl: string } | null, version: { id: string, purl: string | null } | null, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
      & { __typename: 'VersionDeleted' | 'VersionRestored' }
    )
    | (
      { format: Format, packageName: string, cursor: string, occurredAt: string, id: string, type: EventType, package: { id: string, purl: string } | null, marks: Array<{ versionName: string, message: string | null }>, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
      & { __typename: 'VersionsDeprecated' | 'VersionsHidden' | 'VersionsUnhidden' | 'VersionsUnyanked' | 'VersionsYanked' }
    )
   };

export type PackagePublishedSubscriptionVariables = Exact<{
  namespace?: string | null | undefined;
  formats?: Array<Format> | null | undefined;
  name?: string | null | undefined;
}>;


export type PackagePublishedSubscription = { packagePublished: (
    { format: Format, packageName: string, versionName: string, fileNames: Array<string>, tagNames: Array<string>, cursor: string, id: string, type: EventType, occurredAt: string, package: (
      { id: string, format: Format, name: string, purl: string, description: string | null, visibility: Visibility | null, sizeBytes: number, createdAt: string, updatedAt: string, namespace: { id: string, path: string } | null }
      & { __typename: 'Package' }
    ) | null, version: (
      { id: string, version: string, purl: string | null, status: VersionStatus, statusReason: string | null, description: string | null, licenses: Array<string>, tags: Array<string>, sizeBytes: number, publishedAt: string, publishedBy: { id: string, displayName: string } | null }
      & { __typename: 'PackageVersion' }
    ) | null, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
    & { __typename: 'PackagePublished' }
  ) };

type EventFields_AtybBg0cTRlCullazQ3Hhnh4n9yngVmhDcaxZ96ApPq_Fragment = (
  { cursor: string, id: string, type: EventType, occurredAt: string, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
  & { __typename: 'AccessChanged' | 'AuditEvent' | 'CleanupChanged' | 'FileAdded' | 'FileDeleted' | 'FileRestored' | 'MemberRemoved' | 'MemberSet' | 'NamespaceCreated' | 'NamespaceDeleted' | 'NamespaceUpdated' | 'PackageDeleted' | 'PackagePublished' | 'PackageRestored' | 'ProtectionChanged' | 'Purged' | 'SettingsChanged' | 'TagRemoved' | 'TagSet' | 'TeamChanged' }
);

type EventFields_LMdIxE5ugjbZ3pJnLEgh31WmuKakh9jtjOhqRc4_Fragment = (
  { cursor: string, id: string, type: EventType, occurredAt: string, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
  & { __typename: 'TokenCreated' | 'TokenRevoked' | 'TokenRotated' | 'UserChanged' | 'UserCreated' | 'VersionDeleted' | 'VersionRestored' | 'VersionsDeprecated' | 'VersionsHidden' | 'VersionsUnhidden' | 'VersionsUnyanked' | 'VersionsYanked' | 'WebhookChanged' | 'WebhookDisabled' }
);

export type EventFieldsFragment =
  | EventFields_AtybBg0cTRlCullazQ3Hhnh4n9yngVmhDcaxZ96ApPq_Fragment
  | EventFields_LMdIxE5ugjbZ3pJnLEgh31WmuKakh9jtjOhqRc4_Fragment
;

type StreamItemFields_AccessChanged_PackageDeleted_Fragment = (
  { format: Format, packageName: string, cursor: string, occurredAt: string, id: string, type: EventType, package: { id: string, purl: string } | null, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
  & { __typename: 'AccessChanged' | 'PackageDeleted' }
);

type StreamItemFields_AuditEvent_WebhookChanged_WebhookDisabled_Fragment = (
  { cursor: string, occurredAt: string, id: string, type: EventType, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
  & { __typename: 'AuditEvent' | 'WebhookChanged' | 'WebhookDisabled' }
);

type StreamItemFields_AaYzbQe8lL6IeuNyPv2Fl0kK5Qrqv6JlxHBr2d43vs_Fragment = (
  { details: unknown, cursor: string, occurredAt: string, id: string, type: EventType, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
  & { __typename: 'CleanupChanged' | 'ProtectionChanged' | 'SettingsChanged' | 'TeamChanged' | 'UserChanged' | 'UserCreated' }
);

type StreamItemFields_CursorExpired_Fragment = (
  { lostBefore: string | null, cursor: string, occurredAt: string }
  & { __typename: 'CursorExpired' }
);

type StreamItemFields_FileAdded_Fragment = (
  { format: Format, packageName: string, versionName: string, fileNames: Array<string>, cursor: string, occurredAt: string, id: string, type: EventType, package: { id: string, purl: string } | null, version: { id: string, purl: string | null } | null, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
  & { __typename: 'FileAdded' }
);

type StreamItemFields_FileDeleted_FileRestored_Fragment = (
  { format: Format, packageName: string, versionName: string, fileName: string, cursor: string, occurredAt: string, id: string, type: EventType, package: { id: string, purl: string } | null, version: { id: string, purl: string | null } | null, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
  & { __typename: 'FileDeleted' | 'FileRestored' }
);

type StreamItemFields_Heartbeat_Fragment = (
  { cursor: string, occurredAt: string }
  & { __typename: 'Heartbeat' }
);

type StreamItemFields_MemberRemoved_Fragment = (
  { memberKind: MemberKind, memberId: string, previousRole: Role | null, cursor: string, occurredAt: string, id: string, type: EventType, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
  & { __typename: 'MemberRemoved' }
);

type StreamItemFields_MemberSet_Fragment = (
  { memberKind: MemberKind, memberId: string, role: Role | null, previousRole: Role | null, cursor: string, occurredAt: string, id: string, type: EventType, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
  & { __typename: 'MemberSet' }
);

type StreamItemFields_NamespaceCreated_Fragment = (
  { path: string | null, cursor: string, occurredAt: string, id: string, type: EventType, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
  & { __typename: 'NamespaceCreated' }
);

type StreamItemFields_NamespaceDeleted_Fragment = (
  { cursor: string, occurredAt: string, id: string, type: EventType, deletedPath: string, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
  & { __typename: 'NamespaceDeleted' }
);

type StreamItemFields_NamespaceUpdated_Fragment = (
  { path: string | null, previousPath: string | null, visibility: Visibility, cursor: string, occurredAt: string, id: string, type: EventType, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
  & { __typename: 'NamespaceUpdated' }
);

type StreamItemFields_PackagePublished_Fragment = (
  { format: Format, packageName: string, versionName: string, fileNames: Array<string>, tagNames: Array<string>, cursor: string, occurredAt: string, id: string, type: EventType, package: { id: string, purl: string } | null, version: { id: string, purl: string | null } | null, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
  & { __typename: 'PackagePublished' }
);

type StreamItemFields_PackageRestored_Fragment = (
  { format: Format, packageName: string, versionNames: Array<string>, cursor: string, occurredAt: string, id: string, type: EventType, package: { id: string, purl: string } | null, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
  & { __typename: 'PackageRestored' }
);

type StreamItemFields_Purged_Fragment = (
  { format: Format, packageName: string, versionNames: Array<string>, fileNames: Array<string>, cursor: string, occurredAt: string, id: string, type: EventType, package: { id: string, purl: string } | null, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
  & { __typename: 'Purged' }
);

type StreamItemFields_TagRemoved_Fragment = (
  { format: Format, packageName: string, tagName: string, cursor: string, occurredAt: string, id: string, type: EventType, package: { id: string, purl: string } | null, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
  & { __typename: 'TagRemoved' }
);

type StreamItemFields_TagSet_Fragment = (
  { format: Format, packageName: string, versionName: string, tagName: string, cursor: string, occurredAt: string, id: string, type: EventType, package: { id: string, purl: string } | null, version: { id: string, purl: string | null } | null, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
  & { __typename: 'TagSet' }
);

type StreamItemFields_TokenCreated_TokenRevoked_TokenRotated_Fragment = (
  { tokenId: string, tokenName: string, tokenKind: TokenKind, cursor: string, occurredAt: string, id: string, type: EventType, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
  & { __typename: 'TokenCreated' | 'TokenRevoked' | 'TokenRotated' }
);

type StreamItemFields_VersionDeleted_VersionRestored_Fragment = (
  { format: Format, packageName: string, versionName: string, cursor: string, occurredAt: string, id: string, type: EventType, package: { id: string, purl: string } | null, version: { id: string, purl: string | null } | null, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
  & { __typename: 'VersionDeleted' | 'VersionRestored' }
);

type StreamItemFields_Fk7DljoxzMnd9qqBFjnkbmQumprrXnkaqjKuoGAfNg_Fragment = (
  { format: Format, packageName: string, cursor: string, occurredAt: string, id: string, type: EventType, package: { id: string, purl: string } | null, marks: Array<{ versionName: string, message: string | null }>, actor: { id: string, displayName: string } | null, namespace: { id: string, path: string } | null }
  & { __typename: 'VersionsDeprecated' | 'VersionsHidden' | 'VersionsUnhidden' | 'VersionsUnyanked' | 'VersionsYanked' }
);

export type StreamItemFieldsFragment =
  | StreamItemFields_AccessChanged_PackageDeleted_Fragment
  | StreamItemFields_AuditEvent_WebhookChanged_WebhookDisabled_Fragment
  | StreamItemFields_AaYzbQe8lL6IeuNyPv2Fl0kK5Qrqv6JlxHBr2d43vs_Fragment
  | StreamItemFields_CursorExpired_Fragment
  | StreamItemFields_FileAdded_Fragment
  | StreamItemFields_FileDeleted_FileRestored_Fragment
  | StreamItemFields_Heartbeat_Fragment
  | StreamItemFields_MemberRemoved_Fragment
  | StreamItemFields_MemberSet_Fragment
  | StreamItemFields_NamespaceCreated_Fragment
  | StreamItemFields_NamespaceDeleted_Fragment
  | StreamItemFields_NamespaceUpdated_Fragment
  | StreamItemFields_PackagePublished_Fragment
  | StreamItemFields_PackageRestored_Fragment
  | StreamItemFields_Purged_Fragment
  | StreamItemFields_TagRemoved_Fragment
  | StreamItemFields_TagSet_Fragment
  | StreamItemFields_TokenCreated_TokenRevoked_TokenRotated_Fragment
  | StreamItemFields_VersionDeleted_VersionRestored_Fragment
  | StreamItemFields_Fk7DljoxzMnd9qqBFjnkbmQumprrXnkaqjKuoGAfNg_Fragment
;

export type MarkFieldsFragment = { versionName: string, message: string | null };

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

export type RuleFieldsFragment = { id: string, target: ProtectionTarget, format: Format | null, namePattern: string, pattern: string | null, publishRole: Role | null, deleteRole: Role | null, isImmutable: boolean };

export type TokenFieldsFragment = { id: string, kind: TokenKind, name: string, hint: string, scopes: Array<TokenScope>, createdAt: string, expiresAt: string | null };

export type UploadFieldsFragment = { id: string, url: string, fileName: string, isReceived: boolean, receivedBytes: number, expiresAt: string };

export type PageFieldsFragment = { hasNextPage: boolean, endCursor: string | null };

type Failure_0vJGrEHdGgjRMvJEarD50Udm1ImclcW4UDw8uHbU_Fragment = (
  { code: string, message: string }
  & { __typename: 'ContentMissing' | 'InUse' | 'InvalidPackage' | 'NotRestorable' | 'TeamExists' | 'UploadNotReady' | 'UserExists' }
);

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

type Failure_InvalidVersion_Fragment = (
  { givenVersion: string, code: string, message: string }
  & { __typename: 'InvalidVersion' }
);

type Failure_NameOwnedElsewhere_Fragment = (
  { packageName: string, code: string, message: string }
  & { __typename: 'NameOwnedElsewhere' }
);

type Failure_NamespaceExists_NamespaceNotEmpty_UnreadableField_Fragment = (
  { path: string, code: string, message: string }
  & { __typename: 'NamespaceExists' | 'NamespaceNotEmpty' | 'UnreadableField' }
);

type Failure_Protected_Fragment = (
  { ruleId: string, code: string, message: string }
  & { __typename: 'Protected' }
);

type Failure_QuotaExceeded_Fragment = (
  { quota: QuotaKind, limit: number, code: string, message: string }
  & { __typename: 'QuotaExceeded' }
);

type Failure_SettingLocked_Fragment = (
  { setting: string, code: string, message: string }
  & { __typename: 'SettingLocked' }
);

type Failure_VersionExists_Fragment = (
  { packageName: string, givenVersion: string, code: string, message: string }
  & { __typename: 'VersionExists' }
);

export type FailureFragment =
  | Failure_0vJGrEHdGgjRMvJEarD50Udm1ImclcW4UDw8uHbU_Fragment
  | Failure_DigestMismatch_Fragment
  | Failure_FileExists_Fragment
  | Failure_FileTooLarge_Fragment
  | Failure_InvalidInput_Fragment
  | Failure_InvalidName_Fragment
  | Failure_InvalidVersion_Fragment
  | Failure_NameOwnedElsewhere_Fragment
  | Failure_NamespaceExists_NamespaceNotEmpty_UnreadableField_Fragment
  | Failure_Protected_Fragment
  | Failure_QuotaExceeded_Fragment
  | Failure_SettingLocked_Fragment
  | Failure_VersionExists_Fragment
;

export type YankVersionMutationVariables = Exact<{
  input: YankVersionInput;
}>;


export type YankVersionMutation = { yankVersion:
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { ruleId: string, code: string, message: string }
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
      & { __typename: 'YankVersionPayload' }
    )
   };

export type UnyankVersionMutationVariables = Exact<{
  input: UnyankVersionInput;
}>;


export type UnyankVersionMutation = { unyankVersion:
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { ruleId: string, code: string, message: string }
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
      & { __typename: 'UnyankVersionPayload' }
    )
   };

export type HideVersionMutationVariables = Exact<{
  input: HideVersionInput;
}>;


export type HideVersionMutation = { hideVersion:
    | (
      { package: (
        { id: string, format: Format, name: string, purl: string, description: string | null, visibility: Visibility | null, sizeBytes: number, createdAt: string, updatedAt: string, namespace: { id: string, path: string } | null }
        & { __typename: 'Package' }
      ) | null, version: (
        { id: string, version: string, purl: string | null, status: VersionStatus, statusReason: string | null, description: string | null, licenses: Array<string>, tags: Array<string>, sizeBytes: number, publishedAt: string, publishedBy: { id: string, displayName: string } | null }
        & { __typename: 'PackageVersion' }
      ) | null }
      & { __typename: 'HideVersionPayload' }
    )
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { ruleId: string, code: string, message: string }
      & { __typename: 'Protected' }
    )
   };

export type UnhideVersionMutationVariables = Exact<{
  input: UnhideVersionInput;
}>;


export type UnhideVersionMutation = { unhideVersion:
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { ruleId: string, code: string, message: string }
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
      & { __typename: 'UnhideVersionPayload' }
    )
   };

export type RestoreMutationVariables = Exact<{
  input: RestoreInput;
}>;


export type RestoreMutation = { restore:
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { code: string, message: string }
      & { __typename: 'NotRestorable' }
    )
    | (
      { ruleId: string, code: string, message: string }
      & { __typename: 'Protected' }
    )
    | (
      { quota: QuotaKind, limit: number, code: string, message: string }
      & { __typename: 'QuotaExceeded' }
    )
    | (
      { package: (
        { id: string, format: Format, name: string, purl: string, description: string | null, visibility: Visibility | null, sizeBytes: number, createdAt: string, updatedAt: string, namespace: { id: string, path: string } | null }
        & { __typename: 'Package' }
      ) | null, version: (
        { id: string, version: string, purl: string | null, status: VersionStatus, statusReason: string | null, description: string | null, licenses: Array<string>, tags: Array<string>, sizeBytes: number, publishedAt: string, publishedBy: { id: string, displayName: string } | null }
        & { __typename: 'PackageVersion' }
      ) | null, file: (
        { id: string, name: string, sizeBytes: number, contentType: string, md5: string | null, sha1: string | null, sha256: string, sha512: string | null, downloadUrl: string, attributes: unknown, uploadedAt: string, downloadCount: number, lastDownloadedAt: string | null }
        & { __typename: 'PackageFile' }
      ) | null }
      & { __typename: 'RestorePayload' }
    )
   };

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
        & { __typename: 'GenericMetadata' | 'MavenMetadata' | 'NpmMetadata' | 'NuGetMetadata' | 'OciMetadata' | 'PyPiMetadata' | 'RawMetadata' }
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
      { upload: { id: string, url: string, fileName: string, isReceived: boolean, receivedBytes: number, expiresAt: string } }
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
      { code: string, message: string }
      & { __typename: 'ContentMissing' | 'InvalidPackage' | 'UploadNotReady' }
    )
    | (
      { algorithm: string, expected: string, actual: string, code: string, message: string }
      & { __typename: 'DigestMismatch' }
    )
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
      { givenVersion: string, code: string, message: string }
      & { __typename: 'InvalidVersion' }
    )
    | (
      { packageName: string, code: string, message: string }
      & { __typename: 'NameOwnedElsewhere' }
    )
    | (
      { ruleId: string, code: string, message: string }
      & { __typename: 'Protected' }
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
      { quota: QuotaKind, limit: number, code: string, message: string }
      & { __typename: 'QuotaExceeded' }
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
      { ruleId: string, code: string, message: string }
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
      { ruleId: string, code: string, message: string }
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
      { ruleId: string, code: string, message: string }
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
      { ruleId: string, code: string, message: string }
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
      { code: string, message: string }
      & { __typename: 'InUse' }
    )
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { ruleId: string, code: string, message: string }
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
      { code: string, message: string }
      & { __typename: 'InUse' }
    )
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { ruleId: string, code: string, message: string }
      & { __typename: 'Protected' }
    )
   };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { credential: CredentialKind, scopes: Array<TokenScope>, isAdmin: boolean, user: { id: string, username: string, displayName: string } | null, token: { id: string, kind: TokenKind, name: string, hint: string, scopes: Array<TokenScope>, createdAt: string, expiresAt: string | null } | null, tokens: Array<{ id: string, kind: TokenKind, name: string, hint: string, scopes: Array<TokenScope>, createdAt: string, expiresAt: string | null }> } };

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
      & { __typename: 'CleanupPolicy' | 'CleanupRun' | 'ProtectionRule' | 'Team' | 'Webhook' | 'WebhookDelivery' }
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
      { fileName: string, isReceived: boolean, receivedBytes: number, url: string, id: string }
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
      & { __typename: 'CleanupPolicy' | 'CleanupRun' | 'ProtectionRule' | 'Team' | 'Webhook' | 'WebhookDelivery' }
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
      { fileName: string, isReceived: boolean, receivedBytes: number, url: string, id: string }
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

type NodeSummary_7Kv7zbcUsgy2bh7zd6gIjc26ZeUzcun5FjvVqT1vJm_Fragment = (
  { id: string }
  & { __typename: 'CleanupPolicy' | 'CleanupRun' | 'ProtectionRule' | 'Team' | 'Webhook' | 'WebhookDelivery' }
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
  { fileName: string, isReceived: boolean, receivedBytes: number, url: string, id: string }
  & { __typename: 'Upload' }
);

type NodeSummary_User_Fragment = (
  { username: string, displayName: string, id: string }
  & { __typename: 'User' }
);

export type NodeSummaryFragment =
  | NodeSummary_AccessToken_Fragment
  | NodeSummary_7Kv7zbcUsgy2bh7zd6gIjc26ZeUzcun5FjvVqT1vJm_Fragment
  | NodeSummary_Group_Instance_Project_Fragment
  | NodeSummary_Package_Fragment
  | NodeSummary_PackageFile_Fragment
  | NodeSummary_PackageVersion_Fragment
  | NodeSummary_Upload_Fragment
  | NodeSummary_User_Fragment
;

export type SettingsQueryVariables = Exact<{
  namespace: string;
}>;


export type SettingsQuery = { namespace: { settings: { registryEnabled: { own: boolean | null, inherited: boolean, effective: boolean, isLocked: boolean, source: { path: string } | null }, anyoneCanPull: { own: boolean | null, inherited: boolean, effective: boolean, isLocked: boolean, source: { path: string } | null }, auditEvents: { own: boolean | null, inherited: boolean, effective: boolean, isLocked: boolean, source: { path: string } | null }, eventRetentionDays: { own: number | null, inherited: number, effective: number, isLocked: boolean, source: { path: string } | null }, retentionDays: { own: number | null, inherited: number, effective: number, isLocked: boolean, source: { path: string } | null }, formats: Array<{ format: Format, enabled: { own: boolean | null, inherited: boolean, effective: boolean, isLocked: boolean, source: { path: string } | null }, duplicates: { own: DuplicateRule | null, inherited: DuplicateRule, effective: DuplicateRule, isLocked: boolean, source: { path: string } | null }, duplicateExceptions: { own: string | null, inherited: string, effective: string, isLocked: boolean, source: { path: string } | null }, maxFileBytes: { own: number | null, inherited: number, effective: number, isLocked: boolean, source: { path: string } | null } }> } | null, usage: { bytes: number, storedBytes: number, restorableBytes: number, packages: number, versions: number, files: number } | null } | null };

export type UpdateSettingsMutationVariables = Exact<{
  input: UpdateSettingsInput;
}>;


export type UpdateSettingsMutation = { updateSettings:
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { setting: string, code: string, message: string }
      & { __typename: 'SettingLocked' }
    )
    | (
      { namespace: (
        { id: string, path: string, name: string, description: string | null, visibility: Visibility, createdAt: string, updatedAt: string }
        & { __typename: 'Group' | 'Instance' | 'Project' }
      ) }
      & { __typename: 'UpdateSettingsPayload' }
    )
   };

export type SetCleanupPolicyMutationVariables = Exact<{
  input: SetCleanupPolicyInput;
}>;


export type SetCleanupPolicyMutation = { setCleanupPolicy:
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { policy: { id: string, name: string, isEnabled: boolean, nextRunAt: string | null } }
      & { __typename: 'SetCleanupPolicyPayload' }
    )
   };

export type PreviewCleanupMutationVariables = Exact<{
  input: PreviewCleanupInput;
}>;


export type PreviewCleanupMutation = { previewCleanup:
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { removedVersions: number, removedFiles: number, removedBytes: number, examinedPackages: number, hasNextPage: boolean, endCursor: string | null, versions: Array<{ format: Format, packageName: string, version: string, fileName: string | null, sizeBytes: number, why: string }> }
      & { __typename: 'PreviewCleanupPayload' }
    )
   };

export type RunCleanupMutationVariables = Exact<{
  input: RunCleanupInput;
}>;


export type RunCleanupMutation = { runCleanup:
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { run: { id: string, state: CleanupState, examinedPackages: number, removedVersions: number, removedFiles: number, removedBytes: number } }
      & { __typename: 'RunCleanupPayload' }
    )
   };

export type CreateTokenMutationVariables = Exact<{
  input: CreateTokenInput;
}>;


export type CreateTokenMutation = { createToken:
    | (
      { secret: string, token: { id: string, kind: TokenKind, name: string, hint: string, scopes: Array<TokenScope>, createdAt: string, expiresAt: string | null } }
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

export type WebhookFieldsFragment = { id: string, name: string, url: string, document: string, eventTypes: Array<EventType>, state: WebhookState, reason: string | null, failingSince: string | null, nextAttemptAt: string | null, missedEvents: number, createdAt: string, updatedAt: string, owner: { id: string, displayName: string } | null };

export type WebhookDeliveryFieldsFragment = { id: string, isPing: boolean, eventType: EventType | null, state: WebhookDeliveryState, reason: string | null, attemptCount: number, createdAt: string, nextAttemptAt: string | null, finishedAt: string | null, attempts: Array<{ number: number, startedAt: string, durationMs: number | null, status: number | null, error: string | null, responseExcerpt: string | null }> };

export type WebhooksQueryVariables = Exact<{
  namespace: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type WebhooksQuery = { namespace: { webhooks: { nodes: Array<{ id: string, name: string, url: string, document: string, eventTypes: Array<EventType>, state: WebhookState, reason: string | null, failingSince: string | null, nextAttemptAt: string | null, missedEvents: number, createdAt: string, updatedAt: string, owner: { id: string, displayName: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null } | null };

export type WebhookDeliveriesQueryVariables = Exact<{
  webhookId: string;
  state?: WebhookDeliveryState | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type WebhookDeliveriesQuery = { node: { deliveries: { nodes: Array<{ id: string, isPing: boolean, eventType: EventType | null, state: WebhookDeliveryState, reason: string | null, attemptCount: number, createdAt: string, nextAttemptAt: string | null, finishedAt: string | null, attempts: Array<{ number: number, startedAt: string, durationMs: number | null, status: number | null, error: string | null, responseExcerpt: string | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type CreateWebhookMutationVariables = Exact<{
  input: CreateWebhookInput;
}>;


export type CreateWebhookMutation = { createWebhook:
    | (
      { secret: string, webhook: { id: string, name: string, url: string, document: string, eventTypes: Array<EventType>, state: WebhookState, reason: string | null, failingSince: string | null, nextAttemptAt: string | null, missedEvents: number, createdAt: string, updatedAt: string, owner: { id: string, displayName: string } | null } }
      & { __typename: 'CreateWebhookPayload' }
    )
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { path: string, code: string, message: string }
      & { __typename: 'UnreadableField' }
    )
   };

export type UpdateWebhookMutationVariables = Exact<{
  input: UpdateWebhookInput;
}>;


export type UpdateWebhookMutation = { updateWebhook:
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { path: string, code: string, message: string }
      & { __typename: 'UnreadableField' }
    )
    | (
      { webhook: { id: string, name: string, url: string, document: string, eventTypes: Array<EventType>, state: WebhookState, reason: string | null, failingSince: string | null, nextAttemptAt: string | null, missedEvents: number, createdAt: string, updatedAt: string, owner: { id: string, displayName: string } | null } }
      & { __typename: 'UpdateWebhookPayload' }
    )
   };

export type RotateWebhookSecretMutationVariables = Exact<{
  input: RotateWebhookSecretInput;
}>;


export type RotateWebhookSecretMutation = { rotateWebhookSecret:
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { secret: string, webhook: { id: string, name: string, url: string, document: string, eventTypes: Array<EventType>, state: WebhookState, reason: string | null, failingSince: string | null, nextAttemptAt: string | null, missedEvents: number, createdAt: string, updatedAt: string, owner: { id: string, displayName: string } | null } }
      & { __typename: 'RotateWebhookSecretPayload' }
    )
   };

export type DeleteWebhookMutationVariables = Exact<{
  input: DeleteWebhookInput;
}>;


export type DeleteWebhookMutation = { deleteWebhook:
    | (
      { deletedWebhookId: string }
      & { __typename: 'DeleteWebhookPayload' }
    )
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
   };

export type PingWebhookMutationVariables = Exact<{
  input: PingWebhookInput;
}>;


export type PingWebhookMutation = { pingWebhook:
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { delivery: { id: string, isPing: boolean, eventType: EventType | null, state: WebhookDeliveryState, reason: string | null, attemptCount: number, createdAt: string, nextAttemptAt: string | null, finishedAt: string | null, attempts: Array<{ number: number, startedAt: string, durationMs: number | null, status: number | null, error: string | null, responseExcerpt: string | null }> } }
      & { __typename: 'PingWebhookPayload' }
    )
   };

export type RedeliverMutationVariables = Exact<{
  input: RedeliverInput;
}>;


export type RedeliverMutation = { redeliver:
    | (
      { field: string, code: string, message: string }
      & { __typename: 'InvalidInput' }
    )
    | (
      { delivery: { id: string, isPing: boolean, eventType: EventType | null, state: WebhookDeliveryState, reason: string | null, attemptCount: number, createdAt: string, nextAttemptAt: string | null, finishedAt: string | null, attempts: Array<{ number: number, startedAt: string, durationMs: number | null, status: number | null, error: string | null, responseExcerpt: string | null }> } }
      & { __typename: 'RedeliverPayload' }
    )
   };

const AuditFields = 'fragment AuditFields on AuditEvent{id type occurredAt cursor path actorId actor{__typename id displayName ...on User{username}}token{id name kind}address details}';
const EventFields = 'fragment EventFields on Event{__typename cursor id type occurredAt actor{id displayName}namespace{id path}}';
const StreamItemFields = 'fragment StreamItemFields on StreamItem{__typename cursor occurredAt ...on CursorExpired{lostBefore}...on Event{...EventFields}...on PackageEvent{format packageName package{id purl}}...on VersionEvent{versionName version{id purl}}...on PackagePublished{fileNames tagNames}...on FileAdded{fileNames}...on VersionsDeprecated{marks{...MarkFields}}...on VersionsYanked{marks{...MarkFields}}...on VersionsUnyanked{marks{...MarkFields}}...on VersionsHidden{marks{...MarkFields}}...on VersionsUnhidden{marks{...MarkFields}}...on TagSet{tagName}...on TagRemoved{tagName}...on FileDeleted{fileName}...on FileRestored{fileName}...on PackageRestored{versionNames}...on Purged{versionNames fileNames}...on NamespaceCreated{path}...on NamespaceUpdated{path previousPath visibility}...on NamespaceDeleted{deletedPath:path}...on MemberSet{memberKind memberId role previousRole}...on MemberRemoved{memberKind memberId previousRole}...on SettingsChanged{details}...on ProtectionChanged{details}...on CleanupChanged{details}...on TeamChanged{details}...on UserCreated{details}...on UserChanged{details}...on TokenCreated{tokenId tokenName tokenKind}...on TokenRotated{tokenId tokenName tokenKind}...on TokenRevoked{tokenId tokenName tokenKind}}';
const MarkFields = 'fragment MarkFields on VersionMark{versionName message}';
const NamespaceFields = 'fragment NamespaceFields on Namespace{__typename id path name description visibility createdAt updatedAt}';
const PackageFields = 'fragment PackageFields on Package{__typename id format name purl description visibility namespace{id path}sizeBytes createdAt updatedAt}';
const VersionFields = 'fragment VersionFields on PackageVersion{__typename id version purl status statusReason description licenses tags sizeBytes publishedAt publishedBy{id displayName}}';
const FileFields = 'fragment FileFields on PackageFile{__typename id name sizeBytes contentType md5 sha1 sha256 sha512 downloadUrl attributes uploadedAt downloadCount lastDownloadedAt}';
const DependencyFields = 'fragment DependencyFields on Dependency{format name requirement kind target{id name namespace{path}}}';
const EndpointFields = 'fragment EndpointFields on Endpoint{url configure{...SnippetFields}install{...SnippetFields}publish{...SnippetFields}}';
const SnippetFields = 'fragment SnippetFields on Snippet{title language code}';
const RuleFields = 'fragment RuleFields on ProtectionRule{id target format namePattern pattern publishRole deleteRole isImmutable}';
const TokenFields = 'fragment TokenFields on AccessToken{id kind name hint scopes createdAt expiresAt}';
const UploadFields = 'fragment UploadFields on Upload{id url fileName isReceived receivedBytes expiresAt}';
const PageFields = 'fragment PageFields on PageInfo{hasNextPage endCursor}';
const Failure = 'fragment Failure on UserError{__typename code message ...on InvalidInput{field}...on InvalidName{givenName}...on InvalidVersion{givenVersion}...on DigestMismatch{algorithm expected actual}...on FileTooLarge{limitBytes}...on VersionExists{packageName givenVersion}...on FileExists{fileName}...on NameOwnedElsewhere{packageName}...on NamespaceExists{path}...on NamespaceNotEmpty{path}...on Protected{ruleId}...on QuotaExceeded{quota limit}...on SettingLocked{setting}...on UnreadableField{path}}';
const PackageDetails = 'fragment PackageDetails on Package{...PackageFields tags{name updatedAt version{id version}}latestVersion{...VersionFields files{...FileFields}dependencies{...DependencyFields}}}';
const NodeSummary = 'fragment NodeSummary on Node{__typename id ...on Namespace{path name}...on Package{format name namespace{path}}...on PackageVersion{version package{id format name}}...on PackageFile{name sizeBytes contentType downloadUrl}...on AccessToken{name hint scopes}...on Upload{fileName isReceived receivedBytes url}...on User{username displayName}}';
const WebhookFields = 'fragment WebhookFields on Webhook{id name url document eventTypes state reason failingSince nextAttemptAt missedEvents createdAt updatedAt owner{id displayName}}';
const WebhookDeliveryFields = 'fragment WebhookDeliveryFields on WebhookDelivery{id isPing eventType state reason attemptCount createdAt nextAttemptAt finishedAt attempts{number startedAt durationMs status error responseExcerpt}}';

/** Makes a token of a namespace, which belongs to no user.  Takes the role MAINTAINER there, and the scope ADMIN. Its role is at most the caller's, its scopes and its time are at most those of the credential in use.  - `InvalidInput`: it has no name, no scope, an unknown format or a pattern that is none, or has expired already, its kind has no such role or scope, or it would live longer than the token in use.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const CreateNamespaceTokenDocument = /* @__PURE__ */ document<CreateNamespaceTokenMutation, CreateNamespaceTokenMutationVariables>(
  'mutation CreateNamespaceToken($input:CreateNamespaceTokenInput!){createNamespaceToken(input:$input){__typename ...on CreateNamespaceTokenPayload{secret token{...TokenFields}}...Failure}}',
  [TokenFields, Failure],
);

/** Makes a short-lived token for one run of a pipeline, with the namespace and the role of the token in use. It ends with that.  For deploy and project tokens that were given the right to mint. What they mint never has more than their scopes, formats and names.  - `InvalidInput`: it has no name, no scope, an unknown format or a pattern that is none, or has expired already, it was to have the scope ADMIN, its time is out of bounds, or the build has an overlong field or a URL that is none.  Errors: UNAUTHENTICATED, FORBIDDEN. */
export const MintJobTokenDocument = /* @__PURE__ */ document<MintJobTokenMutation, MintJobTokenMutationVariables>(
  'mutation MintJobToken($input:MintJobTokenInput!){mintJobToken(input:$input){__typename ...on MintJobTokenPayload{secret token{...TokenFields}}...Failure}}',
  [TokenFields, Failure],
);

/** Gives a token a new secret.  Takes the role MAINTAINER in the namespace of a token that has one, and the scope ADMIN. For the caller's own personal tokens the scope is enough. Nobody gets the secret of a token that may do more, or lives longer, than what they have.  - `InvalidInput`: it is a job token, or the overlap is out of bounds.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const RotateTokenDocument = /* @__PURE__ */ document<RotateTokenMutation, RotateTokenMutationVariables>(
  'mutation RotateToken($input:RotateTokenInput!){rotateToken(input:$input){__typename ...on RotateTokenPayload{secret token{...TokenFields}}...Failure}}',
  [TokenFields, Failure],
);

/** Gives a user or a team a role on a namespace and everything below it, in place of the one they had there.  Takes the role MAINTAINER there, and the scope ADMIN. Nobody gives or changes a role above their own.  - `InvalidInput`: there is no such user or team, not exactly one is named, or a top-level namespace would be left without an owner by who is no administrator.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const SetMemberDocument = /* @__PURE__ */ document<SetMemberMutation, SetMemberMutationVariables>(
  'mutation SetMember($input:SetMemberInput!){setMember(input:$input){__typename ...on SetMemberPayload{membership{role user{id username}team{id name}}}...Failure}}',
  [Failure],
);

/** Takes the role that a user or a team was given on this very namespace; roles given above stay.  Takes the role MAINTAINER there, and the scope ADMIN. Nobody takes a role above their own.  - `InvalidInput`: there is no such user or team, not exactly one is named, or a top-level namespace would be left without an owner by who is no administrator.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const RemoveMemberDocument = /* @__PURE__ */ document<RemoveMemberMutation, RemoveMemberMutationVariables>(
  'mutation RemoveMember($input:RemoveMemberInput!){removeMember(input:$input){__typename ...on RemoveMemberPayload{namespace{id path}}...Failure}}',
  [Failure],
);

/** Changes who may do what with a package, all of it or nothing; what is left out stays. Who takes a package out of inheritance without a grant or the role OWNER shuts themselves out.  Takes the role MAINTAINER in its namespace, or the grant ADMIN on the package, and the scope ADMIN.  - `InvalidInput`: there is no such user or team, one is named twice or not exactly one is, there are too many, or it would be more visible than its namespace.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const SetPackageAccessDocument = /* @__PURE__ */ document<SetPackageAccessMutation, SetPackageAccessMutationVariables>(
  'mutation SetPackageAccess($input:SetPackageAccessInput!){setPackageAccess(input:$input){__typename ...on SetPackageAccessPayload{package{...PackageFields}}...Failure}}',
  [PackageFields, Failure],
);

/** Makes a rule for a namespace and everything below it, from the next request on.  Takes the role MAINTAINER there, and the scope ADMIN. What asks for a role, or did so, is for those who have it.  - `InvalidInput`: a pattern is none or not of the target, the rule asks for nothing or for no more than is needed anyway, or for what its target or format cannot be, or the namespace has too many already.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const CreateProtectionRuleDocument = /* @__PURE__ */ document<CreateProtectionRuleMutation, CreateProtectionRuleMutationVariables>(
  'mutation CreateProtectionRule($input:CreateProtectionRuleInput!){createProtectionRule(input:$input){__typename ...on CreateProtectionRulePayload{rule{...RuleFields}}...Failure}}',
  [RuleFields, Failure],
);

/** Deletes a rule.  Takes the role MAINTAINER there, and the scope ADMIN. What asks for a role, or did so, is for those who have it.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const DeleteProtectionRuleDocument = /* @__PURE__ */ document<DeleteProtectionRuleMutation, DeleteProtectionRuleMutationVariables>(
  'mutation DeleteProtectionRule($input:DeleteProtectionRuleInput!){deleteProtectionRule(input:$input){__typename ...on DeleteProtectionRulePayload{deletedRuleId}...Failure}}',
  [Failure],
);

/** Who did what in a namespace and below, the newest first. */
export const AuditDocument = /* @__PURE__ */ document<AuditQuery, AuditQueryVariables>(
  'query Audit($namespace:String!$filter:AuditFilter$first:Int$after:String$countAll:Boolean!=false){namespace(path:$namespace){audit(filter:$filter first:$first after:$after){nodes{...AuditFields}pageInfo{hasNextPage endCursor}totalCount@include(if:$countAll)}}}',
  [AuditFields],
);

/** Every event that the caller may see, in one order, each once. With `after` first what was missed, then live. */
export const EventsDocument = /* @__PURE__ */ document<EventsSubscription, EventsSubscriptionVariables>(
  'subscription Events($filter:EventFilter){events(filter:$filter){...StreamItemFields}}',
  [StreamItemFields, EventFields, MarkFields],
);

/** The common case: a version became installable. Ends with the error CURSOR_EXPIRED, with a `cursor` to go on from, where some of what came behind the cursor is no longer kept. */
export const PackagePublishedDocument = /* @__PURE__ */ document<PackagePublishedSubscription, PackagePublishedSubscriptionVariables>(
  'subscription PackagePublished($namespace:String$formats:[Format!]$name:String){packagePublished(namespace:$namespace formats:$formats name:$name){...EventFields format packageName versionName fileNames tagNames package{...PackageFields}version{...VersionFields}}}',
  [EventFields, PackageFields, VersionFields],
);

/** Withdraws a version: whoever has locked it still gets its files, but nothing new resolves to it and it is never the latest. The default tag moves from it to the latest version that is left. Where it was deprecated that is over.  Takes the role DEVELOPER in its namespace, or the grant WRITE on the package, and the scope WRITE.  - `InvalidInput`: the reason is too long. - `Protected`: a protection rule keeps the caller, or everybody, from it.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const YankVersionDocument = /* @__PURE__ */ document<YankVersionMutation, YankVersionMutationVariables>(
  'mutation YankVersion($input:YankVersionInput!){yankVersion(input:$input){__typename ...on YankVersionPayload{package{...PackageFields}version{...VersionFields}}...Failure}}',
  [PackageFields, VersionFields, Failure],
);

/** Takes back that a version was withdrawn. The default tag goes back to it where it had to leave it and nobody has set it since. One that is not withdrawn stays as it is.  Takes the role DEVELOPER in its namespace, or the grant WRITE on the package, and the scope WRITE.  - `Protected`: a protection rule keeps the caller, or everybody, from it.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const UnyankVersionDocument = /* @__PURE__ */ document<UnyankVersionMutation, UnyankVersionMutationVariables>(
  'mutation UnyankVersion($input:UnyankVersionInput!){unyankVersion(input:$input){__typename ...on UnyankVersionPayload{package{...PackageFields}version{...VersionFields}}...Failure}}',
  [PackageFields, VersionFields, Failure],
);

/** Takes a version out of listings: it can still be installed by its number or by a tag, but is passed over by ranges where another fits, and is never the latest. A deprecation stays with it; a withdrawal is over.  Takes the role DEVELOPER in its namespace, or the grant WRITE on the package, and the scope WRITE.  - `Protected`: a protection rule keeps the caller, or everybody, from it.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const HideVersionDocument = /* @__PURE__ */ document<HideVersionMutation, HideVersionMutationVariables>(
  'mutation HideVersion($input:HideVersionInput!){hideVersion(input:$input){__typename ...on HideVersionPayload{package{...PackageFields}version{...VersionFields}}...Failure}}',
  [PackageFields, VersionFields, Failure],
);

/** Lists a hidden version again, with the deprecation that it had. The default tag goes back to it where it had to leave it and nobody has set it since. One that is not hidden stays as it is.  Takes the role DEVELOPER in its namespace, or the grant WRITE on the package, and the scope WRITE.  - `Protected`: a protection rule keeps the caller, or everybody, from it.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const UnhideVersionDocument = /* @__PURE__ */ document<UnhideVersionMutation, UnhideVersionMutationVariables>(
  'mutation UnhideVersion($input:UnhideVersionInput!){unhideVersion(input:$input){__typename ...on UnhideVersionPayload{package{...PackageFields}version{...VersionFields}}...Failure}}',
  [PackageFields, VersionFields, Failure],
);

/** Brings back what was deleted, as it was: same ids, same bytes, same tags. A package comes back with the versions that were deleted with it. A version brings its deleted package back, but not its other versions. A file brings back the version that went with it.  Takes the role MAINTAINER in its namespace, or the grant ADMIN on the package, and the scope DELETE.  - `NotRestorable`: it is not deleted, its time is over, or another of that name has taken its place meanwhile. - `QuotaExceeded`: it no longer fits into a quota. - `Protected`: a protection rule keeps the caller, or everybody, from it. - `InvalidInput`: not exactly one thing is named.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const RestoreDocument = /* @__PURE__ */ document<RestoreMutation, RestoreMutationVariables>(
  'mutation Restore($input:RestoreInput!){restore(input:$input){__typename ...on RestorePayload{package{...PackageFields}version{...VersionFields}file{...FileFields}}...Failure}}',
  [PackageFields, VersionFields, FileFields, Failure],
);

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

/** Makes a group, at the top or in another group.  Takes the role MAINTAINER where it is made: in a group, or in the instance for one at the top, and the scope ADMIN.  - `NamespaceExists`: there is one with that path. - `InvalidName`: no group or project may be called so, or its path would be too long or too deep. - `InvalidInput`: it would be more visible than what it is in, that is a project, or the name for people is empty or too long.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const CreateGroupDocument = /* @__PURE__ */ document<CreateGroupMutation, CreateGroupMutationVariables>(
  'mutation CreateGroup($input:CreateGroupInput!){createGroup(input:$input){__typename ...on CreateGroupPayload{group{...NamespaceFields}}...Failure}}',
  [NamespaceFields, Failure],
);

/** Makes a project, at the top or in a group.  Takes the role MAINTAINER where it is made: in a group, or in the instance for one at the top, and the scope ADMIN.  - `NamespaceExists`: there is one with that path. - `InvalidName`: no group or project may be called so, or its path would be too long or too deep. - `InvalidInput`: it would be more visible than what it is in, that is a project, or the name for people is empty or too long.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const CreateProjectDocument = /* @__PURE__ */ document<CreateProjectMutation, CreateProjectMutationVariables>(
  'mutation CreateProject($input:CreateProjectInput!){createProject(input:$input){__typename ...on CreateProjectPayload{project{...NamespaceFields}}...Failure}}',
  [NamespaceFields, Failure],
);

/** Changes a namespace. What is left out stays as it is.  Takes the role MAINTAINER there, and the scope ADMIN. A new path or visibility takes the role OWNER.  - `NamespaceExists`: there is one with that path. - `InvalidName`: no group or project may be called so, or a path would be too long. - `InvalidInput`: it would be more visible than what it is in, the name for people is empty or too long, or it is the instance that was to get a path.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const UpdateNamespaceDocument = /* @__PURE__ */ document<UpdateNamespaceMutation, UpdateNamespaceMutationVariables>(
  'mutation UpdateNamespace($input:UpdateNamespaceInput!){updateNamespace(input:$input){__typename ...on UpdateNamespacePayload{namespace{...NamespaceFields}}...Failure}}',
  [NamespaceFields, Failure],
);

/** Deletes a namespace that holds no packages and no namespaces, also none that could be restored. Names that were used in it stay taken in its group.  Takes the role OWNER there, and the scope ADMIN.  - `NamespaceNotEmpty`: something is in it still, or could be restored into it. - `InvalidInput`: it is the instance itself.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
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

/** Makes a place for the bytes of one file. Send them to its URL, then call `publishPackage`.  Takes the role DEVELOPER in the namespace, or the grant WRITE on a package of it, and the scope WRITE.  - `InvalidInput`: the file name is empty or too long.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const CreateUploadDocument = /* @__PURE__ */ document<CreateUploadMutation, CreateUploadMutationVariables>(
  'mutation CreateUpload($input:CreateUploadInput!){createUpload(input:$input){__typename ...on CreateUploadPayload{upload{...UploadFields}}...Failure}}',
  [UploadFields, Failure],
);

/** Publishes uploads as the files of one version. What they are is read from their bytes, as for the format's own client; only formats whose files do not say it need name and version.  Takes the role DEVELOPER in its namespace, or the grant WRITE on the package, and the scope WRITE.  - `VersionExists`: the version is there, or was there with other content, and duplicates are refused. - `FileExists`: the same for a file, of formats whose files join one by one. - `NameOwnedElsewhere`: another node of the same top-level group owns the name. - `InvalidName`: the format knows no such package name or tag. - `InvalidVersion`: the format knows no such version. - `InvalidPackage`: the bytes are not what the format demands. - `ContentMissing`: a manifest lists what is not among the uploads, and not in the package. - `DigestMismatch`: the version is a digest, but not that of the bytes. - `FileTooLarge`: a file is larger than is allowed here. - `QuotaExceeded`: it does not fit into a quota. - `Protected`: a protection rule keeps the caller, or everybody, from it. - `UploadNotReady`: the bytes of an upload have not arrived, or were published already. - `InvalidInput`: the uploads are of several versions or of another namespace, of the same file name, or too many, name or version are missing, or the build has an overlong field or a URL that is none.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const PublishPackageDocument = /* @__PURE__ */ document<PublishPackageMutation, PublishPackageMutationVariables>(
  'mutation PublishPackage($input:PublishPackageInput!){publishPackage(input:$input){__typename ...on PublishPackagePayload{isNewVersion package{...PackageFields}version{...VersionFields}files{...FileFields}}...Failure}}',
  [PackageFields, VersionFields, FileFields, Failure],
);

/** Points a tag at a version, wherever it pointed before.  Takes the role DEVELOPER in its namespace, or the grant WRITE on the package, and the scope WRITE.  - `InvalidName`: no tag may be called so. - `InvalidVersion`: the format knows no such version. - `InvalidInput`: packages of this format have no tags, or the default tag was to point at a hidden or withdrawn version. - `Protected`: a protection rule keeps the caller, or everybody, from it.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const SetTagDocument = /* @__PURE__ */ document<SetTagMutation, SetTagMutationVariables>(
  'mutation SetTag($input:SetTagInput!){setTag(input:$input){__typename ...on SetTagPayload{package{...PackageFields}version{...VersionFields}}...Failure}}',
  [PackageFields, VersionFields, Failure],
);

/** Removes a tag. The default tag of a format stays; it can only be pointed elsewhere.  Takes the role DEVELOPER in its namespace, or the grant WRITE on the package, and the scope WRITE.  - `InvalidInput`: it is the default tag. - `Protected`: a protection rule keeps the caller, or everybody, from it.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const RemoveTagDocument = /* @__PURE__ */ document<RemoveTagMutation, RemoveTagMutationVariables>(
  'mutation RemoveTag($input:RemoveTagInput!){removeTag(input:$input){__typename ...on RemoveTagPayload{package{...PackageFields}}...Failure}}',
  [PackageFields, Failure],
);

/** Marks versions with a warning that their users see, or takes the warning back; all of them or none. Hidden versions stay hidden, withdrawn ones stay as they are.  Takes the role DEVELOPER in its namespace, or the grant WRITE on the package, and the scope WRITE.  - `InvalidVersion`: the format knows no such version. - `InvalidInput`: the message is too long, or there are too many versions. - `Protected`: a protection rule keeps the caller, or everybody, from it.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const DeprecateVersionsDocument = /* @__PURE__ */ document<DeprecateVersionsMutation, DeprecateVersionsMutationVariables>(
  'mutation DeprecateVersions($input:DeprecateVersionsInput!){deprecateVersions(input:$input){__typename ...on DeprecateVersionsPayload{package{...PackageFields}}...Failure}}',
  [PackageFields, Failure],
);

/** Deletes a package with all its versions. Its name stays taken, and it can be restored for a while.  Takes the role MAINTAINER in its namespace, or the grant ADMIN on the package, and the scope DELETE.  - `Protected`: a protection rule keeps the caller, or everybody, from it.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const DeletePackageDocument = /* @__PURE__ */ document<DeletePackageMutation, DeletePackageMutationVariables>(
  'mutation DeletePackage($input:DeletePackageInput!){deletePackage(input:$input){__typename ...on DeletePackagePayload{deletedPackageId}...Failure}}',
  [Failure],
);

/** Deletes a version with its files. A package goes with its last version.  Takes the role MAINTAINER in its namespace, or the grant ADMIN on the package, and the scope DELETE.  - `Protected`: a protection rule keeps the caller, or everybody, from it. - `InUse`: another version is made of it.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const DeleteVersionDocument = /* @__PURE__ */ document<DeleteVersionMutation, DeleteVersionMutationVariables>(
  'mutation DeleteVersion($input:DeleteVersionInput!){deleteVersion(input:$input){__typename ...on DeleteVersionPayload{deletedVersionId package{...PackageFields}}...Failure}}',
  [PackageFields, Failure],
);

/** Deletes a file of a version. A version goes with its last file.  Takes the role MAINTAINER in its namespace, or the grant ADMIN on the package, and the scope DELETE.  - `Protected`: a protection rule keeps the caller, or everybody, from it. - `InUse`: it is one of several files of a version that is published as a whole.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
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

/** What holds in a namespace, its own and inherited, and what it holds. */
export const SettingsDocument = /* @__PURE__ */ document<SettingsQuery, SettingsQueryVariables>(
  'query Settings($namespace:String!){namespace(path:$namespace){settings{registryEnabled{own inherited effective isLocked source{path}}anyoneCanPull{own inherited effective isLocked source{path}}auditEvents{own inherited effective isLocked source{path}}eventRetentionDays{own inherited effective isLocked source{path}}retentionDays{own inherited effective isLocked source{path}}formats{format enabled{own inherited effective isLocked source{path}}duplicates{own inherited effective isLocked source{path}}duplicateExceptions{own inherited effective isLocked source{path}}maxFileBytes{own inherited effective isLocked source{path}}}}usage{bytes storedBytes restorableBytes packages versions files}}}',
  [],
);

/** Changes settings of a namespace, all or none.  Takes the role MAINTAINER there, and the scope ADMIN. Quotas are set by those who manage the namespace above.  - `SettingLocked`: a namespace above has locked one of them. - `InvalidInput`: a value is out of bounds, a pattern is none, a format is named twice, or the instance alone has such a setting.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const UpdateSettingsDocument = /* @__PURE__ */ document<UpdateSettingsMutation, UpdateSettingsMutationVariables>(
  'mutation UpdateSettings($input:UpdateSettingsInput!){updateSettings(input:$input){__typename ...on UpdateSettingsPayload{namespace{...NamespaceFields}}...Failure}}',
  [NamespaceFields, Failure],
);

/** Makes a cleanup policy for a namespace, or changes one: what is left out stays as it is, and null takes a condition away. What may go is said by `olderThanDays`, `notDownloadedForDays`, `removePattern` or `keepNewest`, of which one at least is needed.  Takes the role MAINTAINER there, and the scope ADMIN.  - `InvalidInput`: a condition is out of bounds, a pattern is none, nothing says what may go, or not exactly one of policy and namespace is named.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const SetCleanupPolicyDocument = /* @__PURE__ */ document<SetCleanupPolicyMutation, SetCleanupPolicyMutationVariables>(
  'mutation SetCleanupPolicy($input:SetCleanupPolicyInput!){setCleanupPolicy(input:$input){__typename ...on SetCleanupPolicyPayload{policy{id name isEnabled nextRunAt}}...Failure}}',
  [Failure],
);

/** Tells what a run would delete at this moment, and changes nothing: of a policy, of one with other conditions (as `setCleanupPolicy` takes them), or of one that is not there yet. Looks at every package that the policy is about.  Takes the role MAINTAINER there, and the scope ADMIN.  - `InvalidInput`: a condition is out of bounds, a pattern is none, nothing says what may go, or not exactly one of policy and namespace is named, or the page is out of bounds.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const PreviewCleanupDocument = /* @__PURE__ */ document<PreviewCleanupMutation, PreviewCleanupMutationVariables>(
  'mutation PreviewCleanup($input:PreviewCleanupInput!){previewCleanup(input:$input){__typename ...on PreviewCleanupPayload{removedVersions removedFiles removedBytes examinedPackages hasNextPage endCursor versions{format packageName version fileName sizeBytes why}}...Failure}}',
  [Failure],
);

/** Starts a run of a cleanup policy, in the background; where one is under way, that is the one answered. Ask for the run again by its id to see how far it is.  Takes the role MAINTAINER there, and the scope ADMIN.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const RunCleanupDocument = /* @__PURE__ */ document<RunCleanupMutation, RunCleanupMutationVariables>(
  'mutation RunCleanup($input:RunCleanupInput!){runCleanup(input:$input){__typename ...on RunCleanupPayload{run{id state examinedPackages removedVersions removedFiles removedBytes}}...Failure}}',
  [Failure],
);

/** Makes a personal token for the caller. It may do no more and live no longer than the credential in use.  For everybody who has signed in as a user. A token in use needs the scope ADMIN and no limits to formats or names.  - `InvalidInput`: it has no name, no scope, an unknown format or a pattern that is none, or has expired already, or it would live longer than the token in use.  Errors: UNAUTHENTICATED, FORBIDDEN. */
export const CreateTokenDocument = /* @__PURE__ */ document<CreateTokenMutation, CreateTokenMutationVariables>(
  'mutation CreateToken($input:CreateTokenInput!){createToken(input:$input){__typename ...on CreateTokenPayload{secret token{...TokenFields}}...Failure}}',
  [TokenFields, Failure],
);

/** Ends a token and all job tokens that it minted, at once.  Takes the role MAINTAINER in the namespace of a token that has one, and the scope ADMIN. For the caller's own personal tokens the scope is enough. Administrators of this server may end any token, and every token may end itself and what it minted.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const RevokeTokenDocument = /* @__PURE__ */ document<RevokeTokenMutation, RevokeTokenMutationVariables>(
  'mutation RevokeToken($input:RevokeTokenInput!){revokeToken(input:$input){__typename ...on RevokeTokenPayload{revokedTokenId}...Failure}}',
  [Failure],
);

/** The webhooks of a namespace itself, for those who manage it. */
export const WebhooksDocument = /* @__PURE__ */ document<WebhooksQuery, WebhooksQueryVariables>(
  'query Webhooks($namespace:String!$first:Int$after:String){namespace(path:$namespace){webhooks(first:$first after:$after){nodes{...WebhookFields}pageInfo{...PageFields}}}}',
  [WebhookFields, PageFields],
);

/** What was sent to a webhook or is to be, with what came of each attempt, the newest first. */
export const WebhookDeliveriesDocument = /* @__PURE__ */ document<WebhookDeliveriesQuery, WebhookDeliveriesQueryVariables>(
  'query WebhookDeliveries($webhookId:ID!$state:WebhookDeliveryState$first:Int$after:String){node(id:$webhookId){...on Webhook{deliveries(state:$state first:$first after:$after){nodes{...WebhookDeliveryFields}pageInfo{...PageFields}}}}}',
  [WebhookDeliveryFields, PageFields],
);

/** Makes a webhook of a namespace. It has the rights of the caller, as they are when something is sent, and never more than the credential in use.  Takes the role MAINTAINER there, and the scope ADMIN.  - `InvalidInput`: name, URL or document are none, the document asks for something outside of the namespace, or the namespace has too many already. - `UnreadableField`: the document asks for a field that the caller may not read.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const CreateWebhookDocument = /* @__PURE__ */ document<CreateWebhookMutation, CreateWebhookMutationVariables>(
  'mutation CreateWebhook($input:CreateWebhookInput!){createWebhook(input:$input){__typename ...on CreateWebhookPayload{secret webhook{...WebhookFields}}...Failure}}',
  [WebhookFields, Failure],
);

/** Changes a webhook; what is left out stays. Whoever changes its URL or its document, or takes it up again after it was disabled, becomes its owner: it has their rights from then on, and what was not delivered yet is made anew.  Takes the role MAINTAINER there, and the scope ADMIN.  - `InvalidInput`: name, URL or document are none, or the document asks for something outside of the namespace. - `UnreadableField`: the document asks for a field that the caller may not read.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const UpdateWebhookDocument = /* @__PURE__ */ document<UpdateWebhookMutation, UpdateWebhookMutationVariables>(
  'mutation UpdateWebhook($input:UpdateWebhookInput!){updateWebhook(input:$input){__typename ...on UpdateWebhookPayload{webhook{...WebhookFields}}...Failure}}',
  [WebhookFields, Failure],
);

/** Gives a webhook a new secret to sign with.  Takes the role MAINTAINER there, and the scope ADMIN.  - `InvalidInput`: the overlap is out of bounds.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const RotateWebhookSecretDocument = /* @__PURE__ */ document<RotateWebhookSecretMutation, RotateWebhookSecretMutationVariables>(
  'mutation RotateWebhookSecret($input:RotateWebhookSecretInput!){rotateWebhookSecret(input:$input){__typename ...on RotateWebhookSecretPayload{secret webhook{...WebhookFields}}...Failure}}',
  [WebhookFields, Failure],
);

/** Deletes a webhook with the record of what was sent, and what waits for it.  Takes the role MAINTAINER there, and the scope ADMIN.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const DeleteWebhookDocument = /* @__PURE__ */ document<DeleteWebhookMutation, DeleteWebhookMutationVariables>(
  'mutation DeleteWebhook($input:DeleteWebhookInput!){deleteWebhook(input:$input){__typename ...on DeleteWebhookPayload{deletedWebhookId}...Failure}}',
  [Failure],
);

/** Sends a message of the type `Ping` to a webhook, once and at once, in whatever state it is; ask for the delivery to see what came of it.  Takes the role MAINTAINER there, and the scope ADMIN.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const PingWebhookDocument = /* @__PURE__ */ document<PingWebhookMutation, PingWebhookMutationVariables>(
  'mutation PingWebhook($input:PingWebhookInput!){pingWebhook(input:$input){__typename ...on PingWebhookPayload{delivery{...WebhookDeliveryFields}}...Failure}}',
  [WebhookDeliveryFields, Failure],
);

/** Sends a delivery that has come to an end once more, with the same `webhook-id` and, unless the webhook was set up anew, the same content.  Takes the role MAINTAINER there, and the scope ADMIN.  - `InvalidInput`: it has not come to an end yet, or its webhook is disabled.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
export const RedeliverDocument = /* @__PURE__ */ document<RedeliverMutation, RedeliverMutationVariables>(
  'mutation Redeliver($input:RedeliverInput!){redeliver(input:$input){__typename ...on RedeliverPayload{delivery{...WebhookDeliveryFields}}...Failure}}',
  [WebhookDeliveryFields, Failure],
);

/** A method for every operation of this SDK. */
export interface Operations {
  /** Makes a token of a namespace, which belongs to no user.  Takes the role MAINTAINER there, and the scope ADMIN. Its role is at most the caller's, its scopes and its time are at most those of the credential in use.  - `InvalidInput`: it has no name, no scope, an unknown format or a pattern that is none, or has expired already, its kind has no such role or scope, or it would live longer than the token in use.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  createNamespaceToken(input: CreateNamespaceTokenMutationVariables['input'], options?: RequestOptions): Promise<CreateNamespaceTokenMutation['createNamespaceToken']>;
  /** Makes a short-lived token for one run of a pipeline, with the namespace and the role of the token in use. It ends with that.  For deploy and project tokens that were given the right to mint. What they mint never has more than their scopes, formats and names.  - `InvalidInput`: it has no name, no scope, an unknown format or a pattern that is none, or has expired already, it was to have the scope ADMIN, its time is out of bounds, or the build has an overlong field or a URL that is none.  Errors: UNAUTHENTICATED, FORBIDDEN. */
  mintJobToken(input: MintJobTokenMutationVariables['input'], options?: RequestOptions): Promise<MintJobTokenMutation['mintJobToken']>;
  /** Gives a token a new secret.  Takes the role MAINTAINER in the namespace of a token that has one, and the scope ADMIN. For the caller's own personal tokens the scope is enough. Nobody gets the secret of a token that may do more, or lives longer, than what they have.  - `InvalidInput`: it is a job token, or the overlap is out of bounds.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  rotateToken(input: RotateTokenMutationVariables['input'], options?: RequestOptions): Promise<RotateTokenMutation['rotateToken']>;
  /** Gives a user or a team a role on a namespace and everything below it, in place of the one they had there.  Takes the role MAINTAINER there, and the scope ADMIN. Nobody gives or changes a role above their own.  - `InvalidInput`: there is no such user or team, not exactly one is named, or a top-level namespace would be left without an owner by who is no administrator.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  setMember(input: SetMemberMutationVariables['input'], options?: RequestOptions): Promise<SetMemberMutation['setMember']>;
  /** Takes the role that a user or a team was given on this very namespace; roles given above stay.  Takes the role MAINTAINER there, and the scope ADMIN. Nobody takes a role above their own.  - `InvalidInput`: there is no such user or team, not exactly one is named, or a top-level namespace would be left without an owner by who is no administrator.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  removeMember(input: RemoveMemberMutationVariables['input'], options?: RequestOptions): Promise<RemoveMemberMutation['removeMember']>;
  /** Changes who may do what with a package, all of it or nothing; what is left out stays. Who takes a package out of inheritance without a grant or the role OWNER shuts themselves out.  Takes the role MAINTAINER in its namespace, or the grant ADMIN on the package, and the scope ADMIN.  - `InvalidInput`: there is no such user or team, one is named twice or not exactly one is, there are too many, or it would be more visible than its namespace.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  setPackageAccess(input: SetPackageAccessMutationVariables['input'], options?: RequestOptions): Promise<SetPackageAccessMutation['setPackageAccess']>;
  /** Makes a rule for a namespace and everything below it, from the next request on.  Takes the role MAINTAINER there, and the scope ADMIN. What asks for a role, or did so, is for those who have it.  - `InvalidInput`: a pattern is none or not of the target, the rule asks for nothing or for no more than is needed anyway, or for what its target or format cannot be, or the namespace has too many already.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  createProtectionRule(input: CreateProtectionRuleMutationVariables['input'], options?: RequestOptions): Promise<CreateProtectionRuleMutation['createProtectionRule']>;
  /** Deletes a rule.  Takes the role MAINTAINER there, and the scope ADMIN. What asks for a role, or did so, is for those who have it.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  deleteProtectionRule(input: DeleteProtectionRuleMutationVariables['input'], options?: RequestOptions): Promise<DeleteProtectionRuleMutation['deleteProtectionRule']>;
  /** Who did what in a namespace and below, the newest first. */
  audit(variables: AuditQueryVariables, options?: RequestOptions): Promise<AuditQuery['namespace']>;
  /** Withdraws a version: whoever has locked it still gets its files, but nothing new resolves to it and it is never the latest. The default tag moves from it to the latest version that is left. Where it was deprecated that is over.  Takes the role DEVELOPER in its namespace, or the grant WRITE on the package, and the scope WRITE.  - `InvalidInput`: the reason is too long. - `Protected`: a protection rule keeps the caller, or everybody, from it.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  yankVersion(input: YankVersionMutationVariables['input'], options?: RequestOptions): Promise<YankVersionMutation['yankVersion']>;
  /** Takes back that a version was withdrawn. The default tag goes back to it where it had to leave it and nobody has set it since. One that is not withdrawn stays as it is.  Takes the role DEVELOPER in its namespace, or the grant WRITE on the package, and the scope WRITE.  - `Protected`: a protection rule keeps the caller, or everybody, from it.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  unyankVersion(input: UnyankVersionMutationVariables['input'], options?: RequestOptions): Promise<UnyankVersionMutation['unyankVersion']>;
  /** Takes a version out of listings: it can still be installed by its number or by a tag, but is passed over by ranges where another fits, and is never the latest. A deprecation stays with it; a withdrawal is over.  Takes the role DEVELOPER in its namespace, or the grant WRITE on the package, and the scope WRITE.  - `Protected`: a protection rule keeps the caller, or everybody, from it.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  hideVersion(input: HideVersionMutationVariables['input'], options?: RequestOptions): Promise<HideVersionMutation['hideVersion']>;
  /** Lists a hidden version again, with the deprecation that it had. The default tag goes back to it where it had to leave it and nobody has set it since. One that is not hidden stays as it is.  Takes the role DEVELOPER in its namespace, or the grant WRITE on the package, and the scope WRITE.  - `Protected`: a protection rule keeps the caller, or everybody, from it.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  unhideVersion(input: UnhideVersionMutationVariables['input'], options?: RequestOptions): Promise<UnhideVersionMutation['unhideVersion']>;
  /** Brings back what was deleted, as it was: same ids, same bytes, same tags. A package comes back with the versions that were deleted with it. A version brings its deleted package back, but not its other versions. A file brings back the version that went with it.  Takes the role MAINTAINER in its namespace, or the grant ADMIN on the package, and the scope DELETE.  - `NotRestorable`: it is not deleted, its time is over, or another of that name has taken its place meanwhile. - `QuotaExceeded`: it no longer fits into a quota. - `Protected`: a protection rule keeps the caller, or everybody, from it. - `InvalidInput`: not exactly one thing is named.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  restore(input: RestoreMutationVariables['input'], options?: RequestOptions): Promise<RestoreMutation['restore']>;
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
  /** Makes a group, at the top or in another group.  Takes the role MAINTAINER where it is made: in a group, or in the instance for one at the top, and the scope ADMIN.  - `NamespaceExists`: there is one with that path. - `InvalidName`: no group or project may be called so, or its path would be too long or too deep. - `InvalidInput`: it would be more visible than what it is in, that is a project, or the name for people is empty or too long.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  createGroup(input: CreateGroupMutationVariables['input'], options?: RequestOptions): Promise<CreateGroupMutation['createGroup']>;
  /** Makes a project, at the top or in a group.  Takes the role MAINTAINER where it is made: in a group, or in the instance for one at the top, and the scope ADMIN.  - `NamespaceExists`: there is one with that path. - `InvalidName`: no group or project may be called so, or its path would be too long or too deep. - `InvalidInput`: it would be more visible than what it is in, that is a project, or the name for people is empty or too long.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  createProject(input: CreateProjectMutationVariables['input'], options?: RequestOptions): Promise<CreateProjectMutation['createProject']>;
  /** Changes a namespace. What is left out stays as it is.  Takes the role MAINTAINER there, and the scope ADMIN. A new path or visibility takes the role OWNER.  - `NamespaceExists`: there is one with that path. - `InvalidName`: no group or project may be called so, or a path would be too long. - `InvalidInput`: it would be more visible than what it is in, the name for people is empty or too long, or it is the instance that was to get a path.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  updateNamespace(input: UpdateNamespaceMutationVariables['input'], options?: RequestOptions): Promise<UpdateNamespaceMutation['updateNamespace']>;
  /** Deletes a namespace that holds no packages and no namespaces, also none that could be restored. Names that were used in it stay taken in its group.  Takes the role OWNER there, and the scope ADMIN.  - `NamespaceNotEmpty`: something is in it still, or could be restored into it. - `InvalidInput`: it is the instance itself.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
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
  /** Makes a place for the bytes of one file. Send them to its URL, then call `publishPackage`.  Takes the role DEVELOPER in the namespace, or the grant WRITE on a package of it, and the scope WRITE.  - `InvalidInput`: the file name is empty or too long.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  createUpload(input: CreateUploadMutationVariables['input'], options?: RequestOptions): Promise<CreateUploadMutation['createUpload']>;
  /** Publishes uploads as the files of one version. What they are is read from their bytes, as for the format's own client; only formats whose files do not say it need name and version.  Takes the role DEVELOPER in its namespace, or the grant WRITE on the package, and the scope WRITE.  - `VersionExists`: the version is there, or was there with other content, and duplicates are refused. - `FileExists`: the same for a file, of formats whose files join one by one. - `NameOwnedElsewhere`: another node of the same top-level group owns the name. - `InvalidName`: the format knows no such package name or tag. - `InvalidVersion`: the format knows no such version. - `InvalidPackage`: the bytes are not what the format demands. - `ContentMissing`: a manifest lists what is not among the uploads, and not in the package. - `DigestMismatch`: the version is a digest, but not that of the bytes. - `FileTooLarge`: a file is larger than is allowed here. - `QuotaExceeded`: it does not fit into a quota. - `Protected`: a protection rule keeps the caller, or everybody, from it. - `UploadNotReady`: the bytes of an upload have not arrived, or were published already. - `InvalidInput`: the uploads are of several versions or of another namespace, of the same file name, or too many, name or version are missing, or the build has an overlong field or a URL that is none.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  publishPackage(input: PublishPackageMutationVariables['input'], options?: RequestOptions): Promise<PublishPackageMutation['publishPackage']>;
  /** Points a tag at a version, wherever it pointed before.  Takes the role DEVELOPER in its namespace, or the grant WRITE on the package, and the scope WRITE.  - `InvalidName`: no tag may be called so. - `InvalidVersion`: the format knows no such version. - `InvalidInput`: packages of this format have no tags, or the default tag was to point at a hidden or withdrawn version. - `Protected`: a protection rule keeps the caller, or everybody, from it.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  setTag(input: SetTagMutationVariables['input'], options?: RequestOptions): Promise<SetTagMutation['setTag']>;
  /** Removes a tag. The default tag of a format stays; it can only be pointed elsewhere.  Takes the role DEVELOPER in its namespace, or the grant WRITE on the package, and the scope WRITE.  - `InvalidInput`: it is the default tag. - `Protected`: a protection rule keeps the caller, or everybody, from it.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  removeTag(input: RemoveTagMutationVariables['input'], options?: RequestOptions): Promise<RemoveTagMutation['removeTag']>;
  /** Marks versions with a warning that their users see, or takes the warning back; all of them or none. Hidden versions stay hidden, withdrawn ones stay as they are.  Takes the role DEVELOPER in its namespace, or the grant WRITE on the package, and the scope WRITE.  - `InvalidVersion`: the format knows no such version. - `InvalidInput`: the message is too long, or there are too many versions. - `Protected`: a protection rule keeps the caller, or everybody, from it.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  deprecateVersions(input: DeprecateVersionsMutationVariables['input'], options?: RequestOptions): Promise<DeprecateVersionsMutation['deprecateVersions']>;
  /** Deletes a package with all its versions. Its name stays taken, and it can be restored for a while.  Takes the role MAINTAINER in its namespace, or the grant ADMIN on the package, and the scope DELETE.  - `Protected`: a protection rule keeps the caller, or everybody, from it.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  deletePackage(input: DeletePackageMutationVariables['input'], options?: RequestOptions): Promise<DeletePackageMutation['deletePackage']>;
  /** Deletes a version with its files. A package goes with its last version.  Takes the role MAINTAINER in its namespace, or the grant ADMIN on the package, and the scope DELETE.  - `Protected`: a protection rule keeps the caller, or everybody, from it. - `InUse`: another version is made of it.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  deleteVersion(input: DeleteVersionMutationVariables['input'], options?: RequestOptions): Promise<DeleteVersionMutation['deleteVersion']>;
  /** Deletes a file of a version. A version goes with its last file.  Takes the role MAINTAINER in its namespace, or the grant ADMIN on the package, and the scope DELETE.  - `Protected`: a protection rule keeps the caller, or everybody, from it. - `InUse`: it is one of several files of a version that is published as a whole.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  deleteFile(input: DeleteFileMutationVariables['input'], options?: RequestOptions): Promise<DeleteFileMutation['deleteFile']>;
  /** Who asks. */
  viewer(options?: RequestOptions): Promise<ViewerQuery['viewer']>;
  /** The formats that this server speaks. */
  formats(options?: RequestOptions): Promise<FormatsQuery['formats']>;
  /** Anything by its id; null where there is no such thing or the caller may not see it. */
  node(variables: NodeQueryVariables, options?: RequestOptions): Promise<NodeQuery['node']>;
  /** Up to 100 things by their ids, in the same order; null for what is not there or may not be seen. */
  nodes(variables: NodesQueryVariables, options?: RequestOptions): Promise<NodesQuery['nodes']>;
  /** What holds in a namespace, its own and inherited, and what it holds. */
  settings(variables: SettingsQueryVariables, options?: RequestOptions): Promise<SettingsQuery['namespace']>;
  /** Changes settings of a namespace, all or none.  Takes the role MAINTAINER there, and the scope ADMIN. Quotas are set by those who manage the namespace above.  - `SettingLocked`: a namespace above has locked one of them. - `InvalidInput`: a value is out of bounds, a pattern is none, a format is named twice, or the instance alone has such a setting.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  updateSettings(input: UpdateSettingsMutationVariables['input'], options?: RequestOptions): Promise<UpdateSettingsMutation['updateSettings']>;
  /** Makes a cleanup policy for a namespace, or changes one: what is left out stays as it is, and null takes a condition away. What may go is said by `olderThanDays`, `notDownloadedForDays`, `removePattern` or `keepNewest`, of which one at least is needed.  Takes the role MAINTAINER there, and the scope ADMIN.  - `InvalidInput`: a condition is out of bounds, a pattern is none, nothing says what may go, or not exactly one of policy and namespace is named.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  setCleanupPolicy(input: SetCleanupPolicyMutationVariables['input'], options?: RequestOptions): Promise<SetCleanupPolicyMutation['setCleanupPolicy']>;
  /** Tells what a run would delete at this moment, and changes nothing: of a policy, of one with other conditions (as `setCleanupPolicy` takes them), or of one that is not there yet. Looks at every package that the policy is about.  Takes the role MAINTAINER there, and the scope ADMIN.  - `InvalidInput`: a condition is out of bounds, a pattern is none, nothing says what may go, or not exactly one of policy and namespace is named, or the page is out of bounds.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  previewCleanup(input: PreviewCleanupMutationVariables['input'], options?: RequestOptions): Promise<PreviewCleanupMutation['previewCleanup']>;
  /** Starts a run of a cleanup policy, in the background; where one is under way, that is the one answered. Ask for the run again by its id to see how far it is.  Takes the role MAINTAINER there, and the scope ADMIN.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  runCleanup(input: RunCleanupMutationVariables['input'], options?: RequestOptions): Promise<RunCleanupMutation['runCleanup']>;
  /** Makes a personal token for the caller. It may do no more and live no longer than the credential in use.  For everybody who has signed in as a user. A token in use needs the scope ADMIN and no limits to formats or names.  - `InvalidInput`: it has no name, no scope, an unknown format or a pattern that is none, or has expired already, or it would live longer than the token in use.  Errors: UNAUTHENTICATED, FORBIDDEN. */
  createToken(input: CreateTokenMutationVariables['input'], options?: RequestOptions): Promise<CreateTokenMutation['createToken']>;
  /** Ends a token and all job tokens that it minted, at once.  Takes the role MAINTAINER in the namespace of a token that has one, and the scope ADMIN. For the caller's own personal tokens the scope is enough. Administrators of this server may end any token, and every token may end itself and what it minted.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  revokeToken(input: RevokeTokenMutationVariables['input'], options?: RequestOptions): Promise<RevokeTokenMutation['revokeToken']>;
  /** The webhooks of a namespace itself, for those who manage it. */
  webhooks(variables: WebhooksQueryVariables, options?: RequestOptions): Promise<WebhooksQuery['namespace']>;
  /** What was sent to a webhook or is to be, with what came of each attempt, the newest first. */
  webhookDeliveries(variables: WebhookDeliveriesQueryVariables, options?: RequestOptions): Promise<WebhookDeliveriesQuery['node']>;
  /** Makes a webhook of a namespace. It has the rights of the caller, as they are when something is sent, and never more than the credential in use.  Takes the role MAINTAINER there, and the scope ADMIN.  - `InvalidInput`: name, URL or document are none, the document asks for something outside of the namespace, or the namespace has too many already. - `UnreadableField`: the document asks for a field that the caller may not read.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  createWebhook(input: CreateWebhookMutationVariables['input'], options?: RequestOptions): Promise<CreateWebhookMutation['createWebhook']>;
  /** Changes a webhook; what is left out stays. Whoever changes its URL or its document, or takes it up again after it was disabled, becomes its owner: it has their rights from then on, and what was not delivered yet is made anew.  Takes the role MAINTAINER there, and the scope ADMIN.  - `InvalidInput`: name, URL or document are none, or the document asks for something outside of the namespace. - `UnreadableField`: the document asks for a field that the caller may not read.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  updateWebhook(input: UpdateWebhookMutationVariables['input'], options?: RequestOptions): Promise<UpdateWebhookMutation['updateWebhook']>;
  /** Gives a webhook a new secret to sign with.  Takes the role MAINTAINER there, and the scope ADMIN.  - `InvalidInput`: the overlap is out of bounds.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  rotateWebhookSecret(input: RotateWebhookSecretMutationVariables['input'], options?: RequestOptions): Promise<RotateWebhookSecretMutation['rotateWebhookSecret']>;
  /** Deletes a webhook with the record of what was sent, and what waits for it.  Takes the role MAINTAINER there, and the scope ADMIN.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  deleteWebhook(input: DeleteWebhookMutationVariables['input'], options?: RequestOptions): Promise<DeleteWebhookMutation['deleteWebhook']>;
  /** Sends a message of the type `Ping` to a webhook, once and at once, in whatever state it is; ask for the delivery to see what came of it.  Takes the role MAINTAINER there, and the scope ADMIN.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  pingWebhook(input: PingWebhookMutationVariables['input'], options?: RequestOptions): Promise<PingWebhookMutation['pingWebhook']>;
  /** Sends a delivery that has come to an end once more, with the same `webhook-id` and, unless the webhook was set up anew, the same content.  Takes the role MAINTAINER there, and the scope ADMIN.  - `InvalidInput`: it has not come to an end yet, or its webhook is disabled.  Errors: UNAUTHENTICATED, FORBIDDEN, NOT_FOUND. */
  redeliver(input: RedeliverMutationVariables['input'], options?: RequestOptions): Promise<RedeliverMutation['redeliver']>;
}

/** The methods over a way to run documents. */
export function createOperations(request: Request): Operations {
  return {
    createNamespaceToken: (input, options) => fieldOf(request(CreateNamespaceTokenDocument, { input }, options), 'createNamespaceToken'),
    mintJobToken: (input, options) => fieldOf(request(MintJobTokenDocument, { input }, options), 'mintJobToken'),
    rotateToken: (input, options) => fieldOf(request(RotateTokenDocument, { input }, options), 'rotateToken'),
    setMember: (input, options) => fieldOf(request(SetMemberDocument, { input }, options), 'setMember'),
    removeMember: (input, options) => fieldOf(request(RemoveMemberDocument, { input }, options), 'removeMember'),
    setPackageAccess: (input, options) => fieldOf(request(SetPackageAccessDocument, { input }, options), 'setPackageAccess'),
    createProtectionRule: (input, options) => fieldOf(request(CreateProtectionRuleDocument, { input }, options), 'createProtectionRule'),
    deleteProtectionRule: (input, options) => fieldOf(request(DeleteProtectionRuleDocument, { input }, options), 'deleteProtectionRule'),
    audit: (variables, options) => fieldOf(request(AuditDocument, variables, options), 'namespace'),
    yankVersion: (input, options) => fieldOf(request(YankVersionDocument, { input }, options), 'yankVersion'),
    unyankVersion: (input, options) => fieldOf(request(UnyankVersionDocument, { input }, options), 'unyankVersion'),
    hideVersion: (input, options) => fieldOf(request(HideVersionDocument, { input }, options), 'hideVersion'),
    unhideVersion: (input, options) => fieldOf(request(UnhideVersionDocument, { input }, options), 'unhideVersion'),
    restore: (input, options) => fieldOf(request(RestoreDocument, { input }, options), 'restore'),
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
    settings: (variables, options) => fieldOf(request(SettingsDocument, variables, options), 'namespace'),
    updateSettings: (input, options) => fieldOf(request(UpdateSettingsDocument, { input }, options), 'updateSettings'),
    setCleanupPolicy: (input, options) => fieldOf(request(SetCleanupPolicyDocument, { input }, options), 'setCleanupPolicy'),
    previewCleanup: (input, options) => fieldOf(request(PreviewCleanupDocument, { input }, options), 'previewCleanup'),
    runCleanup: (input, options) => fieldOf(request(RunCleanupDocument, { input }, options), 'runCleanup'),
    createToken: (input, options) => fieldOf(request(CreateTokenDocument, { input }, options), 'createToken'),
    revokeToken: (input, options) => fieldOf(request(RevokeTokenDocument, { input }, options), 'revokeToken'),
    webhooks: (variables, options) => fieldOf(request(WebhooksDocument, variables, options), 'namespace'),
    webhookDeliveries: (variables, options) => fieldOf(request(WebhookDeliveriesDocument, variables, options), 'node'),
    createWebhook: (input, options) => fieldOf(request(CreateWebhookDocument, { input }, options), 'createWebhook'),
    updateWebhook: (input, options) => fieldOf(request(UpdateWebhookDocument, { input }, options), 'updateWebhook'),
    rotateWebhookSecret: (input, options) => fieldOf(request(RotateWebhookSecretDocument, { input }, options), 'rotateWebhookSecret'),
    deleteWebhook: (input, options) => fieldOf(request(DeleteWebhookDocument, { input }, options), 'deleteWebhook'),
    pingWebhook: (input, options) => fieldOf(request(PingWebhookDocument, { input }, options), 'pingWebhook'),
    redeliver: (input, options) => fieldOf(request(RedeliverDocument, { input }, options), 'redeliver'),
  };
}

/** A method for every subscription of this SDK. */
export interface Subscriptions {
  /** Every event that the caller may see, in one order, each once. With `after` first what was missed, then live. */
  events(variables?: EventsSubscriptionVariables, options?: SubscribeOptions): Subscription<EventsSubscription['events']>;
  /** The common case: a version became installable. Ends with the error CURSOR_EXPIRED, with a `cursor` to go on from, where some of what came behind the cursor is no longer kept. */
  packagePublished(variables?: PackagePublishedSubscriptionVariables, options?: SubscribeOptions): Subscription<PackagePublishedSubscription['packagePublished']>;
}

/** The methods over a way to follow documents. */
export function createSubscriptions(subscribe: Subscribe): Subscriptions {
  return {
    events: (variables, options) => fieldsOf(subscribe(EventsDocument, variables, options), 'events'),
    packagePublished: (variables, options) => fieldsOf(subscribe(PackagePublishedDocument, variables, options), 'packagePublished'),
  };
}
