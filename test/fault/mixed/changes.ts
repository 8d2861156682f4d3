import { type Client, mutationReply } from './clients.ts';
import { type Model, withFile, withoutBuried, withoutVersions, withRestored } from './model.ts';
import type { Reply, Requests } from './requests.ts';

/** A change of one package, which happens as a whole or not at all. */
export interface Change {
  words: string;
  send(): Promise<Reply>;
  /** What the package is when it was done. */
  after: Model;
  /** What it is when it was refused for good reasons; absent where there are none. */
  refused?: Model;
  /** The version that it publishes, where it was not there before. */
  publishes?: string;
}

/** What it takes to make one. */
export interface Situation {
  requests: Requests;
  client: Client;
  name: string;
  model: Model;
  /** Ids of the package (under '') and of the versions that were ever seen. */
  ids: ReadonlyMap<string, string>;
  random: () => number;
  /** A number that no version of the package had. */
  nextNumber: () => number;
  /** What is deleted may be purged after so long. */
  retentionMs: number;
}

/** More would be nothing but slow. */
const enoughVersions = 5;

/** Draws a change that is possible. */
export async function drawChange(situation: Situation): Promise<Change> {
  const { random, model, client } = situation;
  // A version whose publish was acknowledged just before a server died may not have been seen yet, so that its id is not known.
  const live = Object.keys(model.versions).filter((version) => situation.ids.has(version));
  const buried = Object.keys(model.buried).filter((version) => situation.ids.has(version));
  const one = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? '';
  const isFull = Object.keys(model.versions).length >= enoughVersions;
  const choices: [weight: number, () => Change | Promise<Change>][] = [[isFull ? 0 : 6, () => publish(situation)]];
  if (live.length > 0) {
    choices.push([isFull ? 8 : 2, () => remove(situation, one(live))], [0.5, () => removeAll(situation)]);
    if (client.add) choices.push([2, () => add(situation, one(live))]);
    if (client.tag !== undefined) choices.push([2, () => move(situation, one(live))]);
  }
  if (buried.length > 0 && !isFull) choices.push([2, () => restore(situation, one(buried))]);
  if (model.deletedWhole) choices.push([4, () => restoreAll(situation)]);
  let at = random() * choices.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, make] of choices) if ((at -= weight) < 0) return make();
  return publish(situation);
}

async function publish({ requests, client, name, model, nextNumber }: Situation): Promise<Change> {
  const { version, files, send } = await client.publish(requests, name, nextNumber());
  return { words: `publish ${client.format} ${name} ${version}`, send, after: withFile(model, version, files, client.publishTags), publishes: version };
}

function add({ requests, client, name, model }: Situation, version: string): Change {
  const { files, send } = client.add?.(requests, name, version) as { files: Model['versions'][string]; send: Change['send'] };
  const after = withFile(model, version, files, false);
  // A file that is there already is refused, or taken once more.
  return { words: `add to ${client.format} ${name} ${version}`, send, after, refused: after };
}

function move({ requests, client, name, model }: Situation, version: string): Change {
  const send = () => client.move?.(requests, name, version) as Promise<Reply>;
  return { words: `tag ${client.format} ${name} ${version}`, send, after: { ...model, tag: version } };
}

function remove({ requests, client, name, model, ids }: Situation, version: string): Change {
  const send = () => mutate(requests, 'deleteVersion', 'DeleteVersionPayload', `versionId: "${ids.get(version)}"`);
  return { words: `delete ${client.format} ${name} ${version}`, send, after: withoutVersions(model, [version], Date.now(), false) };
}

function removeAll({ requests, client, name, model, ids }: Situation): Change {
  const send = () => mutate(requests, 'deletePackage', 'DeletePackagePayload', `packageId: "${ids.get('')}"`);
  return { words: `delete ${client.format} ${name}`, send, after: withoutVersions(model, Object.keys(model.versions), Date.now(), true) };
}

function restore(situation: Situation, version: string): Change {
  const { requests, client, name, model, ids } = situation;
  const send = () => mutate(requests, 'restore', 'RestorePayload', `versionId: "${ids.get(version)}"`);
  return { words: `restore ${client.format} ${name} ${version}`, send, after: withRestored(model, [version]), ...orPurged(situation, [version]) };
}

function restoreAll(situation: Situation): Change {
  const { requests, client, name, model, ids } = situation;
  const versions = model.deletedWhole ?? [];
  const send = () => mutate(requests, 'restore', 'RestorePayload', `packageId: "${ids.get('')}"`);
  return { words: `restore ${client.format} ${name}`, send, after: withRestored(model, versions), ...orPurged(situation, versions) };
}

/** What was deleted long enough ago may be gone for good by the time the server looks. */
function orPurged({ model, retentionMs }: Situation, versions: readonly string[]): Pick<Change, 'refused'> {
  const soonMs = 30_000;
  const isOld = versions.some((version) => Date.now() + soonMs - (model.buried[version]?.at ?? 0) > retentionMs);
  return isOld ? { refused: withoutBuried(model, versions) } : {};
}

async function mutate(requests: Requests, field: string, payload: string, input: string): Promise<Reply> {
  return mutationReply(await requests.graphql(`mutation { ${field}(input: { ${input} }) { __typename ... on UserError { message } } }`), field, payload);
}
