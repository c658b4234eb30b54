import { absorb } from '../../shared/incidents/absorb.ts';
import { isUntold } from '../../shared/incidents/schedule.ts';
import { GIVE_UP_MS } from '../../shared/incidents/strays.ts';
import type { Bundle } from '../../shared/model/bundle.ts';
import type { Delivery, Incident } from '../../shared/model/incident.ts';
import { newsOf, outdated } from '../../shared/model/news.ts';
import { atLeast } from '../../shared/model/severity.ts';
import { MINUTE } from '../support/make.ts';
import { SILENCE } from './expected.ts';
import type { Away, Trouble } from './faults.ts';
import { isPost } from './planned.ts';
import { endsByQuiet, endsItself, type Problem } from './problems.ts';
import { DEDUPLICATION_MS } from './queues.ts';
import { EXPECTING } from './rules.ts';
import type { Departure } from './senders.ts';
import type { Message, Page } from './services.ts';
import { factsKey } from './table.ts';
import type { World } from './world.ts';

/** What must hold once the faults have ended and time enough has passed; each breach is noted in the world. */
export function checkLaws(world: World, problems: readonly Problem[]): void {
  for (const problem of problems) {
    if (problem.said.length === 0) continue;
    if (problem.kind === 'noise') {
      checkIgnored(world, problem);
      continue;
    }
    checkAccepted(world, problem);
    const incident = world.incidents.get(problem.id);
    if (incident === undefined) {
      world.violate(`law 1: ${problem.id} is unknown`);
      continue;
    }
    checkState(world, problem, incident);
    checkTransitions(world, problem);
    if (incident.facts.count === 0) continue;
    for (const delivery of incident.deliveries) checkDelivery(world, incident, delivery);
    checkSlack(world, incident);
    checkAlerts(world, incident);
    checkPages(world, problem);
  }
  for (const incident of world.incidents.values())
    if (incident.storm !== null || incident.id === SILENCE || isPost(incident)) checkOurs(world, incident);
  checkUntracked(world);
  for (const [address, times] of world.departures)
    if (address.startsWith('slack:')) checkPace(world, address, times, 8_000);
    // Two lanes, each at the channel's pace: nothing is shared but the queue.
    else if (address.startsWith('untracked slack:')) checkPace(world, address, times, 4_000);
  for (const { incident, address } of world.pagerduty.doubled)
    world.violate(`a page was doubled: ${incident} at ${address}`);
  checkReasons(world, problems);
}

// --- what no source says ---

/** What stands for a storm, for what was not heard or for a plan is told and ended as any other. */
function checkOurs(world: World, incident: Incident): void {
  const { id, storm, facts, deliveries } = incident;
  const goesOn = storm === null && (isPost(incident) || world.deployed().judge === EXPECTING);
  if (facts.status === 'firing' && !goesOn) world.violate(`law 2: it does not end: ${id}`);
  for (const delivery of deliveries) checkDelivery(world, incident, delivery);
  checkSlack(world, incident);
  checkAlerts(world, incident);
}

// --- law 5 ---

/** Once the table is back nothing stands that was told without it; meanwhile it was told once in five minutes. */
function checkUntracked(world: World): void {
  for (const m of world.slack.messages)
    if (m.untracked && !m.deleted && !isUnknowable(world, m))
      world.violate(`law 5: an untracked message is left: ${m.incident} at ${m.address}`);
  for (const [key, told] of world.untracked) {
    const since = Math.min(...told.map((t) => t.since));
    const last = Math.max(...told.map((t) => t.at));
    const allowed =
      1 + Math.floor((last - since + CLOCK_MS) / DEDUPLICATION_MS) + (world.retold.get(key) ?? 0);
    if (told.length > allowed)
      world.violate(`law 5: told untracked ${told.length} times, not ${allowed}: ${key}`);
  }
}

/** Whoever told it died before saying where, and nothing else taught the id of that channel while it was looked for. */
function isUnknowable({ heard, known }: World, { handle, address, at }: Message): boolean {
  const since = known.get(address) ?? Number.POSITIVE_INFINITY;
  return since > at + GIVE_UP_MS && heard.get(handle)?.dead !== false;
}

