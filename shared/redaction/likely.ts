const NOT_RANDOM = /^(?:\d{4}-\d\d-\d\d.*|v?\d+(?:\.\d+)*|\d+(?:\.\d+)?(?:ms|s|m|h|kb|mb|gb|%))$/i;
/** Case changes in random letters are about as many as half the letters; in CamelCase about a fifth. */
const RANDOM_CASE_CHANGES = 0.3;
/** A short CamelCase name has as many as two fifths. */
const SHORT_CASE_CHANGES = 0.5;

/**
 * True when a value looks made by a machine: letters and digits mixed, letters in random case, or symbols between
 * letters; 8 characters at least. For keys such as `token` that also name harmless things.
 */
export function looksRandom(value: string): boolean {
  if (value.length < 8 || /\s/.test(value) || NOT_RANDOM.test(value) || isNumberedName(value)) return false;
  const letters = /[A-Za-z]/.test(value);
  if (letters && /\d/.test(value)) return true;
  if (letters && /[!@#$%^*?~]/.test(value)) return true;
  const changes = caseChanges(value) / value.length;
  return value.length >= 16
    ? changes >= RANDOM_CASE_CHANGES
    : value.length >= 10 && changes >= SHORT_CASE_CHANGES;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Bits a character; English words have 3 or less, keys of 20 characters about 4. */
const KEY_ENTROPY = 3.5;

/**
 * True when a value can hardly be anything but a key: 16 to 400 characters of letters and digits without the
 * separators of names and paths, and as mixed as a key (Shannon's entropy at 3.5 bits a character or more).
 */
export function isStrong(value: string): boolean {
  if (!/^[A-Za-z0-9_+/=~-]{16,400}$/.test(value) || UUID.test(value)) return false;
  return looksRandom(value) && value.split('/').length <= 4 && entropy(value) >= KEY_ENTROPY;
}

function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const sign of value) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}

/** Words and small numbers with separators between: `orders-12`, `com.example.cart/4505`. */
function isNumberedName(value: string): boolean {
  const parts = value.split(/[./:_-]+/);
  return parts.length > 1 && parts.every((part) => /^(?:[a-z]*|\d{1,5})$/.test(part));
}

function caseChanges(value: string): number {
  const steps = value
    .replace(/[a-z]+/g, 'a')
    .replace(/[A-Z]+/g, 'A')
    .replace(/[^aA]+/g, '');
  return steps.length - 1;
}

const PLACEHOLDER =
  /^(?:[01]|null|nil|none|undefined|true|false|yes|no|n\/a|[*xX.•●-]+|<[^<>]*>|\$\{[^{}]*\}|\{\{[^{}]*\}\}|\{[\w.]*\}|\$\w+|%[sdv]|\(?(?:hidden|masked|redacted|filtered|removed|empty|omitted|secret value)\)?|\[(?:hidden|masked|redacted|filtered|removed|omitted|object|array)[^\]]{0,20}\]?)$/i;

/** Where a secret is kept, not the secret: an ARN, a parameter's name, a vault's path. */
const REFERENCE =
  /^(?:arn:aws[\w-]*:[\w:/.*+=@-]+|(?:ssm|secretsmanager|vault|op|env|file|awssm|gcpsm):[\w/.:-]+|\/[a-z][a-z0-9_.-]*\/[a-z0-9_./-]+|s3:\/\/[\w./-]+)$/;

/** True for what stands in a secret's place without being one: nothing, a mask, a variable, a reference. */
export function isHarmless(value: string): boolean {
  return value === '' || PLACEHOLDER.test(value) || REFERENCE.test(value);
}

/** A sentence about a secret, not the secret: `is required`, `must be …`, `expired`. */
const SAYS = new Set(
  'are cannot changed denied did does expired failed field has incorrect invalid is may mismatch missing must needs not rejected required reset should too unauthorized unknown updated was were wrong'.split(
    ' ',
  ),
);
const TYPES = new Set(
  'accepted any authentication blank bool boolean bytes change confirmation disabled empty enabled encrypted error failure int integer length minimum number object ok optional policy protected removed set str strength string text unset update valid varchar verification'.split(
    ' ',
  ),
);

const TALK_JA =
  /^(?:必須|必要|不要|不正|無効|有効|未設定|未入力|未登録|期限|変更|再設定|入力|一致|不一致|エラー|なし|あり|が|は|の|を|に)/;

/** True when the value speaks of a secret, as validation messages and type declarations do. */
export function isTalk(value: string): boolean {
  const first = /^[a-z]+(?![\w!@#$%^&*+=~-])/i.exec(value)?.[0].toLowerCase() ?? '';
  if (SAYS.has(first) || TALK_JA.test(value)) return true;
  return TYPES.has(first) && !/[a-z0-9]/i.test(value.slice(first.length));
}
