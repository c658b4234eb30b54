import type { Address } from '../../shared/model/decision.ts';
import type { Facts } from '../../shared/model/incident.ts';
import type { Outcome, PagerDutyCall, SlackCall } from '../../shared/model/telling.ts';

/** A call with what it makes true, so that the laws need not read the words. */
export type Tagged<Call> = Call & {
  readonly tag: Tag;
};

export interface Tag {
  readonly address: Address;
  readonly incident: string;
  readonly facts: Facts;
  /** `state`: what the incident is. `reminder`: that it goes on. `untracked`: told without the table. `tidy`: takes something away. */
  readonly brings: 'state' | 'reminder' | 'untracked' | 'tidy';
  /** It is the first word of something, or calls people: what a rule may hold back. */
  readonly calls: boolean;
  /** The card or the page of what was never told there. */
  readonly opens: boolean;
}

export interface Message {
  readonly handle: string;
  readonly address: Address;
  readonly incident: string;
  readonly nonce: string;
  /** Of a reply: its card. */
  readonly thread: string | null;
  readonly at: number;
  /** What somebody was notified of by it, and what it shows now. */
  readonly announced: Facts;
  shown: Facts;
  deleted: boolean;
  /** Taken away by us, not by a person. */
  removed: boolean;
  readonly untracked: boolean;
  readonly reminder: boolean;
  /** The table has forgotten its incident: it is history. */
  past: boolean;
}

/** Slack's own margin is the adapter's: shared/adapters/slack.ts. */
const CLOCK_MARGIN_MS = 60_000;

/** A Slack that keeps its messages. Its channels' ids are theirs: `C` and the name. */
export function makeSlackService(now: () => number) {
  const messages: Message[] = [];
  const byHandle = new Map<string, Message>();

  function add(call: Tagged<Extract<SlackCall, { do: 'post' | 'reply' }>>, channel: string): Outcome {
    const { address, incident, facts, brings } = call.tag;
    const message: Message = {
      handle: `${channel}/${messages.length + 1}`,
      address,
      incident,
      nonce: call.mark.nonce,
      thread: call.do === 'reply' ? call.handle : null,
      at: now(),
      announced: facts,
      shown: facts,
      deleted: false,
      removed: false,
      untracked: brings === 'untracked',
      reminder: brings === 'reminder',
      past: false,
    };
    messages.push(message);
    byHandle.set(message.handle, message);
    return { is: 'told', handle: message.handle };
  }

  function accept(call: Tagged<SlackCall>): Outcome {
    switch (call.do) {
      case 'post':
        return add(call, `C${call.channel}`);
      case 'reply':
        return byHandle.get(call.handle)?.deleted === false
          ? add(call, call.handle.split('/')[0] ?? '')
          : { is: 'gone', because: 'thread_not_found' };
      case 'update': {
        const message = byHandle.get(call.handle);
        if (message === undefined || message.deleted) return { is: 'gone', because: 'message_not_found' };
        message.shown = call.tag.facts;
        return { is: 'told', handle: call.handle };
      }
      case 'remove': {
        const message = byHandle.get(call.handle);
        if (message === undefined || message.deleted) return { is: 'gone', because: 'message_not_found' };
        message.deleted = true;
        message.removed = true;
        return { is: 'told', handle: call.handle };
      }
      case 'find': {
        const found = messages.find(
          (m) =>
            m.incident === call.mark.incident &&
            m.nonce === call.mark.nonce &&
            !m.deleted &&
            m.handle.startsWith(`${call.channel}/`) &&
            (m.thread?.split('/')[1] ?? null) === call.thread &&
            m.at >= call.sinceMs - CLOCK_MARGIN_MS,
        );
        return found === undefined ? { is: 'absent' } : { is: 'found', handle: found.handle };
      }
    }
  }
  return { messages, accept };
}

export interface Page {
  readonly key: string;
  readonly address: Address;
  readonly incident: string;
  open: boolean;
  opened: number;
  /** How often it was opened without the table: a page of its own where the problem had ended before. */
  untracked: number;
  /** Open, and opened without the table. */
  joins: boolean;
  past: boolean;
}

/** A PagerDuty that keeps its alerts by key: a trigger opens one or joins the open one, a resolve ends it. */
export function makePagerDutyService() {
  const pages = new Map<string, Page>();
  /** Somebody was paged anew while the page before was still open. */
  const doubled: Page[] = [];
  function accept(call: Tagged<PagerDutyCall>): Outcome {
    const { address, incident, brings } = call.tag;
    const page = pages.get(call.dedupKey) ?? {
      key: call.dedupKey,
      address,
      incident,
      open: false,
      opened: 0,
      untracked: 0,
      joins: false,
      past: false,
    };
    pages.set(call.dedupKey, page);
    // The table has forgotten and begins anew with the same key: what is counted begins anew as well.
    if (page.past) {
      page.opened = 0;
      page.untracked = 0;
    }
    page.past = false;
    if (call.do === 'trigger' && !page.open) {
      const untracked = brings === 'untracked';
      const open = [...pages.values()].some(
        (p) => p.open && !p.joins && p.address === address && p.incident === incident,
      );
      if (open && !untracked) doubled.push(page);
      page.opened += 1;
      page.joins = untracked;
      if (untracked) page.untracked += 1;
    }
    page.open = call.do === 'trigger';
    return { is: 'told', handle: call.dedupKey };
  }
  return { pages, doubled, accept };
}