/** The second try, or the third where a clock has stepped; then its turn among all that the channel is told. */
const UNTRACKED_MS = 4 * MINUTE;
/** A message that could not be told holds up those behind it: its tries. */
const HELD_UP_MS = 15 * MINUTE;

/** Law 5: what is queued while nothing but the table is away is told without it, wherever the rules send it. */
export function expectUntracked(world: World, problem: Problem, bundle: Bundle): void {
  const queued = world.time.now();
  const until = queued + UNTRACKED_MS;
  const { judge } = world.deployed();
  const newest = Math.max(0, ...bundle.firing.map((t) => t.last));
  if (newest === 0 || judge.rules.silences.length + judge.rules.windows.length > 0) return;
  if (!onlyTableAway(world.trouble(), queued, until)) return;
  const { reopenMs } = judge.rules;
  const policy = { reopenMs, escalation: judge.escalation, route: judge.route };
  const { deliveries } = absorb(null, bundle, policy, queued).incident;
  world.time.at(until, () => {
    if (
      world.deployed().judge !== judge ||
      problem.said.some((s) => s.status === 'resolved' && s.at >= newest)
    )
      return;
    for (const { target } of deliveries) {
      const told = [...world.untracked].flatMap(([key, all]) =>
        key.endsWith(` ${bundle.incident}`) ? all.map((one) => ({ ...one, key })) : [],
      );
      // Folded with what is graver, it goes where that goes.
      const isIt = (t: (typeof told)[number]) =>
        t.key.startsWith(`${target.address} `) || !atLeast(bundle.severity, t.severity);
      if (!told.some((t) => t.at >= queued - DEDUPLICATION_MS && isIt(t)))
        world.violate(`law 5: not told without the table: ${bundle.incident} at ${target.address}`);
    }
  });
}

function isTable(what: Away): boolean {
  return what === 'table' || what === 'table-hangs';
}

function onlyTableAway(
  { away, crash, slack, pagerduty, tooBig }: Trouble,
  from: number,
  until: number,
): boolean {
  if (crash + slack + pagerduty + tooBig > 0) return false;
  return (
    away.some((a) => isTable(a.what) && a.from <= from && a.until >= until) &&
    away.every((a) => isTable(a.what) || a.from > until || a.until < from - HELD_UP_MS)
  );
}

// --- intake ---

/** Law 1: what was ignored is in no incident, and each line of it was ignored by name. */
function checkIgnored(world: World, { id, said }: Problem): void {
  if (world.incidents.has(id)) world.violate(`law 1: ${id} was ignored and is an incident`);
  const ignored = world.logged.filter(({ what, fields }) => what === 'ignored' && fields.incident === id);
  if (new Set(ignored.map(({ fields }) => fields.signal)).size !== said.length)
    world.violate(`law 1: not all of ${id} was ignored by a rule`);
}

/** Law 1: each firing signal has reached the signals queue. */
function checkAccepted(world: World, { id, said, received }: Problem): void {
  const fired = said.filter((s) => s.status === 'firing').length;
  if (received.size !== fired)
    world.violate(`law 1: ${received.size} of ${fired} signals of ${id} were accepted`);
}

// --- state ---

/** Law 6: what is known is what was said, in whatever order and however often it came. */
function checkState(world: World, problem: Problem, { facts, floor }: Incident): void {
  const firing = problem.said.filter((s) => s.status === 'firing' && (!endsItself(problem) || s.at > floor));
  const newest = Math.max(0, ...firing.map((s) => s.at));
  const end = Math.max(0, ...problem.said.filter((s) => s.status === 'resolved').map((s) => s.at));
  const status = !endsByQuiet(problem) && firing.length > 0 && newest >= end ? 'firing' : 'resolved';
  if (facts.status !== status) world.violate(`law 6: ${problem.id} is ${facts.status}, not ${status}`);
  const [least, most] = countsOf(problem, firing.length, floor);
  if (facts.count < least || facts.count > most)
    world.violate(`law 6: ${problem.id} counts ${facts.count}, not ${least} to ${most}`);
  if (least < problem.said.filter((s) => s.status === 'firing').length) return;
  const grave = firing.find((s) => !atLeast(facts.severity, `SEV${s.gravity}`));
  if (grave !== undefined)
    world.violate(`law 6: ${problem.id} is ${facts.severity} though it was once SEV${grave.gravity}`);
}

