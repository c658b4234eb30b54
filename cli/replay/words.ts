import { count, oneLine } from '../say.ts';
import { MOVES, type Move } from './fate.ts';
import type { Bounded, Example, Group, Side, Sums, Tally } from './tally.ts';

/** What came of a replay, and of which files. */
export interface Report {
  readonly before: string;
  readonly after: string;
  readonly tally: Tally;
  readonly notes: readonly string[];
}

const SAYS: { readonly [M in Move]: string } = {
  lost: 'lost: told before, and now neither told nor ignored by a rule',
  'newly-ignored': 'newly ignored',
  'newly-held': 'newly held: told at once before, now kept back for a time',
  'pages-less': 'pages less',
  'pages-more': 'pages more',
  'no-longer-held': 'no longer held: told at once now',
  'newly-told': 'newly told',
  quieter: 'quieter: a lower severity, or from alert to notify',
  louder: 'louder: a higher severity, or from notify to alert',
  elsewhere: 'posted elsewhere',
  'other-team': 'of another team',
};

const SUMS: readonly (readonly [keyof Sums, string])[] = [
  ['told', 'told'],
  ['alert', 'in alert'],
  ['notify', 'in notify'],
  ['paged', 'paged'],
  ['held', 'held for now'],
  ['ignored', 'ignored'],
  ['nothing', 'nothing to tell'],
];

/** A reader's patience; `--json` has all. */
const MOST_GROUPS = 30;

/** Groups, the gravest move first, then by how many. */
export function ordered({ groups }: Tally): readonly Group[] {
  const gravity = ({ moves }: Group): number => MOVES.findIndex((move) => moves.includes(move));
  return [...groups.values()].toSorted(
    (a, b) =>
      gravity(a) - gravity(b) ||
      b.signals - a.signals ||
      (a.before.rule + a.after.rule < b.before.rule + b.after.rule ? -1 : 1),
  );
}

/** How many signals move at all. */
export function movedIn({ groups }: Tally): number {
  return [...groups.values()].reduce((sum, { signals }) => sum + signals, 0);
}

/** For a terminal. */
export function toText({ before, after, tally, notes }: Report): string {
  const groups = ordered(tally);
  return lines([
    `${headline(tally)}, from ${oneLine(before)} to ${oneLine(after)}`,
    '',
    ...SUMS.map(([key, says]) => `  ${says.padEnd(16)} ${change(tally, key)}`),
    ...(tally.ends > 0 ? [`  ${'ends'.padEnd(16)} ${number(tally.ends)}, always told where it began`] : []),
    ...(groups.length > 0 ? [''] : []),
    ...moved(tally).map(
      ([move, signals, incidents]) => `  ${SAYS[move]}: ${signals} (${problems(incidents)})`,
    ),
    ...groups.slice(0, MOST_GROUPS).flatMap(groupLines),
    ...more(groups).map((line) => `\n${line}`),
    ...(notes.length > 0 ? [''] : []),
    ...notes.map((note) => `note: ${note}`),
    ...faultLines(tally).map((line) => `unreadable: ${line}`),
  ]);
}

function groupLines({ before, after, moves, signals, incidents, examples }: Group): readonly string[] {
  return [
    '',
    `${moves.join(', ')}: ${count(signals, 'signal')} of ${problems(incidents)}`,
    `  before  ${side(before, oneLine)}`,
    `  after   ${side(after, oneLine)}`,
    ...examples.map(
      ({ title, where, held }) => `    ${oneLine(title, 100)}  (${oneLine(where)})${until(held)}`,
    ),
  ];
}

/** For a pull request. What a log line says stands in code, where it neither pings nor links. */
export function toMarkdown({ before, after, tally, notes }: Report): string {
  const groups = ordered(tally);
  return lines([
    `### Replay of ${code(after)} against ${code(before)}`,
    '',
    `**${headline(tally)}.**`,
    '',
    ...(groups.length === 0 ? [] : ['| moves | signals | problems |', '| --- | ---: | ---: |']),
    ...moved(tally).map(
      ([move, signals, incidents]) => `| ${SAYS[move]} | ${signals} | ${size(incidents)} |`,
    ),
    ...(groups.length === 0 ? [] : ['']),
    '| signals | before | after |',
    '| --- | ---: | ---: |',
    ...SUMS.map(([key, says]) => `| ${says} | ${number(tally.before[key])} | ${number(tally.after[key])} |`),
    ...(groups.length === 0
      ? []
      : [
          '',
          '| before | after | moves | signals | problems | for example |',
          '| --- | --- | --- | ---: | ---: | --- |',
        ]),
    ...groups.slice(0, MOST_GROUPS).map(row),
    ...more(groups).map((line) => `\n${line}`),
    ...(notes.length > 0 ? [''] : []),
    ...notes.map((note) => `> ${note}\n`),
    ...(tally.unreadable > 0 ? [''] : []),
    ...faultLines(tally).map((line) => `- could not be read: ${code(line)}`),
  ]);
}

