/*
 * Fields that whoever sees what they hang on may see, too. Everything else of the schema has a row. Where one of these leads to another
 * thing (a namespace, a package, a token …), that is looked up with the rights of the caller, and is null where it must not be known.
 */

const settings = ['BooleanSetting', 'IntSetting', 'BigIntSetting', 'QuotaSetting', 'StringSetting', 'DuplicateSetting'];
/** Failures, which tell what the caller has said themselves, or may know. */
const failures: Record<string, string> = {
  InvalidInput: 'field', InvalidName: 'givenName', InvalidVersion: 'givenVersion', InvalidPackage: '', ContentMissing: 'digest', InUse: '', DigestMismatch: 'algorithm expected actual', FileTooLarge: 'limitBytes',
  VersionExists: 'packageName givenVersion', FileExists: 'fileName', NameOwnedElsewhere: 'packageName', NamespaceExists: 'path', NamespaceNotEmpty: 'path', UploadNotReady: '', Protected: 'ruleId',
  UserExists: 'username', TeamExists: 'teamName', NotRestorable: '', QuotaExceeded: 'quota limit', UnreadableField: 'path', SettingLocked: 'setting', UserError: '',
};
/** What came of a mutation, which is for who did it; what it shows of packages is asked for by every row of a mutation. */
const payloads: Record<string, string> = {
  CreateGroup: 'group', CreateProject: 'project', UpdateNamespace: 'namespace', DeleteNamespace: 'deletedNamespaceId parent', UpdateSettings: 'namespace',
  CreateUpload: 'upload', PublishPackage: 'package version files isNewVersion', SetTag: 'package version', RemoveTag: 'package', DeprecateVersions: 'package',
  YankVersion: 'package version', UnyankVersion: 'package version', HideVersion: 'package version', UnhideVersion: 'package version',
  DeletePackage: 'deletedPackageId', DeleteVersion: 'deletedVersionId package', DeleteFile: 'deletedFileId version', Restore: 'package version file', SetPackageAccess: 'package',
  CreateProtectionRule: 'rule', UpdateProtectionRule: 'rule', DeleteProtectionRule: 'deletedRuleId namespace',
  SetCleanupPolicy: 'policy', DeleteCleanupPolicy: 'deletedPolicyId namespace', RunCleanup: 'run', PreviewCleanup: 'examinedPackages removedVersions removedFiles removedBytes versions hasNextPage endCursor',
  CreateWebhook: 'secret webhook', UpdateWebhook: 'webhook', RotateWebhookSecret: 'secret webhook', DeleteWebhook: 'deletedWebhookId namespace', PingWebhook: 'delivery', Redeliver: 'delivery',
  CreateToken: 'token secret', CreateNamespaceToken: 'token secret', MintJobToken: 'token secret', RotateToken: 'token secret', RevokeToken: 'revokedTokenId token',
  SetMember: 'membership', RemoveMember: 'namespace', CreateUser: 'user', UpdateUser: 'user', ChangePassword: 'user',
  CreateTeam: 'team', UpdateTeam: 'team', AddTeamMember: 'team', RemoveTeamMember: 'team', DeleteTeam: 'deletedTeamId', SignIn: 'viewer expiresAt', SignOut: 'viewer',
};

/** What events say to whoever is told of them at all, beside what all of them say; who that is depends on the kind (src/events/kinds.ts). */
const events: Record<string, string> = {
  // Audit events are for owners; they have no actor of their own to show.
  AuditEvent: 'actorId address details path token', AuditToken: 'id kind name',
  ...Object.fromEntries(['WebhookChanged', 'WebhookDisabled'].map((kind) => [kind, `webhook webhookId webhookName ${kind === 'WebhookChanged' ? 'details' : 'reason'}`])),
  // Whoever manages the namespace of a webhook sees all of it; test/graphql/webhooks.test.ts.
  Webhook: 'createdAt deliveries document eventTypes failingSince id missedEvents name namespace nextAttemptAt owner previousSecretExpiresAt reason state updatedAt url',
  WebhookDelivery: 'attemptCount attempts createdAt event eventType finishedAt id isPing nextAttemptAt reason state webhook', WebhookAttempt: 'durationMs error number responseExcerpt startedAt status',
  StreamItem: 'cursor occurredAt', Event: 'id type actor namespace', PackageEvent: 'format packageName package', VersionEvent: 'versionName version',
  // Who hears what is walked by test/graphql/live-rights.test.ts.
  Subscription: 'events packagePublished', EventConnection: 'edges nodes pageInfo', EventPageInfo: 'endCursor hasNextPage', CursorExpired: 'lostBefore', VersionMark: 'versionName message',
  PackagePublished: 'fileNames tagNames', FileAdded: 'fileNames', TagSet: 'tagName', TagRemoved: 'tagName', FileDeleted: 'fileName', FileRestored: 'fileName',
  ...Object.fromEntries(['Deprecated', 'Yanked', 'Unyanked', 'Hidden', 'Unhidden'].map((done) => [`Versions${done}`, 'marks'])),
  PackageRestored: 'versionNames', Purged: 'versionNames fileNames', NamespaceCreated: 'path', NamespaceUpdated: 'path previousPath visibility', NamespaceDeleted: 'path',
  MemberSet: 'memberKind memberId role previousRole', MemberRemoved: 'memberKind memberId role previousRole',
  ...Object.fromEntries(['SettingsChanged', 'ProtectionChanged', 'CleanupChanged', 'TeamChanged', 'UserCreated', 'UserChanged'].map((kind) => [kind, 'details'])),
  ...Object.fromEntries(['Created', 'Rotated', 'Revoked'].map((done) => [`Token${done}`, 'tokenId tokenName tokenKind'])),
};