/** Where receive time orders the signals, copies of one have several: it belongs to the first or the last of them. */
function countsOf(problem: Problem, fired: number, floor: number): readonly [number, number] {
  if (endsItself(problem)) return [fired, fired];
  const received = [...problem.received.values()];
  return [
    received.filter(({ first }) => first > floor).length,
    received.filter(({ last }) => last > floor).length,
  ];
}

function checkDelivery(world: World, { id, facts }: Incident, delivery: Delivery): void {
  const where = `${id} at ${delivery.target.address}`;
  if (delivery.held !== null) world.violate(`law 8: still held: ${where}`);
  // A reminder may be on its way just now.
  if (delivery.sending?.call === 'remind') return;
  if (isUntold(delivery, facts)) world.violate(`laws 2, 8: untold: ${where}`);
  if (delivery.untoldSince !== null) world.violate(`law 4: untoldSince stands: ${where}`);
}

// --- Slack ---

function checkSlack(world: World, incident: Incident): void {
  const ours = world.slack.messages.filter(
    (m) => m.incident === incident.id && !m.past && !m.untracked && !m.reminder,
  );
  const routed = incident.deliveries.filter((d) => d.routed && d.target.kind === 'slack');
  const addresses = new Set([...ours.map((m) => m.address), ...routed.map((d) => d.target.address)]);
  for (const address of addresses) {
    const here = ours.filter((m) => m.address === address);
    const mustBeTold = routed.some((d) => d.target.address === address);
    checkTold(world, incident, address, here, mustBeTold);
    checkCards(world, incident, address, here, mustBeTold);
    checkDoubles(world, incident, address, here);
    checkPatience(world, incident, address, here);
  }
}

/** What flaps: five beginnings with their ends, that it flaps, each rise, and how it came out. */
const MOST_WORDS = 16;
const FLAPPING_MS = 20 * MINUTE;

/** Nobody is told of one problem again and again: what flaps is told once. */
function checkPatience(world: World, { id }: Incident, address: string, here: readonly Message[]): void {
  const words = here.filter(({ removed }) => !removed);
  const hurried = words.some(
    ({ at }, i) => at - (words[i - MOST_WORDS]?.at ?? Number.NEGATIVE_INFINITY) < FLAPPING_MS,
  );
  if (hurried) world.violate(`more than ${MOST_WORDS} words in 20 minutes: ${id} at ${address}`);
}

/** Laws 2 and 8, by what Slack accepted: nothing is owed to those who were told last, but what a named rule took. */
function checkTold(
  world: World,
  { id, facts, deliveries }: Incident,
  address: string,
  here: readonly Message[],
  mustBeTold: boolean,
): void {
  const last = here.at(-1)?.announced ?? null;
  if (!mustBeTold && (last === null || last.occurrence < facts.occurrence)) return;
  // Deleted before its lost answer could be looked up, or sent again without a look-up: nobody can know of it.
  const known = deliveries.some(
    (d) => d.target.address === address && d.announced?.occurrence === facts.occurrence,
  );
  const now = here.filter((m) => m.announced.occurrence === facts.occurrence);
  const unknowable = now.every((m) => m.deleted) || excuses(world, address, id, facts.occurrence) > 0;
  if (!mustBeTold && !known && unknowable) return;
  const owed = newsOf(last, facts);
  if (facts.status === 'resolved' && world.taken.has(`${address} ${id} ${facts.occurrence}`)) return;
  if (owed !== null) world.violate(`laws 2, 8: ${owed} is owed: ${id} at ${address}`);
}

