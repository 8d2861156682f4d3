import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Change, drawChange } from './changes.ts';
import { type Client, namespace } from './clients.ts';
import { emptyModel, type Files, type Model, type Shown, shownOf } from './model.ts';
import type { Participant, Tally } from './participant.ts';
import type { Requests } from './requests.ts';

export interface PublisherOptions {
  requests: Requests;
  tally: Tally;
  client: Client;
  index: number;
  random: () => number;
  retentionMs: number;
  /** Whether to go on by itself after a change of which nothing was heard. */
  goesOn: boolean;
}

/** What was under way when its connection broke has come to its end by then. */
const settleAfterMs = 300;
const pauseMs = 100;
/** So many looks a settle takes before it gives up: longer than any fault of these tests lasts. */
const mostLooks = 600;

/** The only client of one package: whatever there is of it, it has made. */
export class Publisher implements Participant {
  readonly #options: PublisherOptions;
  readonly #name: string;
  readonly #ids = new Map<string, string>();
  /** Files whose bytes have come down once since they were published. */
  readonly #seen = new Set<string>();
  #model: Model = emptyModel;
  #unsure: Change | undefined;
  #number = 0;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#name = options.client.nameOf(options.index);
  }

  async work(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      if (!this.#unsure) await this.#step();
      else if (!this.#options.goesOn) return;
      else await sleep(settleAfterMs).then(() => this.settle());
    }
  }

  async #step(): Promise<void> {
    const { tally, client } = this.#options;
    const change = await drawChange({ ...this.#options, name: this.#name, model: this.#model, ids: this.#ids, nextNumber: () => ++this.#number });
    const reply = await change.send();
    if (!reply.wasSent) return void (await sleep(pauseMs));
    if (reply.status === 0 || reply.status >= 500) return void (this.#unsure = change);
    const isDone = reply.status < 300;
    if (!isDone && !change.refused) {
      tally.wrong.push(`${change.words}: ${reply.status} ${reply.text}`);
      return void (this.#unsure = change);
    }
    tally[isDone ? 'done' : 'refused'] += 1;
    this.#take(change, isDone ? change.after : (change.refused as Model));
    // What is acknowledged shows at once, at whichever server.
    const shown = await this.#look();
    if (shown && !isDeepStrictEqual(shown, shownOf(this.#model))) tally.wrong.push(`after ${change.words} ${client.format} ${this.#name} is ${JSON.stringify(shown)}, not ${JSON.stringify(shownOf(this.#model))}`);
  }

  #take(change: Change, model: Model): void {
    this.#model = model;
    if (change.publishes !== undefined && model === change.after) this.#options.tally.published.add(`${this.#name}@${change.publishes}`);
  }

  async settle(): Promise<void> {
    const { tally } = this.#options;
    const change = this.#unsure;
    if (!change) return;
    this.#unsure = undefined;
    const shown = await this.#lookUntilSeen();
    const [wasDone, wasNot] = [change.after, this.#model].map((model) => isDeepStrictEqual(shown, shownOf(model)));
    if (!wasDone && !wasNot) tally.wrong.push(`"${change.words}" was done in part: ${JSON.stringify(shown)}, not ${JSON.stringify(shownOf(this.#model))} and not ${JSON.stringify(shownOf(change.after))}`);
    tally[wasDone ? 'unheard' : 'absent'] += 1;
    if (wasDone) this.#take(change, change.after);
  }

  async verify(): Promise<void> {
    const { tally, client, requests, random } = this.#options;
    const shown = await this.#lookUntilSeen();
    if (!isDeepStrictEqual(shown, shownOf(this.#model))) tally.wrong.push(`${client.format} ${this.#name} is ${JSON.stringify(shown)}, not ${JSON.stringify(shownOf(this.#model))}`);
    for (const [version, files] of Object.entries(this.#model.versions)) {
      for (const [file, sha256] of Object.entries(files)) {
        const path = client.pathOf(this.#name, version, file);
        if (this.#seen.has(path) && random() > 0.1) continue;
        const { status, body } = await requests.ask('GET', path);
        const found = createHash('sha256').update(body).digest('hex');
        if (status !== 200 || found !== sha256) tally.wrong.push(`${path}: ${status}, ${body.length} bytes of ${found}, not of ${sha256}`);
        this.#seen.add(path);
      }
    }
    for (const version of Object.keys(this.#model.buried)) {
      const [file = ''] = Object.keys(this.#model.buried[version]?.files ?? {});
      const { status } = await requests.ask('GET', client.pathOf(this.#name, version, file));
      if (status !== 404 && client.format !== 'OCI') tally.wrong.push(`${this.#name} ${version} was deleted, its ${file} is answered ${status}`);
    }
  }

  /** What the registry shows of the package; undefined where it does not answer. */
  async #look(): Promise<Shown | undefined> {
    const { requests, client } = this.#options;
    const query = `{ package(namespace: "${namespace}", format: ${client.format}, name: "${this.#name}") { id tags { name version { version } } versions(first: 50) { nodes { id version files { name sha256 } } } } }`;
    const { data, reply } = await requests.graphql(query);
    if (!data && reply.status >= 400 && reply.status < 500) this.#options.tally.wrong.push(`${query}: ${reply.text}`);
    if (!data) return undefined;
    if (!data.package) return { versions: {}, tag: null };
    this.#ids.set('', data.package.id);
    const versions: Record<string, Files> = {};
    for (const { id, version, files } of data.package.versions.nodes as { id: string; version: string; files: { name: string; sha256: string }[] }[]) {
      this.#ids.set(version, id);
      versions[version] = Object.fromEntries(files.map(({ name, sha256 }) => [name, sha256]));
    }
    const tags = data.package.tags as { name: string; version: { version: string } }[];
    return { versions, tag: tags.find(({ name }) => name === client.tag)?.version.version ?? null };
  }

  async #lookUntilSeen(): Promise<Shown | undefined> {
    for (let looks = 0; looks < mostLooks; looks++) {
      const shown = await this.#look();
      if (shown) return shown;
      await sleep(pauseMs);
    }
    this.#options.tally.wrong.push(`${this.#name} could not be looked at for ${(mostLooks * pauseMs) / 1000} s`);
    return undefined;
  }
}
