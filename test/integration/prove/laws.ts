import { at, type Json, list, number, text } from '../../../shared/model/json.ts';
import { EXPECTED, type Problem } from './problems.ts';
import type { Watched } from './watch.ts';

/** Everything that was sent, as the one who sent it knows it. */
export interface Sent {
  readonly problems: readonly Problem[];
  /** Signals in answers of 202, and those of them in postings that were sent twice. */
  readonly signals: number;
  readonly repeated: number;
}

/** The cards of what is over are green (docs/cards.md). */
const OVER = '#2da44e';
/** About one call a second and channel; leaving takes its time, so a few may draw nearer to each other. */
const PACE = { calls: 20, withinMs: 16_000 } as const;

/** Reads `GET /api/<what>` as anybody would. */
export async function get(url: string, what: 'incidents' | 'ledger'): Promise<Json> {
  const response = await fetch(`${url}/api/${what}`);
  if (!response.ok) throw new Error(`GET /api/${what} answers ${response.status}`);
  return (await response.json()) as Json;
}

/** Laws 1 to 4 and 8 from outside, once everything has been mended. Each breach in words; none is what we want. */
export async function breaches(url: string, sent: Sent, watched: Watched): Promise<readonly string[]> {
  const [ledger, incidents] = [await get(url, 'ledger'), list(await get(url, 'incidents'))];
  const known = incidents.map((incident) => ({ incident, said: JSON.stringify(incident) }));
  return [
    ...booksWrong(ledger, sent, incidents.length),
    ...sent.problems.flatMap((problem) => {
      const ours = known.filter(({ said }) => said.includes(problem.token)).map(({ incident }) => incident);
      const wrong = [
        ...incidentWrong(problem, ours),
        ...slackWrong(problem, watched),
        ...pagesWrong(problem, watched),
      ];
      return wrong.map((what) => `${problem.kind} ${problem.token} (${problem.phase}): ${what}`);
    }),
    ...paceWrong(watched),
  ];
}

/** Law 1: every accepted signal is in one state, and nobody wants anything any more. */
function booksWrong(ledger: Json, sent: Sent, incidents: number): readonly string[] {
  const expected = {
    in: sent.signals,
    repeated: sent.repeated,
    tracked: sent.signals - sent.repeated,
    ignored: 0,
    unremarkable: 0,
    unreadable: 0,
    deadLettered: 0,
    waiting: 0,
    untold: 0,
  };
  const books = Object.entries(expected)
    .filter(([name, value]) => number(ledger, name) !== value)
    .map(([name, value]) => `law 1: ${name} is ${number(ledger, name)}, not ${value}`);
  const strange = sent.problems.length - incidents;
  return [
    ...books,
    ...(strange === 0 ? [] : [`law 1: ${incidents} incidents of ${sent.problems.length} problems`]),
    ...list(ledger, 'differences').map((words) => `law 1: ${String(words)}`),
  ];
}

function incidentWrong({ kind, firings, endedAt }: Problem, ours: readonly Json[]): readonly string[] {
  const [incident] = ours;
  if (incident === undefined || ours.length > 1) return [`law 1: ${ours.length} incidents`];
  const expected = {
    count: firings,
    severity: EXPECTED[kind].severity,
    status: endedAt === null ? 'firing' : 'resolved',
  };
  return [
    ...Object.entries(expected)
      .filter(([name, value]) => at(incident, name) !== value)
      .map(([name, value]) => `law 1: ${name} is ${String(at(incident, name))}, not ${value}`),
    ...list(incident, 'deliveries')
      .filter((delivery) => at(delivery, 'told') !== true)
      .map((delivery) => `laws 2, 8: ${text(delivery, 'destination')} is not told`),
  ];
}

/** Laws 2, 3, 8: one live card, green when it is over. A card that a person removed comes back with news alone. */
function slackWrong(problem: Problem, { slack, posted }: Watched): readonly string[] {
  const { channel } = EXPECTED[problem.kind];
  const here = posted.filter((message) => message.threadTs === null && about(problem, message.said));
  if (here.length === 0) return ['law 8: it was never told'];
  const handles = new Set(here.map(({ handle }) => handle));
  const live = slack.messages().filter(({ channelId, ts }) => handles.has(`${channelId}/${ts}`));
  const least = problem.removed && problem.endedAt === null ? 0 : 1;
  const wrong = here.filter((message) => message.channel !== channel);
  const stale = live.filter(
    ({ attachments }) => (text(attachments[0], 'color') === OVER) !== (problem.endedAt !== null),
  );
  return [
    ...(live.length >= least && live.length <= 1 ? [] : [`law 3: ${live.length} live cards`]),
    ...wrong.map((message) => `law 3: a card in ${message.channel}`),
    ...stale.map(() => `law 2: its card is ${problem.endedAt === null ? 'green' : 'not green'}`),
  ];
}

