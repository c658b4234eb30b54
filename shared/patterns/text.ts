import type { Wildcard } from './pattern.ts';

/**
 * The form in which texts that differ only in case are equal. Final sigma is the one letter whose lower case
 * depends on its neighbours, which would make a prefix look different from the text it begins.
 */
export function foldCase(text: string): string {
  return text.toLowerCase().replaceAll('ς', 'σ');
}

/** What a wildcard text means: the literal it is (no star in it), its parts, or what is wrong with it. */
export type WildcardReading =
  | { readonly is: 'literal'; readonly text: string }
  | { readonly is: 'parts'; readonly parts: Wildcard }
  | { readonly is: 'wrong'; readonly because: string };

/** Reads a wildcard: `*` stands for any text, also none; `\*` and `\\` are the star and the backslash themselves. */
export function readWildcard(source: string): WildcardReading {
  const parts = [''];
  for (let at = 0; at < source.length; at++) {
    let char = source.charAt(at);
    if (char === '*') {
      if (source[at + 1] === '*')
        return { is: 'wrong', because: 'one `*` is enough: two in a row mean the same' };
      parts.push('');
      continue;
    }
    if (char === '\\') {
      char = source.charAt(++at);
      if (char !== '*' && char !== '\\') {
        return { is: 'wrong', because: 'a backslash stands only before `*` or another backslash' };
      }
    }
    parts.push(`${parts.pop()}${char}`);
  }
  const [head = '', ...middle] = parts;
  const tail = middle.pop();
  return tail === undefined ? { is: 'literal', text: head } : { is: 'parts', parts: { head, middle, tail } };
}

/**
 * True when the whole of `text` fits. Taking each part at its first place is enough, since what follows a star
 * may begin anywhere: nothing is ever tried twice.
 */
export function fitsWildcard({ head, middle, tail }: Wildcard, text: string): boolean {
  const end = text.length - tail.length;
  let from = head.length;
  if (end < from || !text.startsWith(head) || !text.endsWith(tail)) return false;
  for (const part of middle) {
    const found = text.indexOf(part, from);
    if (found < 0 || found + part.length > end) return false;
    from = found + part.length;
  }
  return true;
}
