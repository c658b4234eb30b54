import { LONGEST_READINESS_MS, type Rules } from '../model/rules.ts';
import type { Parts } from './parts.ts';
import { type Finding, type Path, wrong, wrongKey } from './problem.ts';
import { endsAt, momentOfStart } from './times.ts';
import { noSuch } from './words.ts';

/** An entry ends after it begins and in two weeks at most, its watchers are destinations, and no team has its name. */
export function checkReadiness(
  { readiness, teams, timezone }: Parts,
  declared: readonly string[],
): readonly Finding[] {
  return readiness.flatMap(({ path, value }) => {
    const ms = (endsAt(value.until, timezone) ?? 0) - momentOfStart(value.from, timezone);
    const taken = teams.some((team) => team.value.name === value.name);
    return [
      ...(ms <= 0
        ? [wrong([...path, 'until'], '`until` is not after `from`', 'a readiness ends after it begins')]
        : []),
      ...(ms > LONGEST_READINESS_MS
        ? [
            wrong(
              [...path, 'until'],
              'a readiness lasts 14 days at most',
              'what is always so is a rule of `severities` and a member of `channels`',
            ),
          ]
        : []),
      ...(taken ? [wrong([...path, 'name'], `\`${value.name}\` is a team`, 'choose another name')] : []),
      ...value.watchers.flatMap(({ to, floor }, i) => {
        if (declared.includes(to)) return [];
        const { message, suggestion } = noSuch('destination', to, declared);
        const at = [...path, 'watchers', i];
        return [floor === null ? wrong(at, message, suggestion) : wrongKey([...at, to], message, suggestion)];
      }),
    ];
  });
}

/** People stop hearing what is loud for longer. */
const LONG_MS = 3 * 86_400_000;

/** What is valid and still worth a look. `now` null: nothing is said about time. */
export function readinessWarnings(
  parts: Parts,
  { readiness }: Rules,
  now: number | null,
): readonly Finding[] {
  return readiness.flatMap((entry, i) => {
    const path: Path = parts.readiness[i]?.path ?? [];
    const other = readiness.slice(0, i).find(({ from, until }) => entry.from < until && from < entry.until);
    const all = (parts.readiness[i]?.value.match ?? null) === null;
    return [
      ...(now !== null && now >= entry.until
        ? [wrong([...path, 'until'], 'this readiness is over', `${entry.owner}: remove it`)]
        : []),
      ...(entry.until - entry.from > LONG_MS
        ? [
            wrong(
              [...path, 'until'],
              'this readiness lasts for more than three days: what is always loud is not heard',
              'make an entry of each hour that matters',
            ),
          ]
        : []),
      ...(other === undefined
        ? []
        : [
            wrong(
              [...path, 'from'],
              `it overlaps \`${other.name}\` (${other.at}): what both touch is as grave as the graver of the two makes it`,
              null,
            ),
          ]),
      ...(all && entry.graver > 0
        ? [
            wrong(
              path,
              'everything is graver meanwhile',
              'say what it touches: match: { service: [checkout] }',
            ),
          ]
        : []),
    ];
  });
}
