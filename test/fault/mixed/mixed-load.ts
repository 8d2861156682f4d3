import { randomFrom } from '../../contract/random-repository.ts';
import { verified } from '../../contract/webhook-world.ts';
import { type Receiver, startReceiver } from '../../support/receiver.ts';
import { CleanedPublisher, cleanedNamespace, keptByCleanup } from './cleaned.ts';
import { clients } from './clients.ts';
import { emptyTally, type Participant, type Tally } from './participant.ts';
import { Publisher } from './publisher.ts';
import { Requests } from './requests.ts';

export interface MixedLoadOptions {
  /** Where servers are now; asked for each request. */
  urls: () => readonly string[];
  secret: string;
  seed: number;
  /** Publishers of each format; default 2. */
  each?: number;
  /** What is deleted can be restored for so long at least, in milliseconds; default for ever. */
  retentionMs?: number;
  /** Whether clients go on by themselves after a change of which nothing was heard, or that the servers could not make; else they rest. */
  goesOn?: boolean;
}

/**
 * Clients of all kinds that publish, tag, delete, restore and clean up, while a webhook is told of what was published: each on packages of its own, so that
 * it knows what must be seen of them. Drawn from a seed; what the servers make of it is left to chance.
 */
export class MixedLoad {
  readonly tally: Tally = emptyTally();
  readonly requests: Requests;
  readonly #participants: readonly Participant[];
  readonly #receiver: Receiver;
  #isOver = true;
  #working: Promise<unknown> = Promise.resolve();

  private constructor(requests: Requests, participants: readonly Participant[], receiver: Receiver, tally: Tally) {
    this.requests = requests;
    this.#participants = participants;
    this.#receiver = receiver;
    this.tally = tally;
  }

  /** Makes in an empty registry what the load needs: two projects, a cleanup policy and a webhook. The servers must be allowed to send to 127.0.0.1. */
  static async prepare({ urls, secret, seed, each = 2, retentionMs = Infinity, goesOn = false }: MixedLoadOptions): Promise<MixedLoad> {
    const requests = new Requests(urls, secret);
    const mutate = async (field: string): Promise<any> => {
      const { data, reply } = await requests.graphql(`mutation { result: ${field} }`);
      if (!data) throw new Error(`${field}: ${reply.status} ${reply.text}`);
      return data.result;
    };
    await mutate('createGroup(input: { slug: "acme" }) { __typename }');
    await mutate('createProject(input: { parent: "acme", slug: "mixed" }) { __typename }');
    const { project } = await mutate('createProject(input: { parent: "acme", slug: "cleaned" }) { ... on CreateProjectPayload { project { id } } }');
    const { policy } = await mutate(`setCleanupPolicy(input: { namespaceId: "${project.id}", keepNewest: ${keptByCleanup}, isEnabled: false }) { ... on SetCleanupPolicyPayload { policy { id } } }`);
    const receiver = await startReceiver();
    const { data } = await requests.graphql('{ namespace(path: "") { id } }');
    const { secret: key } = await mutate(
      `createWebhook(input: { namespaceId: "${data.namespace.id}", name: "load", url: "${receiver.url}", document: "subscription { packagePublished { packageName versionName } }" }) { ... on CreateWebhookPayload { secret } }`,
    );
    const tally = emptyTally();
    receiver.respond((response, message) => {
      // By the sender's clock, which may be wrong.
      verified(message, key, Number(message.headers['webhook-timestamp']) * 1000);
      response.writeHead(204).end();
    });
    const randomOf = (index: number) => randomFrom(seed + index * 7_919);
    const publishers = clients.flatMap((client, kind) =>
      Array.from({ length: each }, (_, index) => new Publisher({ requests, tally, client, index, random: randomOf(kind * each + index), retentionMs, goesOn })),
    );
    const cleaned = new CleanedPublisher(requests, { tally, random: randomOf(1_000), policyId: policy.id, goesOn, name: `in-${cleanedNamespace.replace('/', '-')}` });
    return new MixedLoad(requests, [...publishers, cleaned], receiver, tally);
  }

  /** Lets all of them work. */
  start(): void {
    this.#isOver = false;
    this.#working = Promise.all(this.#participants.map((participant) => participant.work(() => this.#isOver)));
  }

  /** Lets all of them end what they are doing. */
  async rest(): Promise<void> {
    this.#isOver = true;
    await this.#working;
  }

  /** Finds out what became of what was under way when something went wrong, and looks at everything; what is wrong is in the tally. Only while they rest. */
  async verify(): Promise<void> {
    await Promise.all(this.#participants.map((participant) => participant.settle()));
    await Promise.all(this.#participants.map((participant) => participant.verify()));
  }

  /** What was published, and what the webhook was not told of; once everything was sent. */
  untold(): string[] {
    const told = new Set(
      this.#receiver.received.map(({ body }) => {
        const { packageName, versionName } = JSON.parse(body).data.packagePublished;
        return `${packageName}@${versionName}`;
      }),
    );
    return [...this.tally.published].filter((label) => !told.has(label));
  }

  async close(): Promise<void> {
    this.requests.close();
    await this.#receiver.close();
  }
}
