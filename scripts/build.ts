import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadRules } from '../shared/config/load.ts';
import type { Rules } from '../shared/model/rules.ts';
import { bundleAll } from './bundle.ts';
import { zip } from './zip.ts';

/** Bytes of one function: its bundle, and the zip that Lambda loads. */
export type Sizes = { readonly [name: string]: { readonly bundle: number; readonly zip: number } };

/**
 * Checks hansho.yml and builds every function into `out`: functions/<name>/index.js (with its source map beside
 * it), <name>.zip, sizes.json. The same sources give the same bytes. Says nothing but what `hansho check` warns of.
 * @throws RulesRefused when hansho.yml has problems.
 */
export async function buildAll(root: string, out: string): Promise<Sizes> {
  const rules = await checkedRules(join(root, 'hansho.yml'), Date.now());
  const sizes: Record<string, { bundle: number; zip: number }> = {};
  for (const [name, { code, map }] of await bundleAll(root, rules)) {
    const archive = await zip(new Map([['index.js', code]]));
    await put(join(out, 'functions', name, 'index.js'), code);
    await put(join(out, 'functions', name, 'index.js.map'), map);
    await put(join(out, `${name}.zip`), archive);
    sizes[name] = { bundle: code.byteLength, zip: archive.byteLength };
  }
  // The repository's own package.json would make Node take the bundles for ES modules.
  await put(join(out, 'package.json'), '{"type":"commonjs"}\n');
  await put(join(out, 'sizes.json'), `${JSON.stringify(sizes, null, 2)}\n`);
  return sizes;
}

/** hansho.yml cannot be deployed as it is; the message lists every problem with its place. */
export class RulesRefused extends Error {
  override readonly name = 'RulesRefused';
}

async function checkedRules(file: string, now: number): Promise<Rules> {
  const loaded = loadRules(await readFile(file, 'utf8'), 'hansho.yml', now);
  const say = ({ file, line, column, message, suggestion }: Said): string =>
    `${file}:${line}:${column} ${message}${suggestion === null ? '' : ` (${suggestion})`}`;
  if (!loaded.ok) throw new RulesRefused(loaded.problems.map(say).join('\n'));
  for (const warning of loaded.warnings) console.warn(`warning: ${say(warning)}`);
  return loaded.rules;
}

interface Said {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly suggestion: string | null;
}

/** Whoever reads the file meanwhile sees the old one or the new one, never half of one. */
async function put(path: string, contents: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  await writeFile(part, contents);
  await rename(part, path).finally(() => rm(part, { force: true }));
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  await buildAll(root, join(root, 'dist')).catch((error: unknown) => {
    console.error(error instanceof RulesRefused ? error.message : error);
    process.exitCode = 1;
  });
}
