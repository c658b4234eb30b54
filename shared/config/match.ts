import { isObject, type Json, type JsonObject } from '../model/json.ts';
import { compilePattern } from '../patterns/parse.ts';
import { type Finding, type Path, wrong, wrongKey } from './problem.ts';
import { nearest } from './suggest.ts';
import { checkWords } from './vocabulary.ts';

/** What a pattern may ask about. The first are always text; `tags`, `fields` and `detail` have keys of their own. */
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
export const DOCUMENT_KEYS: readonly string[] = [...TEXT_KEYS, 'tags', 'fields', 'detail'];

/** Which pattern it is: some keys are not known yet when it is asked. */
export type Use = 'logs' | 'owns' | 'severity' | 'ignore' | 'escalate' | 'expect' | 'hold' | 'readiness';

/** What a rule without a pattern matches: every signal has a source. */
export const EVERYTHING: JsonObject = { source: [{ exists: true }] };

const KEPT =
  'it is asked when telling, of what an incident keeps: source, kind, severity, service, team, account, region, logGroup, resource, title';
const GONE = ['level', 'status', 'message', 'tags', 'fields', 'detail'].map((key) => [key, KEPT] as const);
const NOT_YET: { readonly [U in Use]: ReadonlyMap<string, string> } = {
  logs: new Map(
    DOCUMENT_KEYS.filter((key) => key !== 'logGroup' && key !== 'message').map((key) => [
      key,
      'how a line is read depends on `logGroup` and `message` alone',
    ]),
  ),
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
  hold: new Map(GONE),
  readiness: new Map([...GONE, ['severity', 'it changes the severity']]),
  expect: new Map([
    ['team', 'what is heard is not judged'],
    ['severity', 'what is heard is not judged; for what a finding says, match `fields: { severity: … }`'],
  ]),
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
    if (broken.length === 0 && (key === 'fields' || key === 'tags') && holdsValues(value))
      return [wrong(at, `\`${key}\` has keys and no value of its own`, `write ${key}: { your_key: [ … ] }`)];
    if (broken.length === 0 && key === 'tags') return checkTags(value, at);
    if (broken.length > 0 || key === 'fields' || key === 'detail') return broken;
    return isObject(value)
      ? [wrong(at, `\`${key}\` is text and has no keys`, null)]
      : checkWords(key, value, at, scope.teams);
  });
}

/** Tags are text, whatever they are called: `tags: { cost-center: [1234] }` would never match. */
function checkTags(tags: Json, at: Path): readonly Finding[] {
  if (!isObject(tags)) return [];
  return Object.entries(tags).flatMap(([tag, value = null]) => {
    const here = [...at, tag];
    if (tag === '$or') return checkOr(value, here, checkTags);
    const key = `tags.${tag.slice(0, 64)}`;
    return isObject(value)
      ? [wrong(here, `\`${key}\` is text and has no keys`, null)]
      : checkWords(key, value, here, []);
  });
}

/** A list of anything but `exists`. */
function holdsValues(value: Json): boolean {
  return Array.isArray(value) && !value.every((one: Json) => isObject(one) && one.exists !== undefined);
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