/** Laws 2, 3, 8: paged once while it fires, ended when it is over. */
function pagesWrong(problem: Problem, { pagerduty }: Watched): readonly string[] {
  const events = pagerduty.events().filter(({ body }) => about(problem, JSON.stringify(body)));
  const keys = new Set(events.map(({ dedupKey }) => dedupKey));
  const open = pagerduty.alerts().filter((a) => keys.has(a.dedupKey) && a.status !== 'resolved').length;
  if (!EXPECTED[problem.kind].pages) return events.length === 0 ? [] : ['law 3: it paged'];
  const opened = events.filter(({ effect }) => effect === 'opened').length;
  const wanted = problem.endedAt === null ? 1 : 0;
  // Nobody is paged for what is over before it could be sent (docs/cards.md): its card says it.
  return [
    ...(opened === 1 || opened === wanted ? [] : [`laws 3, 8: paged ${opened} times`]),
    ...(open === wanted ? [] : [`law 2: ${open} open alerts, not ${wanted}`]),
  ];
}

/** No channel is called faster than its pace, whether Slack took the calls or not. */
function paceWrong({ calls }: Watched): readonly string[] {
  return [...calls].flatMap(([channel, times]) =>
    times.flatMap((time, i) => {
      const took = (times[i + PACE.calls] ?? Number.POSITIVE_INFINITY) - time;
      return took < PACE.withinMs ? [`pace: ${PACE.calls + 1} calls in ${took} ms in ${channel}`] : [];
    }),
  );
}

/** Law 4, at any moment: what is said to be told has been taken by the stand-in. */
export async function toldTooSoon(url: string, { posted, pagerduty }: Watched): Promise<readonly string[]> {
  const incidents = list(await get(url, 'incidents'));
  const taken = new Set([
    ...posted.map(({ handle }) => handle),
    ...pagerduty.events().map(({ dedupKey }) => dedupKey),
  ]);
  return incidents.flatMap((incident) =>
    list(incident, 'deliveries')
      .filter((delivery) => at(delivery, 'told') === true && !isTaken(delivery, taken))
      .map(
        (delivery) =>
          `law 4: ${text(delivery, 'destination')} of ${text(incident, 'title')} is told to nobody`,
      ),
  );
}

function isTaken(delivery: Json, taken: ReadonlySet<string>): boolean {
  const unpaged = text(delivery, 'kind') === 'pagerduty' && text(delivery, 'shown') === 'resolved';
  return unpaged || taken.has(text(delivery, 'handle') ?? '');
}

/** When Slack took what it was sent: from its phase's beginning to the next fault, ms. */
export interface Fair {
  readonly from: number;
  readonly to: number;
}

/** A SEV1 goes out within seconds while Slack takes it, whatever else is waiting. */
export function sev1Late(
  fair: readonly Fair[],
  withinMs: number,
  problems: readonly Problem[],
  watched: Watched,
): readonly string[] {
  return problems
    .filter(
      ({ kind, acceptedAt: at }) =>
        kind === 'finding' && fair.some((f) => f.from <= at && at + withinMs <= f.to),
    )
    .map((problem) => ({ problem, waited: waitedOf(problem, watched) }))
    .filter(({ waited }) => waited === null || waited > withinMs)
    .map(({ problem, waited }) => `SEV1 ${problem.token} (${problem.phase}) was told after ${waited} ms`);
}

/** From the answer of 202 to the first card, ms; null: never. */
export function waitedOf(problem: Problem, { posted }: Watched): number | null {
  const first = posted.find(({ threadTs, said }) => threadTs === null && about(problem, said));
  return first === undefined ? null : Math.max(0, first.at - problem.acceptedAt);
}

/** Cards beyond the one, those that replaced what a person removed apart; and pages opened beyond the one. */
export function doublesOf(problem: Problem, { posted, pagerduty }: Watched): number {
  const cards = posted.filter(({ threadTs, said }) => threadTs === null && about(problem, said)).length;
  const opened = pagerduty
    .events()
    .filter(({ effect, body }) => effect === 'opened' && about(problem, JSON.stringify(body))).length;
  return Math.max(0, cards - (problem.removed ? 2 : 1)) + Math.max(0, opened - 1);
}

function about({ token }: Problem, said: string): boolean {
  return said.includes(token);
}