/** Law 3: one live card for the occurrence, and no card anywhere still says that what is over goes on. */
function checkCards(
  world: World,
  { id, facts, deliveries }: Incident,
  address: string,
  here: readonly Message[],
  mustBeTold: boolean,
): void {
  const handle = deliveries.find((d) => d.target.address === address)?.handle ?? null;
  const cards = here.filter((m) => m.thread === null && !m.deleted);
  const where = `${id} at ${address}`;
  const current = cards.filter((m) => m.shown.occurrence === facts.occurrence);
  const taken = world.taken.has(`${address} ${id} ${facts.occurrence}`);
  const takenAway = taken || here.some((m) => m.deleted && !m.removed && m.thread === null);
  if (current.length === 0 && mustBeTold && !takenAway) world.violate(`law 3: no card: ${where}`);
  if (current.length > 1) world.violate(`law 3: ${current.length} live cards: ${where}`);
  const ours = current.find((m) => m.handle === handle);
  if (ours !== undefined && (outdated(ours.shown, facts) || ours.shown.count !== facts.count))
    world.violate(`law 3: the card is out of date: ${where}: ${factsKey(ours.shown)} is ${factsKey(facts)}`);
  const over = (m: Message) => m.shown.occurrence < facts.occurrence || facts.status === 'resolved';
  const stale = cards.filter((m) => m.shown.status === 'firing' && over(m));
  if (stale.length > 0) world.violate(`law 2: a card still fires: ${where}`);
}

/** The same news is told once; only what could not be looked up may double, and only as often. */
function checkDoubles(world: World, { id }: Incident, address: string, here: readonly Message[]): void {
  const cards = Map.groupBy(
    here.filter((m) => m.thread === null),
    (m) => m.announced.occurrence,
  );
  for (const [occurrence, same] of cards) {
    const byPeople = same.filter((m) => m.deleted && !m.removed).length;
    const allowed = 1 + byPeople + excuses(world, address, id, occurrence);
    if (same.length > allowed) world.violate(`law 3: ${same.length} cards were posted: ${id} at ${address}`);
  }
  const replies = Map.groupBy(
    here.filter((m) => m.thread !== null),
    (m) => `${m.thread} ${factsKey(m.announced)}`,
  );
  for (const [what, same] of replies) {
    // Calm after flapping is told as what it is, and that may be what it was before.
    const flapped = here.filter((m) => m.thread !== null && m.announced.flaps > 0).length;
    const allowed = 1 + flapped + excuses(world, address, id, same[0]?.announced.occurrence ?? 0);
    if (same.length > allowed) world.violate(`a reply was doubled: ${id} at ${address}: ${what}`);
  }
}

function excuses(world: World, address: string, id: string, occurrence: number): number {
  return world.excused.get(`${address} ${id} ${occurrence}`) ?? 0;
}

/** So long before a call leaves, it may have taken its place. */
const TURN_MS = 5_000;

/**
 * About one message a second and channel: leaving takes its time, so a few may draw nearer to each other; and so they do
 * where the clocks of two functions differ. Whoever waits for a turn when all clocks step keeps that of the old time.
 */
function checkPace(world: World, address: string, departures: readonly Departure[], leastMs: number): void {
  const calls = 11;
  for (const [i, last] of departures.entries()) {
    const first = departures[i - calls + 1];
    if (first === undefined || last.steppedAt > first.at - TURN_MS) continue;
    const took = last.at - first.at;
    if (took >= leastMs - first.skewMs - last.skewMs) continue;
    world.violate(`limits: ${calls} calls in ${took} ms at ${address}`);
    return;
  }
}

// --- PagerDuty ---

/** Law 3: an alert is open where somebody was paged and it fires, and nowhere else. */
function checkAlerts(world: World, { id, facts, deliveries }: Incident): void {
  const ours = pagesOf(world, id);
  const routed = deliveries.filter((d) => d.target.kind === 'pagerduty').map((d) => d.target.address);
  for (const address of new Set([...ours.map((p) => p.address), ...routed])) {
    const delivery = deliveries.find((d) => d.target.address === address);
    const open = ours.filter((p) => p.address === address && p.open);
    const told = delivery?.announced?.occurrence === facts.occurrence;
    const wanted = facts.status === 'firing' && (told || delivery?.routed === true) ? 1 : 0;
    if (open.length !== wanted)
      world.violate(`law 3: ${open.length} alerts are open, not ${wanted}: ${id} at ${address}`);
  }
}

