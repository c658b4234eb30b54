/**
 * Reading JSON whose end is missing: log lines cut at a size limit, payloads cut at ours. Only as strict as
 * finding the borders of values needs; each whole value is then parsed by JSON.parse. All of it is linear.
 */

/** Index just after the string whose opening quote is at `from`, or -1 when the text ends first. */
export function stringEnd(text: string, from: number): number {
  for (let quote = text.indexOf('"', from + 1); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let before = quote;
    while (text.charCodeAt(before - 1) === 92) before--;
    if ((quote - before) % 2 === 0) return quote + 1;
  }
  return -1;
}

/** Index just after the JSON value that begins at `from`, or -1 when the text ends before the value does. */
export function valueEnd(text: string, from: number): number {
  const first = text[from];
  if (first === '"') return stringEnd(text, from);
  if (first !== '{' && first !== '[') {
    const end = /[,\]}\s]/g;
    end.lastIndex = from;
    return end.exec(text)?.index ?? -1;
  }
  const mark = /["{}[\]]/g;
  mark.lastIndex = from;
  let depth = 0;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    if (found[0] === '"') {
      mark.lastIndex = stringEnd(text, found.index);
      if (mark.lastIndex <= 0) return -1;
    } else if (found[0] === '{' || found[0] === '[') depth++;
    else if (--depth === 0) return found.index + 1;
  }
  return -1;
}

/** Index of the first character at or after `from` that is neither white space nor a comma. */
export function skipGap(text: string, from: number): number {
  let index = from;
  for (; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code !== 32 && code !== 44 && (code < 9 || code > 13)) break;
  }
  return index;
}

/**
 * Calls `visit` with the key and the value's index for each member of the object that opens at `from`, in
 * order. `visit` returns the index after the value, or -1 to stop. Stops by itself where the text ends or is
 * no object. A key's escapes are left as they stand.
 */
export function eachMember(
  text: string,
  from: number,
  visit: (key: string, valueAt: number) => number,
): void {
  let index = skipGap(text, from + 1);
  while (text[index] === '"') {
    const keyEnd = stringEnd(text, index);
    if (keyEnd === -1) return;
    const colon = skipGap(text, keyEnd);
    if (text[colon] !== ':') return;
    const next = visit(text.slice(index + 1, keyEnd - 1), skipGap(text, colon + 1));
    if (next <= 0) return;
    index = skipGap(text, next);
  }
}

/** The value of `text`, or undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
