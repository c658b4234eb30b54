/** The commonest characters of log lines, the most frequent first; any other is rarer. */
const COMMON = ' eatoinrslcd01mup2g35f4h68:79-b.y/vkw",';
/** More parts than this are one pattern: each look costs the whole text. */
const SEVERAL = 4;

/** True for a text that holds one of the parts that rules measure; `''` is in all. */
export function measuredBy(prefilter: readonly string[]): (text: string) => boolean {
  if (prefilter.includes('')) return () => true;
  if (prefilter.length <= SEVERAL) {
    const looks = prefilter.map(lookFor);
    return (text) => looks.some((look) => look(text));
  }
  const any = new RegExp(prefilter.map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'));
  return (text) => any.test(text);
}

/** As `includes`, by way of the part's rarest character: the engine finds a single character several times faster. */
function lookFor(part: string): (text: string) => boolean {
  const ranks = [...part].map((c) => (COMMON.includes(c) ? COMMON.indexOf(c) : COMMON.length));
  const rarest = ranks.indexOf(Math.max(...ranks));
  const at = [...part].slice(0, rarest).join('').length;
  const character = part.charAt(at);
  return (text) => {
    for (let i = text.indexOf(character); i !== -1; i = text.indexOf(character, i + 1))
      if (text.startsWith(part, i - at)) return true;
    return false;
  };
}
