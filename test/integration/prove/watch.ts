import { openOutbox } from '../../../local/outbox.ts';
import type { PagerDutyStandIn } from '../../../local/pagerduty.ts';
import { startPagerDuty } from '../../../local/pagerduty.ts';
import type { SlackMessage, SlackStandIn } from '../../../local/slack.ts';
import { startSlack } from '../../../local/slack.ts';

/** A message as Slack first took it: what people were notified of, whatever became of it. */
export interface Posted {
  readonly at: number;
  readonly channel: string;
  readonly handle: string;
  readonly threadTs: string | null;
  /** Everything that it said. */
  readonly said: string;
}

/** The stand-ins, and everything that they ever took: also what has been removed since. */
export interface Watched {
  readonly slack: SlackStandIn;
  readonly pagerduty: PagerDutyStandIn;
  readonly posted: readonly Posted[];
  /** When each call came, taken or refused, by channel. */
  readonly calls: ReadonlyMap<string, readonly number[]>;
  /** Calls to Slack and PagerDuty that were taken: posts, updates, removals, events. */
  taken(): number;
  close(): Promise<void>;
}

export async function startWatched(): Promise<Watched> {
  const outbox = await openOutbox(null);
  const posted = new Map<string, Posted>();
  const calls = new Map<string, number[]>();
  const note = (message: SlackMessage): void => {
    const handle = `${message.channelId}/${message.ts}`;
    if (posted.has(handle)) return;
    const { channel, threadTs, postedAt } = message;
    posted.set(handle, { at: postedAt, channel, handle, threadTs, said: JSON.stringify(message) });
  };
  const slack = await startSlack({
    outbox,
    clock: Date.now,
    onChange: note,
    onCall: (_, channel) => {
      if (channel !== null) calls.set(channel, [...(calls.get(channel) ?? []), Date.now()]);
    },
  });
  const pagerduty = await startPagerDuty({ outbox, clock: Date.now, onChange: () => {} });
  return {
    slack,
    pagerduty,
    get posted() {
      return [...posted.values()];
    },
    calls,
    taken: () => slack.calls.length + pagerduty.events().length,
    close: async () => {
      await Promise.all([slack.close(), pagerduty.close()]);
    },
  };
}
