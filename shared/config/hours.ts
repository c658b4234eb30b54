import type { Target } from '../model/decision.ts';
import type { Hours } from '../model/rules.ts';
import type { Entry, Parts } from './parts.ts';
import { type Finding, type Path, wrong, wrongKey } from './problem.ts';
import type { DestinationPart } from './schema.ts';
import { noSuch } from './words.ts';

/** A destination with hours names one without, which hears in its place: nothing waits for a morning. */
export function checkHours({ destinations }: Parts, declared: readonly string[]): readonly Finding[] {
  return [...destinations].flatMap(([name, { path, value }]): readonly Finding[] => {
    const { timezone, otherwise } = value;
    const set = hasHours(value);
    if (set && otherwise === null)
      return [wrong(path, `outside its hours nobody hears for \`${name}\``, 'add `otherwise: NAME`')];
    if (set && otherwise !== null)
      return checkOtherwise(name, otherwise, [...path, 'otherwise'], destinations, declared);
    const needless = otherwise !== null ? 'otherwise' : timezone !== null ? 'timezone' : null;
    return needless === null
      ? []
      : [
          wrongKey(
            [...path, needless],
            `\`${needless}\` belongs to \`hours\` or \`days\`, and there are none`,
            'say when somebody looks: hours: 09:00-18:00',
          ),
        ];
  });
}

function checkOtherwise(
  name: string,
  otherwise: string,
  at: Path,
  destinations: ReadonlyMap<string, Entry<DestinationPart>>,
  declared: readonly string[],
): readonly Finding[] {
  if (!declared.includes(otherwise)) {
    const { message, suggestion } = noSuch('destination', otherwise, declared);
    return [wrong(at, message, suggestion)];
  }
  const hint = 'name one that always hears';
  if (otherwise === name) return [wrong(at, `\`${name}\` stands in for itself`, hint)];
  const other = destinations.get(otherwise)?.value;
  return other !== undefined && hasHours(other) ? [wrong(at, `\`${otherwise}\` has hours itself`, hint)] : [];
}

export function hasHours({ hours, days }: DestinationPart): boolean {
  return hours !== null || days !== null;
}

const WHOLE_DAY = { from: 0, until: 24 * 60 };

/** When it hears, and who hears otherwise; null: always. Only for a destination without findings. */
export function hoursOf(part: DestinationPart, otherwise: Target | null, timezone: string): Hours | null {
  if (otherwise === null || !hasHours(part)) return null;
  return {
    times: part.hours ?? [WHOLE_DAY],
    days: part.days ?? [],
    timezone: part.timezone ?? timezone,
    otherwise: otherwise.name,
  };
}
