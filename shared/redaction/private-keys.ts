import { mark, type Rule } from './mark.ts';

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const END = 'PRIVATE KEY';
const HINT = /PRIVATE KEY|LS0tLS1|AGE-SECRET/;
/** `-----BEGIN ` in base64; certificates and public keys go on differently. */
const ENCODED = /(?<![A-Za-z0-9+/])LS0tLS1CRUdJTi(?!BDRVJU|BQVUJM)[A-Za-z0-9+/=_-]{20,}/g;
const OTHERS = /(?<![\w-])AGE-SECRET-KEY-1[A-Z0-9]{20,}/g;

/**
 * Redacts PEM private keys from BEGIN to END, on however many lines and with whatever escapes between; one that is
 * cut off before its END goes to the end of the text.
 */
export const redactPrivateKeys: Rule = (text, found) => {
  if (!HINT.test(text)) return text;
  const note = () => {
    found.add('private-key');
    return mark('private-key');
  };
  return redactPem(text, note).replace(ENCODED, note).replace(OTHERS, note);
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

function endOfPem(text: string, from: number): number {
  const footer = text.indexOf('-----END', from);
  const words = footer < 0 ? -1 : text.indexOf(END, footer);
  const dashes = words < 0 ? -1 : text.indexOf('-----', words);
  return dashes < 0 ? text.length : dashes + 5;
}
