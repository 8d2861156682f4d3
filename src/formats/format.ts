import type { Readable } from 'node:stream';
import type { DigestName, KnownDigests } from '../storage/digests.ts';
import type { ByteRange } from '../storage/object-store.ts';

/** A JSON object, as stored. */
export type JsonObject = { [key: string]: unknown };

/** A dependency as a version declares it. */
export interface DependencyFacts {
  /** The format's own word: `runtime`, `dev`, `peer`, `optional`, `compile` … */
  kind: string;
  name: string;
  /** The format's own requirement syntax, as declared. */
  requirement: string;
}

/** Where a version came from, as its publisher declared it. */
export interface BuildInfo {
  pipelineUrl?: string;
  commit?: string;
  ref?: string;
  job?: string;
}

/** What a published version says of itself. Absent lists are empty. */
export interface VersionFacts {
  /** The spelling of this publish. */
  name: string;
  version: string;
  description?: string;
  readme?: string;
  licenses?: string[];
  homepage?: string;
  repositoryUrl?: string;
  keywords?: string[];
  authors?: string[];
  dependencies?: DependencyFacts[];
  /** Whether "latest" passes over this version while there are others, whatever its name: what is only about another one. */
  isSecondary?: boolean;
  /** The format's own metadata: what its documents and its GraphQL metadata type are rendered from. */
  metadata?: JsonObject;
}

/** What is known of one published file. */
export interface FileFacts {
  /** Path within the version, segments joined by `/`. */
  name: string;
  contentType?: string;
  /** The format's own facts of this file: arch, classifier, python tag … */
  attributes?: JsonObject;
}

/** Read from an archive: enough to publish it without asking anybody. */
export interface Inspection {
  version: VersionFacts;
  file: FileFacts;
  /**
   * Whether it is this file that says what the version is (a POM): its facts replace those that the version has from files published
   * before. Of use where files join a version one by one; there the facts of the first file stand until a describing one comes.
   */
  describes?: boolean;
  /** Whether the file is nothing by itself (symbols): it goes only with a version that is there, or with the file that describes it. */
  accompanies?: boolean;
}

/** Content that a package has already, and that a new version has as a file of its own. */
export interface SharedFile {
  facts: FileFacts;
  /** SHA-256 of the content, lower-case hex. */
  sha256: string;
  sizeBytes: number;
}

/** What several uploads are together. */
export interface WholeInspection {
  version: VersionFacts;
  /** One for each upload, in their order. */
  files: FileFacts[];
  /** Files of the version that need not be uploaded, since the package has their content. */
  shared: SharedFile[];
}

/** Finds content that the package has, in a version of it or held for it, by its digest: `sha256:` or `sha512:` and lower-case hex. */
export type FindContent = (digest: string) => Promise<UploadedFile | undefined>;

/** An uploaded file, before it belongs to a version. */
export interface UploadedFile {
  /** As the uploader called it; may be a path for formats whose files have one. */
  fileName: string;
  sizeBytes: number;
  digests: KnownDigests;
  /** As it is stored, for content of a version. */
  contentType?: string;
  /** The content, or a range within it (both ends included); may be called more than once. */
  open(range?: ByteRange): Promise<Readable>;
}

/** Where an upload goes, when its bytes do not say so (generic files). */
export interface PublishTarget {
  name?: string;
  version?: string;
}

/** The address of a format at a namespace, or of one package or version there, as a person would use it. */
export interface EndpointTarget {
  /** Absolute URL of the format at the namespace, without a trailing slash. */
  url: string;
  package?: string;
  version?: string;
}

/** Ready-to-paste text for a person. */
export interface Snippet {
  title: string;
  /** How to highlight it: `sh`, `ini`, `xml` … */
  language: string;
  code: string;
}

/** Client configuration, publish and install commands. */
export interface EndpointSetup {
  configure: Snippet[];
  publish: Snippet[];
  install: Snippet[];
}

/** What a file is in a version of which there are several builds. */
export interface BuildOf {
  /** What it is in each build: the newest of a kind is what clients get. */
  kind: string;
  /** Names the build; the bytewise order of these is the order of builds. */
  order: string;
}

