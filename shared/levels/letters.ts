import type { Level, LevelReading } from '../model/level.ts';
import { anyOf, bodyFrom, type Line, says } from './line.ts';
import { levelOfPriority } from './scales.ts';
import { levelOfHeader, NO_ERROR } from './words.ts';

/** A format whose level is a short code at a fixed place; group 1 of the pattern is the code. */
interface Format {
  readonly name: string;
  readonly pattern: RegExp;
  readonly codes: ReadonlyMap<string, Level>;
}

function codes(list: string): ReadonlyMap<string, Level> {
  const levels: readonly Level[] = ['FATAL', 'ERROR', 'WARNING', 'INFO', 'DEBUG', 'TRACE'];
  const named = (initial: string) => levels.find((level) => level.startsWith(initial)) ?? 'TRACE';
  return new Map(list.split(' ').map((pair) => [pair.slice(0, -2), named(pair.slice(-1))]));
}

const GLOG = codes('F=F E=E W=W I=I');
const TIME = '\\d\\d:\\d\\d:\\d\\d';

const KLOG: Format = {
  name: 'klog letter',
  pattern: new RegExp(
    `^([FEWI])(?:\\d{4}|\\d{6}|\\d{8}) ${TIME}[.\\d]{0,10} {1,8}(?:\\d{1,9} )?(?:[^\\s\\]]{1,80}\\] ?)?`,
  ),
  codes: GLOG,
};

/** What GitHub Actions and Azure Pipelines write, behind a time too. */
const PIPELINE: Format = {
  name: 'pipeline word',
  pattern: /^##(?:\[|vso\[task\.logissue type=)(error|warning|notice|debug)[^\]\r\n]{0,300}\] ?/,
  codes: codes('error=E warning=W notice=I debug=D'),
};

/** Message ids of Hitachi's JP1 and its like begin with K and end in their level: `KAVS0265-E`. */
const MESSAGE_ID: Format = {
  name: 'message id',
  pattern: /^K[A-Z]{3}\d{4,5}-([EWI])[: ] {0,4}/,
  codes: codes('E=E W=W I=I'),
};

/** Endings of files that a compiler reads: before a colon and a number, a host and a port look alike. */
const SOURCES =
  '[cChHmsS]|cc|cpp|cxx|cu|hh|hpp|mm|cs|vb|fs|[cm]?[jt]s|[jt]sx|vue|svelte|go|rs|java|kts?|scala|sbt|swift|dart|py|rb|erb|php|p[lm]|lua|sh|sql|proto|tf|css|s[ac]ss|less|html?|xml|ya?ml|json|toml|tex|zig|asm|f90|\\w{2,3}proj|sln|targets|gradle';

