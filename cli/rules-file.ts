import { readFileSync } from 'node:fs';
import { loadRules } from '../shared/config/load.ts';
import type { Rules } from '../shared/model/rules.ts';
import { UserError } from './user-error.ts';

/** Reads and compiles the rules that a command judges by. @throws UserError that lists every problem. */
export function readRules(file: string): Rules {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch {
    throw new UserError(
      `cannot read ${file}. Name the rules with --config FILE, or run in the folder that has hansho.yml.`,
    );
  }
  const loaded = loadRules(source, file);
  if (loaded.ok) return loaded.rules;
  const lines = loaded.problems.map((p) => `  ${p.file}:${p.line}:${p.column} ${p.message}`);
  throw new UserError(
    `the rules are not valid, so nothing can be judged:\n${lines.join('\n')}\nRun \`hansho check ${file}\` for suggestions.`,
  );
}
