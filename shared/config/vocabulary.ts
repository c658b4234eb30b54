import { isObject, type Json, type JsonObject } from '../model/json.ts';
import { LEVELS } from '../model/level.ts';
import { SEVERITIES } from '../model/severity.ts';
import { brief, type Finding, type Path, wrong, wrongKey } from './problem.ts';
import { didYouMean } from './suggest.ts';

/** The sources of signals, as `source` says them. */
export const SOURCE_WORDS = [
  'logs',
  'alarm',
  'guardduty',
  'securityhub',
  'health',
  'inspector',
  'macie',
  'access-analyzer',
  'config',
  'trusted-advisor',
  'signin',
  'cloudtrail',
  'acm',
  'dns-firewall',
  'cost-anomaly',
  'budgets',
  'ses',
  'webhook',
  'dead-letter',
  'ecs',
  'batch',
  'step-functions',
  'glue',
  'emr',
  'lambda',
  'codepipeline',
  'codebuild',
  'codedeploy',
  'cloudformation',
  'ec2',
  'auto-scaling',
  'ebs',
  'ecr',
  'rds',
  'backup',
  'dms',
  'redshift',
  'elasticache',
  'opensearch',
  'kms',
  'ses-sending',
  'event',
  'expect',
  'readiness',
] as const;

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
const SOURCE_ALIAS = new Map<string, string>([
  ...SOURCE_WORDS.map((word) => [`AWS.${word.toUpperCase()}`, word] as const),
  ['AWS.STATES', 'step-functions'],
  ['AWS.AUTOSCALING', 'auto-scaling'],
  ['AWS.ES', 'opensearch'],
  ['AWS.REDSHIFT-DATA', 'redshift'],
  ['AWS.INSPECTOR2', 'inspector'],
  ['AWS.TRUSTEDADVISOR', 'trusted-advisor'],
  ['AWS.ROUTE53RESOLVER', 'dns-firewall'],
  ['AWS.CE', 'cost-anomaly'],
  ['AWS.CLOUDWATCH', 'alarm'],
  ['CLOUDWATCH', 'alarm'],
  ['ALARMS', 'alarm'],
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

/**
 * Values that can never occur in a key that is text: `level: [WARN]`, an account without quotes. `list` is the
 * pattern's list at `at`; `teams` are the names that the file gives.
 */
export function checkWords(key: string, list: Json, at: Path, teams: readonly string[]): readonly Finding[] {
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
