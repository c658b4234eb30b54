import { matches } from '../../shared/patterns/match.ts';
import { parsePattern } from '../../shared/patterns/parse.ts';
import type { Pattern } from '../../shared/patterns/pattern.ts';

/** The compiled pattern; throws where it is refused. */
export function compiled(pattern: unknown): Pattern {
  const parsed = parsePattern(JSON.stringify(pattern));
  if (!parsed.ok) throw new Error(`${parsed.error.line}:${parsed.error.column} ${parsed.error.message}`);
  return parsed.pattern;
}

/** Does `pattern` (JSON) match `event` (JSON)? */
export function match(pattern: unknown, event: unknown): boolean {
  return matches(compiled(pattern), event);
}

/** Does the list `list`, as the pattern of one field, match a field of this value? */
export function fits(list: readonly unknown[], value: unknown): boolean {
  return match({ x: list }, { x: value });
}

/** `line:column message` of the problem in a pattern's text; throws where it is accepted. */
export function problem(source: string): string {
  const parsed = parsePattern(source);
  if (parsed.ok) throw new Error(`accepted: ${source}`);
  return `${parsed.error.line}:${parsed.error.column} ${parsed.error.message}`;
}
