import type { Rules } from '../../shared/model/rules.ts';
import { makeJudge } from '../../shared/rules/judge.ts';
import type { Tally } from './tally.ts';

/** Sections whose effect depends on the time, or on other signals: one signal alone cannot say what they change. */
const NOT_REPLAYED = [
  'escalate',
  'expect',
  'remind',
  'quiet',
  'storm',
  'reopenMs',
] as const satisfies readonly (keyof Rules)[];

/** What the numbers do not show: differences of the two files that a replay of this input cannot see. */
export function notesOn(
  before: Rules,
  after: Rules,
  { archived, crowded }: Pick<Tally, 'archived' | 'crowded'>,
): readonly string[] {
  const differ = NOT_REPLAYED.filter((section) => !sameRules(before[section], after[section]));
  const notes: string[] = [];
  if (differ.length > 0) {
    const names = differ.map((name) => (name === 'reopenMs' ? 'reopen' : name)).join(', ');
    notes.push(`${names}: changed, and not replayed; their effect depends on time or on other signals.`);
  }
  if (crowded)
    notes.push(
      'inhibit, hold: more problems than are remembered. Of the others, each is taken for new and explains nothing.',
    );
  if (archived === 0) return notes;
  if (!sameRules(before.logs, after.logs))
    notes.push(
      'logs: changed, but archived lines keep the level that they were read with. Replay raw log batches to see it.',
    );
  const known = new Set(makeJudge(before).prefilter);
  const unseen = makeJudge(after).prefilter.filter((part) => !known.has('') && !known.has(part));
  if (unseen.length > 0)
    notes.push(
      'The new rules look at lines below WARNING that the old ones passed over, so the archive has none of them. Replay raw log batches to see what these rules find.',
    );
  return notes;
}

/** Whether two parts of rules say the same, wherever in their files they stand. */
export function sameRules(a: unknown, b: unknown): boolean {
  const words = (value: unknown): string =>
    JSON.stringify(value, (key, inner: unknown) => (key === 'at' ? undefined : inner)) ?? '';
  return words(a) === words(b);
}
