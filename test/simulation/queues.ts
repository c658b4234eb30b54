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
}

export interface Received {
  readonly messageId: string;
  readonly body: string;
}

/** An SQS queue with a Lambda function behind it: at least once, in any order, back after the visibility timeout. */
export interface Queue {
  readonly name: string;
  send(body: string, delayMs: number): void;
  /** All that is not yet worked through and not dead. */
  waiting(): readonly { readonly body: string; readonly receives: number }[];
  readonly dead: readonly string[];
  /** A person moves the dead letters back. */
  redrive(): number;
}

interface Stored {
  readonly id: string;
  readonly body: string;
  visibleAt: number;
  receives: number;
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
  let sent = 0;
  let busy = 0;

  function send(body: string, delayMs: number): void {
    const id = `${options.name}-${sent}`;
    sent += 1;
    const visibleAt = time.now() + delayMs;
    stored.set(id, { id, body, visibleAt, receives: 0 });
    time.at(visibleAt + options.windowMs, pump);
  }

  function pump(): void {
    if (scene.away('queue')) {
      if (stored.size > 0) time.at(time.now() + ASK_AGAIN_MS, pump);
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
    const visible = [...stored.values()].filter((m) => m.visibleAt <= time.now());
    if (visible.length === 0) return null;
    const from = visible.length > options.batch ? random.int(0, visible.length - options.batch) : 0;
    return visible.slice(from, from + options.batch).filter((m) => {
      m.visibleAt = time.now() + options.visibilityMs;
      m.receives += 1;
      if (m.receives <= options.receives) return true;
      stored.delete(m.id);
      dead.push(m.body);
      scene.say(`${options.name}: a message is dead-lettered`);
      return false;
    });
  }

  async function handle(batch: readonly Stored[]): Promise<void> {
    busy += 1;
    const failed = await work(batch.map(({ id, body }) => ({ messageId: id, body })));
    busy -= 1;
    for (const message of batch) {
      if (failed === null || failed.includes(message.id))
        scene.inject('redelivery after the visibility timeout');
      else if (random.chance(scene.trouble().doubled)) scene.inject('a message worked through comes again');
      else {
        stored.delete(message.id);
        continue;
      }
      time.at(message.visibleAt, pump);
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
