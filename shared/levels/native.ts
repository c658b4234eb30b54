import type { Level, LevelReading } from '../model/level.ts';
import { anyOf, bodyFrom, type Line, says } from './line.ts';

/** A failure that runtimes write without any level word: the phrase stands at the start of the text. */
interface Phrase {
  readonly level: Level;
  readonly name: string;
  readonly pattern: RegExp;
}

const phrase = (level: Level, name: string, pattern: RegExp): Phrase => ({ level, name, pattern });

/** What the runtimes say when memory is gone. Every later call may fail the same way. */
const OUT_OF_MEMORY: readonly Phrase[] = [
  phrase('FATAL', 'Python is out of memory', /^MemoryError\b/),
  phrase(
    'FATAL',
    'Java is out of memory',
    /^(?!Caused by)(?:[A-Za-z][^{}]{0,200})?\bjava\.lang\.OutOfMemoryError\b/,
  ),
  phrase('FATAL', 'Node is out of memory', /^(?:[A-Za-z][^{}]{0,200})?\bJavaScript heap out of memory\b/),
  phrase('FATAL', 'Go is out of memory', /^(?:fatal error: )?runtime: out of memory\b/),
  phrase(
    'FATAL',
    'Ruby is out of memory',
    /^(?:[A-Za-z/][^{}]{0,200})?\bfailed to allocate memory \(NoMemoryError\)/,
  ),
  phrase(
    'FATAL',
    'the kernel killed a process',
    /^(?:\[[\s\d.]{3,20}\] )?(?:Memory cgroup o|O)ut of memory: Kill(?:ed)? process\b/,
  ),
];

