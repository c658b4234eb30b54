/** One call in a stack trace, by file and function alone, so that a line that moved is the same frame. */
export interface Frame {
  /** `file:function`, without line, column and build hash. */
  readonly name: string;
  /** It is the team's own code: no runtime, no library. */
  readonly own: boolean;
  /** Python lists the innermost call last, everyone else first. */
  readonly innermost: 'first' | 'last';
}

const NOT_OWN_FILE =
  /node_modules|\/var\/runtime|\/var\/lang\/|\/opt\/|java\.base\/|site-packages|dist-packages|^node:|^internal\/|^native$|^index \d|<anonymous>|<frozen|\/gems\/|\/vendor\/|\/usr\/(?:local\/)?(?:lib|go)\/|\/go\/pkg\/mod\/|\/rustc\//;
const NOT_OWN_FUNCTION =
  /^(?:app\/\/|java\.base\/)?(?:java|javax|jakarta|jdk|sun|kotlin|kotlinx|scala|System|Microsoft|Amazon\.Lambda|com\.amazonaws|software\.amazon|lambdainternal|org\.springframework|org\.hibernate|org\.apache|com\.fasterxml|io\.netty|reactor|runtime)\./;

const PYTHON = /^File "([^"]{1,400})", line \d+(?:, in (\S{1,200}))?/;
const RUBY = /^(?:from )?([^\s:]{1,400}):\d+:in [`'"]([^`'"]{1,200})/;
const PHP = /^#\d+ ([^\s(]{1,400})\(\d+\): ([^\s(]{1,200})/;
const JAVA_PLACE =
  /^(?:[\w$]{1,200}\.(?:java|kt|scala|groovy|clj)(?::\d+)?|Native Method|Unknown Source|<generated>)$/;

/** Reads one trimmed line of a Node, Python, Java, .NET, Ruby or PHP stack trace; null when it is none. */
export function frameOf(line: string): Frame | null {
  if (line.startsWith('at ')) return atFrame(line.slice(3));
  const python = PYTHON.exec(line);
  if (python !== null) return frame(python[1], python[2], 'last');
  const other = RUBY.exec(line) ?? PHP.exec(line);
  return other === null ? null : frame(other[1], other[2], 'first');
}

/** A Go trace has two lines a call: `main.handle(0xc00…)`, then the file under it. */
export function goFrameOf(line: string, above: string): Frame | null {
  const file = /^(\/[^\s:]{1,400}\.go):\d+/.exec(line);
  if (file === null) return null;
  const end = above.lastIndexOf('(');
  return frame(file[1], end < 0 ? above : above.slice(0, end), 'first');
}

/** Node `fn (file:1:2)` or `file:1:2`, Java `a.b.C.m(C.java:1)`, .NET `A.B.M(String s) in /f.cs:line 1`. */
function atFrame(call: string): Frame | null {
  const dotnet = call.lastIndexOf(') in ');
  if (dotnet >= 0) {
    const name = call.slice(0, dotnet).split('(', 1)[0];
    return frame(call.slice(dotnet + 5).replace(/:line \d+$/, ''), name, 'first');
  }
  const open = call.lastIndexOf('(');
  if (open < 0 || !call.endsWith(')')) return /:\d+$/.test(call) ? frame(call, '', 'first') : null;
  const place = call.slice(open + 1, -1);
  if (JAVA_PLACE.test(place)) return frame(place.startsWith('Un') ? '' : place, call.slice(0, open), 'first');
  return frame(place, call.slice(0, open), 'first');
}

function frame(file = '', fn = '', innermost: 'first' | 'last'): Frame {
  const own = !NOT_OWN_FILE.test(file) && !NOT_OWN_FUNCTION.test(fn);
  return { name: `${fileName(file)}:${functionName(fn)}`, own, innermost };
}

/** The last two parts of the path, without position and build hash: `orders/chunk-9c2e1f.js:1:99` → `orders/chunk.js`. */
function fileName(file: string): string {
  const parts = file
    .replace(/^async /, '')
    .replace(/(?::\d+){1,2}$/, '')
    .split(/[/\\]+/);
  const short = parts
    .slice(-2)
    .join('/')
    .replace(/[?#].*$/, '');
  return short
    .replace(/[-._](?=[A-Za-z0-9]*\d)(?:[0-9a-f]{6,64}|[A-Za-z0-9]{8})(?=\.|$)/g, '')
    .replace(/\d+/g, '#');
}

function functionName(fn: string): string {
  const short =
    fn
      .replace(/^(?:async |new |Object\.|app\/\/)+/, '')
      .replace(/ \[as [^\]]*\]$/, '')
      .split('$$', 1)[0] ?? '';
  return short.replace(/\d+/g, '#').trim().slice(0, 200);
}
