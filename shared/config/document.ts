import type { Document, Pair, YAMLMap } from 'yaml';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Json } from '../model/json.ts';
import type { Path } from './problem.ts';
import type { Placed } from './syntax.ts';
import { depthProblem, explainSyntax, explainTags, placed } from './syntax.ts';

const maxFileChars = 262_144;
/** Far above what a person writes; below it no chain of anchors can grow large. */
const maxAliases = 100;
const maxDepth = 50;

/** The file as plain data, and where each node of it stands. */
export interface Sheet {
  readonly value: Json;
  /** Found while reading: duplicate keys, tags, anchors out of hand. The rest of the tree is good. */
  readonly problems: readonly Placed[];
  /** The place of a node, or of the nearest node around it that exists. */
  place(path: Path, on: 'key' | 'value'): { readonly line: number; readonly column: number };
}

export type ReadSheet =
  | { readonly ok: true; readonly sheet: Sheet }
  | { readonly ok: false; readonly problems: readonly Placed[] };

type Refusal = Pick<Placed, 'message' | 'suggestion'>;
const NO_RULES: Refusal = {
  message: 'the file holds no rules',
  suggestion: 'it needs `destinations` and `channels` at least',
};

/** Reads YAML 1.2 (core schema) with positions. Never throws; what cannot be read comes back in plain words. */
export function readSheet(source: string, whenEmpty: Refusal = NO_RULES): ReadSheet {
  if (source.length > maxFileChars) {
    return refused(
      'the file is larger than 256 KiB',
      'keep rules few: nobody can review a file of this size',
    );
  }
  const deep = depthProblem(source, maxDepth);
  if (deep !== null) return { ok: false, problems: [deep] };
  const lines = lineStarts(source);
  const document = parseDocument(source, { prettyErrors: false, uniqueKeys: false });
  if (document.errors.length > 0)
    return { ok: false, problems: explainSyntax(source, document.errors, lines) };
  if (isEmpty(document)) {
    return refused(whenEmpty.message, whenEmpty.suggestion);
  }
  const reader = new Reader(document, lines);
  const value = reader.read(document.contents, [], 0);
  const problems = [...explainTags(document.warnings, lines), ...reader.problems];
  return { ok: true, sheet: { value, problems, place: (path, on) => reader.place(path, on) } };
}

/** Counted here: after a closing bracket too many the parser tells its own counter of one line end twice. */
function lineStarts(source: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  return lines;
}

function isEmpty(document: Document): boolean {
  return document.contents === null || (isScalar(document.contents) && document.contents.value === null);
}

function refused(message: string, suggestion: string | null): ReadSheet {
  return { ok: false, problems: [{ line: 1, column: 1, message, suggestion }] };
}

/** Turns the syntax tree into plain data, noting where everything stands. */
class Reader {
  readonly problems: Placed[] = [];
  readonly #offsets = new Map<string, { readonly key: number; readonly value: number }>();
  readonly #document: Document;
  readonly #lines: LineCounter;
  #aliases = 0;

  constructor(document: Document, lines: LineCounter) {
    this.#document = document;
    this.#lines = lines;
  }

  place(path: Path, on: 'key' | 'value'): { line: number; column: number } {
    let here = path;
    let offsets = this.#offsets.get(JSON.stringify(here));
    while (offsets === undefined && here.length > 0) {
      here = here.slice(0, -1);
      offsets = this.#offsets.get(JSON.stringify(here));
    }
    const wantsKey = on === 'key' && here.length === path.length;
    const { line, col } = this.#lines.linePos((wantsKey ? offsets?.key : offsets?.value) ?? 0);
    return { line, column: col };
  }

  read(node: unknown, path: Path, keyOffset: number): Json {
    const offset = startOf(node, keyOffset);
    if (path.length > maxDepth) return this.#refuse(offset, 'this is nested too deep', 'write it flatter');
    if (isAlias(node)) {
      this.#aliases += 1;
      if (this.#aliases > maxAliases) {
        return this.#refuse(
          offset,
          `more than ${maxAliases} aliases (\`*name\`), counted where they unfold`,
          null,
        );
      }
      return this.read(node.resolve(this.#document), path, keyOffset);
    }
    this.#offsets.set(JSON.stringify(path), { key: keyOffset, value: offset });
    if (isMap(node)) return this.#readMap(node, path);
    if (isSeq(node)) return node.items.map((item, i) => this.read(item, [...path, i], startOf(item, offset)));
    return this.#readScalar(isScalar(node) ? node.value : null, offset);
  }

  #refuse(offset: number, message: string, suggestion: string | null): null {
    this.problems.push(placed(this.#lines, offset, message, suggestion));
    return null;
  }

  #readMap(node: YAMLMap, path: Path): Json {
    const entries = new Map<string, Json>();
    for (const pair of node.items) this.#readPair(pair, path, entries);
    return Object.fromEntries(entries);
  }

  #readPair(pair: Pair, path: Path, entries: Map<string, Json>): void {
    const offset = startOf(pair.key, 0);
    const key = isScalar(pair.key) ? keyText(pair.key.value, pair.key.source) : null;
    if (key === null) this.#refuse(offset, 'a key must be a word', 'write `key: value`');
    else if (entries.has(key)) this.#refuse(offset, `\`${key}\` is written twice`, 'keep one of them');
    else entries.set(key, this.read(pair.value, [...path, key], offset));
  }

  #readScalar(value: unknown, offset: number): Json {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    return this.#refuse(offset, 'only text, finite numbers, true, false and null can stand here', null);
  }
}

function keyText(value: unknown, source: string | undefined): string {
  return typeof value === 'string' ? value : (source ?? String(value));
}

function startOf(node: unknown, otherwise: number): number {
  const ranged = isAlias(node) || isMap(node) || isSeq(node) || isScalar(node);
  // A value that is not there (`key:`) has no text of its own: its key is what a person looks for.
  if (!ranged || (isScalar(node) && node.value === null && node.source === '')) return otherwise;
  return node.range?.[0] ?? otherwise;
}