/** How versions of one package hang together. */
export interface Bonds {
  /**
   * The version breaks without the one that it names, as an index without its images: that one must be there before it is published, and is neither
   * deleted nor cleaned up while this one stays.
   */
  readonly needs?: readonly string[];
  /** The version is about the one that it names, there or not, as a signature is about an image: cleanup keeps or removes both. */
  readonly about?: readonly string[];
}

/**
 * Everything the services need to know of a package format. Pure: no I/O but the streams handed in.
 * Its HTTP side is a `Shim` (shims/kit/shim.ts) that carries this object.
 */
export interface Format {
  /** Segment of the URL and value in the database: `npm`. Upper-cased it is the GraphQL enum value. */
  readonly id: string;
  /** For people: `npm`. */
  readonly title: string;
  /** Type of its package URLs (https://github.com/package-url/purl-spec). */
  readonly purlType: string;
  /** Splits a package name into the purl's namespace and name; default: no namespace. */
  purlName?(name: string): { namespace?: string; name: string };
  /** Joins what {@link purlName} split. */
  nameFromPurl?(namespace: string | undefined, name: string): string;
  /** The form in which two spellings of one package are equal. */
  normalizeName(name: string): string;
  /** Throws InvalidName where a new package may not be called so. */
  validateName(name: string): void;
  /** Throws InvalidVersion; returns the form in which two spellings of one version are equal. */
  normalizeVersion(version: string): string;
  /**
   * A string whose bytewise order is the format's order of versions. Takes a normalised version, and when it is published (milliseconds since
   * the epoch) for formats whose versions have no order but that; at most 512 ASCII characters.
   */
  sortKey(version: string, publishedAtMs: number): string;
  /** Whether "latest" passes over this version while there are others. */
  isPrerelease(version: string): boolean;
  /** `version`: one publish makes the version whole (npm). `file`: files join it one by one (generic, Maven, PyPI). */
  readonly publishes: 'version' | 'file';
  /**
   * Whether publishing a file (or version) that is there replaces it, unless a setting says otherwise. `impossible`: a version is named by
   * the digest of its content, so there can be no other of its name, and publishing it again changes nothing.
   */
  readonly duplicates: 'refused' | 'allowed' | 'impossible';
  /**
   * Whether this version is being worked on (Maven's snapshots): its files may be replaced whatever the setting says, and each publish
   * renews when, by whom and in what build it was published. Takes a normalised version; absent: none is.
   */
  isMutable?(version: string): boolean;
  /**
   * Which build of a mutable version a file belongs to, by its name; undefined: to none. Takes the package's name and a normalised version. Cleanup policies
   * for builds go by that; absent: versions have no builds.
   */
  buildOf?(name: string, version: string, fileName: string): BuildOf | undefined;
  /** Kinds of dependencies that name another version of the same package, in its normalised spelling, instead of a package. */
  readonly bonds?: Bonds;
  /** A tag that always points somewhere while there are versions: npm's `latest`. */
  readonly defaultTag?: string;
  /** Throws InvalidName where a tag may not be called so; absent: the format has no tags. */
  validateTag?(tag: string): void;
  /**
   * The digests that are computed of its files, SHA-256 always among them; default: all. For formats whose clients ask for few and send much: each of
   * the others costs as much again.
   */
  readonly digests?: readonly DigestName[];
  /** A file may have at most so many bytes. */
  readonly maxFileBytes: number;
  /**
   * Path on the server, with slashes around it, below which its clients ask, for those who cannot be told one; behind it come the path of a
   * namespace and the name of a package. Absent: `/api/packages/{namespace}/{id}/`. Since its clients name the namespace with each package, a name is taken in that
   * namespace alone, not in all of its top-level group.
   */
  readonly root?: string;
  /**
   * Reads the facts of one version out of all its uploads, for formats of which no single file says everything; then nobody calls
   * {@link inspect}. Throws as that, and ContentMissing.
   */
  inspectAll?(files: readonly UploadedFile[], target: PublishTarget, find: FindContent): Promise<WholeInspection>;
  /**
   * Reads the facts out of an uploaded archive. `beside` are all files of the same publish, for what belongs to another file of it, such as a signature.
   * Throws InvalidPackage, InvalidName, InvalidVersion.
   */
  inspect(file: UploadedFile, target: PublishTarget, beside?: readonly UploadedFile[]): Promise<Inspection>;
  /** What a person does to use the endpoint. */
  setup(target: EndpointTarget): EndpointSetup;
}