const PHRASES: readonly Phrase[] = [
  ...OUT_OF_MEMORY,
  phrase('ERROR', 'Lambda timeout', /^(?:Error: )?Task timed out after [\d.]{1,12} seconds/),
  phrase('ERROR', 'Lambda runtime exit', /^(?:Error: )?Runtime exited\b/),
  phrase('ERROR', 'Lambda process exit', /^(?:Error: )?Process exited before completing request/),
  phrase('ERROR', 'Lambda finds no bootstrap', /^(?:Error: )?Couldn't find valid bootstrap\b/),
  phrase('ERROR', 'bare Lambda error type', /^(?:Runtime|Extension|Sandbox|Function)\.[A-Z]\w{2,60}$/),
  phrase(
    'ERROR',
    'Ruby handler error',
    /^(?:Error raised from handler method|Init error when loading handler)\b/,
  ),
  phrase('WARNING', 'LAMBDA_WARNING banner', /^LAMBDA_WARNING:/),
  phrase('FATAL', 'Go panic', /^panic: /),
  phrase('FATAL', 'Go fatal error', /^fatal error: /),
  phrase('ERROR', 'Go panic in a request', /^http: panic serving\b/),
  phrase('FATAL', 'Rust panic', /^thread '[^']{0,80}'(?: \(\d{1,12}\))? panicked at\b/),
  phrase('FATAL', 'PHP fatal error', /^(?:PHP )?(?:Fatal|Parse|Core|Compile) error: /),
  phrase('ERROR', 'PHP recoverable error', /^(?:PHP )?(?:Recoverable fatal|Catchable fatal|User) error: /i),
  phrase('WARNING', 'PHP warning', /^PHP (?:User |Core |Compile )?Warning: /i),
  phrase('INFO', 'PHP notice', /^PHP (?:User )?(?:Notice|Deprecated|Strict Standards): /i),
  phrase('WARNING', 'Node warning', /^\(node:\d{1,9}\) (?:\[\w{1,12}\] )?(?:\w{1,60})?Warning: /),
  phrase('WARNING', 'Python warning', /^[^\s:]{1,300}:\d{1,7}: (?:\w{1,60}\.){0,6}\w{0,60}Warning: /),
  phrase('WARNING', 'JVM warning', /^(?:OpenJDK|Java HotSpot)\b[^:]{0,60} warning: /),
  phrase('FATAL', 'JVM crash', /^# A fatal error has been detected by the Java Runtime Environment/),
  phrase('FATAL', 'Python crash', /^Fatal Python error: /),
  phrase(
    'ERROR',
    'uncaught exception',
    /^Exception in thread (?:"|(?=[^:]{0,80}[\dA-Z_(])[^\s":]{1,80}(?: \([^()]{1,80}\))?:$)/,
  ),
  phrase(
    'ERROR',
    'uncaught exception',
    /^Un(?:handled|caught) (?:[Ee]xception|(?:Promise )?[Rr]ejection|[\w.]{0,60}(?:Error|Exception)\b)/,
  ),
  phrase(
    'ERROR',
    'uncaught Ruby exception',
    /^[^\s:]{1,300}:\d{1,7}:in [`'][^`']{1,200}': [^\r\n]{1,300}\((?:[A-Z]\w{0,60}::){0,6}\w{0,60}(?:Error|Exception)\)$/,
  ),
  phrase('ERROR', 'Django server error', /^Internal Server Error: \//),
  phrase(
    'FATAL',
    'crash',
    /^(?:\S{1,120}: line \d{1,6}: {1,6}\d{1,9} )?(?:Segmentation fault|Aborted|Bus error|Illegal instruction|Floating point exception|Trace\/breakpoint trap)(?: {1,9}\(core dumped\)| {3,30}\S|$)/,
  ),
  phrase('FATAL', 'program that cannot be loaded', /^\S{1,200}: error while loading shared libraries: /),
  phrase('FATAL', 'kernel panic', /^Kernel panic - not syncing\b/),
  phrase('FATAL', 'C++ crash', /^(?:terminate called |libc\+\+abi(?:\.dylib)?: terminating )/),
  phrase(
    'FATAL',
    'corrupted memory (glibc)',
    /^(?:\*\*\* stack smashing detected \*\*\*|\*\*\* buffer overflow detected \*\*\*|double free or corruption|corrupted (?:size|double-linked list)|(?:free|malloc|realloc|munmap_chunk)\(\): )/,
  ),
  phrase(
    'FATAL',
    'failed assertion',
    /^[^\s:]{1,120}: [^\s:]{1,300}:\d{1,7}: .{1,300}: Assertion `.{1,300}' failed\./,
  ),
  phrase(
    'FATAL',
    'Go crash',
    /^(?:SIG[A-Z]{3,5}: |unexpected fault address 0x|runtime: goroutine stack exceeds )/,
  ),
  phrase(
    'FATAL',
    'Rust crash',
    /^(?:thread '[^']{0,80}'(?: \(\d{1,12}\))? has overflowed its stack|fatal runtime error: |memory allocation of \d{1,20} bytes failed)/,
  ),
  phrase('FATAL', 'Ruby crash', /^(?:\S{1,300}: )?\[BUG\] /),
  phrase(
    'FATAL',
    '.NET crash',
    /^(?:Stack overflow\.|Out of memory\.|Process terminated\.|Fatal error\.)(?: |$)/,
  ),
  phrase(
    'ERROR',
    'uncaught exception in a Rack app',
    /^Rack app \("[^"]{0,400}"[^#]{0,80}: #<[\w:]{0,120}(?:Err|Exception)/,
  ),
  phrase('ERROR', 'API Gateway could not execute', /^\([-\da-f]{36}\) Execution failed due to /),
  phrase('ERROR', 'CodeBuild failure', /^Command did not exit successfully /),
  phrase('ERROR', 'Gradle failure', /^FAILURE: Build (?:failed|completed with \d)/),
  phrase('FATAL', 'crash', /^segfault at [\da-f]/),
  phrase('ERROR', 'Perl module that is missing', /^Can't locate \S{1,200} in @INC\b/),
  phrase('ERROR', 'Lua error', /^lua(?:jit|[\d.]{1,4})?: [^\s:]{1,200}:\d{1,7}: /),
  phrase('ERROR', 'R error', /^Error in [\w.$:]{1,100}\([^\r\n]{0,200}\) : /),
  phrase('WARNING', 'R warning', /^(?:In addition: )?Warning messages?:\s{0,2}$/),
  phrase('ERROR', 'kubectl error', /^Error from server(?: \(\w{1,40}\))?: /),
  phrase(
    'ERROR',
    'dbt error',
    /^(?:Completed with [1-9]\d{0,5} errors?\b|(?:Database|Compilation|Runtime) Error in (?:model|test|seed|snapshot|unit_test) )/,
  ),
  phrase('ERROR', 'Db2 error', /^SQL\d{4,5}N {1,2}\S/),
  phrase('WARNING', 'Db2 warning', /^SQL(?!0{1,2}100W)\d{4,5}W {1,2}\S/),
  phrase('ERROR', 'SQL Server error', /^Msg \d{1,6}, Level (?:1[1-9]|2\d), State \d/),
  phrase('ERROR', 'Next.js error', /^\u2a2f /),
  phrase('WARNING', 'Next.js warning', /^\u26a0 /),
  // Not what PL/SQL asks for (no data found), nor what only warns.
  phrase(
    'ERROR',
    'Oracle error',
    /^(?:(?:ORA|TNS)-(?!00000|01403|06512|24344|24347|28002|28011)\d{5}|RMAN-0[134]\d{3}): /,
  ),
  phrase('ERROR', 'Docker error', /^(?:docker: )?Error response from daemon: /),
  phrase(
    'ERROR',
    'container that cannot start',
    /^(?:standard_init_linux\.go:\d{1,4}: )?exec (?:user process caused\b|\/\S{1,200}: (?:no such file or directory|exec format error|permission denied))/,
  ),
  phrase(
    'ERROR',
    'shell error',
    /^(?:-?(?:ba|da|k|z|a)?sh|[^\s:]{0,120}(?:\/[^\s:/]{1,80}|\.sh)): (?:line )?\d{1,6}: (?:[^\r\n]{1,200}: (?:command not found|not found|permission denied|no such file or directory|unbound variable|cannot execute[^:]{0,60})$|syntax error\b)/i,
  ),
  phrase('ERROR', 'make error', /^g?make(?:\[\d{1,3}\])?: \*\*\* /),
  phrase('ERROR', 'curl error', /^curl: \(\d{1,3}\) /),
  // Locks and creators ask for some answers: it was not so, it is not there, it is there already.
  phrase(
    'ERROR',
    'AWS call that failed',
    /^An error occurred \((?!ConditionalCheckFailedException\b|304\b|404\b|412\b|\w{0,80}Already)\w{1,80}\) when calling the \w{1,80} operation\b/,
  ),
  phrase(
    'ERROR',
    'abnormal end of a job',
    /^(?:IE[AF]\d{3}I |(?:JOB|STEP) )[^\r\n]{0,160}\b(?:ABEND=(?!S000 U0000)[SU]|(?<!\bNOT )(?:ABENDED|ENDED ABNORMALLY)\b)/,
  ),
  phrase('ERROR', 'npm error', /^npm (?:ERR!|error) /),
  phrase('WARNING', 'npm warning', /^npm (?:WARN|warn) /),
];

const ANY_PHRASE = anyOf(PHRASES.map(({ pattern }) => pattern));

/** Node writes its last garbage collections above the reason; in one event they make one fault. */
function readHeapDump(line: Line): LevelReading | null {
  const dump =
    /^<--- (?:Last few GCs|JS stacktrace) --->/.test(line.head) &&
    line.text.slice(0, 8_000).includes('JavaScript heap out of memory');
  return dump ? says('FATAL', 'Node is out of memory', bodyFrom(line, 0)) : null;
}

const MINIO = /^API: [^\r\n]{1,200}[\r\n]{1,2}Time: (?:[^\r\n]{0,200}[\r\n]{1,2}){1,10}Error: /;

/** MinIO reports an error as a block of lines, the error last. */
function readBlock(line: Line): LevelReading | null {
  return line.head.startsWith('API: ') && MINIO.test(line.text.slice(0, 2_000))
    ? says('ERROR', 'MinIO error', bodyFrom(line, 0))
    : null;
}

/** Failures that carry no level word. They count at the start of the text, behind a time or request id at most. */
export function readNative(line: Line): LevelReading | null {
  const { end } = line.header();
  for (const from of end === 0 ? [0] : [end, 0]) {
    const rest = line.head.slice(from);
    const found = ANY_PHRASE.test(rest) ? PHRASES.find(({ pattern }) => pattern.test(rest)) : undefined;
    if (found !== undefined) return says(found.level, found.name, bodyFrom(line, from));
  }
  return readHeapDump(line) ?? readBlock(line);
}

const EXIT = /^RequestId: [\w-]{1,64} (?:Error: |(?=(?:Process exited before|Task timed out after)\b))/;

/** Lambda's own report that the runtime of a request is gone or never started: before any other reading of its word `Error`. */
export function readLambdaExit(line: Line): LevelReading | null {
  const found = EXIT.exec(line.head);
  return found === null
    ? null
    : says('ERROR', 'Lambda reports that the runtime is gone', bodyFrom(line, found[0].length));
}

const NODE_COLUMNS =
  /^[^\t]{1,40}\t([^\t]{1,64})\tERROR\t(Uncaught Exception|Unhandled Promise Rejection|Invoke Error)?/;
const CANNOT_LOAD =
  /^Runtime\.(?:ImportModuleError|HandlerNotFound|MalformedHandlerName|UserCodeSyntaxError)\b/;

/**
 * An ERROR that is worse than its own word: memory is gone, or Node could not even load the handler, so that
 * every call fails until somebody acts. null when the word stands.
 */
export function worseThanError(line: Line, reading: LevelReading): LevelReading | null {
  if (reading.level !== 'ERROR') return null;
  const start = reading.body.slice(0, 400);
  const memory = /memory/i.test(start) ? OUT_OF_MEMORY.find(({ pattern }) => pattern.test(start)) : undefined;
  if (memory !== undefined) {
    return { ...reading, level: 'FATAL', evidence: `${reading.evidence}, ${memory.name}` };
  }
  const [, request, unhandled] = NODE_COLUMNS.exec(line.head) ?? [];
  const beforeFirst = request === 'undefined' && unhandled !== undefined;
  if (!beforeFirst && !(request !== undefined && CANNOT_LOAD.test(start))) return null;
  return {
    ...reading,
    level: 'FATAL',
    evidence: `${reading.evidence}, Node failed before it could serve a call`,
  };
}