function row({ before, after, moves, signals, incidents, examples }: Group): string {
  const shown = examples.map(({ title, held }) => code(title) + until(held)).join('<br>');
  return `| ${side(before, code)} | ${side(after, code)} | ${moves.join(', ')} | ${number(signals)} | ${size(incidents)} | ${shown} |`;
}

/** One object: everything, in a stable shape. Times are ISO. */
export function toJson({ before, after, tally, notes }: Report): string {
  return JSON.stringify({
    before: { rules: before, ...tally.before },
    after: { rules: after, ...tally.after },
    signals: tally.signals,
    ends: tally.ends,
    moved: movedIn(tally),
    first: iso(tally.first),
    last: iso(tally.last),
    unreadable: tally.unreadable,
    faults: tally.faults,
    moves: Object.fromEntries(
      MOVES.map((move) => {
        const found = tally.moved.get(move);
        return [move, { signals: found?.signals ?? 0, ...problemsIn(found?.incidents) }];
      }),
    ),
    groups: ordered(tally).map(({ incidents, examples, ...group }) => ({
      ...group,
      ...problemsIn(incidents),
      examples: examples.map(({ time, held, ...one }) => ({
        ...one,
        time: iso(time),
        heldUntil: { before: iso(held.before), after: iso(held.after) },
      })),
    })),
    notes,
  });
}

/** `atLeast`: there are more than are counted exactly. */
function problemsIn(incidents: Bounded | undefined) {
  return { problems: incidents?.seen.size ?? 0, atLeast: incidents?.more ?? false };
}

function headline(tally: Tally): string {
  const { signals, first, last } = tally;
  const days = first === null || last === null ? '' : `, ${iso(first)} to ${iso(last)}`;
  const moves = movedIn(tally);
  const some = moves === 0 ? 'nothing moves' : `${number(moves)} ${moves === 1 ? 'moves' : 'move'}`;
  return `${number(signals)} ${signals === 1 ? 'signal' : 'signals'}${days}: ${some}`;
}

function moved(tally: Tally): readonly (readonly [Move, string, Bounded])[] {
  return MOVES.flatMap((move) => {
    const found = tally.moved.get(move);
    return found === undefined ? [] : [[move, number(found.signals), found.incidents] as const];
  });
}

function change({ before, after }: Tally, key: keyof Sums): string {
  const by = after[key] - before[key];
  const difference = by === 0 ? '' : ` (${by > 0 ? '+' : '−'}${number(Math.abs(by))})`;
  return `${number(before[key])} → ${number(after[key])}${difference}`;
}

function side({ rule, fate }: Side, write: (text: string) => string): string {
  return `${write(rule)}: ${write(fate)}`;
}

function more(groups: readonly Group[]): readonly string[] {
  const rest = groups.length - MOST_GROUPS;
  return rest > 0 ? [`${rest} more ways to move are left out here; --json has them all.`] : [];
}

function faultLines({ unreadable, faults }: Tally): readonly string[] {
  const rest = unreadable - faults.length;
  return [...faults.map((fault) => oneLine(fault)), ...(rest > 0 ? [`and ${number(rest)} more`] : [])];
}

/** Until when it is held now, or was before. */
function until({ before, after }: Example['held']): string {
  if (after !== null) return `, held until ${iso(after)}`;
  return before === null ? '' : `, was held until ${iso(before)}`;
}

function problems(incidents: Bounded): string {
  return `${size(incidents)} ${incidents.seen.size === 1 ? 'problem' : 'problems'}`;
}

function size({ seen, more: others }: Bounded): string {
  return `${others ? 'more than ' : ''}${number(seen.size)}`;
}

function number(n: number): string {
  return n.toLocaleString('en');
}

function iso(time: number | null): string | null {
  const date = new Date(time ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** Neither a backtick nor a bar ends it. */
function code(text: string): string {
  return `\`${oneLine(text, 120).replaceAll('`', "'").replaceAll('|', '¦') || ' '}\``;
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
