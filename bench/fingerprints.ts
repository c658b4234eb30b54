/**
 * How well a line's template tells its problem on public logs: the 2k samples of https://github.com/logpai/loghub,
 * message text only, one rule set for all, nothing learned. GA: share of lines whose whole group is the true one.
 * FGA: F1 over whole groups. Sets that are named behind the folder are averaged apart from the others.
 *
 *     git clone https://github.com/logpai/loghub /tmp/loghub && node bench/fingerprints.ts /tmp/loghub [SET…]
 *
 * Exits with 1 below the bar.
 */
import { templateOf } from '../shared/fingerprints/template.ts';
import { columnOf, setsIn } from './loghub.ts';

const BAR = { ga: 0.85, fga: 0.86 };

interface Score {
  readonly name: string;
  readonly events: number;
  readonly templates: number;
  readonly ga: number;
  readonly fga: number;
}

/** The line numbers of each group, as one text: two groups are the same when their texts are. */
function groupsOf(labels: readonly string[]): ReadonlySet<string> {
  const groups = Map.groupBy(labels.keys(), (line) => labels[line]);
  return new Set([...groups.values()].map((lines) => lines.join(' ')));
}

function scoreOf(folder: string, name: string): Score {
  const truth = groupsOf(columnOf(folder, name, 'EventId') ?? []);
  const found = groupsOf((columnOf(folder, name, 'Content') ?? []).map(templateOf));
  const right = [...found].filter((group) => truth.has(group));
  const count = (groups: Iterable<string>) =>
    [...groups].reduce((sum, group) => sum + group.split(' ').length, 0);
  return {
    name,
    events: truth.size,
    templates: found.size,
    ga: count(right) / count(truth),
    fga: (2 * right.length) / (truth.size + found.size),
  };
}

function mean(name: string, scores: readonly Score[]): Score {
  const of = (pick: (score: Score) => number) =>
    scores.reduce((sum, score) => sum + pick(score), 0) / scores.length;
  return {
    name,
    events: of((s) => s.events),
    templates: of((s) => s.templates),
    ga: of((s) => s.ga),
    fga: of((s) => s.fga),
  };
}

function print({ name, events, templates, ga, fga }: Score): void {
  const counts = [events, templates].map((n) => n.toFixed(0).padStart(9)).join('');
  console.log(`${name.padEnd(14)}${counts}   ${ga.toFixed(3)}  ${fga.toFixed(3)}`);
}

function main(folder: string, apart: readonly string[]): void {
  console.log('set              events templates     GA    FGA');
  const scores = setsIn(folder).map((name) => scoreOf(folder, name));
  const named = scores.filter(({ name }) => apart.includes(name));
  const others = scores.filter(({ name }) => !apart.includes(name));
  for (const score of [...named, ...others]) print(score);
  if (named.length > 0) {
    print(mean('the named', named));
    print(mean('the others', others));
  }
  const all = mean('all', scores);
  print(all);
  const reached = all.ga >= BAR.ga && all.fga >= BAR.fga;
  console.log(`${reached ? 'reached' : 'BELOW'} the bar: GA ${BAR.ga}, FGA ${BAR.fga}`);
  if (!reached) process.exitCode = 1;
}

const [folder, ...apart] = process.argv.slice(2);
if (folder === undefined)
  console.error('usage: node bench/fingerprints.ts FOLDER [SET…] (a checkout of logpai/loghub)');
else main(folder, apart);
