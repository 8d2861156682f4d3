import { WebhookTable } from '../db/tables/webhook.ts';
import { attemptDelivery, type Sender } from './attempt.ts';
import { type Due, listDue } from './due.ts';
import { isFailing } from './health.ts';
import { giveBack, type Lease } from './lease.ts';
import type { Slots } from './slots.ts';

/** Deliveries of one webhook that are sent at once, each about another package. */
const maxLanes = 4;
/** Deliveries that are looked up at a time. */
const batch = 200;
/** After so long it is another webhook's turn, in milliseconds. */
const shiftMs = 3_000;

export interface ShiftOptions {
  slots: Slots;
  /** Ends the shift after the attempts that are under way. */
  signal: AbortSignal;
}

/** Works on a webhook for a while: sends what may be sent, what is about one package in the order of the log, and gives it back. */
export async function workShift(sender: Sender, lease: Lease, options: ShiftOptions): Promise<void> {
  const queue = await queueOf(sender, lease);
  const shift = new Shift(sender, lease, queue, options.signal);
  const extra = Math.max(0, Math.min(maxLanes, queue.length) - 1);
  const lanes = await Promise.allSettled([shift.lane(), ...Array.from({ length: extra }, () => extraLane(shift, options.slots))]);
  const broken = lanes.find(({ status }) => status === 'rejected');
  if (broken?.status === 'rejected') throw broken.reason;
  await giveBack(sender.core, lease);
}

/** What is to be sent; of a webhook that is failing one only, of those that failed least, so that it is not always the same. */
async function queueOf({ core }: Sender, { webhookId }: Lease): Promise<Due[]> {
  const { reads } = core.database;
  const webhook = await reads.findOne(WebhookTable, { where: { id: webhookId } });
  if (!webhook) return [];
  const due = await listDue(reads, webhook, core.clock.now(), batch);
  if (!isFailing(webhook)) return due;
  const seen = new Set<string>();
  const heads = due.filter(({ packageId }) => packageId === null || (!seen.has(packageId) && seen.add(packageId)));
  return heads.sort((a, b) => a.failures - b.failures).slice(0, 1);
}

async function extraLane(shift: Shift, slots: Slots): Promise<void> {
  const release = slots.takeExtra();
  if (!release) return;
  try {
    await shift.lane();
  } finally {
    release();
  }
}

class Shift {
  readonly #sender: Sender;
  readonly #lease: Lease;
  readonly #queue: Due[];
  readonly #signal: AbortSignal;
  readonly #endsAt = performance.now() + shiftMs;
  /** Packages of which one is being sent, or waits for its next attempt. */
  readonly #held = new Set<string>();
  #isOver = false;

  constructor(sender: Sender, lease: Lease, queue: Due[], signal: AbortSignal) {
    this.#sender = sender;
    this.#lease = lease;
    this.#queue = queue;
    this.#signal = signal;
  }

  /** Sends one after the other. What is left is about packages that other lanes have. */
  async lane(): Promise<void> {
    for (;;) {
      const next = this.#take();
      if (!next) return;
      const step = await attemptDelivery(this.#sender, this.#lease, next.id).catch((error: unknown) => {
        this.#isOver = true;
        throw error;
      });
      if (step === 'STOP') this.#isOver = true;
      if (step === 'ON' && next.packageId !== null) this.#held.delete(next.packageId);
    }
  }

  #take(): Due | undefined {
    if (this.#isOver || this.#signal.aborted || performance.now() > this.#endsAt) return undefined;
    const index = this.#queue.findIndex(({ packageId }) => packageId === null || !this.#held.has(packageId));
    const [next] = index < 0 ? [] : this.#queue.splice(index, 1);
    if (next && next.packageId !== null) this.#held.add(next.packageId);
    return next;
  }
}
