import { isSecret } from './secret.ts';

/** Where in the file's tree: keys and list positions from the root. */
export type Path = readonly (string | number)[];

/** What is wrong with one node, before its line is known. `on` says whether the key or its value is at fault. */
export interface Finding {
  readonly path: Path;
  readonly on: 'key' | 'value';
  readonly message: string;
  readonly suggestion: string | null;
}

/** One thing to mend in the file; line and column count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  /** The next step in words: `did you mean …?`, or what to write instead. */
  readonly suggestion: string | null;
}

/** A finding on a value. */
export function wrong(path: Path, message: string, suggestion: string | null = null): Finding {
  return { path, on: 'value', message, suggestion };
}

/** A finding on a key. */
export function wrongKey(path: Path, message: string, suggestion: string | null = null): Finding {
  return { path, on: 'key', message, suggestion };
}

/** Sorted by place, so that a person reads the file once from top to bottom. */
export function inOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

/** `value` as a person may see it in a message: short, one line, never a secret. */
export function brief(value: unknown): string {
  if (typeof value === 'string' && isSecret(value)) return 'a secret';
  const json = JSON.stringify(value) ?? 'nothing';
  return json.length > 40 ? `${json.slice(0, 39)}…` : json;
}
