import { MembershipTable, TokenTable, UserTable } from './access.ts';
import { EventTable } from './event.ts';
import { BlobTable, DiscardTable, FileTable, UploadTable } from './file.ts';
import { NamespaceTable } from './namespace.ts';
import { DependencyTable, PackageTable, TagTable, VersionTable } from './package.ts';

/** Every table there is. */
export const tables = [
  NamespaceTable,
  UserTable,
  MembershipTable,
  TokenTable,
  PackageTable,
  VersionTable,
  TagTable,
  DependencyTable,
  BlobTable,
  FileTable,
  DiscardTable,
  UploadTable,
  EventTable,
];
