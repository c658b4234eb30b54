import { gravestImpact, IMPACTS, type Impact } from '../model/impact.ts';
import { text } from '../model/json.ts';
import type { Lifecycle, Place, Signal } from '../model/signal.ts';
import { builtIn } from '../model/why.ts';
import { readArn } from './arns.ts';
import { digest, facts, say, signalId } from './say.ts';
import type { Envelope, Source } from './source.ts';
import { firstTime } from './times.ts';
import { labelled, lines, oneLine } from './words.ts';

/** What a state comes to. `says` follows the thing's name in the title: `Batch job nightly` + `failed`. */
export type Outcome =
  | {
      readonly status: 'firing';
      readonly says: string;
      readonly impact: Impact;
      /** Names the problem where one thing can have several; each is an incident of its own. */
      readonly problem: string;
      /** A name in `firstLook` for what to do, where it is more than what to do for the source. */
      readonly rule: string | null;
    }
  | { readonly status: 'resolved'; readonly says: string; readonly problems: readonly string[] }
  | { readonly status: 'info'; readonly says: string };

/** Where a text lies in `detail`: dotted paths, the first that holds some; or how to find it in the event. */
export type Read = readonly string[] | ((event: Envelope) => string | null);

/** How events of one form are read: one row of the table. */
export interface Watch {
  /** EventBridge's `source`; an event that lost it on its way (an input transformer) is read too. */
  readonly from: readonly string[];
  readonly kinds: readonly string[];
  /** Events known by their form: what the service itself sends to SNS or SQS has no detail-type. */
  readonly form?: (event: Envelope) => boolean;
  /** Tells apart rows for the same kind; the first that matches reads the event. */
  readonly matches?: (event: Envelope) => boolean;
  /** What it is, in a title: `Batch job`. */
  readonly noun: string;
  /** The lasting thing that fails and recovers (a state machine), not its passing run (an execution). */
  readonly thing: Read;
  /** What its owners call it; without it, the last part of `thing`. */
  readonly name?: Read;
  /** The run: tells two failures of one thing apart. */
  readonly run?: Read;
  /** When it happened, where the event says so itself and has no envelope that does. */
  readonly time?: Read;
  /** The states that the event is in, the telling one first. */
  readonly state: (event: Envelope) => readonly (string | null)[];
  readonly states: { readonly [state: string]: Outcome };
  /** Another row's states end it; without it or a resolving state, only silence does. */
  readonly endedElsewhere?: true;
  /** What went wrong, in the service's words. */
  readonly says: Read;
  /** Facts for the card and for rules (`fields`). */
  readonly facts?: { readonly [name: string]: Read };
  readonly places?: (event: Envelope) => readonly Place[];
}

/** A service: its name, what ends its problems (for the docs), and its rows. */
export interface Service {
  readonly name: string;
  readonly title: string;
  /** For the docs, where the detail-types do not say it. */
  readonly reads?: readonly string[];
  readonly ends: string;
  readonly watches: readonly Watch[];
}

export function fires(impact: Impact, says: string, more: { problem?: string; rule?: string } = {}): Outcome {
  return { status: 'firing', says, impact, problem: more.problem ?? '', rule: more.rule ?? null };
}

/** Ends the thing's problem, or those that are named. */
export function resolves(says: string, ...problems: readonly string[]): Outcome {
  return { status: 'resolved', says, problems: problems.length === 0 ? [''] : problems };
}

export function routine(says: string): Outcome {
  return { status: 'info', says };
}

/** Several states with the same outcome. */
export function all(states: readonly string[], outcome: Outcome): { readonly [state: string]: Outcome } {
  return Object.fromEntries(states.map((state) => [state, outcome]));
}

/** The source that reads a service's events. A state that no row knows fires, without an impact: SEV4. */
export function sourceOf(service: Service): Source {
  const find = (event: Envelope) => service.watches.find((watch) => isFor(watch, event));
  return {
    name: service.name,
    about: {
      title: service.title,
      reads: service.reads ?? service.watches.flatMap(({ kinds }) => kinds),
      ends: service.ends,
      impacts: impactsOf(service),
    },
    accepts: (event) => find(event) !== undefined,
    read(event) {
      const watch = find(event);
      return watch === undefined ? [] : signalsOf(service, watch, event);
    },
  };
}

/** What the service's states can mean, gravest first. */
function impactsOf({ watches }: Service): readonly Impact[] {
  const outcomes = watches.flatMap(({ states }) => Object.values(states));
  return IMPACTS.filter((impact) => outcomes.some((one) => one.status === 'firing' && one.impact === impact));
}

function isFor({ from, kinds, form, matches }: Watch, event: Envelope): boolean {
  const isKind = kinds.includes(event.kind) && (event.source === '' || from.includes(event.source));
  return (isKind || (form?.(event) ?? false)) && (matches?.(event) ?? true);
}

/** Reads a text as the table says. */
export function readText(read: Read, event: Envelope): string | null {
  if (typeof read === 'function') return read(event);
  for (const path of read) {
    const found = text(event.detail, ...path.split('.'))?.trim() ?? '';
    if (found !== '') return found;
  }
  return null;
}

/** The last part of an ARN or path; a name is its own. */
export function shortName(thing: string): string {
  const resource = readArn(thing)?.resource ?? thing;
  return resource.slice(Math.max(resource.lastIndexOf('/'), resource.lastIndexOf(':')) + 1) || resource;
}

