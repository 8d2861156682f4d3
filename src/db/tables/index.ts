import { MembershipTable, PackageGrantTable, TeamMembershipTable, TeamMemberTable, TeamTable, UserTable } from './access.ts';
import { SessionTable, SigningKeyTable, SignInFailureTable, TokenTable } from './credential.ts';
import { EventLogTable, EventTable } from './event.ts';
import { BlobTable, DiscardTable, FileTable, HeldContentTable, UploadPartTable, UploadTable } from './file.ts';
import { MarkTable } from './mark.ts';
import { DeletedNamespaceTable, NamespaceTable } from './namespace.ts';
import { BuriedTagTable, DependencyTable, PackageTable, TagTable, VersionTable } from './package.ts';
import { CleanupPolicyTable, CleanupRunTable, ProtectionRuleTable, SettingTable } from './policy.ts';
import { DownloadDayTable, NamespaceUsageTable } from './usage.ts';
import { WebhookAttemptTable, WebhookDeliveryTable, WebhookTable } from './webhook.ts';

/** Every table there is. */
export const tables = [
  NamespaceTable,
  DeletedNamespaceTable,
  UserTable,
  MembershipTable,
  TeamTable,
  TeamMemberTable,
  TeamMembershipTable,
  PackageGrantTable,
  TokenTable,
  SessionTable,
  SignInFailureTable,
  SigningKeyTable,
  SettingTable,
  ProtectionRuleTable,
  CleanupPolicyTable,
  CleanupRunTable,
  NamespaceUsageTable,
  DownloadDayTable,
  PackageTable,
  VersionTable,
  TagTable,
  BuriedTagTable,
  DependencyTable,
  BlobTable,
  FileTable,
  DiscardTable,
  HeldContentTable,
  UploadTable,
  UploadPartTable,
  EventTable,
  EventLogTable,
  WebhookTable,
  WebhookDeliveryTable,
  WebhookAttemptTable,
  MarkTable,
];
