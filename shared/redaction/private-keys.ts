import { mark, type Rule } from './mark.ts';

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const END = 'PRIVATE KEY';
const HINT = /PRIVATE KEY|LS0tLS1|AGE-SECRET/;
/** `-----BEGIN ` in base64; certificates and public keys go on differently. */
const ENCODED = /(?<![A-Za-z0-9+/])LS0tLS1CRUdJTi(?!BDRVJU|BQVUJM)[A-Za-z0-9+/=_-]{20,}/g;
const OTHERS = /(?<![\w-])AGE-SECRET-KEY-1[A-Z0-9]{20,}/g;

/** The end of a key whose beginning is elsewhere: what is left of its last lines goes with it. */
const FOOTER = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
/** A line of a key, but for the last; lines are apart by blanks, or by the escapes of blanks. */
const BODY = /[A-Za-z0-9+/]{40,}/;
const LONGEST_KEY = 16_384;

/**
 * Redacts PEM private keys from BEGIN to END, on however many lines and with whatever escapes between; one that is
 * cut off before its END goes to the end of the text, one that was cut off after its BEGIN goes from its first whole line.
 */
export const redactPrivateKeys: Rule = (text, found) => {
  if (!HINT.test(text)) return text;
  const note = () => {
    found.add('private-key');
    return mark('private-key');
  };
  return redactTails(redactPem(text, note), note).replace(ENCODED, note).replace(OTHERS, note);
};

function redactPem(text: string, note: () => string): string {
  let out = '';
  let copied = 0;
  BEGIN.lastIndex = 0;
  for (let begin = BEGIN.exec(text); begin !== null; begin = BEGIN.exec(text)) {
    const end = endOfPem(text, BEGIN.lastIndex);
    out += text.slice(copied, begin.index) + note();
    copied = end;
    BEGIN.lastIndex = end;
  }
  return out + text.slice(copied);
}

function redactTails(text: string, note: () => string): string {
  let out = '';
  let copied = 0;
  for (const { index, 0: footer } of text.matchAll(FOOTER)) {
    const head = text.slice(Math.max(copied, index - LONGEST_KEY), index);
    const body = BODY.exec(head);
    const from = body === null ? index : index - head.length + body.index;
    out += text.slice(copied, from) + note();
    copied = index + footer.length;
  }
  return out + text.slice(copied);
}

function endOfPem(text: string, from: number): number {
  const footer = text.indexOf('-----END', from);
  const words = footer < 0 ? -1 : text.indexOf(END, footer);
  const dashes = words < 0 ? -1 : text.indexOf('-----', words);
  return dashes < 0 ? text.length : dashes + 5;
}