const byType: Record<string, string> = {
  Node: 'id',
  PageInfo: 'hasNextPage hasPreviousPage startCursor endCursor',
  Namespace: 'id path name description visibility createdAt updatedAt parent ancestors children endpoint viewerRole viewerCan packages',
  ViewerRights: 'read publish delete inspect manage own',
  Endpoint: 'url configure publish install',
  Snippet: 'title language code',
  FormatInfo: 'format title purlType publishesWholeVersions allowsDuplicates hasTags defaultTag maxFileBytes',

  Package: 'id format name visibility purl description latestVersion version versions tags sizeBytes createdAt updatedAt dependents downloads viewerRole viewerCan',
  Tag: 'name version updatedAt',
  PackageVersion: 'id package version purl status statusReason publishedAt publishedBy build description readme licenses homepage repositoryUrl keywords authors metadata dependencies files tags sizeBytes downloads',
  BuildInfo: 'pipelineUrl commit ref job',
  PackageFile: 'id version name sizeBytes contentType md5 sha1 sha256 sha512 downloadUrl signedUrl attributes uploadedAt downloadCount lastDownloadedAt',
  Dependency: 'format name requirement kind target',
  Dependent: 'version requirement kind',
  DownloadStatistics: 'total lastDownloadedAt groups',
  DownloadGroup: 'day version count',
  PackageMetadata: 'raw',
  // Versions of the same package.
  OciDescriptor: 'version',
  OciMetadata: 'referrers',
  DeletedVersion: 'id version statusBefore packageId packageName format namespace sizeBytes publishedAt deletedAt restorableUntil',
  DeletedFile: 'id name sha256 versionId version packageId packageName format namespace sizeBytes deletedAt restorableUntil',
  PackageAccess: 'inheritsFromNamespace visibility grants',
  PackageGrant: 'level user team createdAt',

  NamespaceSettings: 'registryEnabled anyoneCanPull allowAnyoneCanPull auditEvents eventRetentionDays retentionDays quotaBytes quotaPackages quotaVersions formats',
  FormatSettings: 'format enabled duplicates duplicateExceptions maxFileBytes',
  ...Object.fromEntries(settings.map((type) => [type, 'own inherited effective source isLocked isBound lockedBy'])),
  StorageUsage: 'bytes storedBytes restorableBytes packages versions files quotas',
  QuotaUsage: 'kind namespace limit',
  ProtectionRule: 'id title namespace target format namePattern pattern publishRole deleteRole isImmutable createdBy createdAt',
  ProtectionPreview: 'packages versions',
  CleanupPolicy: 'id name namespace target isEnabled formats namePattern keepNewest olderThanDays notDownloadedForDays removePattern keepPattern createdBy createdAt updatedAt nextRunAt runs',
  CleanupRun: 'id policy state examinedPackages removedVersions removedFiles removedBytes startedBy startedAt updatedAt finishedAt message',
  CleanupPreviewVersion: 'format packageName version fileName sizeBytes publishedAt why packageVersion',
  AccessDecision: 'action allowed reason role roleFrom rules',
  Membership: 'role user team namespace createdAt',

  Actor: 'id displayName',
  TokenActor: 'id displayName kind',
  User: 'id username displayName',
  Team: 'id name description createdAt',
  Viewer: 'user credential token scopes isAdmin tokens',
  AccessToken: 'id kind name namespace role scopes formats namePattern mintsJobs build createdBy createdAt expiresAt revokedAt lastUsedAt hint',
  Upload: 'id url fileName isReceived receivedBytes sizeBytes sha256 createdAt expiresAt',
  ...events,
  ...Object.fromEntries(Object.entries(failures).map(([type, fields]) => [type, `code message ${fields}`])),
  ...Object.fromEntries(Object.entries(payloads).map(([name, fields]) => [`${name}Payload`, fields])),
};

/** `Type.field` of each. */
export const openFields: string[] = Object.entries(byType).flatMap(([type, fields]) => fields.split(' ').filter((field) => field !== '').map((field) => `${type}.${field}`));
