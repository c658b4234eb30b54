import { pagerDutyOutcome } from '../../shared/destinations/pagerduty/errors.ts';
import { planPagerDuty } from '../../shared/destinations/pagerduty/plan.ts';
import { endUntrackedPagerDuty, untrackedPagerDuty } from '../../shared/destinations/pagerduty/untracked.ts';
import type { PlanInput, Step, UntrackedCall } from '../../shared/destinations/plan.ts';
import { slackOutcome } from '../../shared/destinations/slack/errors.ts';
import { planSlack } from '../../shared/destinations/slack/plan.ts';
import { endUntrackedSlack, untrackedSlack } from '../../shared/destinations/slack/untracked.ts';
import { noFacts } from '../../shared/incidents/join.ts';
import { isTidying } from '../../shared/incidents/strays.ts';
import type { Address } from '../../shared/model/decision.ts';
import type { CallName, Delivery, Facts, Incident } from '../../shared/model/incident.ts';
import { newsOf } from '../../shared/model/news.ts';
import type { Severity } from '../../shared/model/severity.ts';
import type { Outcome, PagerDutyCall, SlackCall } from '../../shared/model/telling.ts';
import { PING, SECRET } from './problems.ts';
import { type Life, never, type Runs } from './runs.ts';
import type { Scene } from './scene.ts';
import { makePagerDutyService, makeSlackService, type Tag, type Tagged } from './services.ts';
import { factsKey } from './table.ts';

/** That a call left, true time, ms, and what was known of the clocks by which it waited for its turn. */
export interface Departure {
  readonly at: number;
  readonly skewMs: number;
  readonly steppedAt: number;
}

const HTTP_TIMEOUT_MS = 10_000;
/** A request lands at most so long after we have hung up: the shortest backoff is longer. */
const LANDS_LATE_MS = 4_000;
/** A call that had passed the gate when another was told to wait: its slot, its claim, its way. */
const PASSED_GATE_MS = 8_000;
/** Clocks of functions lie this far apart at most, twice. */
const CLOCKS_MS = 5_000;

/** Events a minute and integration key (developer.pagerduty.com, Events API v2, "Rate limits"). */
const PAGERDUTY_A_MINUTE = 120;

/** The channel that may hang, and the others go on. */
export const NOTIFY = 'slack:#notify';

const CALLING: ReadonlySet<CallName> = new Set(['post', 'reply', 'trigger']);

/** News that is no end, and nothing may have left already: only that waits for a rule. */
function isHoldable({ delivery, telling }: PlanInput): boolean {
  const news = newsOf(delivery.announced, telling.incident.facts);
  return news !== null && news !== 'resolved' && delivery.sending === null;
}

/** `lost`: accepted or not, the answer never comes. `late`: it lands about when we hang up, or after. */
type Fate = Outcome | 'lost' | 'late' | null;