/** A signal for each problem that the event is about: one, unless it ends several. */
function signalsOf(service: Service, watch: Watch, event: Envelope): readonly Signal[] {
  const known = outcomeOf(watch, event);
  const problems = known.outcome.status === 'resolved' ? known.outcome.problems : [problemOf(known.outcome)];
  return problems.map((problem) => signalOf(service, watch, event, { ...known, problem }));
}

interface Known {
  readonly state: string;
  readonly outcome: Outcome | Unknown;
}

/** A state that the table does not have: a person should look, so it fires. */
interface Unknown {
  readonly status: 'unknown';
  readonly says: string;
}

function outcomeOf({ state, states }: Watch, event: Envelope): Known {
  const said = state(event).filter((one) => one !== null && one !== '') as readonly string[];
  for (const one of said) {
    const outcome = Object.hasOwn(states, one) ? states[one] : undefined;
    if (outcome !== undefined) return { state: one, outcome };
  }
  const shown = oneLine(said[0] ?? '', 60);
  const says = shown === '' ? 'says nothing of its state' : `is ${shown}`;
  return { state: shown, outcome: { status: 'unknown', says } };
}

function problemOf(outcome: Known['outcome']): string {
  return outcome.status === 'firing' ? outcome.problem : '';
}

function signalOf(
  service: Service,
  watch: Watch,
  event: Envelope,
  { state, outcome, problem }: Known & { readonly problem: string },
): Signal {
  const thing = readText(watch.thing, event) ?? event.resources[0] ?? null;
  const name = readText(watch.name ?? [], event) ?? (thing === null ? '' : shortName(thing));
  const words = readText(watch.says, event);
  const arn = readArn(thing);
  const key = keyOf(service, watch, thing, problem);
  const found = Object.entries(watch.facts ?? {}).map(
    ([fact, read]) => [fact, readText(read, event)] as const,
  );
  return say(event, {
    source: service.name,
    kind: event.kind || `${watch.noun} message`,
    id: idOf(service, watch, event, [key, state]),
    status: outcome.status === 'unknown' ? 'firing' : outcome.status,
    lifecycle: lifecycleOf(watch, problem),
    time: timeOf(watch, event) ?? event.receivedAt,
    account: event.account || (arn?.account ?? ''),
    region: event.region || (arn?.region ?? ''),
    service: name || service.name,
    resource: thing,
    title: titleOf(watch, name, outcome.says, words),
    message: lines(words, ...found.map(([fact, value]) => labelled(fact, value))),
    identity: { by: 'source', key },
    places: watch.places?.(event) ?? [],
    fields: facts({ state, impact: impactOf(watch, outcome), ...Object.fromEntries(found) }),
    why: [whyOf(service, watch, { state, outcome })],
  });
}

function titleOf({ noun }: Watch, name: string, says: string, words: string | null): string {
  const what = [noun, oneLine(name, 80), says].filter((part) => part !== '').join(' ');
  return words === null ? what : `${what}: ${words}`;
}

/** An ARN names its own account, region and service; a name needs its service beside it. */
function keyOf({ name }: Service, { noun }: Watch, thing: string | null, problem: string): string {
  const about =
    thing === null ? `${name} ${noun}` : readArn(thing) === null ? `${name} ${noun} ${thing}` : thing;
  return problem === '' ? about : `${about}#${problem}`;
}

/** From content: the thing, its state, the run and the second; two deliveries of one event are one signal. */
function idOf({ name }: Service, watch: Watch, event: Envelope, parts: readonly string[]) {
  const run = readText(watch.run ?? [], event) ?? '';
  const time = timeOf(watch, event);
  const at = time === null ? digest(event.id || JSON.stringify(event.raw)) : new Date(time).toISOString();
  return signalId(name, digest([...parts, run].join('\n')), at);
}

function timeOf(watch: Watch, event: Envelope): number | null {
  return firstTime(readText(watch.time ?? [], event), event.time);
}

/** What no state of the row ends, only silence does. */
function lifecycleOf({ states, endedElsewhere }: Watch, problem: string): Lifecycle {
  const ends = Object.values(states).some(
    (one) => one.status === 'resolved' && one.problems.includes(problem),
  );
  return ends || endedElsewhere === true ? 'states' : 'quiet';
}

/** What ends something is as grave as the gravest that it can end, so that it is judged by the same rule. */
function impactOf(watch: Watch, outcome: Known['outcome']): Impact | null {
  if (outcome.status === 'firing') return outcome.impact;
  if (outcome.status !== 'resolved') return null;
  const ended = Object.values(watch.states).flatMap((one) =>
    one.status === 'firing' && outcome.problems.includes(one.problem) ? [one.impact] : [],
  );
  return gravestImpact(ended);
}

function whyOf(service: Service, { noun }: Watch, { state, outcome }: Known) {
  const said = state === '' ? `the ${noun} ${outcome.says}` : `${state}: the ${noun} ${outcome.says}`;
  switch (outcome.status) {
    case 'firing':
      return builtIn('read', outcome.rule ?? `${service.name}-failed`, said);
    case 'resolved':
      return builtIn('read', `${service.name}-recovered`, said);
    case 'info':
      return builtIn('read', `${service.name}-routine`, said);
    case 'unknown':
      return builtIn(
        'read',
        `${service.name}-unknown-state`,
        `no rule knows this state, so a person should look; ${said}`,
      );
  }
}
