import {
  ContentMissing,
  DigestMismatch,
  type EntrepotError,
  FileExists,
  FileTooLarge,
  InUse,
  InvalidInput,
  InvalidName,
  InvalidPackage,
  InvalidVersion,
  NameOwnedElsewhere,
  NamespaceExists,
  NamespaceNotEmpty,
  NotRestorable,
  TeamExists,
  UnreadableField,
  Protected,
  QuotaExceeded,
  SettingLocked,
  UploadNotReady,
  UserExists,
  VersionExists,
} from '../src/errors.ts';
import { builder } from './builder.ts';
import { QuotaKindEnum } from './enums.ts';

/** What every expected failure tells. */
export const UserError = builder.interfaceRef<EntrepotError>('UserError').implement({
  description: 'A failure that the caller can understand and act on.',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Which failure it is, for programs. Never changes.' }),
    message: t.exposeString('message', { description: 'What is wrong and what to do about it, for people.' }),
  }),
});

const interfaces = [UserError];

builder.objectType(InvalidInput, {
  name: 'InvalidInput',
  description: 'An argument makes no sense.',
  interfaces,
  fields: (t) => ({ field: t.exposeString('field', { description: 'The argument or input field.' }) }),
});

builder.objectType(InvalidName, {
  name: 'InvalidName',
  description: 'A package, namespace or tag may not be called so.',
  interfaces,
  fields: (t) => ({ givenName: t.exposeString('givenName', { description: 'The name that breaks the rules.' }) }),
});

builder.objectType(InvalidVersion, {
  name: 'InvalidVersion',
  description: 'The format knows no such version.',
  interfaces,
  fields: (t) => ({ givenVersion: t.exposeString('version', { description: 'The version that breaks the rules.' }) }),
});

builder.objectType(InvalidPackage, {
  name: 'InvalidPackage',
  description: 'The uploaded bytes are not what their format demands.',
  interfaces,
});

builder.objectType(ContentMissing, {
  name: 'ContentMissing',
  description: 'What is published names content, or another version, that the package does not have.',
  interfaces,
  fields: (t) => ({ digest: t.exposeString('digest', { description: 'What is missing: `sha256:` or `sha512:` and lower-case hex.' }) }),
});

builder.objectType(InUse, {
  name: 'InUse',
  description: 'Something else that is there would break without it; the message says what.',
  interfaces,
});

builder.objectType(DigestMismatch, {
  name: 'DigestMismatch',
  description: 'The bytes that arrived are not those that were announced.',
  interfaces,
  fields: (t) => ({
    algorithm: t.exposeString('algorithm', { description: 'Which digest differs.' }),
    expected: t.exposeString('expected', { description: 'The digest announced.' }),
    actual: t.exposeString('actual', { description: 'The digest of the bytes received.' }),
  }),
});

builder.objectType(FileTooLarge, {
  name: 'FileTooLarge',
  description: 'A file is larger than its format allows here.',
  interfaces,
  fields: (t) => ({ limitBytes: t.expose('limitBytes', { type: 'BigInt', description: 'The most bytes that are allowed.' }) }),
});

builder.objectType(VersionExists, {
  name: 'VersionExists',
  description: 'The version is published already, and its format does not let a version change.',
  interfaces,
  fields: (t) => ({
    packageName: t.exposeString('package', { description: 'The package.' }),
    givenVersion: t.exposeString('version', { description: 'The version that is taken.' }),
  }),
});

builder.objectType(FileExists, {
  name: 'FileExists',
  description: 'A file of that name is published already and may not be replaced.',
  interfaces,
  fields: (t) => ({ fileName: t.exposeString('fileName', { description: 'The name that is taken.' }) }),
});

builder.objectType(NameOwnedElsewhere, {
  name: 'NameOwnedElsewhere',
  description: 'Another project or group below the same top-level group owns this package name.',
  interfaces,
  fields: (t) => ({ packageName: t.exposeString('package', { description: 'The name that is taken.' }) }),
});

builder.objectType(NamespaceExists, {
  name: 'NamespaceExists',
  description: 'There is a namespace with that path.',
  interfaces,
  fields: (t) => ({ path: t.exposeString('path', { description: 'The path that is taken.' }) }),
});

builder.objectType(NamespaceNotEmpty, {
  name: 'NamespaceNotEmpty',
  description: 'The namespace still holds packages, namespaces, or deleted packages that can be restored.',
  interfaces,
  fields: (t) => ({ path: t.exposeString('path', { description: 'The namespace.' }) }),
});

builder.objectType(UploadNotReady, {
  name: 'UploadNotReady',
  description: 'The bytes of an upload have not arrived, or it was published already.',
  interfaces,
});

builder.objectType(Protected, {
  name: 'Protected',
  description: 'A protection rule of the namespace or of one above forbids it; the message names the rule and what it asks for.',
  interfaces,
  fields: (t) => ({ ruleId: t.exposeID('ruleId', { description: 'The rule.' }) }),
});

builder.objectType(UserExists, {
  name: 'UserExists',
  description: 'There is a user of that name.',
  interfaces,
  fields: (t) => ({ username: t.exposeString('username', { description: 'The name that is taken.' }) }),
});

builder.objectType(TeamExists, {
  name: 'TeamExists',
  description: 'There is a team of that name.',
  interfaces,
  fields: (t) => ({ teamName: t.exposeString('team', { description: 'The name that is taken.' }) }),
});

builder.objectType(NotRestorable, {
  name: 'NotRestorable',
  description: 'It cannot be restored: it is not deleted, another of that name has taken its place, or its time is over.',
  interfaces,
});

builder.objectType(QuotaExceeded, {
  name: 'QuotaExceeded',
  description: 'It would not fit into a quota of the namespace or of one above.',
  interfaces,
  fields: (t) => ({
    quota: t.expose('quota', { type: QuotaKindEnum, description: 'What there would be too much of.' }),
    limit: t.expose('limit', { type: 'BigInt', description: 'How much the quota allows.' }),
  }),
});

builder.objectType(SettingLocked, {
  name: 'SettingLocked',
  description: 'A namespace above has locked the setting.',
  interfaces,
  fields: (t) => ({ setting: t.exposeString('setting', { description: 'The setting, such as `registry.enabled`.' }) }),
});

builder.objectType(UnreadableField, {
  name: 'UnreadableField',
  description: 'The document of a webhook asks for something that the caller, whose rights it would have, may not read.',
  interfaces,
  fields: (t) => ({ path: t.exposeString('path', { description: 'Names of the fields that lead there, such as `events.package.access`.' }) }),
});
