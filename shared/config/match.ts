import { isObject, type Json, type JsonObject } from '../model/json.ts';
import { LEVELS } from '../model/level.ts';
import { SEVERITIES } from '../model/severity.ts';
import { compilePattern } from '../patterns/parse.ts';
import { brief, type Finding, type Path, wrong, wrongKey } from './problem.ts';
import { didYouMean, nearest } from './suggest.ts';

/** What a pattern may ask about. The first are always text; `fields` and `detail` have keys of their own. */
const TEXT_KEYS = [
  'source',
  'kind',
  'status',
  'level',
  'severity',
  'service',
  'team',
  'account',
  'region',
  'logGroup',
  'resource',
  'title',
  'message',
] as const;
const DOCUMENT_KEYS: readonly string[] = [...TEXT_KEYS, 'fields', 'detail'];

/** The sources of signals, as `source` says them. */
export const SOURCE_WORDS = ['logs', 'alarm', 'guardduty', 'securityhub', 'health', 'event'] as const;

/** Which pattern it is: some keys are not known yet when it is asked. */
export type Use = 'owns' | 'severity' | 'ignore' | 'escalate';
const NOT_YET: { readonly [U in Use]: ReadonlyMap<string, string> } = {
  owns: new Map([
    ['team', 'this pattern decides the team'],
    [
      'severity',
      'the severity is decided after the team; for what a finding says, match `fields: { severity: … }`',
    ],
  ]),
  severity: new Map([
    ['severity', 'this rule decides the severity; for what a finding says, match `fields: { severity: … }`'],
  ]),
  ignore: new Map(),
  escalate: new Map(),
};

/** What one pattern is checked against besides the language itself. */
interface Scope {
  readonly use: Use;
  readonly teams: readonly string[];
}

/** Everything that is wrong with a pattern: keys, operators, and values that can never occur. `path` is where it stands. */
export function checkPattern(pattern: JsonObject, path: Path, scope: Scope): readonly Finding[] {
  const findings = checkKeys(pattern, path, scope);
  if (findings.length > 0) return findings;
  const whole = compilePattern(pattern);
  if (!whole.ok) return [placeOf(whole.error, path, pattern, 0)];
  return whole.warnings.map((doubt) => placeOf(doubt, path, pattern, 0));
}

function checkKeys(pattern: JsonObject, path: Path, scope: Scope): readonly Finding[] {
  return Object.entries(pattern).flatMap(([key, value = null]) => {
    const at = [...path, key];
    if (key === '$or') return checkOr(value, at, (one, where) => checkKeys(one, where, scope));
    const early = NOT_YET[scope.use].get(key);
    if (early !== undefined) return [wrongKey(at, `\`${key}\` is not known here`, early)];
    if (!DOCUMENT_KEYS.includes(key)) return [unknownKey(key, at)];
    const broken = checkTree(value, at, [key]);
    if (broken.length > 0 || key === 'fields' || key === 'detail') return broken;
    return isObject(value)
      ? [wrong(at, `\`${key}\` is text and has no keys`, null)]
      : checkWords(key, value, at, scope);
  });
}

function checkOr(
  value: Json,
  path: Path,
  check: (pattern: JsonObject, path: Path) => readonly Finding[],
): readonly Finding[] {
  if (!Array.isArray(value) || value.length < 2 || !value.every(isObject)) {
    return [wrong(path, '`$or` takes a list of two patterns or more', 'write $or: [{ … }, { … }]')];
  }
  return value.flatMap((one, i) => check(one, [...path, i]));
}

/** Compiles each list of a tree alone, so that one mistake does not hide the next. */
function checkTree(value: Json, at: Path, inDocument: readonly string[]): readonly Finding[] {
  if (inDocument.at(-1) === '$or') {
    const outer = inDocument.slice(0, -1);
    return checkOr(value, at, (one, where) => checkTree(one, where, outer));
  }
  if (isObject(value) && Object.keys(value).length > 0 && compilePattern(nested(value, inDocument)).ok)
    return [];
  if (isObject(value) && !looksLikeOperator(value)) {
    const inner = Object.entries(value).flatMap(([key, one = null]) =>
      checkTree(one, [...at, key], [...inDocument, key]),
    );
    if (inner.length > 0) return inner;
  }
  const compiled = compilePattern(nested(value, inDocument));
  return compiled.ok ? [] : [placeOf(compiled.error, at, value, inDocument.length)];
}

