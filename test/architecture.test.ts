import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it, test } from 'vitest';

/**
 * The import table of docs/architecture.md, held. Each row: a folder and what its files may import besides
 * their own folder. `npm` stands for any package, `node` for any `node:` module.
 */
const MAY_IMPORT: { readonly [folder: string]: readonly string[] } = {
  'shared/model': [],
  'shared/patterns': ['shared/model'],
  'shared/redaction': ['shared/model'],
  'shared/links': ['shared/model'],
  'shared/sources': ['shared/model', 'node:crypto', 'node:zlib'],
  'shared/levels': ['shared/model'],
  'shared/fingerprints': ['shared/model', 'node:crypto'],
  'shared/rules': ['shared/model', 'shared/patterns'],
  'shared/incidents': ['shared/model'],
  'shared/messages': ['shared/model'],
  'shared/destinations': [
    'shared/model',
    'shared/messages',
    'shared/links',
    'shared/redaction',
    'node:crypto',
  ],
  'shared/config': ['shared/model', 'shared/patterns', 'shared/rules', 'yaml', 'zod', 'node:crypto'],
  'shared/pipeline': [
    'shared/model',
    'shared/sources',
    'shared/levels',
    'shared/fingerprints',
    'shared/redaction',
    'shared/rules',
    'shared/incidents',
    'shared/destinations',
    'shared/messages',
    'node:crypto',
  ],
  'shared/adapters': ['shared/model', 'shared/pipeline/ports.ts', 'npm', 'node'],
  'shared/wiring': ['shared', 'npm', 'node'],
  functions: ['shared/wiring', 'shared/pipeline', 'shared/model', 'npm'],
  local: ['shared', 'events', 'npm', 'node'],
  cli: ['shared', 'local', 'npm', 'node'],
};

/** Pure code takes its clock, randomness and environment as arguments. */
const PURE = Object.keys(MAY_IMPORT).filter((f) => f.startsWith('shared/') && !/adapters|wiring/.test(f));
const IMPURE =
  /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|\bconsole\.\w+\(|\bsetTimeout\(|\bcrypto\.randomUUID\(/;

const root = join(import.meta.dirname, '..');
const files = Object.keys(MAY_IMPORT).flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name)),
);

/** Every way to import: `from '…'`, bare `import '…'`, dynamic `import('…')`. */
function importsOf(file: string): readonly string[] {
  const code = readFileSync(join(root, file), 'utf8');
  const found = [...code.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)(['"])([^'"\n]+)\1/g)].map(
    (m) => m[2] ?? '',
  );
  return found.map((to) => (to.startsWith('.') ? relative(root, join(root, dirname(file), to)) : to));
}

function folderOf(file: string): string {
  const folder = Object.keys(MAY_IMPORT).find((f) => file.startsWith(`${f}/`));
  if (folder === undefined) throw new Error(`${file} lies in no folder of the import table`);
  return folder;
}

function allowed(file: string, to: string): boolean {
  const folder = folderOf(file);
  const may = MAY_IMPORT[folder] ?? [];
  if (to.startsWith(`${folder}/`) || may.includes(to)) return true;
  if (to.startsWith('node:')) return may.includes('node');
  const ours = /^(shared|functions|local|cli|console|scripts|events|hansho:)/.test(to);
  return ours
    ? may.some((m) => to.startsWith(`${m}/`)) || (to === 'hansho:rules' && folder === 'shared/wiring')
    : may.includes('npm');
}

describe('the import table', () => {
  test.each(files)('%s imports only what its folder may', (file) => {
    expect(importsOf(file).filter((to) => !allowed(file, to))).toEqual([]);
  });

  it('sees every way to import', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(importsOf('shared/pipeline/judge.ts')).toContain('shared/rules/judge.ts');
    expect(allowed('shared/model/json.ts', 'node:fs')).toBe(false);
    expect(allowed('shared/sources/alarm.ts', 'shared/rules/judge.ts')).toBe(false);
    expect(allowed('shared/pipeline/tell.ts', '@aws-sdk/client-sqs')).toBe(false);
  });
});

describe('pure code', () => {
  test.each(files.filter((f) => PURE.includes(folderOf(f))))(
    '%s takes clock, chance and environment as arguments',
    (file) => {
      const code = readFileSync(join(root, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      expect(code.match(IMPURE)).toBeNull();
    },
  );
});
