import type { Json } from '../model/json.ts';
import { compile } from './compile.ts';
import type { Pattern } from './pattern.ts';
import { readJson } from './read.ts';
import { type Path, Refusal } from './refusal.ts';
import { doubtsAbout } from './warn.ts';

/** What is wrong with a pattern's text, and where: line and column from 1, offset from 0, in UTF-16 units. */
export interface PatternProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly offset: number;
  /** Keys and indexes from the root to the part at fault; empty where the text is no JSON. */
  readonly path: Path;
}

export type Parsed =
  | { readonly ok: true; readonly pattern: Pattern; readonly warnings: readonly PatternProblem[] }
  | { readonly ok: false; readonly error: PatternProblem };

/** What is wrong with a pattern that came without its text; `of` says whether the last key or its value is meant. */
export interface CompileProblem {
  readonly message: string;
  readonly path: Path;
  readonly of: 'key' | 'value';
}

export type Compiled =
  | { readonly ok: true; readonly pattern: Pattern; readonly warnings: readonly CompileProblem[] }
  | { readonly ok: false; readonly error: CompileProblem };

/** Compiles the JSON text of an EventBridge event pattern (README.md). Never throws. */
export function parsePattern(source: string): Parsed {
  const read = readJson(source);
  if (!read.ok)
    return { ok: false, error: { ...position(source, read.offset), message: read.message, path: [] } };
  const locate = ({ message, path, of }: CompileProblem): PatternProblem => ({
    ...position(source, read.placeOf(path)[of]),
    message,
    path,
  });
  const compiled = compilePattern(read.value);
  if (!compiled.ok) return { ok: false, error: locate(compiled.error) };
  return { ...compiled, warnings: compiled.warnings.map(locate) };
}

/** Compiles an event pattern that was read already, as from YAML; a problem says at which path it is. Never throws. */
export function compilePattern(json: Json | undefined): Compiled {
  try {
    const pattern = compile(json);
    return { ok: true, pattern, warnings: doubtsAbout(json) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ok: false, error: { message: error.message, path: error.path, of: error.of } };
  }
}

function position(source: string, offset: number): { line: number; column: number; offset: number } {
  const before = source.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n'), offset };
}