/** No more pages than signals. Only the table knows whether what was paged without it had ended before: then it has a page of its own. */
function checkPages(world: World, { id, said }: Problem): void {
  const fired = said.filter((s) => s.status === 'firing').length;
  for (const [address, here] of Map.groupBy(pagesOf(world, id), (p) => p.address)) {
    const opened = here.reduce((sum, page) => sum + page.opened - page.untracked, 0);
    if (opened > fired) world.violate(`paged ${opened} times for ${fired} signals: ${id} at ${address}`);
  }
}

function pagesOf({ pagerduty }: World, id: string): readonly Page[] {
  return [...pagerduty.pages.values()].filter((p) => p.incident === id && !p.past);
}

// --- transitions ---

/** A repeat moves nothing: every opening and reopening has a signal of its own, and every end an opening before it. */
function checkTransitions(world: World, problem: Problem): void {
  const happened = world.logged
    .filter(
      ({ at, what, fields }) => at >= problem.since && what === 'incident' && fields.incident === problem.id,
    )
    .flatMap(({ fields }) => fields.transitions as readonly string[]);
  const begun = happened.filter((t) => t === 'opened' || t === 'reopened').length;
  const fired = problem.said.filter((s) => s.status === 'firing').length;
  if (begun > fired) world.violate(`law 6: ${problem.id} began ${begun} times with ${fired} signals`);
}

// --- why ---

/** No reason lies: the gravity's reason is of this gravity, and "within the window" is within the window. */
function checkReasons(world: World, problems: readonly Problem[]): void {
  for (const { id } of problems) {
    const incident = world.incidents.get(id);
    const why = incident?.severityWhy?.because ?? null;
    if (incident !== undefined && why !== null && /SEV\d/.exec(why)?.[0] !== incident.facts.severity)
      world.violate(`why lies: ${id} is ${incident.facts.severity} because "${why}"`);
  }
}

// --- time ---

/** Laws 2 and 8 within a bound: what was wanted when the faults ended has been told. */
export function checkTimely(world: World, since: number): void {
  for (const { id, deliveries } of world.incidents.values())
    for (const { target, untoldSince } of deliveries)
      if (untoldSince !== null && untoldSince < since - CLOCK_MS)
        world.violate(`laws 2, 8: still untold long after the faults: ${id} at ${target.address}`);
}
const CLOCK_MS = 20_000;

/** Quiet is not what looks like it because signals still wait: none may wait that had come before the quiet ended. */
export function checkQuiet(world: World, before: Incident | null, after: Incident): void {
  if (before === null || before.quietMs === null) return;
  const ended = before.facts.status === 'firing' && after.facts.status === 'resolved';
  // What quiet ends, ends just after it last fired; what its source ends, when the source says so.
  if (!ended || after.facts.resolvedAt !== before.facts.lastFiring + 1) return;
  const until = before.receivedAt + before.quietMs;
  for (const { bundle, lost } of world.waiting()) {
    const { incident, firing, receivedAt, resolvedAt } = bundle;
    const waits = !lost && incident === after.id && firing.some((t) => !before.marks.includes(t.mark));
    if (waits && receivedAt < until && resolvedAt === null)
      world.violate(`law 6: ${after.id} counts as quiet while its signals wait`);
  }
}

/** Law 2 when the table forgets: nobody is left with something that still fires. */
export function checkForgotten(world: World, id: string): void {
  // Untracked messages have a law of their own.
  const fires = world.slack.messages.some(
    (m) =>
      m.incident === id &&
      !m.past &&
      !m.deleted &&
      !m.untracked &&
      m.thread === null &&
      m.shown.status === 'firing',
  );
  const open = [...world.pagerduty.pages.values()].some((p) => p.incident === id && !p.past && p.open);
  if (fires || open) world.violate(`law 2: ${id} is forgotten while it fires for somebody`);
}
