/**
 * The tables that an export has, in the order in which they come: what a row refers to comes before it. `event_log` stands before what counts by it.
 */
export const exportedTables: readonly string[] = [
  'namespace',
  'deleted_namespace',
  'user',
  'team',
  'team_member',
  'membership',
  'team_membership',
  'access_token',
  'setting',
  'protection_rule',
  'cleanup_policy',
  'cleanup_run',
  'package',
  'package_grant',
  'version',
  'tag',
  'buried_tag',
  'dependency',
  'stored_blob',
  'file',
  'held_content',
  'discard',
  'namespace_usage',
  'download_day',
  'event_log',
  'event',
  'webhook',
  'webhook_delivery',
  'webhook_attempt',
];

/** The tables that stay behind, and why. */
export const leftOutTables: Readonly<Record<string, string>> = {
  session: 'who was signed in signs in again: an old export must bring back nobody who has signed out since',
  sign_in_failure: 'counts minutes',
  signing_key: 'what it signs lives for minutes, and a copy must sign nothing that the original takes',
  upload_session: 'lives for a day; clients begin anew, and the objects are entered for removal in "discard"',
  upload_part: 'as upload_session',
  mark: 'is about the database, not about what is in it',
};
