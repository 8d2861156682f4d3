import { loadActors } from '../src/access/queries/actors.ts';
import { loadTokens } from '../src/access/queries/tokens.ts';
import { loadTeamIdsOfUsers, loadTeams } from '../src/access/queries/teams.ts';
import { loadUserDetails, loadUsers } from '../src/access/queries/users.ts';
import { loadPolicies, loadPoliciesOf, loadRuns } from '../src/cleanup/queries/policies.ts';
import { loadNamespaces, loadNamespacesByPath, loadNodes } from '../src/namespaces/queries/namespaces.ts';
import { loadGrants } from '../src/packages/access.ts';
import { loadDependencies } from '../src/packages/queries/dependencies.ts';
import { loadBlobs, loadFiles, loadFilesOfVersions } from '../src/packages/queries/files.ts';
import {
  loadLatestVersions,
  loadNamedPackages,
  loadPackages,
  loadPackageSizes,
  loadTags,
  type PackageName,
  packageNameKey,
} from '../src/packages/queries/load-packages.ts';
import {
  loadMetadata,
  loadNamedVersions,
  loadReadmes,
  loadTaggedVersions,
  loadTagNames,
  loadVersionDetails,
  loadVersions,
  type TagName,
  tagNameKey,
  type VersionName,
  versionNameKey,
} from '../src/packages/queries/load-versions.ts';
import { loadRules, loadRulesById } from '../src/protection/queries.ts';
import { loadSettings } from '../src/settings/read.ts';
import { loadAttempts, loadDeliveries, loadToldEvents, loadWebhooks } from '../src/webhooks/queries.ts';
import { defineLoader } from './context.ts';

/*
 * The batched loads of the schema: one statement each, however many of an operation's fields ask. What they find by an id alone
 * (nodes, tokens, packages, versions, files, webhooks) is checked against the actor's rights; what hangs on those is theirs to see with them.
 */

/** A node by id. */
export const namespaceById = defineLoader((context, ids: readonly string[]) => loadNamespaces(context.core, context.actor, ids));
/** A node by path; '' is the instance. */
export const namespaceByPath = defineLoader((context, paths: readonly string[]) => loadNamespacesByPath(context.core, context.actor, paths));
/** A node by id, to decide about what is in it: the actor may not know of it. */
export const nodeForDecision = defineLoader((context, ids: readonly string[]) => loadNodes(context.core, ids));
/** The settings of a node, with those of all above it. The caller has seen to it that they may be read. */
export const settingsOfNode = defineLoader((context, nodes: readonly { id: string; lineage: string }[]) => loadSettings(context.core, nodes), ({ id }) => id);
/** A user by id. */
export const userById = defineLoader((context, ids: readonly string[]) => loadUsers(context.core, ids));
/** What not everybody is told of a user, by id. */
export const userDetails = defineLoader((context, ids: readonly string[]) => loadUserDetails(context.core, ids));
/** A team by id. */
export const teamById = defineLoader((context, ids: readonly string[]) => loadTeams(context.core, ids));
/** Ids of the teams that a user is in, by the user's id. */
export const teamIdsOfUser = defineLoader((context, ids: readonly string[]) => loadTeamIdsOfUsers(context.core, ids));
/** Whoever did something, by id: a user, or a token without one. */
export const actorById = defineLoader((context, ids: readonly string[]) => loadActors(context.core, ids));
/** A token by id. */
export const tokenById = defineLoader((context, ids: readonly string[]) => loadTokens(context.core, context.actor, ids));
/** The protection rules of a node itself, by its id. */
export const rulesOfNode = defineLoader((context, ids: readonly string[]) => loadRules(context.core, ids));
/** A protection rule by id. */
export const ruleById = defineLoader((context, ids: readonly string[]) => loadRulesById(context.core, context.actor, ids));

/** The rights given on a package, by its id. */
export const grantsOfPackage = defineLoader((context, ids: readonly string[]) => loadGrants(context.core, ids));

/** A package by id. */
export const packageById = defineLoader((context, ids: readonly string[]) => loadPackages(context.core, context.actor, ids));
/** The package that a name means on the whole instance. */
export const packageByName = defineLoader((context, names: readonly PackageName[]) => loadNamedPackages(context.core, context.actor, names), packageNameKey);
/** Bytes of a package, by id. */
export const packageSize = defineLoader((context, ids: readonly string[]) => loadPackageSizes(context.core, ids));
/** A package's latest version, by its id. */
export const latestVersion = defineLoader((context, ids: readonly string[]) => loadLatestVersions(context.core, ids));
/** The tags of a package, by its id. */
export const tagsOfPackage = defineLoader((context, ids: readonly string[]) => loadTags(context.core, ids));

/** A version by id. */
export const versionById = defineLoader((context, ids: readonly string[]) => loadVersions(context.core, context.actor, ids));
/** A version of a package by its normalised spelling. */
export const versionByName = defineLoader((context, names: readonly VersionName[]) => loadNamedVersions(context.core, names), versionNameKey);
/** The version that a tag of a package points at. */
export const versionByTag = defineLoader((context, names: readonly TagName[]) => loadTaggedVersions(context.core, names), tagNameKey);
/** What a version says of itself, by id. */
export const versionDetails = defineLoader((context, ids: readonly string[]) => loadVersionDetails(context.core, ids));
/** The readme of a version, by id. */
export const readmeOf = defineLoader((context, ids: readonly string[]) => loadReadmes(context.core, ids));
/** The stored metadata of a version, by id. */
export const metadataOf = defineLoader((context, ids: readonly string[]) => loadMetadata(context.core, ids));
/** Names of the tags that point at a version, by id. */
export const tagNamesOf = defineLoader((context, ids: readonly string[]) => loadTagNames(context.core, ids));
/** The dependencies of a version, by id. */
export const dependenciesOf = defineLoader((context, ids: readonly string[]) => loadDependencies(context.core, ids));

/** A file by id. */
export const fileById = defineLoader((context, ids: readonly string[]) => loadFiles(context.core, context.actor, ids));
/** The files of a version, by id. */
export const filesOfVersion = defineLoader((context, ids: readonly string[]) => loadFilesOfVersions(context.core, ids));
/** A content by its sha256. */
export const blobOf = defineLoader((context, sha256s: readonly string[]) => loadBlobs(context.core, sha256s));

/** A cleanup policy by id. */
export const cleanupPolicyById = defineLoader((context, ids: readonly string[]) => loadPolicies(context.core, context.actor, ids));
/** The cleanup policies of a node, by its id. */
export const cleanupPoliciesOf = defineLoader((context, ids: readonly string[]) => loadPoliciesOf(context.core, ids));
/** A run of a cleanup policy by id. */
export const cleanupRunById = defineLoader((context, ids: readonly string[]) => loadRuns(context.core, context.actor, ids));

/** A webhook by id. */
export const webhookById = defineLoader((context, ids: readonly string[]) => loadWebhooks(context.core, context.actor, ids));
/** A delivery of a webhook by id. */
export const webhookDeliveryById = defineLoader((context, ids: readonly string[]) => loadDeliveries(context.core, context.actor, ids));
/** The attempts of a delivery, by its id. */
export const attemptsOf = defineLoader((context, ids: readonly string[]) => loadAttempts(context.core, ids));
/** An event that the actor may be told of, by its number as a text. */
export const toldEventBySeq = defineLoader((context, seqs: readonly string[]) => loadToldEvents(context.core, context.actor, seqs));
