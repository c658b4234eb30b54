import { hasHours } from './hours.ts';
import type { Entry, Parts } from './parts.ts';
import { type Finding, type Path, wrong, wrongKey } from './problem.ts';
import type { RemindPart } from './schema.ts';
import { noSuch } from './words.ts';

/** A rule on what goes on reminds, or tells others after a time, or both; each key belongs to one of them. */
export function checkReminders(parts: Parts, declared: readonly string[]): readonly Finding[] {
  return parts.remind.flatMap((rule) => [
    ...checkKeys(rule),
    ...rule.value.tell.flatMap((name, i) => checkTold(name, [...rule.path, 'tell', i], parts, declared)),
  ]);
}

function checkKeys({ path, value }: Entry<RemindPart>): readonly Finding[] {
  const { every, max, broadcast, mention, after, tell } = value;
  const hint = 'write every: 30m, or after: 15m with tell: [oncall]';
  if (every === null && tell.length === 0) return [wrong(path, 'it neither reminds nor tells anybody', hint)];
  if (tell.length > 0 && after === null)
    return [wrongKey([...path, 'tell'], '`tell` needs `after`', 'say how long it must go on: after: 15m')];
  if (after !== null && tell.length === 0 && mention === null)
    return [
      wrongKey([...path, 'after'], 'nothing happens `after` that', 'add tell: [oncall], or a `mention`'),
    ];
  if (every !== null && max !== null && max < every)
    return [wrong([...path, 'max'], '`max` is less than `every`', 'reminders grow apart up to `max`')];
  const needless = max !== null ? 'max' : broadcast ? 'broadcast' : mention !== null ? 'mention' : null;
  if (every !== null || needless === null) return [];
  return [
    wrongKey([...path, needless], `\`${needless}\` is of reminders, and there are none`, 'add every: 30m'),
  ];
}

/** Who is told because nobody came must hear at any hour. */
function checkTold(
  name: string,
  at: Path,
  { destinations }: Parts,
  declared: readonly string[],
): readonly Finding[] {
  if (!declared.includes(name)) {
    const { message, suggestion } = noSuch('destination', name, declared);
    return [wrong(at, message, suggestion)];
  }
  const found = destinations.get(name)?.value;
  return found !== undefined && hasHours(found)
    ? [wrong(at, `\`${name}\` has hours`, 'name one that always hears')]
    : [];
}
