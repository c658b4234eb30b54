import type { SqsQueue } from '../node_modules/fauxqs/dist/sqs/sqsStore.js';
import { makeStore } from '../shared/adapters/dynamodb.ts';
import { readTable } from '../shared/adapters/dynamodb-scan.ts';
import { isUntold } from '../shared/incidents/schedule.ts';
import type { DestinationKind } from '../shared/model/decision.ts';
import type { Delivery } from '../shared/model/incident.ts';
import { text } from '../shared/model/json.ts';
import type { Pile } from '../shared/model/pile.ts';
import { laneOf } from '../shared/model/severity.ts';
import { makeCourier } from './courier.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Functions } from './functions.ts';
import type { Entry } from './journal.ts';
import { parseJson } from './parse.ts';
import { settle, visibleIn } from './settle.ts';
import type { Deployment, Queue } from './template.ts';
import { makePassage, watch } from './watch.ts';
import type { World } from './world.ts';

/** From an accepted posting to the incident: what brings it there, and knows when it has arrived. */
export interface Pipeline {
  deliver(entry: Entry): void;
  /** Postings that are still being worked on. */
  open(): number;
  settle(timeoutMs: number): Promise<void>;
  deadLetters(): readonly Pile[];
  queues(): readonly Pile[];
  /** Incidents of the bundles in the signals queues and their dead-letter queues. */
  onTheWay(): ReadonlySet<string>;
}

export interface PipelineOptions {
  readonly deployment: Deployment;
  readonly world: World;
  readonly functions: Functions;
  readonly deadLetters: DeadLetters;
  readonly onDone: (seq: number) => void;
  readonly onKept: (input: string) => void;
}

export function makePipeline(options: PipelineOptions): Pipeline {
  const { deployment, world, functions, deadLetters } = options;
  const { live, dead } = sorted(deployment);
  const [events] = inputsOf('intake-events', deployment);
  if (events === undefined) throw new Error('The compiled template maps no queue to intake-events.');
  const signals = makePassage();
  const courier = makeCourier({
    logs: functions.async('intake-logs'),
    alarms: functions.async('intake-events'),
    sendEvent: (body) => world.send(events, body),
    signals,
    onDone: options.onDone,
    onKept: options.onKept,
  });
  const signalGone = (id: string): void => {
    signals.gone(id);
    courier.signalsMoved();
  };
  watch(world.queue(events), { deleted: ({ messageId }) => courier.eventGone(messageId, 'handled') });
  const signalQueues = inputsOf('track', deployment);
  const tracking = deployment.queues.flatMap(({ arn, deadArn }) =>
    signalQueues.includes(arn) ? [arn, ...(deadArn === null ? [] : [deadArn])] : [],
  );
  const pileOf = ({ id, arn }: Queue): Pile => ({ queue: id, messages: heldBy(world.queue(arn)) });
  for (const arn of signalQueues) {
    watch(world.queue(arn), {
      arrived: ({ messageId }) => signals.arrived(messageId),
      deleted: ({ messageId }) => signalGone(messageId),
    });
  }
  for (const { arn } of dead) {
    const queue = world.queue(arn);
    deadLetters.keep(queue, (body) => world.send(arn, body));
    watch(queue, {
      arrived: ({ messageId }) => {
        courier.eventGone(messageId, 'kept');
        signalGone(messageId);
      },
    });
  }
  return {
    deliver: courier.deliver,
    open: courier.open,
    settle: (timeoutMs) =>
      settle(timeoutMs, {
        queues: live.map(({ id, arn }) => ({ name: id, queue: world.queue(arn) })),
        busy: () => [...functions.busy(), ...(courier.open() > 0 ? [`${courier.open()} postings`] : [])],
      }),
    deadLetters: () => [...dead.map(pileOf), { queue: 'UnreadBucket', messages: deadLetters.unreadCount() }],
    queues: () => live.map(pileOf),
    onTheWay: () =>
      new Set(
        tracking
          .flatMap((arn) => bodiesIn(world.queue(arn)))
          .flatMap((body) => text(parseJson(body), 'incident') ?? []),
      ),
  };
}

/** Visible, delayed, or being worked on. */
function heldBy(queue: SqsQueue): number {
  return visibleIn(queue) + queue.delayedMessages.length + queue.inflightMessages.size;
}

/** Of messages that are visible, delayed, or being worked on. */
function bodiesIn({ messages, delayedMessages, inflightMessages }: SqsQueue): readonly string[] {
  const inFlight = [...inflightMessages.values()].map(({ message }) => message);
  return [...messages, ...delayedMessages, ...inFlight].map(({ body }) => body);
}

/** What nobody reads is for the dead. */
function sorted({ queues, mappings }: Deployment): {
  readonly live: readonly Queue[];
  readonly dead: readonly Queue[];
} {
  const read = new Set(mappings.map(({ queueArn }) => queueArn));
  return {
    live: queues.filter(({ arn }) => read.has(arn)),
    dead: queues.filter(({ arn }) => !read.has(arn)),
  };
}

function inputsOf(name: string, { mappings }: Deployment): readonly string[] {
  return mappings.filter((mapping) => mapping.function === name).map(({ queueArn }) => queueArn);
}

const TELL_QUEUES = { slack: 'Slack', pagerduty: 'Pagerduty' } as const satisfies Record<
  DestinationKind,
  string
>;

/**
 * What the last run left untold. Its wake-ups are lost with its queues, and whoever had claimed a send is gone: on
 * AWS the queues outlive the functions, and a claim runs out after a minute. Here the claims become unsettled (look
 * before sending again), and everything untold is woken at once.
 */
export async function wakeUntold(world: World, { queues, tables }: Deployment): Promise<void> {
  for (const { name } of tables) {
    const store = makeStore(world.tables, name);
    for (const incident of (await readTable(world.tables, name)).incidents) {
      const { id, facts, deliveries } = incident;
      if (deliveries.some(isClaimed))
        await store.save({ ...incident, deliveries: deliveries.map(unsettled) });
      const lane = laneOf(facts.severity) === 'urgent' ? 'UrgentQueue' : 'Queue';
      for (const { target } of deliveries.filter((delivery) => isUntold(delivery, facts))) {
        const queue = queues.find((q) => q.id === `${TELL_QUEUES[target.kind]}${lane}`);
        if (queue !== undefined)
          world.send(queue.arn, JSON.stringify({ incident: id, address: target.address }));
      }
    }
  }
}

function isClaimed({ sending }: Delivery): boolean {
  return sending !== null && !sending.unsettled;
}

function unsettled(delivery: Delivery): Delivery {
  const { sending } = delivery;
  return sending === null ? delivery : { ...delivery, sending: { ...sending, unsettled: true } };
}