const OPERATORS = [
  'prefix',
  'suffix',
  'wildcard',
  'anything-but',
  'numeric',
  'cidr',
  'exists',
  'equals-ignore-case',
];

/** An operator without its list: `{ prefix: x }` in the place of `[{ prefix: x }]`. */
function looksLikeOperator(value: JsonObject): boolean {
  const [key, second] = Object.keys(value);
  return key !== undefined && second === undefined && OPERATORS.includes(key);
}

function nested(value: Json, keys: readonly string[]): JsonObject {
  const wrapped = keys.toReversed().reduce<Json>((inner, key) => ({ [key]: inner }), value);
  return isObject(wrapped) ? wrapped : {};
}

interface InPattern {
  readonly message: string;
  readonly path: Path;
  readonly of: 'key' | 'value';
}

/** The finding for a problem whose path counts from `depth` keys above `value`, which stands at `at`. */
function placeOf({ message, path, of }: InPattern, at: Path, value: Json, depth: number): Finding {
  const rest = path.slice(depth);
  const hint = of === 'value' ? withoutQuotes(valueAt(value, rest)) : null;
  const make = of === 'key' ? wrongKey : wrong;
  return make([...at, ...rest], message, hint);
}

function valueAt(value: Json, path: Path): Json | undefined {
  let here: Json | undefined = value;
  for (const key of path) {
    if (Array.isArray(here)) here = here[Number(key)];
    else here = isObject(here) && Object.hasOwn(here, key) ? here[key] : undefined;
  }
  return here;
}

function withoutQuotes(value: Json | undefined): string | null {
  const isNumber = typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value);
  return isNumber ? `write ${value} without quotes` : null;
}

/** Names that people know from the raw events or other tools. */
const ALSO_CALLED = new Map([
  ['detail-type', 'kind'],
  ['detailtype', 'kind'],
  ['type', 'kind'],
  ['msg', 'message'],
  ['text', 'message'],
  ['function', 'service'],
  ['functionname', 'service'],
  ['loglevel', 'level'],
]);

function unknownKey(key: string, at: Path): Finding {
  const meant = ALSO_CALLED.get(key.toLowerCase()) ?? nearest(key, DOCUMENT_KEYS);
  const hint = `a field of a log line goes under \`fields\`, one of an event under \`detail\`; keys: ${DOCUMENT_KEYS.join(', ')}`;
  const suggestion = meant === null ? hint : `did you mean \`${meant}\`?`;
  return wrongKey(at, `unknown document key \`${key.slice(0, 64)}\``, suggestion);
}

interface Vocabulary {
  readonly message: string;
  readonly words: readonly string[];
  readonly alias: ReadonlyMap<string, string>;
}

const LEVEL_ALIAS = new Map([
  ['WARN', 'WARNING'],
  ['ERR', 'ERROR'],
  ['CRITICAL', 'FATAL'],
  ['CRIT', 'FATAL'],
  ['EMERGENCY', 'FATAL'],
  ['ALERT', 'FATAL'],
  ['PANIC', 'FATAL'],
  ['SEVERE', 'ERROR'],
  ['NOTICE', 'INFO'],
  ['INFORMATION', 'INFO'],
  ['VERBOSE', 'DEBUG'],
]);
const SOURCE_ALIAS = new Map([
  ['AWS.GUARDDUTY', 'guardduty'],
  ['AWS.SECURITYHUB', 'securityhub'],
  ['AWS.HEALTH', 'health'],
  ['AWS.CLOUDWATCH', 'alarm'],
  ['CLOUDWATCH', 'alarm'],
  ['ALARMS', 'alarm'],
  ['LAMBDA', 'logs'],
  ['CLOUDWATCH LOGS', 'logs'],
]);

