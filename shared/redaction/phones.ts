import { isInArn } from './arns.ts';
import { mark, type Rule } from './mark.ts';

const HYPHEN = '[-\u2010-\u2015\u2212\u30FC\uFF70]';

/** Area codes and what lies between them and the last four digits, ten in all: 03, 04 and 06 are the only ones of two digits. */
const AREAS: readonly (readonly [area: string, local: string])[] = [
  ['0[346]', '[1-9]\\d{3}'],
  ['0[1245789][1-9]', '[1-9]\\d\\d'],
  ['0[1245789][1-9]\\d', '[1-9]\\d'],
  ['0[1245789][1-9]\\d\\d', '[1-9]'],
];
const FIXED = AREAS.map(
  ([area, local]) =>
    `(?:${area}${HYPHEN}${local}${HYPHEN}|${area}\\(${local}\\)|\\(${area}\\) ?${local}${HYPHEN})\\d{4}`,
);

/**
 * Telephone numbers as they are written in Japan (総務省 電気通信番号計画): a mobile's or IP phone's three groups, an area
 * code and two groups, the numbers of services (0120, 0570, 0800, …), or nine or ten digits behind +81.
 */
const PHONE = new RegExp(
  `(?<![\\w.+-]|\\d[:/])(?:${[
    `0[5-9]0([ .]|${HYPHEN})[1-9]\\d{3}\\1\\d{4}`,
    ...FIXED,
    `0(?:120|180|570|990)${HYPHEN}\\d{3}${HYPHEN}\\d{3}|0800${HYPHEN}\\d{3}${HYPHEN}\\d{4}`,
    `\\+81(?:[ ]|${HYPHEN})?(?:\\(0\\) ?)?(?=\\d(?:(?:[ ]|${HYPHEN})?\\d){8,9}(?!\\d))[1-9]\\d{0,4}(?:[ ]|${HYPHEN})?\\d{1,4}(?:[ ]|${HYPHEN})?\\d{4}`,
  ].join('|')})(?![\\w-]|\\.\\d)`,
  'g',
);

/** Digits in the groups of an area code are a serial or an order as well; the word before tells them. */
const NUMBERED =
  /(?:(?<![A-Za-z])(?:s\/?n|serial|part|order|lot|model|item|sku|invoice|ticket|case|job|id)(?:[ _-]?(?:no|num(?:ber)?|id|code))?|(?<![A-Za-z])(?:no|num(?:ber)?)|番号|品番|型番|シリアル|#)[.:=#"'\\\s]{0,16}$/i;
const CALLED = /phone|tel|fax|mobile|cell|call|contact|電話|携帯|連絡/i;
const WORD_CHARS = 40;
const MOBILE_OR_ABROAD = /^(?:\+|0[5-9]0\D)/;

/** Redacts telephone numbers that their form gives away. Bare digits are too much like other numbers: their key tells them. */
export const redactPhones: Rule = (text, found) =>
  text.replace(PHONE, (run, _gap: string | undefined, at: number) => {
    if (isInArn(text, at)) return run;
    if (!MOBILE_OR_ABROAD.test(run) && isNumbered(text.slice(Math.max(0, at - WORD_CHARS), at))) return run;
    found.add('phone');
    return mark('phone');
  });

function isNumbered(before: string): boolean {
  return NUMBERED.test(before) && !CALLED.test(before);
}

/** A date or a time of day, which ends a number that is written with blanks. */
export const TIME_BEGINS = '(?:(?:19|20)\\d\\d[-/.]\\d{1,2}[-/.]\\d|\\d{1,2}:\\d\\d)';
const GAP = `(?!\\)? ${TIME_BEGINS})(?:[ .()]|${HYPHEN}){1,3}`;
const NATIONAL = `\\(?0(?:0(?:(?:${GAP})?\\d){8,13}|(?!\\.)(?:(?:${GAP})?\\d){8,11})`;
const ABROAD = `\\+(?:(?:${GAP})?\\d){9,15}`;
/** North America's area code, exchange and line; without blanks or hyphens it is any number. */
const AMERICAN = '(?:1[-. ])?\\(?[2-9]\\d\\d\\)?[-. ]{1,2}\\d{3}[-. ]\\d{4}';
const UNDER_KEY = new RegExp(`(?:${NATIONAL}|${ABROAD}|${AMERICAN})(?![\\w-]|[.:]\\d)`, 'y');

/**
 * The length of the telephone number that begins at `at` under a key for one, or 0. Digits without a 0 or + before them
 * are none unless they are in groups: `mobile` and `phones` count as well.
 */
export function phoneAt(text: string, at: number): number {
  UNDER_KEY.lastIndex = at;
  return UNDER_KEY.exec(text)?.[0].length ?? 0;
}

/** True when the text is a telephone number and nothing else. */
export function isPhone(text: string): boolean {
  return text !== '' && phoneAt(text, 0) === text.length;
}
