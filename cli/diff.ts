/** Lines around a change that are shown with it. */
const AROUND = 2;

type Line = { readonly mark: ' ' | '-' | '+'; readonly text: string };

/** What changes from one text to the other, line by line, as `diff -u` shows it. Empty when nothing does. */
export function diff(before: string, after: string, name: string): string {
  const lines = compared(before.split('\n'), after.split('\n'));
  const near = lines.map((_, i) =>
    lines.slice(Math.max(0, i - AROUND), i + AROUND + 1).some(({ mark }) => mark !== ' '),
  );
  const shown: string[] = [];
  let number = 1;
  lines.forEach(({ mark, text }, i) => {
    if (near[i] === true) {
      if (near[i - 1] !== true) shown.push(`@@ ${name}:${number} @@`);
      shown.push(`${mark}${text}`);
    }
    if (mark !== '+') number += 1;
  });
  return shown.join('\n');
}

/** By the longest common subsequence of what differs; files of rules are small. */
function compared(before: readonly string[], after: readonly string[]): readonly Line[] {
  const shared = commonStart(before, after);
  const rest = [before.slice(shared), after.slice(shared)] as const;
  const end = commonStart(rest[0].toReversed(), rest[1].toReversed());
  const [old, fresh] = [rest[0].slice(0, rest[0].length - end), rest[1].slice(0, rest[1].length - end)];
  return [
    ...before.slice(0, shared).map((text): Line => ({ mark: ' ', text })),
    ...changes(old, fresh),
    ...before.slice(before.length - end).map((text): Line => ({ mark: ' ', text })),
  ];
}

function commonStart(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((line, i) => line !== b[i]);
  return at < 0 ? a.length : at;
}

function changes(old: readonly string[], fresh: readonly string[]): readonly Line[] {
  const width = fresh.length + 1;
  const longest = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number) => longest[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = fresh.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] =
        old[i] === fresh[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    const [gone, come] = [old[i], fresh[j]];
    if (gone !== undefined && gone === come) {
      lines.push({ mark: ' ', text: gone });
      [i, j] = [i + 1, j + 1];
    } else if (come === undefined || (gone !== undefined && at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ mark: '-', text: gone ?? '' });
      i += 1;
    } else {
      lines.push({ mark: '+', text: come });
      j += 1;
    }
  }
  return lines;
}
