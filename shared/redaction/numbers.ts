import { MARKS, mark, type Rule } from './mark.ts';

/** 13 to 19 digits, alone or in groups; not within a longer number, a word, a decimal or an ARN. */
const DIGITS = /(?<![\w./-])\d(?:[ -]?\d){11,18}(?![\w-]|\.\d)/g;

/** Issuers by prefix, with the lengths that they give out (ISO/IEC 7812; the issuers' public tables). */
const ISSUERS: readonly (readonly [prefix: RegExp, lengths: readonly number[]])[] = [
  [/^4/, [13, 16, 19]],
  [/^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, [16]],
  [/^3[47]/, [15]],
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19]],
  [/^(?:6011|64[4-9]|65)/, [16, 17, 18, 19]],
  [/^62/, [16, 17, 18, 19]],
  [/^(?:30[0-5]|309|3[689])/, [14, 16, 19]],
  [/^(?:5018|5020|5038|5893|6304|6759|676[1-3])/, [16, 17, 18, 19]],
];
const GROUPS = new Set(['', '4 4 4 4', '4 6 5', '4 6 4', '4 4 4 4 3', '6 13', '4 4 5']);

/** Ids and times of 16 digits pass the checks one time in ten; the word before tells them. */
const OTHER_WORD =
  /(?:[a-z](?:At|Ids?|Time|Timestamp)|[a-z]_(?:at|ids?|ts|time)|(?:^|[^A-Za-z])(?:[Tt]ime|[Tt]imestamp|ts|ids?|I[Dd]s?|at|[Oo]rder(?:[ _-]?(?:[Nn]umber|[Nn]o))?|[Ss]equence|seq|offset|version|nonce|epoch|trace|span|[Rr]equest)|注文番号)["'\\]{0,4}\s{0,2}[:=#]?\s{0,2}["'\\]{0,4}$/;
const CARD_WORD = /card|カード|pan\b|visa|master|amex|jcb/i;

const MY_NUMBER_WORD = /マイナンバー|個人番号|my[ _-]?number|individual[ _-]?number/i;
const MY_NUMBER_CHARS = 30;

/** Redacts payment card numbers and, near their own word, My Numbers (個人番号). */
export const redactNumbers: Rule = (text, found) =>
  text.replace(DIGITS, (run, at: number) => {
    const digits = run.replace(/[ -]/g, '');
    const before = text.slice(Math.max(0, at - MY_NUMBER_CHARS), at).replace(MARKS, '');
    const after = text.slice(at + run.length, at + run.length + MY_NUMBER_CHARS).replace(MARKS, '');
    const family = familyOf(digits, run, before, after);
    if (family === null) return run;
    found.add(family);
    return mark(family);
  });

function familyOf(digits: string, run: string, before: string, after: string): 'card' | 'my-number' | null {
  const nearMyNumber = MY_NUMBER_WORD.test(before) || MY_NUMBER_WORD.test(after);
  if (digits.length === 12 && nearMyNumber && isMyNumber(digits) && !/arn:aws\S*$/.test(before))
    return 'my-number';
  if (!isCard(digits) || !GROUPS.has(groupsOf(run))) return null;
  if (digits !== run) return 'card';
  if (OTHER_WORD.test(before)) return null;
  // Thirteen digits that start with a 4 are more often a Japanese barcode.
  return digits.length > 13 || CARD_WORD.test(before) ? 'card' : null;
}

function groupsOf(run: string): string {
  const groups = run.split(/[ -]/);
  return groups.length === 1 ? '' : groups.map((group) => group.length).join(' ');
}

function isCard(digits: string): boolean {
  return (
    ISSUERS.some(([prefix, lengths]) => prefix.test(digits) && lengths.includes(digits.length)) &&
    passesLuhn(digits)
  );
}

/** ISO/IEC 7812-1 Annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits.charAt(digits.length - 1 - i));
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** 総務省令第85号 (2014) 第5条: the last digit checks the first eleven, which are weighted from the lowest. */
export function isMyNumber(digits: string): boolean {
  if (!/^\d{12}$/.test(digits)) return false;
  let sum = 0;
  for (let n = 1; n <= 11; n += 1) {
    const weight = n <= 6 ? n + 1 : n - 5;
    sum += Number(digits.charAt(11 - n)) * weight;
  }
  const remainder = sum % 11;
  return Number(digits.charAt(11)) === (remainder <= 1 ? 0 : 11 - remainder);
}