const FORMATS: readonly Format[] = [
  {
    name: 'bracketed klog letter',
    pattern: new RegExp(`^(?:\\[\\w{1,20}\\]:)?\\[([FEWI])\\d{4} ${TIME}\\.\\d{6} [^\\]]{1,120}\\] ?`),
    codes: GLOG,
  },
  {
    name: 'Julia word',
    pattern: /^\[ (Error|Warning|Info|Debug): /,
    codes: codes('Error=E Warning=W Info=I Debug=D'),
  },
  KLOG,
  PIPELINE,
  MESSAGE_ID,
  {
    name: 'workflow command',
    pattern: /^::(error|warning|notice|debug)(?: [^\r\n]{1,300}?)?::/,
    codes: codes('error=E warning=W notice=I debug=D'),
  },
  {
    name: 'compiler word',
    pattern: new RegExp(
      `^(?:[A-Z]:)?[^\\s:()"'<>{}]{0,200}\\.(?:${SOURCES})(?:\\(\\d{1,7}(?:,\\d{1,7}){0,3}\\)|(?::\\d{1,7}){1,2}) ?: (?:fatal )?(error|warning)(?: [A-Z]{1,8}\\d{1,6})?: (?!${NO_ERROR})`,
    ),
    codes: codes('error=E warning=W'),
  },
  {
    name: 'compiler code',
    pattern: /^(error|warning)(?: [A-Z]{1,8}\d{2,6}|\[[A-Z]\d{4}\]): /,
    codes: codes('error=E warning=W'),
  },
  {
    name: 'bracketed letter',
    pattern: new RegExp(`^\\[ ?([CEWIDF]) (?:\\d{6}|\\d{4}-\\d\\d-\\d\\d)? ?${TIME}[^\\]]{0,80}\\] ?`),
    codes: codes('C=F F=F E=E W=W I=I D=D'),
  },
  {
    name: 'logcat letter',
    pattern: new RegExp(`^\\d\\d-\\d\\d ${TIME}\\.\\d{3} {1,4}\\d{1,6} {1,4}\\d{1,6} ([AFEWIDV]) `),
    codes: codes('A=F F=F E=E W=W I=I D=D V=T'),
  },
  {
    name: 'Redis mark',
    pattern: new RegExp(`^\\d{1,7}:[XCSM] \\d\\d? [A-Z][a-z]{2} \\d{4} ${TIME}\\.\\d{3} ([#*.-]) `),
    codes: codes('#=W *=I -=D .=D'),
  },
  {
    name: 'logrus word',
    pattern:
      /^(PANI|FATA|CRIT|ERRO|EROR|ERROR|WARN|INFO|DEBU|DBUG|DEBUG|TRAC|TRCE|TRACE) ?\[(?:\d{1,8}|\d\d-\d\d\|[\d:.]{8,12})\] ?/,
    codes: codes(
      'PANI=F FATA=F CRIT=F ERRO=E EROR=E ERROR=E WARN=W INFO=I DEBU=D DBUG=D DEBUG=D TRAC=T TRCE=T TRACE=T',
    ),
  },
  {
    name: 'logcat tag letter',
    pattern: new RegExp(
      `^(?:(?:\\d\\d-\\d\\d )?${TIME}(?:\\.\\d{1,6})? )?([AFEWIDV])\\/[\\w.$-]{1,60}\\( {0,6}\\d{1,7}\\): `,
    ),
    codes: codes('A=F F=F E=E W=W I=I D=D V=T'),
  },
  {
    name: 'WebSphere letter',
    pattern: /^\[[\d/]{6,10} \d{1,2}:\d\d:\d\d[^\]]{0,20}\] [\da-f]{8} \S{1,20} {1,14}([FEWAICORD1-3]) {1,4}/,
    codes: codes('F=F E=E W=W A=I I=I C=I O=I R=I D=D 1=D 2=D 3=T'),
  },
  {
    name: 'tag and word',
    pattern: /^(?:log4j|prisma):(ERROR|WARN|DEBUG|error|warn|info|query) /,
    codes: codes('ERROR=E WARN=W DEBUG=D error=E warn=W info=I query=I'),
  },
  {
    name: 'SLF4J letter',
    pattern: /^SLF4J\(([EWID])\): /,
    codes: codes('E=E W=W I=I D=D'),
  },
  {
    name: 'Erlang report',
    pattern: /^=(CRASH|CRITICAL|ERROR|SUPERVISOR|WARNING|INFO|NOTICE|PROGRESS|DEBUG) REPORT={4}[^\r\n]{0,80}/,
    codes: codes('CRITICAL=F CRASH=E ERROR=E SUPERVISOR=E WARNING=W INFO=I NOTICE=I PROGRESS=I DEBUG=D'),
  },
  {
    name: 'Chromium word',
    pattern:
      /^\[(?:\d{1,9}:){1,2}\d{4}\/\d{6}(?:\.\d{1,6})?:(FATAL|ERROR|WARNING|INFO|VERBOSE\d):[^\]]{1,120}\] ?/,
    codes: codes('FATAL=F ERROR=E WARNING=W INFO=I VERBOSE1=D VERBOSE2=D VERBOSE3=T'),
  },
  {
    name: 'TensorFlow letter',
    pattern: new RegExp(`^\\d{4}-\\d\\d-\\d\\d ${TIME}\\.\\d{6}: ([FEWI]) [^\\s\\]]{1,160}:\\d{1,6}\\] `),
    codes: GLOG,
  },
  {
    name: 'kernel word',
    pattern:
      /^(?:kern|user|daemon|auth|authpriv|syslog|cron) {0,8}:(emerg|alert|crit|err|warn|notice|info|debug) {0,6}: /,
    codes: codes('emerg=F alert=F crit=F err=E warn=W notice=I info=I debug=D'),
  },
  {
    name: '.NET console word',
    pattern:
      /^(?:[\d[][-\d/:.,TZ+\] ]{4,40})?(crit|fail|warn|info|dbug|trce): (?=[\w.`+[\],]{1,200}\[\d{1,9}\])/,
    codes: codes('crit=F fail=E warn=W info=I dbug=D trce=T'),
  },
];

const ANY_FORMAT = anyOf(FORMATS.map(({ pattern }) => pattern));

/** Formats that write a letter or a cut word for the level: klog, tornado, logcat, Redis, logrus, .NET's console. */
export function readLetters(line: Line): LevelReading | null {
  return ANY_FORMAT.test(line.head) ? lettersFrom(line, 0, FORMATS) : null;
}

/** What stands behind the header that a collector wrote (`Dec  1 … kubelet[7]: W1201 …`). */
export function readLettersBehind(line: Line): LevelReading | null {
  const { end } = line.header();
  const glued = end === 0 || /\w/.test(line.head[end - 1] ?? '');
  return glued ? null : lettersFrom(line, end, [KLOG, PIPELINE, MESSAGE_ID]);
}

function lettersFrom(line: Line, from: number, formats: readonly Format[]): LevelReading | null {
  const head = from === 0 ? line.head : line.head.slice(from);
  for (const { name, pattern, codes } of formats) {
    const found = pattern.exec(head);
    const level = found === null ? undefined : codes.get(found[1] ?? '');
    if (found !== null && level !== undefined) {
      return says(level, `${name} "${found[1]}"`, bodyFrom(line, from + found[0].length));
    }
  }
  return null;
}

const RUBY = /^[FEWIDAU], \[[^\]]{8,80}\] {1,4}([A-Z]{3,7}) (?:[\w-]{1,64} )?-- [^:]{0,80}: ?/;

/** Ruby's logger: letter, comma, `[time #pid]`, the level in full, program, text. */
export function readRuby(line: Line): LevelReading | null {
  const found = RUBY.exec(line.head);
  if (found === null) return null;
  const word = found[1] ?? '';
  // ANY is what Ruby writes for messages without a severity, which are always logged.
  const level = word === 'ANY' ? 'INFO' : levelOfHeader(word);
  return says(level, `Ruby logger word "${word}"`, bodyFrom(line, found[0].length));
}

const SYSLOG = /^<(\d{1,3})>/;
const SYSLOG_HEADER =
  /^<\d{1,3}>(?:\d{1,2} (?:\S{1,255} ){5}(?:- ?|\[[^\]]{0,300}\] ?)?|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S{1,255} )?/;

/** A syslog priority at the start: its remainder by 8 is the severity, lower is worse. */
export function readSyslog(line: Line): LevelReading | null {
  const priority = SYSLOG.exec(line.head)?.[1];
  const level = priority === undefined ? null : levelOfPriority(Number(priority));
  if (level === null) return null;
  const body = bodyFrom(line, SYSLOG_HEADER.exec(line.head)?.[0].length ?? 0);
  return says(level, `syslog priority <${priority}>`, body);
}

const POSTGRES =
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})? [A-Z+\d]{3,5}(?::[^[\]]{0,160}:| )\[\d{1,9}(?:-\d{1,9})?\]:? ?(?:\[\d{1,9}-\d{1,3}\] )?(?:[^\s@]{0,63}@\S{0,63} |user=\S{0,255} )?([A-Z]{3,9})\d?: {0,2}/;

/** PostgreSQL: time, zone, client, `[pid]`, level. DETAIL, HINT and STATEMENT belong to the line before. */
export function readPostgres(line: Line): LevelReading | null {
  const found = POSTGRES.exec(line.head);
  if (found === null) return null;
  const word = found[1] ?? '';
  const body = bodyFrom(line, found[0].length);
  if (/^(?:DETAIL|HINT|STATEMENT|CONTEXT|QUERY|LOCATION)$/.test(word)) {
    return { level: null, evidence: `PostgreSQL ${word}`, continues: true, alone: null, json: null, body };
  }
  return says(word === 'LOG' ? 'INFO' : levelOfHeader(word), `PostgreSQL word "${word}"`, body);
}
