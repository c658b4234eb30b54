import { type Loaded, loadRules } from '../shared/config/load.ts';
import type { Rules } from '../shared/model/rules.ts';
import { readInput } from './input.ts';
import { UserError } from './user-error.ts';

/** Reads and compiles the rules that a command judges by. @throws UserError that lists every problem. */
export async function readRules(file: string): Promise<Rules> {
  return (await loadRulesFile(file)).rules;
}

/** As `readRules`, with what else the file says. */
export async function loadRulesFile(file: string): Promise<Extract<Loaded, { ok: true }>> {
  const read = await readInput(file);
  if ('error' in read)
    throw new UserError(
      `${read.error}. Name the rules with --config FILE, or run in the folder that has hansho.yml.`,
    );
  const loaded = loadRules(read.text, file);
  if (loaded.ok) return loaded;
  const lines = loaded.problems.map((p) => `  ${p.file}:${p.line}:${p.column} ${p.message}`);
  throw new UserError(
    `the rules are not valid, so nothing can be judged:\n${lines.join('\n')}\nRun \`hansho check ${file}\` for suggestions.`,
  );
}
