const maxWordChars = 64;

/** Edits between two words: insert, delete, replace, and swap of neighbours (optimal string alignment). */
export function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(replaced, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}

/** The known word that was probably meant: the same but for case, or at most a third of its letters away. */
export function nearest(word: string, known: Iterable<string>): string | null {
  if (word.length > maxWordChars) return null;
  const typed = word.toLowerCase();
  let best: { word: string; edits: number } | null = null;
  for (const candidate of known) {
    const edits = distance(typed, candidate.toLowerCase());
    if (
      edits <= Math.max(1, Math.floor(candidate.length / 3)) &&
      edits < (best?.edits ?? Number.POSITIVE_INFINITY)
    ) {
      best = { word: candidate, edits };
    }
  }
  return best?.word ?? null;
}

/** ``did you mean `channels`?``, or null when nothing known is near. */
export function didYouMean(word: string, known: Iterable<string>): string | null {
  const found = nearest(word, known);
  return found === null ? null : `did you mean \`${found}\`?`;
}
