import { isHarmless, isStrong, isTalk, looksRandom } from './likely.ts';
import { isMark, mark, type Rule } from './mark.ts';
import { isPhone } from './phones.ts';
import { type SecretKey, secretKey } from './secret-keys.ts';
import { endOfRun, MAX_LOOK, type Name, type Value, valueAt } from './values.ts';

/** Where a key's name may lie: cheap to look for, judged by `secretKey` once the whole name is known. */
export const STEM =
  /(?:card|my|individual|pin|account|security|verification|one[ -]time|identified|credit|access|api|private|signing|encryption|routing|integration|service|secret(?:[ _.-]?access)?|auth)[ _.-](?:number|no|code|password|by|card|key|token)|pass(?:w(?:or)?d|phrase|code)?|pwd|\bpw\b|secret|token|credential|auth|cookie|sessi?d|sessionid|connect\.sid|jwt|(?:access|api|private|signing|encryption|master|account|storage|shared|routing|integration|service|subscription|licen[cs]e|session|app|hmac|crypt)[_.-]?key|conn(?:ection)?[_.-]?str(?:ing)?|cv[vc]2?|\bcsc\b|\bpin|otp\b|\bpan\b|\bssn\b|card[_.-]?n|cc[_.-]?num|creditcard|mynumber|individual[_.-]?number|bank[_.-]?account|signature|key|cred|phone|\btel\b|mobile|msisdn|\bfax|電話(?:番号)?|携帯(?:番号)?|パス(?:ワード|フレーズ)|暗証番号|(?:認証|確認|セキュリティ)コード|カード番号|マイナンバー|個人番号|口座(?:番号)?|秘密鍵|(?:アクセス|API)キー|シークレット(?:キー)?|トークン/gi;
const NAME_CHAR = /[\w$.-]/;
const MAX_NAME = 64;

/**
 * Redacts the values of keys that name a secret: `key=value`, `key: value`, JSON (also quoted inside a string),
 * headers, flags, XML elements, lists of name and value. The key stays, so that a person sees what was there.
 */
export const redactPairs: Rule = (text, found) => {
  let out = '';
  let copied = 0;
  STEM.lastIndex = 0;
  for (let hit = STEM.exec(text); hit !== null; hit = STEM.exec(text)) {
    const name = nameAround(text, hit.index, STEM.lastIndex);
    STEM.lastIndex = Math.max(name.end, hit.index + 1);
    const key = secretKey(name.text);
    if (key === null) continue;
    const value = valueAt(text, name, key);
    if (value === null) continue;
    if (!isSecretAt(text, value, key)) continue;
    found.add(key.family);
    out += text.slice(copied, value.start) + value.wrap + mark(key.family) + value.wrap;
    copied = value.end - value.start > MAX_LOOK && !value.quoted ? endOfRun(text, value.start) : value.end;
    STEM.lastIndex = Math.max(copied, STEM.lastIndex);
  }
  return out + text.slice(copied);
};

function nameAround(text: string, from: number, to: number): Name {
  let start = from;
  let end = to;
  while (start > 0 && from - start < MAX_NAME && NAME_CHAR.test(text.charAt(start - 1))) start -= 1;
  while (end < text.length && end - to < MAX_NAME && /[\w$-]/.test(text.charAt(end))) end += 1;
  return { text: text.slice(start, end), start, end };
}

/** True when a whole value under this key is a secret; for documents, where a value's bounds are known. */
export function isSecretValue(value: string, key: SecretKey): boolean {
  const place: Value = { start: 0, end: value.length, quoted: true, wrap: '' };
  return isSecretAt(value, place, key);
}

function isSecretAt(text: string, place: Value, key: SecretKey): boolean {
  const long = place.end - place.start > MAX_LOOK;
  const words = text.slice(place.start, long ? place.start + MAX_LOOK : place.end).trim();
  if (!long && (isMark(words) || isHarmless(words))) return false;
  return isSecret(words, key, place, text);
}

function isSecret(value: string, key: SecretKey, place: Value, text: string): boolean {
  if (key.proof === 'phone') return isPhone(value);
  if (typeof key.proof === 'object') {
    const [least, most] = key.proof.digits;
    return isDigits(value, least, most);
  }
  if (isTalk(value) || (key.plural && /^\d+$/.test(value))) return false;
  if (key.proof === 'strong') return isStrong(value);
  if (key.proof === 'likely') return isLikely(value, key, place);
  if (key.family === 'authorization') return place.quoted || looksRandom(value) || value.length >= 20;
  if (key.family === 'cookie') return value.includes('=') || looksRandom(value);
  if (key.family === 'password' || place.quoted) return true;
  return !isProse(value, place, text);
}

function isDigits(value: string, least: number, most: number): boolean {
  const digits = value.replace(/^\+|[ ()-]/g, '');
  return /^\d+$/.test(digits) && digits.length >= least && digits.length <= most;
}

/** How programs print an object: `Token{9f4ef63 …`, `com.example.Token@1b6d3586`. */
const OBJECT = /^[A-Za-z_][\w.$]*(?:[{([]|@[0-9a-f]{4,16}$)/;

function isLikely(value: string, key: SecretKey, place: Value): boolean {
  if (OBJECT.test(value)) return false;
  if (looksRandom(value)) return true;
  if (/^\d+$/.test(value)) return key.family === 'token' && !key.plural && value.length >= 6;
  return place.quoted && (/^[\w+/=-]{20,}$/.test(value) || /^(?=.*[a-z][A-Z])[A-Za-z]{10,}$/.test(value));
}

/** One word in small letters with another after it: `secret: rotation failed` is a sentence. */
function isProse(value: string, place: Value, text: string): boolean {
  return /^[a-z]+$/.test(value) && /^[ \t]+[a-z]+(?![\w=:])/.test(text.slice(place.end, place.end + 40));
}
