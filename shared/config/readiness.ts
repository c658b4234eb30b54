import { isObject } from '../model/json.ts';
import type { ReadinessRule } from '../model/rules.ts';
import type { Severity } from '../model/severity.ts';
import { clockAt } from '../rules/zone.ts';
import { EVERYTHING } from './match.ts';
import type { Entry } from './parts.ts';
import { type Listener, readListener } from './places.ts';
import type { ReadinessPart } from './schema.ts';
import { LINE, LISTENER, shaped, wholeNumber } from './shapes.ts';
import { endsAt, momentOfStart } from './times.ts';
import { bad, good, kindOf, type Read } from './words.ts';

/** What a level means where the entry does not say otherwise. */
interface Effects {
  readonly graver: number;
  readonly bursts: number;
  readonly hear: Severity;
  readonly passWindows: boolean;
}

/** From a mail to customers (1) to the programme on television (4). docs/readiness.md says why. */
const LEVELS: readonly Effects[] = [
  { graver: 0, bursts: 1, hear: 'SEV4', passWindows: false },
  { graver: 0, bursts: 2, hear: 'SEV4', passWindows: false },
  { graver: 1, bursts: 2, hear: 'SEV4', passWindows: true },
  { graver: 1, bursts: 4, hear: 'SEV5', passWindows: true },
];
/** A reader of whole numbers from `least` to `most`. */
export function countReader(least: number, most: number): (value: unknown) => Read<number> {
  const read = (value: unknown): Read<number> =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
      ? good(value)
      : bad(`must be a whole number from ${least} to ${most}, not ${kindOf(value)}`);
  return shaped(read, wholeNumber(least, most));
}

/** `[sale-room, { oncall: SEV3 }]` */
export function readWatchers(value: unknown): Read<readonly Listener[]> {
  if (!Array.isArray(value))
    return bad(`must be a list of destinations, not ${kindOf(value)}`, 'write [sale-room, { oncall: SEV3 }]');
  const watchers: Listener[] = [];
  for (const one of value) {
    const read = readListener(one);
    if (!read.ok) return read;
    watchers.push(read.value);
  }
  return good(watchers);
}
shaped(readWatchers, { type: 'array', items: LISTENER });

interface Task {
  readonly do: string;
  readonly who: string | null;
}

const TASK_HINT = 'write - { do: raise the limit of the database, who: yamada }';

/** What to do before it, and who does it: the owner, where nobody is named. */
export function readChecklist(value: unknown): Read<readonly Task[]> {
  if (!Array.isArray(value)) return bad(`must be a list, not ${kindOf(value)}`, TASK_HINT);
  const tasks: Task[] = [];
  for (const one of value) {
    const read = readTask(one);
    if (!read.ok) return read;
    tasks.push(read.value);
  }
  return good(tasks);
}
shaped(readChecklist, {
  type: 'array',
  items: {
    anyOf: [
      LINE,
      { type: 'object', additionalProperties: false, required: ['do'], properties: { do: LINE, who: LINE } },
    ],
  },
});

function readTask(value: unknown): Read<Task> {
  const task: unknown = typeof value === 'string' ? { do: value } : value;
  if (!isObject(task)) return bad(`must hold what to do, not ${kindOf(value)}`, TASK_HINT);
  const { do: what, who = null, ...rest } = task;
  const other = Object.keys(rest)[0];
  if (other !== undefined) return bad(`has the unknown key \`${other}\``, TASK_HINT);
  if (typeof what !== 'string' || what.trim() === '') return bad('must say what to do', TASK_HINT);
  if (who !== null && (typeof who !== 'string' || who.trim() === ''))
    return bad('must say who does it', TASK_HINT);
  return good({ do: what.trim(), who: who === null ? null : who.trim() });
}

/** An entry with all that its level means. `at` is its place in the file. */
export function compileReadiness(
  { value }: Entry<ReadinessPart>,
  timezone: string,
  at: string,
): ReadinessRule {
  const { name, why, level, owner } = value;
  const usual = LEVELS[level - 1] ?? LEVELS[0];
  const until = endsAt(value.until, timezone) ?? 0;
  const hear = value.hear ?? usual?.hear ?? null;
  return {
    name,
    why,
    level,
    owner,
    from: momentOfStart(value.from, timezone),
    until,
    ends: `${clockAt(until, timezone)} (${timezone})`,
    match: value.match ?? EVERYTHING,
    checklist: value.checklist.map((task) => ({ do: task.do, who: task.who ?? owner })),
    remindMs: value.remind,
    watchers: value.watchers.map(({ to, floor }) => ({ destination: to, floor: floor ?? hear })),
    graver: value.graver ?? usual?.graver ?? 0,
    bursts: value.bursts ?? usual?.bursts ?? 1,
    passWindows: value.passWindows ?? usual?.passWindows ?? false,
    at,
  };
}
