/** What stands where a secret of this family was: `[REDACTED:aws-key]`. */
export function mark(family: string): string {
  return `[REDACTED:${family}]`;
}

/** A mark and nothing else, wherever it may stand. */
export const MARKS = /\[REDACTED:[a-z-]{1,32}\]/g;

/** A mark at exactly this place, closed: text that goes on after a forged mark is not taken for redacted. */
const MARK_HERE = /\[REDACTED:[a-z-]{1,32}\](?![^\s"'`,;&<>(){}[\]\\@|])/y;

/** The length of the mark that lies at `at` with nothing glued to it, or 0. */
export function markAt(text: string, at: number): number {
  MARK_HERE.lastIndex = at;
  return MARK_HERE.exec(text)?.[0].length ?? 0;
}

export function isMark(text: string): boolean {
  return text !== '' && markAt(text, 0) === text.length;
}

/**
 * One family's rule: gives the text with its secrets replaced, and notes in `found` which families it saw. Most texts
 * hold none, so that each rule begins with one cheap look for what all of its secrets have.
 */
export type Rule = (text: string, found: Set<string>) => string;
