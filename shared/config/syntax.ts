import type { ErrorCode, LineCounter } from 'yaml';

/** A problem at a known place of the file. */
export interface Placed {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly suggestion: string | null;
}

interface SyntaxError {
  readonly code: ErrorCode;
  readonly pos: readonly [number, number];
}

export function placed(
  lines: LineCounter,
  offset: number,
  message: string,
  suggestion: string | null,
): Placed {
  const { line, col } = lines.linePos(offset);
  return { line, column: col, message, suggestion };
}

const SHAPE = 'this does not fit the lines above it';
const ALIGN = 'check the indentation: keys of one mapping start in the same column, spaces only';
const CLOSE = 'close every [ with ], every { with }, every quote with a quote';

const WORDS: { readonly [C in ErrorCode]: readonly [message: string, suggestion: string | null] } = {
  ALIAS_PROPS: ['an alias (`*name`) cannot carry an anchor or a tag', 'write the alias alone'],
  BAD_ALIAS: ['this alias (`*name`) is not valid', 'quote text that starts with *'],
  BAD_COLLECTION_TYPE: ['this tag does not fit what follows it', 'leave the tag out'],
  BAD_DIRECTIVE: ['lines that start with % are directives, and this one is not known', 'leave it out'],
  BAD_DQ_ESCAPE: ['this backslash escape is not valid in double quotes', 'use single quotes, or write \\\\'],
  BAD_INDENT: [SHAPE, `${ALIGN}; ${CLOSE}`],
  BAD_PROP_ORDER: ['an anchor or a tag stands in the wrong place', 'put it right before the value'],
  BAD_SCALAR_START: ['plain text cannot start with this character', 'put the text in quotes'],
  BLOCK_AS_IMPLICIT_KEY: [SHAPE, `${ALIGN}; quote text that holds a colon and a space`],
  BLOCK_IN_FLOW: ['indented lists and mappings cannot stand inside [ ] or { }', CLOSE],
  DUPLICATE_KEY: ['this key is written twice', 'keep one of them'],
  IMPOSSIBLE: [SHAPE, ALIGN],
  KEY_OVER_1024_CHARS: ['this key is too long', ALIGN],
  MISSING_CHAR: ['a character is missing here: a closing quote, a comma, or the `:` after a key', CLOSE],
  MULTILINE_IMPLICIT_KEY: ['a key must stand on one line', ALIGN],
  MULTIPLE_ANCHORS: ['a value can have one anchor', 'keep one of them'],
  MULTIPLE_DOCS: ['a second document starts here', 'keep one document a file: remove the `---`'],
  MULTIPLE_TAGS: ['a value can have one tag', 'leave the tags out'],
  NON_STRING_KEY: ['a key must be a word', 'write `key: value`'],
  RESOURCE_EXHAUSTION: ['this is nested too deep', 'write it flatter'],
  TAB_AS_INDENT: ['a tab cannot indent YAML', 'use spaces'],
  TAG_RESOLVE_FAILED: [
    'tags (`!name`) mean nothing here',
    'write the plain value; quote text that starts with !',
  ],
  UNEXPECTED_TOKEN: [SHAPE, `${ALIGN}; ${CLOSE}`],
};

/** Syntax errors in plain words, one a line: what follows the first on a line is its echo. */
export function explainSyntax(
  source: string,
  errors: readonly SyntaxError[],
  lines: LineCounter,
): readonly Placed[] {
  const byLine = new Map<number, Placed>();
  for (const error of errors) {
    const [message, suggestion] = WORDS[error.code];
    const at = eatenByComment(source, error.pos[0]);
    const problem =
      at === null
        ? placed(lines, error.pos[0], message, suggestion)
        : placed(
            lines,
            at.offset,
            'a # after a space starts a comment: the rest of this line is not read, closing brackets included',
            `put it in quotes: "${at.word}"`,
          );
    if (!byLine.has(problem.line)) byLine.set(problem.line, problem);
  }
  return [...byLine.values()];
}

/** Tags and directives that would be dropped without a word. */
export function explainTags(warnings: readonly SyntaxError[], lines: LineCounter): readonly Placed[] {
  return warnings.map((warning) => placed(lines, warning.pos[0], ...WORDS[warning.code]));
}

/** `{ slack: #alert }`: the most frequent slip. Looks for it on the line of the error and the three before. */
function eatenByComment(source: string, offset: number): { offset: number; word: string } | null {
  const before = source.slice(0, offset).split('\n');
  const rest = source.slice(offset).split('\n', 1)[0] ?? '';
  let start = offset - (before.at(-1)?.length ?? 0);
  for (let i = before.length - 1; i >= Math.max(0, before.length - 4); i--) {
    const line = i === before.length - 1 ? `${before[i]}${rest}` : (before[i] ?? '');
    const opened = Math.max(line.lastIndexOf('{'), line.lastIndexOf('['));
    const found = opened < 0 ? null : /[\s:,]\s*(#[^\s#,\]}"']+)/.exec(line.slice(opened));
    if (found?.[1] !== undefined) {
      return { offset: start + opened + found.index + found[0].length - found[1].length, word: found[1] };
    }
    start -= (before[i - 1]?.length ?? 0) + 1;
  }
  return null;
}

/**
 * Refuses runs of brackets and dashes that would exhaust the YAML parser's stack, before it sees them.
 * Quotes are not followed: text with that many open brackets has no place in rules either.
 */
export function depthProblem(source: string, maxDepth: number): Placed | null {
  let depth = 0;
  let line = 1;
  let lineStart = 0;
  let dashes = 0;
  for (let i = 0; i < source.length; i++) {
    const char = source[i];
    if (char === '\n') [line, lineStart, dashes] = [line + 1, i + 1, 0];
    else if (char === '[' || char === '{') depth += 1;
    else if (char === ']' || char === '}') depth = Math.max(0, depth - 1);
    else if ((char === '-' || char === '?') && source[i + 1] === ' ') dashes += 1;
    if (depth > maxDepth || dashes > maxDepth) {
      return {
        line,
        column: i - lineStart + 1,
        message: 'this is nested too deep',
        suggestion: 'write it flatter',
      };
    }
  }
  return null;
}
