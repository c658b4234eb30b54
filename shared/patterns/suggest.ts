/** What people write for an operator when they know another language better. */
const ALSO_CALLED: ReadonlyMap<string, string> = new Map([
  ['contains', 'wildcard'],
  ['regex', 'wildcard'],
  ['startswith', 'prefix'],
  ['beginswith', 'prefix'],
  ['endswith', 'suffix'],
  ['not', 'anything-but'],
  ['iequals', 'equals-ignore-case'],
  ['ignorecase', 'equals-ignore-case'],
  ['ip', 'cidr'],
  ['ipaddress', 'cidr'],
]);

/** The known name that was most likely meant by `name`, or null when none is near. */
export function nearestName(name: string, known: readonly string[]): string | null {
  const bare = bareName(name);
  const other = ALSO_CALLED.get(bare);
  if (other !== undefined) return known.includes(other) ? other : null;
  const near = known
    .map((candidate) => ({ candidate, edits: distance(bare, bareName(candidate)) }))
    .filter(({ candidate, edits }) => edits <= Math.max(1, candidate.length / 3))
    .sort((a, b) => a.edits - b.edits);
  return near[0]?.candidate ?? null;
}

/** Without case and separators: `equalsIgnoreCase` is `equals-ignore-case`. Cut, since the name is anyone's. */
function bareName(name: string): string {
  return name
    .slice(0, 40)
    .toLowerCase()
    .replaceAll(/[^a-z]/g, '');
}

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
