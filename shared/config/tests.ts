import { z } from 'zod';
import { isObject, type Json } from '../model/json.ts';
import { LEVELS } from '../model/level.ts';
import type { Status } from '../model/signal.ts';
import type { Expectation } from '../rules/proof.ts';
import { readSheet } from './document.ts';
import { readEntry } from './parts.ts';
import { brief, type Finding, inOrder, type Path, type Problem, wrong } from './problem.ts';
import { readLine, type Sample } from './samples.ts';
import { may, need } from './schema.ts';
import { didYouMean } from './suggest.ts';
import { bad, good, kindOf, type Read, readChannel, readSeverity, readText } from './words.ts';

/** What a route test judges: a sample in place, or a file beside the tests. */
export type TestInput = Sample | { readonly is: 'file'; readonly path: string };

/** Where an event or a line must go. */
export interface RouteTest {
  readonly name: string;
  /** `hansho.test.yml:3` */
  readonly at: string;
  readonly input: TestInput;
  /** As of this moment, ms; null: now. */
  readonly moment: number | null;
  /** For all signals of the input alike, or for each of them in its order. */
  readonly expect: Expectation | readonly Expectation[];
}

export type ReadTests =
  | { readonly ok: true; readonly tests: readonly RouteTest[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const NO_TESTS = {
  message: 'the file holds no tests',
  suggestion: 'write - { name: …, event: FILE, expect: { severity: SEV3 } }',
};

/** Reads a file of route tests: all that is wrong with it at once, each with its place, or the tests. Never throws. */
export function readTests(source: string, file: string): ReadTests {
  const read = readSheet(source, NO_TESTS);
  if (!read.ok) return { ok: false, problems: inOrder(read.problems.map((one) => ({ file, ...one }))) };
  const { sheet } = read;
  const findings: Finding[] = [];
  const at = (path: Path) => `${file}:${sheet.place(path, 'value').line}`;
  const tests = readList(sheet.value, at, findings);
  const problems = [
    ...sheet.problems.map((one) => ({ file, ...one })),
    ...findings.map(({ path, on, message, suggestion }) => ({
      file,
      ...sheet.place(path, on),
      message,
      suggestion,
    })),
  ];
  return problems.length > 0 ? { ok: false, problems: inOrder(problems) } : { ok: true, tests };
}

function readList(value: Json, at: (path: Path) => string, findings: Finding[]): readonly RouteTest[] {
  if (!Array.isArray(value)) {
    findings.push(wrong([], `the file must be a list of tests, not ${kindOf(value)}`, NO_TESTS.suggestion));
    return [];
  }
  return value.flatMap((one: Json, i) => readTest(one, i, at, findings));
}

const testSchema = z.strictObject({
  name: need(readText, 'say what must hold: customers cannot pay wakes somebody'),
  event: may<unknown, undefined>(good, undefined),
  line: may<unknown, undefined>(good, undefined),
  logGroup: may(readText, null),
  at: may(readInstant, null),
  expect: need<unknown>(good, 'say where it must go: { severity: SEV2, channel: alert }'),
});

function readTest(
  value: Json,
  i: number,
  at: (path: Path) => string,
  findings: Finding[],
): readonly RouteTest[] {
  const part = readEntry(testSchema, value, [i], findings);
  if (part === null || !isObject(value)) return [];
  const input = inputOf(value);
  if (!input.ok) findings.push(wrong([i], `a test ${input.message}`, input.suggestion));
  const expect = readExpect(value.expect ?? null, [i, 'expect'], findings);
  if (!input.ok || expect === null) return [];
  return [{ name: part.name, at: at([i]), input: input.value, moment: part.at, expect }];
}

const INPUT_HINT = 'write event: events/guardduty/high.json, or line: "…" with its logGroup';

function inputOf({
  event,
  line,
  logGroup = null,
}: {
  readonly [key: string]: Json | undefined;
}): Read<TestInput> {
  if ((event === undefined) === (line === undefined))
    return bad(
      event === undefined ? 'needs `event` or `line`' : 'has `event` or `line`, not both',
      INPUT_HINT,
    );
  if (line !== undefined) return readLine(line, logGroup);
  if (logGroup !== null)
    return bad('has a `logGroup` only with `line`', 'an event says itself where it is from');
  if (typeof event === 'string' && event !== '') return good({ is: 'file', path: event });
  return isObject(event)
    ? good({ is: 'event', event })
    : bad(`needs a file or a raw event as \`event\`, not ${kindOf(event)}`, INPUT_HINT);
}

/** A moment that is the same everywhere. */
function readInstant(value: unknown): Read<number> {
  const whole =
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/.test(value);
  const ms = whole ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms)
    ? bad(`must be a moment, not ${brief(value)}`, 'write it with its offset: 2026-12-24T20:00:00+09:00')
    : good(ms);
}

const LEFT_OUT = undefined;

/** Each key as `hansho explain --json` has it; `rule` is the name of the severity rule that decides. */
const expectationSchema = z.strictObject({
  severity: may(orNull(readSeverity), LEFT_OUT),
  channel: may(orNull(readChannel), LEFT_OUT),
  destinations: may(readNames, LEFT_OUT),
  team: may(orNull(readText), LEFT_OUT),
  ignored: may(readWhether, LEFT_OUT),
  held: may(readWhether, LEFT_OUT),
  status: may(oneOf<Status>(['firing', 'resolved', 'info']), LEFT_OUT),
  level: may(orNull(oneOf(LEVELS)), LEFT_OUT),
  rule: may(orNull(readText), LEFT_OUT),
  source: may(readText, LEFT_OUT),
  kind: may(readText, LEFT_OUT),
  service: may(readText, LEFT_OUT),
  title: may(readText, LEFT_OUT),
});

function readExpect(value: Json, path: Path, findings: Finding[]): RouteTest['expect'] | null {
  if (!Array.isArray(value)) return readExpectation(value, path, findings);
  const each = value.map((one: Json, i) => readExpectation(one, [...path, i], findings));
  return each.every((one) => one !== null) ? each : null;
}

function readExpectation(value: Json, path: Path, findings: Finding[]): Expectation | null {
  const read = readEntry(expectationSchema, value, path, findings);
  if (read === null || Object.values(read).some((one) => one !== LEFT_OUT)) return read;
  findings.push(wrong(path, '`expect` is empty: it would hold whatever happens', 'write { severity: SEV3 }'));
  return null;
}

function orNull<T>(read: (value: unknown) => Read<T>): (value: unknown) => Read<T | null> {
  return (value) => (value === null ? good(null) : read(value));
}

function oneOf<T extends string>(known: readonly T[]): (value: unknown) => Read<T> {
  return (value) => {
    const found = known.find((one) => one === value);
    if (found !== undefined) return good(found);
    const near = typeof value === 'string' ? didYouMean(value, known) : null;
    return bad(`must be one of ${known.join(', ')}, not ${brief(value)}`, near);
  };
}

function readNames(value: unknown): Read<readonly string[]> {
  const names: unknown[] = Array.isArray(value) ? value : [null];
  const texts = names.filter((name) => typeof name === 'string');
  return texts.length === names.length
    ? good(texts)
    : bad('must be a list of names', 'write [slack-alert, oncall]');
}

/** By the rule of this name, by any (`true`), or by none (`false`, null). */
function readWhether(value: unknown): Read<string | boolean> {
  if (value === null) return good(false);
  return typeof value === 'boolean' ? good(value) : readText(value);
}