const VOCABULARIES = new Map<string, Vocabulary>([
  ['level', { message: `levels are ${LEVELS.join(' ')}`, words: LEVELS, alias: LEVEL_ALIAS }],
  ['severity', { message: `severities are ${SEVERITIES.join(' ')}`, words: SEVERITIES, alias: new Map() }],
  ['status', { message: 'statuses are firing info', words: ['firing', 'info'], alias: new Map() }],
  ['source', { message: `sources are ${SOURCE_WORDS.join(' ')}`, words: SOURCE_WORDS, alias: SOURCE_ALIAS }],
]);

function vocabularyOf(key: string, teams: readonly string[]): Vocabulary | undefined {
  if (key !== 'team') return VOCABULARIES.get(key);
  const message = teams.length === 0 ? 'no team is defined' : `teams are ${teams.join(' ')}`;
  return { message, words: teams, alias: new Map() };
}

/** Values that can never occur in a key that is text. */
function checkWords(key: string, list: Json, at: Path, { teams }: Scope): readonly Finding[] {
  const vocabulary = vocabularyOf(key, teams);
  const items = Array.isArray(list) ? list : [];
  return items.flatMap((item: Json, i): readonly Finding[] => {
    if (isObject(item)) return checkOperand(key, item, [...at, i], vocabulary);
    return checkWord(key, item, [...at, i], vocabulary, false);
  });
}

function checkOperand(
  key: string,
  item: JsonObject,
  at: Path,
  vocabulary: Vocabulary | undefined,
): readonly Finding[] {
  if (item.numeric !== undefined) {
    return [
      wrongKey(
        [...at, 'numeric'],
        `\`${key}\` is text: numeric never holds`,
        'numbers are under `fields` or `detail`',
      ),
    ];
  }
  const fold = item['equals-ignore-case'];
  if (fold !== undefined) return checkWord(key, fold, [...at, 'equals-ignore-case'], vocabulary, true);
  const but = item['anything-but'];
  if (but === undefined) return [];
  const where = [...at, 'anything-but'];
  if (isObject(but)) return checkOperand(key, but, where, vocabulary);
  if (!Array.isArray(but)) return checkWord(key, but, where, vocabulary, false);
  return but.flatMap((word: Json, i) => checkWord(key, word, [...where, i], vocabulary, false));
}

function checkWord(
  key: string,
  word: Json,
  at: Path,
  vocabulary: Vocabulary | undefined,
  anyCase: boolean,
): readonly Finding[] {
  if (Array.isArray(word))
    return word.flatMap((one: Json, i) => checkWord(key, one, [...at, i], vocabulary, anyCase));
  if (typeof word !== 'string') {
    const hint =
      key === 'account' ? 'put the account id in quotes: zeros in front count' : 'put it in quotes';
    return [wrong(at, `\`${key}\` is text: ${brief(word)} never occurs`, hint)];
  }
  if (vocabulary === undefined) return [];
  const { message, words, alias } = vocabulary;
  if (words.some((known) => known === word || (anyCase && known.toUpperCase() === word.toUpperCase())))
    return [];
  const meant = alias.get(word.toUpperCase());
  const suggestion = meant === undefined ? nearWord(key, word, words) : `did you mean \`${meant}\`?`;
  const text = words.length === 0 ? message : `${message}, not ${brief(word)}`;
  return [wrong(at, text, suggestion ?? hintFor(key, word))];
}

/** SEV6 is one letter from SEV1 and nowhere near it in meaning. */
function nearWord(key: string, word: string, words: readonly string[]): string | null {
  const upper = word.toUpperCase();
  return key === 'severity'
    ? didYouMean(
        upper,
        words.filter((one) => one === upper),
      )
    : didYouMean(word, words);
}

function hintFor(key: string, word: string): string | null {
  if (key === 'status') return 'a resolve is judged as the firing that it ends';
  const isEvent = key === 'source' && word.startsWith('aws.');
  return isEvent ? 'other AWS events are `event`; match their detail-type by `kind`' : null;
}
