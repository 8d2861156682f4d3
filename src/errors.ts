import { nodeInWords } from './namespaces/in-words.ts';

/**
 * The catalogue of expected failures. Services throw these, the schema lists them in result unions and each
 * shim turns a code into a status and a body of its client's dialect. Whatever is thrown that is not in this file
 * is a bug: it is masked to the caller and logged once with the request id.
 */
export abstract class EntrepotError extends Error {
  /** Stable, machine-readable; part of the API. */
  abstract readonly code: string;
  /** The HTTP status that fits best; a shim may choose another for its client. */
  abstract readonly status: number;
}

/**
 * Something that the registry stands on fails, by no fault of the caller's: the database, the store, the disk. `cause` is what it said; it is
 * logged, and told nobody. Nothing is known of what was asked for: of a change, it may have been done.
 */
export abstract class Outage extends EntrepotError {}

/** It does not answer, or not now: the same request may succeed in a while. */
export class Unavailable extends Outage {
  readonly code = 'UNAVAILABLE';
  readonly status = 503;
  readonly retryAfterSeconds = 5;
}

/** It has no room left. What is there can still be read. */
export class StorageFull extends Outage {
  readonly code = 'STORAGE_FULL';
  readonly status = 507;
}

/** No credential, or one that is unknown, expired or revoked. */
export class Unauthenticated extends EntrepotError {
  readonly code = 'UNAUTHENTICATED';
  readonly status = 401;
  constructor(message = 'Sign in first: this needs a valid token.') {
    super(message);
  }
}

/** The actor may see the thing but lacks the right for this. */
export class Forbidden extends EntrepotError {
  readonly code = 'FORBIDDEN';
  readonly status = 403;
}

/** The thing does not exist, or the actor may not know that it does. */
export class NotFound extends EntrepotError {
  readonly code = 'NOT_FOUND';
  readonly status = 404;
  readonly what: string;
  constructor(what: string, message = `${what} not found.`) {
    super(message);
    this.what = what;
  }
}

