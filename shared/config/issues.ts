import type { z } from 'zod';
import { type Finding, type Path, wrong, wrongKey } from './problem.ts';
import type { IssueParams } from './schema.ts';
import { nearest } from './suggest.ts';

/** The schema's issues in our words. `known` are the keys that the entry may have, `path` is where it stands. */
export function findingsOf(
  issues: readonly z.core.$ZodIssue[],
  known: readonly string[],
  path: Path,
): readonly Finding[] {
  const unknown = issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : []));
  const meant = new Map(unknown.map((key) => [key, meantBy(key, known)]));
  const misspelt = new Set(meant.values());
  const others = issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return [];
    const key = String(issue.path.at(-1) ?? '');
    const { missing, suggestion } = paramsOf(issue);
    if (missing && misspelt.has(key)) return [];
    return [wrong(missing ? path : [...path, key], `\`${key}\` ${issue.message}`, suggestion)];
  });
  return [...others, ...[...meant].map(([key, word]) => unknownKey(key, word, known, path))];
}

/** What people write for a key when they know another tool better. */
const ALSO_CALLED = new Map([
  ['rules', 'severities'],
  ['silences', 'ignore'],
  ['mute', 'ignore'],
  ['suppress', 'ignore'],
  ['until', 'expires'],
  ['expiry', 'expires'],
  ['pattern', 'match'],
  ['threshold', 'count'],
  ['window', 'within'],
  ['tz', 'timezone'],
  ['lang', 'language'],
  ['routes', 'channels'],
  ['warn', 'WARNING'],
  ['fatal', 'ERROR'],
]);

function meantBy(key: string, known: readonly string[]): string | null {
  const other = ALSO_CALLED.get(key.toLowerCase());
  return other !== undefined && known.includes(other) ? other : nearest(key, known);
}

function unknownKey(key: string, meant: string | null, known: readonly string[], path: Path): Finding {
  const suggestion = meant === null ? `keys here: ${known.join(', ')}` : `did you mean \`${meant}\`?`;
  return wrongKey([...path, key], `unknown key \`${key.slice(0, 64)}\``, suggestion);
}

function paramsOf(issue: z.core.$ZodIssue): IssueParams {
  const params = issue.code === 'custom' ? issue.params : undefined;
  const suggestion = params?.suggestion;
  return {
    missing: params?.missing === true,
    suggestion: typeof suggestion === 'string' ? suggestion : null,
  };
}
