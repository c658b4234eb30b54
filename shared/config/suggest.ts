import { distance } from '../patterns/suggest.ts';

const maxWordChars = 64;

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