/** An argument is malformed; `field` names it. */
export class InvalidInput extends EntrepotError {
  readonly code = 'INVALID_INPUT';
  readonly status = 400;
  readonly field: string;
  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** A package, namespace or tag name breaks the rules of its format. */
export class InvalidName extends EntrepotError {
  readonly code = 'INVALID_NAME';
  readonly status = 400;
  readonly givenName: string;
  constructor(name: string, message: string) {
    super(message);
    this.givenName = name;
  }
}

/** A version breaks the rules of its format. */
export class InvalidVersion extends EntrepotError {
  readonly code = 'INVALID_VERSION';
  readonly status = 400;
  readonly version: string;
  constructor(version: string, message: string) {
    super(message);
    this.version = version;
  }
}

/** The uploaded bytes are not what their format demands (broken archive, missing manifest, limits exceeded). */
export class InvalidPackage extends EntrepotError {
  readonly code = 'INVALID_PACKAGE';
  readonly status = 400;
}

/** A digest or length the client announced is not that of the bytes received. Digests in lower-case hex. */
export class DigestMismatch extends EntrepotError {
  readonly code = 'DIGEST_MISMATCH';
  readonly status = 400;
  readonly algorithm: string;
  readonly expected: string;
  readonly actual: string;
  constructor(algorithm: string, expected: string, actual: string) {
    super(`The ${algorithm} of the upload is ${actual}, but ${expected} was announced.`);
    this.algorithm = algorithm;
    this.expected = expected;
    this.actual = actual;
  }
}

/** A file is larger than this format allows here. */
export class FileTooLarge extends EntrepotError {
  readonly code = 'FILE_TOO_LARGE';
  readonly status = 413;
  readonly limitBytes: number;
  constructor(limitBytes: number) {
    super(`The upload is larger than the ${limitBytes} bytes allowed here.`);
    this.limitBytes = limitBytes;
  }
}

/** The version is there, or was there with other content, and its format publishes a version once. */
export class VersionExists extends EntrepotError {
  readonly code = 'VERSION_EXISTS';
  readonly status = 409;
  readonly package: string;
  readonly version: string;
  constructor(name: string, version: string, why = 'is already published') {
    super(`${name}@${version} ${why}; publish a new version instead.`);
    this.package = name;
    this.version = version;
  }
}

/** A file of that name is already in the version and duplicates are refused. */
export class FileExists extends EntrepotError {
  readonly code = 'FILE_EXISTS';
  readonly status = 409;
  readonly fileName: string;
  constructor(fileName: string, why = 'is already published') {
    super(`${fileName} ${why} and may not be replaced.`);
    this.fileName = fileName;
  }
}

/** What is published names content that the package does not have. */
export class ContentMissing extends EntrepotError {
  readonly code = 'CONTENT_MISSING';
  readonly status = 404;
  /** `sha256:` or `sha512:` and the digest in lower-case hex. */
  readonly digest: string;
  constructor(digest: string) {
    super(`${digest} is not in this package; send it first.`);
    this.digest = digest;
  }
}

/** Something else that is there would break without it. */
export class InUse extends EntrepotError {
  readonly code = 'IN_USE';
  readonly status = 409;
}

/** Another node of the same top-level group owns this package name. */
export class NameOwnedElsewhere extends EntrepotError {
  readonly code = 'NAME_OWNED_ELSEWHERE';
  readonly status = 409;
  readonly package: string;
  constructor(name: string) {
    super(`${name} belongs to another project or group below this top-level group; publish it there.`);
    this.package = name;
  }
}

/** A namespace with that path exists. */
export class NamespaceExists extends EntrepotError {
  readonly code = 'NAMESPACE_EXISTS';
  readonly status = 409;
  readonly path: string;
  constructor(path: string) {
    super(`"${path}" exists already.`);
    this.path = path;
  }
}

/** The namespace still holds namespaces, packages, or deleted packages that can be restored. */
export class NamespaceNotEmpty extends EntrepotError {
  readonly code = 'NAMESPACE_NOT_EMPTY';
  readonly status = 409;
  readonly path: string;
  constructor(path: string, why = 'still holds packages or namespaces; delete those first.') {
    super(`"${path}" ${why}`);
    this.path = path;
  }
}

/** A user of that name exists. */
export class UserExists extends EntrepotError {
  readonly code = 'USER_EXISTS';
  readonly status = 409;
  readonly username: string;
  constructor(username: string) {
    super(`A user "${username}" exists already.`);
    this.username = username;
  }
}

/** The thing changed since the caller read it. */
export class RevisionConflict extends EntrepotError {
  readonly code = 'REVISION_CONFLICT';
  readonly status = 409;
}

/** The body of a request is of a kind that is not taken here. */
export class UnsupportedMediaType extends EntrepotError {
  readonly code = 'UNSUPPORTED_MEDIA_TYPE';
  readonly status = 415;
}

/** A precondition header of the request did not hold. */
export class PreconditionFailed extends EntrepotError {
  readonly code = 'PRECONDITION_FAILED';
  readonly status = 412;
}

/** An upload that is finished, expired or has not received its bytes was used. */
export class UploadNotReady extends EntrepotError {
  readonly code = 'UPLOAD_NOT_READY';
  readonly status = 409;
}

/** Bytes were sent that do not begin where an upload stands, or too late: another request to the upload came after theirs. */
export class UploadOffsetMismatch extends EntrepotError {
  readonly code = 'UPLOAD_OFFSET_MISMATCH';
  readonly status = 409;
  /** Where it goes on. */
  readonly receivedBytes: number;
  constructor(receivedBytes: number) {
    super(`${receivedBytes} bytes of this upload have arrived; go on from there.`);
    this.receivedBytes = receivedBytes;
  }
}

/** A protection rule forbids it. */
export class Protected extends EntrepotError {
  readonly code = 'PROTECTED';
  readonly status = 403;
  /** The rule that says so. */
  readonly ruleId: string;
  constructor(ruleId: string, message: string) {
    super(message);
    this.ruleId = ruleId;
  }
}

/** What is published would not fit into a quota of the namespace or of one above. */
export class QuotaExceeded extends EntrepotError {
  readonly code = 'QUOTA_EXCEEDED';
  readonly status = 413;
  /** What there would be too much of. */
  readonly quota: 'BYTES' | 'PACKAGES' | 'VERSIONS';
  /** How much the quota allows. */
  readonly limit: number;
  constructor(quota: 'BYTES' | 'PACKAGES' | 'VERSIONS', limit: number, message: string) {
    super(message);
    this.quota = quota;
    this.limit = limit;
  }
}

/** A namespace above has locked the setting. */
export class SettingLocked extends EntrepotError {
  readonly code = 'SETTING_LOCKED';
  readonly status = 409;
  /** Such as `registry.enabled`. */
  readonly setting: string;
  constructor(setting: string, path: string) {
    super(`The setting ${setting} is locked by ${nodeInWords(path)}.`);
    this.setting = setting;
  }
}

/** It cannot be restored: another of that name has taken its place, or its time is over. */
export class NotRestorable extends EntrepotError {
  readonly code = 'NOT_RESTORABLE';
  readonly status = 409;
}

/** A team of that name exists. */
export class TeamExists extends EntrepotError {
  readonly code = 'TEAM_EXISTS';
  readonly status = 409;
  readonly team: string;
  constructor(name: string) {
    super(`A team "${name}" exists already.`);
    this.team = name;
  }
}

/** Too many requests, or too many wrong passwords, in too short a time. */
export class TooManyRequests extends EntrepotError {
  readonly code = 'TOO_MANY_REQUESTS';
  readonly status = 429;
  readonly retryAfterSeconds: number;
  constructor(message: string, retryAfterSeconds: number) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Of the events behind a cursor some were removed for their age, or the cursor is of another server's log. */
export class CursorExpired extends EntrepotError {
  readonly code = 'CURSOR_EXPIRED';
  readonly status = 410;
  /** Number of the event from which on everything is there. */
  readonly resumeSeq: number;
  constructor(resumeSeq: number) {
    super('Events behind this cursor are no longer kept. Read what you need anew, then go on from the present end of the log.');
    this.resumeSeq = resumeSeq;
  }
}

/** A webhook's document asks for something that its owner may not read. */
export class UnreadableField extends EntrepotError {
  readonly code = 'UNREADABLE_FIELD';
  readonly status = 403;
  /** Names of the fields that lead there, such as `events.package.access`. */
  readonly path: string;
  constructor(path: string, why: string) {
    super(`The document asks for ${path}, which you may not read: ${why}`);
    this.path = path;
  }
}
