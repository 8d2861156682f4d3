import { setTimeout as sleep } from 'node:timers/promises';
import { mutationReply } from './clients.ts';
import type { Participant, Tally } from './participant.ts';
import type { Requests } from './requests.ts';

/** Where a cleanup policy keeps this many of the newest versions, and no more. */
export const cleanedNamespace = 'acme/cleaned';
export const keptByCleanup = 3;

/** What was under way when its connection broke has come to its end by then. */
const settleAfterMs = 300;
const pauseMs = 100;
const mostLooks = 600;

export interface CleanedOptions {
  tally: Tally;
  random: () => number;
  policyId: string;
  name: string;
  /** Whether to go on by itself after a change of which nothing was heard. */
  goesOn: boolean;
}

/** Publishes versions of a package, one after the other, and has the old ones cleaned up. */
export class CleanedPublisher implements Participant {
  readonly #requests: Requests;
  readonly #tally: Tally;
  readonly #random: () => number;
  readonly #policyId: string;
  readonly #name: string;
  readonly #goesOn: boolean;
  /** Versions that are there, the oldest first; those that a cleanup was to remove may be gone. */
  #live: number[] = [];
  #unsure: number | undefined;
  #number = 0;

  constructor(requests: Requests, { tally, random, policyId, name, goesOn }: CleanedOptions) {
    this.#requests = requests;
    this.#tally = tally;
    this.#random = random;
    this.#policyId = policyId;
    this.#name = name;
    this.#goesOn = goesOn;
  }

  async work(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      if (this.#unsure !== undefined) {
        if (!this.#goesOn) return;
        await sleep(settleAfterMs);
        await this.settle();
      } else if (this.#random() < 0.25) await this.#clean();
      else await this.#publish();
    }
  }

  async #publish(): Promise<void> {
    const number = ++this.#number;
    const reply = await this.#requests.ask('PUT', this.#path(number), `version ${number}`);
    if (!reply.wasSent) return void (await sleep(pauseMs));
    if (reply.status === 0 || reply.status >= 500) return void (this.#unsure = number);
    if (reply.status !== 201) this.#tally.wrong.push(`publish ${this.#path(number)}: ${reply.status} ${reply.text}`);
    this.#tally.done += 1;
    this.#add(number);
  }

  #add(number: number): void {
    this.#live.push(number);
    this.#tally.published.add(`${this.#name}@${number}`);
  }

  async #clean(): Promise<void> {
    const answer = await this.#requests.graphql(`mutation { runCleanup(input: { policyId: "${this.#policyId}" }) { __typename ... on UserError { message } } }`);
    const { status, text, wasSent } = mutationReply(answer, 'runCleanup', 'RunCleanupPayload');
    if (!wasSent) return void (await sleep(pauseMs));
    if (status >= 400 && status < 500) this.#tally.wrong.push(`runCleanup: ${status} ${text}`);
    if (status === 201) this.#tally.done += 1;
  }

  async settle(): Promise<void> {
    const number = this.#unsure;
    if (number === undefined) return;
    this.#unsure = undefined;
    const shown = await this.#look();
    const wasDone = shown?.includes(number) ?? false;
    this.#tally[wasDone ? 'unheard' : 'absent'] += 1;
    if (wasDone) this.#add(number);
  }

  async verify(): Promise<void> {
    const shown = await this.#look();
    if (!shown) return;
    const needed = this.#live.slice(-keptByCleanup);
    const isOnce = new Set(shown).size === shown.length;
    if (!isOnce || needed.some((number) => !shown.includes(number)) || shown.some((number) => !this.#live.includes(number))) {
      this.#tally.wrong.push(`${this.#name} has the versions ${shown}, must have ${needed} and may have ${this.#live}`);
    }
    this.#live = this.#live.filter((number) => shown.includes(number));
    const newest = this.#live.at(-1);
    if (newest === undefined) return;
    const { status, text } = await this.#requests.ask('GET', this.#path(newest));
    if (status !== 200 || text !== `version ${newest}`) this.#tally.wrong.push(`${this.#path(newest)}: ${status} ${text}`);
  }

  /** The versions that are there, the oldest first. */
  async #look(): Promise<number[] | undefined> {
    for (let looks = 0; looks < mostLooks; looks++) {
      const { data } = await this.#requests.graphql(`{ package(namespace: "${cleanedNamespace}", format: GENERIC, name: "${this.#name}") { versions(first: 100) { nodes { version } } } }`);
      if (data) return ((data.package?.versions.nodes ?? []) as { version: string }[]).map(({ version }) => Number(version)).sort((a, b) => a - b);
      await sleep(pauseMs);
    }
    this.#tally.wrong.push(`${this.#name} could not be looked at`);
    return undefined;
  }

  #path(number: number): string {
    return `/api/packages/${cleanedNamespace}/generic/${this.#name}/${number}/file`;
  }
}
