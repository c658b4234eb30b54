import type { Document, YAMLMap } from 'yaml';
import { isMap, isScalar, Lexer, parseDocument, visit } from 'yaml';
import type { Json } from '../model/json.ts';
import { readSheet } from './document.ts';
import { fileSchema } from './schema.ts';

export type Formatted =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly because: string };

/**
 * The file in one form: sections in the order of docs/rules.md, two spaces of indentation, channels in double quotes,
 * what spans lines as a block. Comments stay with what they stand above. Refuses what would change the data or lose
 * a comment. Give it a file that `loadRules` takes.
 */
export function formatRules(source: string): Formatted {
  const lines = source.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  if (lines.includes(MARK)) return { ok: false, because: 'it holds U+E000, which formatting uses as a mark' };
  const text = settled(lines);
  const kept = text !== null && sameData(lines, text) && sameComments(lines, text);
  return kept ? { ok: true, text } : { ok: false, because: 'its data or a comment would not be the same' };
}

const ROUNDS = 5;

/** Formatted until nothing more moves: a comment in an odd place may take a second round. */
function settled(source: string): string | null {
  let before = source;
  for (let round = 0; round < ROUNDS; round += 1) {
    const after = assembled(before);
    if (after === before) return after;
    before = after;
  }
  return null;
}

function assembled(source: string): string {
  const document = parseDocument(source, OPTIONS);
  const { contents } = document;
  if (!isMap(contents) || contents.flow === true || hasAliases(document)) return `${printed(source)}\n`;
  const { header, sections, footer } = split(source, contents);
  const ordered = sections.toSorted((a, b) => ORDER.indexOf(a.key) - ORDER.indexOf(b.key));
  const parts = [
    ...(header === '' ? [] : [[header]]),
    ...paragraphs(ordered),
    ...(footer === '' ? [] : [[footer]]),
  ];
  return `${parts.map((part) => part.join('\n')).join('\n\n')}\n`;
}

const OPTIONS = { prettyErrors: false, uniqueKeys: false } as const;
const ORDER = Object.keys(fileSchema.shape);

/** What is anchored must stand above what repeats it. */
function hasAliases(document: Document): boolean {
  let found = false;
  visit(document, {
    Alias: () => {
      found = true;
      return visit.BREAK;
    },
  });
  return found;
}

interface Section {
  readonly key: string;
  readonly text: string;
}

/**
 * Cuts the file before each key at the top. The comment lines that touch a key belong to it; what stands apart above
 * the first is about the file, and so is what stands apart below the last.
 */
function split(source: string, contents: YAMLMap) {
  const keys = contents.items.flatMap(({ key }) => (isScalar(key) ? [key] : []));
  const starts = keys.map(({ range }) => commentAbove(source, range?.[0] ?? 0));
  const sections = keys.map(({ value }, i): Section => {
    return { key: String(value), text: source.slice(starts[i], starts[i + 1]) };
  });
  const last = sections.at(-1);
  const footer = /\n[ \t]*\n((?:#.*\n?|[ \t]*\n)+)$/.exec(last?.text ?? '');
  const body = sections.map((one) =>
    one === last && footer !== null ? { ...one, text: one.text.slice(0, footer.index + 1) } : one,
  );
  return {
    header: tidy(source.slice(0, starts[0])),
    sections: body.map(({ key, text }) => ({ key, text: printed(text) })),
    footer: tidy(footer?.[1] ?? ''),
  };
}

/** Where the run of comment lines begins that ends right above `offset`. */
function commentAbove(source: string, offset: number): number {
  let start = source.lastIndexOf('\n', offset - 1) + 1;
  while (start > 0) {
    const above = source.lastIndexOf('\n', start - 2) + 1;
    if (!source.slice(above, start).startsWith('#')) break;
    start = above;
  }
  return start;
}

/** One-line sections without a comment may stand together; all others stand apart. */
function paragraphs(sections: readonly Section[]): readonly (readonly string[])[] {
  const parts: string[][] = [];
  let before = false;
  for (const { text } of sections) {
    const short = !text.includes('\n');
    if (short && before) parts.at(-1)?.push(text);
    else parts.push([text]);
    before = short;
  }
  return parts;
}

/** Stands for the column of a comment that starts its line: it stays there, so that `#  - name: x` can be switched on. */
const MARK = '\uE000';

function printed(source: string): string {
  const marked = source.replaceAll(/^#/gm, `#${MARK}`);
  const document = parseDocument(marked, OPTIONS);
  visit(document, {
    Collection: (_, node) => {
      const [start = 0, end = 0] = node.range ?? [];
      if (node.flow === true && marked.slice(start, end).includes('\n')) node.flow = false;
    },
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && /^[#<]/.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  const text = document.toString({ indent: 2, lineWidth: 0, flowCollectionPadding: true });
  return tidy(
    tight(text)
      .replaceAll(new RegExp(`^[ ]*#${MARK}`, 'gm'), '#')
      .replaceAll(`#${MARK}`, '#'),
  );
}

/** What the lexer puts before a document, the text of a value, and the end of a flow collection's line. */
const CONTROL = /^[\x02\x18\x1f]$/;

/** `[a]` and `{ a: b }`: brackets of lists without the room inside that braces have. */
function tight(text: string): string {
  const tokens = [...new Lexer().lex(text)];
  return tokens
    .filter((token, i) => {
      const isValue = tokens[i - 1] === '\x1f';
      if (isValue || !/^ +$/.test(token)) return isValue || !CONTROL.test(token);
      return tokens[i - 1] !== '[' && tokens[i + 1] !== ']';
    })
    .join('');
}

/** No space at the end of a line, no blank lines at either end, and never two of them. */
function tidy(text: string): string {
  return text
    .replaceAll(/[ \t]+$/gm, '')
    .replaceAll(/\n{3,}/g, '\n\n')
    .replaceAll(/^\n+|\n+$/g, '');
}

function sameData(before: string, after: string): boolean {
  const [one, other] = [readSheet(before), readSheet(after)];
  return one.ok && other.ok && canonical(one.sheet.value) === canonical(other.sheet.value);
}

/** The order of the sections is all that may change. */
function canonical(value: Json): string {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return JSON.stringify(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function sameComments(before: string, after: string): boolean {
  return commentsOf(before).join('\n') === commentsOf(after).join('\n');
}

/** Every comment, wherever it stands. */
function commentsOf(source: string): readonly string[] {
  const tokens = [...new Lexer().lex(source)];
  const comments = tokens.filter((token, i) => token.startsWith('#') && tokens[i - 1] !== '\x1f');
  return comments.map((comment) => comment.trimEnd()).sort();
}