/** The ways to Slack and PagerDuty, with what goes wrong on them, and what the laws need to know of it. */
export function makeSenders(
  scene: Scene,
  { operate }: Runs,
  called: (call: Tagged<SlackCall | PagerDutyCall>) => void,
) {
  const { random, time, hooks } = scene;
  const slack = makeSlackService(time.now);
  const pagerduty = makePagerDutyService();
  const accepted = new Set<string>();
  /** When each message left, by address. */
  const departures = new Map<string, Departure[]>();
  /** Which address asked us to wait, from and until when. */
  const asked = new Map<string, { readonly from: number; readonly until: number }>();
  /** Each time that something was about to be told untracked, and since when it could not be tracked. */
  const untracked = new Map<
    string,
    readonly { readonly at: number; readonly since: number; readonly severity: Severity }[]
  >();
  /** Which invocation has heard that an untracked message was accepted, by its handle. */
  const heard = new Map<string, Life>();
  /** Sends that could not be looked up first: they may double, by design. */
  const excused = new Map<string, number>();

  function excuse(address: string, incident: string, occurrence: number | 'reminder'): void {
    const key = `${address} ${incident} ${occurrence}`;
    excused.set(key, (excused.get(key) ?? 0) + 1);
  }

  /** Excused is what the unchanged plan sends over a doubt; what only a mutation sends is not. */
  function excuseDoubt({ delivery, telling }: PlanInput, honest: Step<{ readonly do: CallName }>): void {
    const doubted = delivery.sending?.call;
    const unseen = honest.do === 'call' && honest.name !== 'find';
    const { address } = delivery.target;
    const { id, facts } = telling.incident;
    if (unseen && doubted === 'remind') excuse(address, id, 'reminder');
    if (unseen && (doubted === 'post' || doubted === 'reply')) excuse(address, id, facts.occurrence);
  }

  // --- plans ---

  function planner<Call extends { readonly do: CallName }>(
    plan: (input: PlanInput) => Step<Call>,
    change: (call: Call, nonce: string) => Call,
  ) {
    return (given: PlanInput): Step<Tagged<Call>> => {
      const input = hooks.plans?.(given) ?? given;
      const step = plan(input);
      const { address } = input.delivery.target;
      const { id } = input.telling.incident;
      if (step.do === 'settled') accepted.add(`${address} ${id} ${factsKey(step.facts)}`);
      if (step.do !== 'call') return step;
      excuseDoubt(given, hooks.plans === undefined ? step : plan(given));
      const doubted = input.delivery.sending?.call;
      const brings = broughtBy(step.name, doubted);
      const calls = brings === 'state' && CALLING.has(step.name) && isHoldable(given);
      const opens = step.name === 'post' || (step.name === 'trigger' && input.delivery.handle === null);
      const tag: Tag = { address, incident: id, facts: step.facts, brings, calls, opens };
      const urgent = step.urgent && hooks.hurries !== false;
      return { ...step, urgent, call: { ...change(step.call, input.nonce), tag } };
    };
  }

  function composer<Call>(compose: (input: PlanInput, since: number) => UntrackedCall<Call>) {
    return (input: PlanInput, since: number): UntrackedCall<Tagged<Call>> => {
      const { call, handle } = compose(input, since);
      const { id, facts } = input.telling.incident;
      const { address } = input.delivery.target;
      const key = `${address} ${id}`;
      untracked.set(key, [
        ...(untracked.get(key) ?? []),
        { at: time.now(), since, severity: facts.severity },
      ]);
      return {
        call: {
          ...call,
          tag: { address, incident: id, facts, brings: 'untracked', calls: false, opens: false },
        },
        handle,
      };
    };
  }

  // --- faults ---

  function injected(fault: string, fate: Fate): Fate {
    scene.inject(fault);
    return fate;
  }

  function slackFate(call: Tagged<SlackCall>): Fate {
    const platform = (code: string) =>
      injected(`Slack: ${code}`, slackOutcome({ kind: 'platform', code }, call.do));
    const { address, incident, facts } = call.tag;
    const refusal = refusedBySlack(address);
    if (refusal !== null) {
      // A look-up that may not look decides nothing: two cards beat none.
      if (call.do === 'find' && call.tag.brings === 'state') excuse(address, incident, facts.occurrence);
      if (call.do === 'find' && call.tag.brings === 'reminder') excuse(address, incident, 'reminder');
      return platform(refusal);
    }
    if (call.do === 'find' && scene.away('slack-find'))
      return injected('Slack: look-ups fail', http(500, call));
    if (call.do !== 'find' && random.chance(scene.trouble().tooBig)) return platform('msg_too_long');
    if (address === NOTIFY && scene.away('slack-notify')) return injected('Slack: one channel hangs', 'lost');
    if (call.do !== 'find' && landsLate()) return injected('Slack: lands as we hang up, or after', 'late');
    if (!scene.away('slack') && !random.chance(scene.trouble().slack)) return null;
    switch (random.int(0, 7)) {
      case 0:
        return injected('Slack: 429', rate(random.int(1, 60), call));
      case 1:
        return platform(random.pick(['ratelimited', 'message_limit_exceeded']));
      case 2:
        return platform(random.pick(['internal_error', 'fatal_error', 'service_unavailable']));
      case 3:
        return injected('Slack: 5xx', http(random.pick([500, 502, 503]), call));
      case 4:
        return injected('Slack: no connection', { is: 'retry', because: 'ECONNREFUSED' });
      case 5:
        return injected('Slack: lands as we hang up, or after', 'late');
      default:
        return injected('Slack: the answer is lost', 'lost');
    }
  }

  const landsLate = (): boolean => scene.away('answers') && random.chance(0.5);

  function refusedBySlack(address: string): string | null {
    if (scene.away('slack-token')) return 'token_revoked';
    return scene.away('slack-channel') && address === 'slack:#alert' ? 'is_archived' : null;
  }

  const rate = (seconds: number, call: SlackCall) =>
    slackOutcome({ kind: 'rate', retryAfterSeconds: seconds }, call.do);
  const http = (status: number, call: SlackCall) => slackOutcome({ kind: 'http', status }, call.do);

  function pagerDutyFate(call: Tagged<PagerDutyCall>): Fate {
    const answered = (status: number, retryAfterSeconds: number | null = null) =>
      injected(
        `PagerDuty: ${status}`,
        pagerDutyOutcome({ kind: 'http', status, body: '', retryAfterSeconds }, call.do),
      );
    if (scene.away('pagerduty-key')) return answered(400);
    if (overLimit(call.tag.address)) return answered(429);
    if (landsLate()) return injected('PagerDuty: lands as we hang up, or after', 'late');
    if (!scene.away('pagerduty') && !random.chance(scene.trouble().pagerduty)) return null;
    switch (random.int(0, 4)) {
      case 0:
        return answered(429, random.chance(0.5) ? random.int(1, 60) : null);
      case 1:
        return injected('PagerDuty: no connection', { is: 'retry', because: 'ECONNREFUSED' });
      case 2:
        return answered(random.pick([500, 502]));
      case 3:
        return injected('PagerDuty: lands as we hang up, or after', 'late');
      default:
        return injected('PagerDuty: the answer is lost', 'lost');
    }
  }

  function overLimit(address: string): boolean {
    const earliest = departures.get(address)?.at(-1 - PAGERDUTY_A_MINUTE)?.at ?? 0;
    return earliest > time.now() - 60_000;
  }

  // --- the way ---

  /** As the adapters see it: what hangs is given up after the HTTP timeout. */
  function senderOf<Call extends SlackCall | PagerDutyCall>(
    life: Life,
    fateOf: (call: Tagged<Call>) => Fate,
    accept: (call: Tagged<Call>) => Outcome,
    hungUp: (call: Tagged<Call>) => Outcome,
  ) {
    const take = (call: Tagged<Call>): Outcome => {
      const outcome = accept(call);
      const { address, incident, facts } = call.tag;
      scene.note(() => `${address} ${call.do} ${incident} (${factsKey(facts)}): ${outcome.is}`);
      if (outcome.is === 'told' && call.tag.brings === 'state')
        accepted.add(`${address} ${incident} ${factsKey(facts)}`);
      return outcome;
    };
    const answer = (outcome: Outcome, call: Tagged<Call>): Outcome => {
      if (outcome.is === 'told' && call.tag.brings === 'untracked') heard.set(outcome.handle, life);
      return hooks.outcomes?.(outcome, call.do) ?? outcome;
    };
    return async (call: Tagged<Call>): Promise<Outcome> => {
      if (life.dead) return never();
      leave(call);
      const fate = fateOf(call);
      if (fate === null) {
        const outcome = await operate(life, () => take(call));
        await time.wait(random.int(20, 800));
        return life.dead ? never() : answer(outcome, call);
      }
      scene.note(
        () =>
          `${call.tag.address} ${call.do} ${call.tag.incident}: ${typeof fate === 'string' ? fate : fate.is}`,
      );
      if (typeof fate !== 'string') {
        await operate(life, () => {});
        if (fate.is === 'unsettled' && random.chance(0.5)) take(call);
        return answer(fate, call);
      }
      if (fate === 'late' || random.chance(0.5)) {
        const way = fate === 'late' ? random.int(8_000, HTTP_TIMEOUT_MS + LANDS_LATE_MS) : random.int(5, 500);
        time.at(time.now() + way, () => take(call));
      }
      await time.wait(HTTP_TIMEOUT_MS);
      return life.dead ? never() : answer(hungUp(call), call);
    };
  }

  /** The table knows it from now on: whoever looks before it calls must not call. */
  function askedToWait(address: string, until: number): void {
    const old = asked.get(address);
    const from = old !== undefined && old.until > time.now() ? old.from : time.now();
    asked.set(address, { from, until });
  }

  /** Laws 7 and the limits are asked of each call as it leaves. */
  function leave(call: Tagged<SlackCall | PagerDutyCall>): void {
    const text = JSON.stringify(call);
    if (text.includes(SECRET)) scene.violate(`law 7: a secret leaves for ${call.tag.address}`);
    if (call.tag.address.startsWith('slack') && text.includes(PING))
      scene.violate(`law 7: a log line pings ${call.tag.address}`);
    if (call.do === 'find') return;
    const { address, brings } = call.tag;
    if (brings === 'untracked') {
      depart(`untracked ${address}`);
      return;
    }
    if (call.tag.calls) called(call);
    const wait = asked.get(address);
    const now = time.now();
    if (
      wait !== undefined &&
      now > wait.from + PASSED_GATE_MS &&
      now < wait.until - CLOCKS_MS &&
      scene.steppedAt() < wait.from
    )
      scene.violate(`limits: ${address} asked to wait ${wait.until - now} ms more`);
    depart(address);
  }

  function depart(name: string): void {
    const times = departures.get(name) ?? [];
    times.push({ at: time.now(), skewMs: scene.trouble().skewMs, steppedAt: scene.steppedAt() });
    departures.set(name, times);
  }

  function ender<Call>(end: (address: Address, handle: string) => Call) {
    return (address: Address, handle: string): Tagged<Call> => ({
      ...end(address, handle),
      tag: {
        address,
        incident: 'never tracked',
        facts: noFacts(0, 0),
        brings: 'tidy',
        calls: false,
        opens: false,
      },
    });
  }

  return {
    slack,
    pagerduty,
    departures,
    excused,
    untracked,
    heard,
    askedToWait,
    accepted: (delivery: Delivery, incident: Incident, facts: Facts): boolean =>
      accepted.has(`${delivery.target.address} ${incident.id} ${factsKey(facts)}`),
    forSlack: (life: Life) => ({
      kind: 'slack' as const,
      plan: planner<SlackCall>(planSlack, (call) => call),
      untracked: { compose: composer<SlackCall>(untrackedSlack), end: ender(endUntrackedSlack) },
      send: senderOf<SlackCall>(life, slackFate, slack.accept, (call) =>
        slackOutcome({ kind: 'network', because: 'no answer in time' }, call.do),
      ),
    }),
    forPagerDuty: (life: Life) => ({
      kind: 'pagerduty' as const,
      plan: planner<PagerDutyCall>(planPagerDuty, (call, nonce) => hooks.pages?.(call, nonce) ?? call),
      untracked: {
        compose: composer<PagerDutyCall>(untrackedPagerDuty),
        end: ender(endUntrackedPagerDuty),
      },
      send: senderOf<PagerDutyCall>(life, pagerDutyFate, pagerduty.accept, (call) =>
        pagerDutyOutcome({ kind: 'network', because: 'no answer in time' }, call.do),
      ),
    }),
  };
}

/** A look-up is for the call whose claim it keeps; without one it tidies up. */
function broughtBy(call: CallName, doubted: CallName | undefined): Tag['brings'] {
  const what = call === 'find' ? doubted : call;
  if (what === 'remind') return 'reminder';
  return isTidying(call) && what !== 'post' && what !== 'reply' ? 'tidy' : 'state';
}

export type Senders = ReturnType<typeof makeSenders>;
