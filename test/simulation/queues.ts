import type { Scene } from './scene.ts';

export interface QueueOptions {
  readonly name: string;
  readonly visibilityMs: number;
  /** maxReceiveCount: received once more, a message is a dead letter. */
  readonly receives: number;
  readonly batch: number;
  readonly windowMs: number;
  /** maximumConcurrency of the function that reads it. */
  readonly concurrency: number;
  /** A FIFO queue forgets after so long what nobody could work through, ms; others keep it for days. */
  readonly retentionMs?: number;
}

/** Of a message in a FIFO queue: one of a group at a time; one of an id in five minutes; none again that was worked through. */
export interface Fifo {
  readonly group: string;
  readonly id: string;
}
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-messagededuplicationid-property.html */
export const DEDUPLICATION_MS = 300_000;

export interface Received {
  readonly messageId: string;
  readonly body: string;
  /** When it was received for the first time, ms. */
  readonly since: number;
  readonly receives: number;
}

/** An SQS queue with a Lambda function behind it: at least once, in any order, back after the visibility timeout. */
export interface Queue {
  readonly name: string;
  send(body: string, delayMs: number, fifo?: Fifo): void;
  /** All that is not yet worked through and not dead. */
  waiting(): readonly { readonly body: string; readonly receives: number }[];
  readonly dead: readonly string[];
  /** A person moves the dead letters back. */
  redrive(): number;
}

interface Stored {
  readonly id: string;
  readonly body: string;
  readonly group: string | null;
  readonly sentAt: number;
  visibleAt: number;
  receives: number;
  since: number;
}

/** While SQS itself is away, its readers ask again this often. */
const ASK_AGAIN_MS = 5_000;

/** `work` names the messages that must come again; null: all of them. */
export function makeQueue(
  scene: Scene,
  options: QueueOptions,
  work: (records: readonly Received[]) => Promise<readonly string[] | null>,
): Queue {
  const { time, random } = scene;
  const stored = new Map<string, Stored>();
  const dead: string[] = [];
  /** When a message with this id was last taken, ms. */
  const taken = new Map<string, number>();
  /** The moments at which it will be asked what is visible. */
  const pumps = new Set<number>();
  let sent = 0;
  let busy = 0;

  function send(body: string, delayMs: number, fifo?: Fifo): void {
    if (fifo !== undefined) {
      if (time.now() - (taken.get(fifo.id) ?? Number.NEGATIVE_INFINITY) < DEDUPLICATION_MS) return;
      taken.set(fifo.id, time.now());
    }
    const id = `${options.name}-${sent}`;
    sent += 1;
    const visibleAt = time.now() + delayMs;
    stored.set(id, {
      id,
      body,
      group: fifo?.group ?? null,
      sentAt: time.now(),
      visibleAt,
      receives: 0,
      since: 0,
    });
    pumpAt(visibleAt + options.windowMs);
  }

  /** Once for each moment, however many messages it makes visible. */
  function pumpAt(at: number): void {
    if (pumps.has(at)) return;
    pumps.add(at);
    time.at(at, () => {
      pumps.delete(at);
      pump();
    });
  }

  function pump(): void {
    if (scene.away('queue')) {
      if (stored.size > 0) pumpAt(time.now() + ASK_AGAIN_MS);
      return;
    }
    while (busy < options.concurrency) {
      const batch = receive();
      if (batch === null) return;
      if (batch.length > 0) void handle(batch);
    }
  }

  /** null: nothing is visible. */
  function receive(): readonly Stored[] | null {
    forget();
    const heads = new Set<string>();
    const visible = [...stored.values()].filter((m) => {
      const isFirst = m.group === null || !heads.has(m.group);
      if (m.group !== null) heads.add(m.group);
      return isFirst && m.visibleAt <= time.now();
    });
    if (visible.length === 0) return null;
    const from = visible.length > options.batch ? random.int(0, visible.length - options.batch) : 0;
    return visible.slice(from, from + options.batch).filter((m) => {
      m.visibleAt = time.now() + options.visibilityMs;
      m.receives += 1;
      if (m.receives === 1) m.since = time.now();
      if (m.receives <= options.receives) return true;
      stored.delete(m.id);
      dead.push(m.body);
      scene.say(`${options.name}: a message is dead-lettered`);
      return false;
    });
  }

  function forget(): void {
    const { retentionMs } = options;
    if (retentionMs === undefined) return;
    for (const { id, sentAt } of stored.values()) if (sentAt < time.now() - retentionMs) stored.delete(id);
  }

  async function handle(batch: readonly Stored[]): Promise<void> {
    busy += 1;
    const failed = await work(
      batch.map(({ id, body, since, receives }) => ({ messageId: id, body, since, receives })),
    );
    busy -= 1;
    for (const message of batch) {
      if (failed === null || failed.includes(message.id))
        scene.inject('redelivery after the visibility timeout');
      else if (message.group === null && random.chance(scene.trouble().doubled))
        scene.inject('a message worked through comes again');
      else {
        stored.delete(message.id);
        continue;
      }
      pumpAt(message.visibleAt);
    }
    pump();
  }

  return {
    name: options.name,
    send,
    waiting: () => [...stored.values()],
    dead,
    redrive: () => {
      const moved = dead.splice(0);
      for (const body of moved) send(body, 0);
      return moved.length;
    },
  };
}
