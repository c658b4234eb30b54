/** `3 s`, `12 min`, `5 h`, `2 d`: one unit, rounded down. */
export function ago(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** `1 message`, `2 messages`, `3 addresses`, `4 deliveries`. */
export function count(n: number, what: string): string {
  if (n === 1) return `1 ${what}`;
  if (what.endsWith('y')) return `${n} ${what.slice(0, -1)}ies`;
  return `${n} ${what}${what.endsWith('s') ? 'es' : 's'}`;
}

/** One line without what a terminal would obey; longer text is cut. */
export function oneLine(text: string, longest = 160): string {
  const plain = text
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ')
    .trim();
  return plain.length <= longest ? plain : `${plain.slice(0, longest - 1)}…`;
}
