import { HOUR, MINUTE } from '../support/make.ts';
import type { Random } from './random.ts';

/** What may go wrong: a probability for each operation, and spans (true time, ms) in which something is away. */
export interface Trouble {
  /** A function dies before, and again after, each of its effects. */
  readonly crash: number;
  /** The table refuses (throttling), answers a write with nothing, meets another writer, shows what was. */
  readonly storeFails: number;
  readonly storeLost: number;
  readonly conflicts: number;
  readonly stale: number;
  /** The signals queue takes only some, or takes all and its answer is lost. */
  readonly sendFails: number;
  /** A message that was worked through comes again. */
  readonly doubled: number;
  readonly wakesLost: number;
  readonly sweepsLost: number;
  readonly sweepsDoubled: number;
  readonly slack: number;
  readonly pagerduty: number;
  readonly tooBig: number;
  /** How far the clocks of two functions may lie from the true time, ms. */
  readonly skewMs: number;
  readonly away: readonly Absence[];
}

export const AWAYS = [
  'table',
  'table-hangs',
  'queue',
  'slack',
  'slack-find',
  'slack-token',
  'slack-channel',
  'pagerduty',
  'pagerduty-key',
  // Nothing is away, but every second request lands when we have hung up.
  'answers',
  // #notify answers nothing.
  'slack-notify',
] as const;
export type Away = (typeof AWAYS)[number];
interface Absence {
  readonly what: Away;
  readonly from: number;
  readonly until: number;
}

export const NO_TROUBLE: Trouble = {
  crash: 0,
  storeFails: 0,
  storeLost: 0,
  conflicts: 0,
  stale: 0,
  sendFails: 0,
  doubled: 0,
  wakesLost: 0,
  sweepsLost: 0,
  sweepsDoubled: 0,
  slack: 0,
  pagerduty: 0,
  tooBig: 0,
  skewMs: 0,
  away: [],
};

type Rate = Exclude<keyof Trouble, 'away'>;
const RATES: { readonly [R in Rate]: readonly [number, ...number[]] } = {
  crash: [0.002, 0.01, 0.05],
  storeFails: [0.01, 0.1],
  storeLost: [0.01, 0.05],
  conflicts: [0.02, 0.2],
  stale: [0.05, 0.3],
  sendFails: [0.1, 0.4],
  doubled: [0.1, 0.5],
  wakesLost: [0.1, 0.5, 1],
  sweepsLost: [0.2, 0.5],
  sweepsDoubled: [0.3],
  slack: [0.1, 0.5],
  pagerduty: [0.1, 0.5],
  tooBig: [0.05],
  skewMs: [500, 2_000],
};
const KINDS = Object.keys(RATES) as readonly Rate[];

/** One thing goes wrong, and it does so often. */
export function oneTrouble(random: Random, from: number, end: number): Trouble {
  const kind = random.int(0, KINDS.length + AWAYS.length - 1);
  const rate = KINDS[kind];
  if (rate !== undefined) return { ...NO_TROUBLE, [rate]: random.pick(RATES[rate]) };
  const what = AWAYS[kind - KINDS.length] ?? 'table';
  return { ...NO_TROUBLE, away: [absence(what, random, from, end)] };
}

/** Any of them together. */
export function manyTroubles(random: Random, from: number, end: number): Trouble {
  const rates = KINDS.map((kind) => [kind, random.chance(0.4) ? random.pick(RATES[kind]) : 0]);
  const away = AWAYS.filter(() => random.chance(0.2)).map((what) => absence(what, random, from, end));
  return { ...NO_TROUBLE, ...Object.fromEntries(rates), away };
}

/** Something is away for as long as the bad time lasts, and little else is well. */
export function longOutage(random: Random, from: number, end: number): Trouble {
  const until = end - random.int(0, 2 * MINUTE);
  const long = { what: random.pick(AWAYS), from: from + random.int(0, 10) * MINUTE, until };
  const { away, ...rest } = random.chance(0.5) ? manyTroubles(random, from, end) : NO_TROUBLE;
  return { ...rest, away: [...away.filter(({ what }) => what !== long.what), long] };
}

const AWS: ReadonlySet<Away> = new Set(['table', 'table-hangs', 'queue']);

/** AWS is away for minutes, a destination for up to an hour; the long outages are a workload of their own. */
function absence(what: Away, random: Random, from: number, end: number): Absence {
  const start = random.int(from, end);
  const longest = AWS.has(what) ? 5 * MINUTE : HOUR;
  return { what, from: start, until: Math.min(end, start + random.int(1_000, longest)) };
}
