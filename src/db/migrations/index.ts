import { People } from './1-people.ts';
import { Packages } from './2-packages.ts';
import { Bytes } from './3-bytes.ts';
import { Credentials } from './4-credentials.ts';
import { Policies } from './5-policies.ts';
import { Returns } from './6-returns.ts';
import { EventLog } from './7-event-log.ts';
import { Webhooks } from './8-webhooks.ts';
import { UploadParts } from './9-upload-parts.ts';
import { Audit } from './10-audit.ts';
import { WebhookHosts } from './11-webhook-hosts.ts';
import { HeldContent } from './12-held-content.ts';
import { ObjectKeys } from './13-object-keys.ts';
import { Marks } from './14-marks.ts';
import { BuildCleanup } from './15-build-cleanup.ts';
import { Digests } from './16-digests.ts';
import { PackageLists } from './17-package-lists.ts';
import { PackageKeywords } from './18-package-keywords.ts';

/** In the order in which they run; a migration that has been released never changes. */
export const migrations = [
  People, Packages, Bytes, Credentials, Policies, Returns, EventLog, Webhooks, UploadParts, Audit, WebhookHosts, HeldContent, ObjectKeys, Marks, BuildCleanup, Digests, PackageLists, PackageKeywords,
];
