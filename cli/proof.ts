import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Claim } from '../shared/config/compile.ts';
import type { Sample } from '../shared/config/samples.ts';
import { type RouteTest, readTests, type TestInput } from '../shared/config/tests.ts';
import { isObject } from '../shared/model/json.ts';
import type { Why } from '../shared/model/why.ts';
import { holdsOf } from '../shared/pipeline/hold.ts';
import type { Judged } from '../shared/pipeline/judge.ts';
import type { Judge } from '../shared/rules/judge.ts';
import { type Difference, differencesOf, hadSay, madeOf } from '../shared/rules/proof.ts';
import { readInput } from './input.ts';
import { type Tried, trySample } from './sample.ts';
import { UserError } from './user-error.ts';

/** What was tried and how it came out; `because` lists what is not as it should be. */
export interface Tested {
  readonly what: 'test' | 'example';
  readonly name: string;
  readonly at: string;
  readonly because: readonly Fault[];
  /** The reasons of every signal that was judged on the way. */
  readonly whys: readonly (readonly Why[])[];
}

/** A plain sentence, or an expectation that did not come true. */
export type Fault =
  | { readonly is: 'said'; readonly text: string; readonly why: Why | null }
  | ({ readonly is: 'differs' } & Difference);

/** The route tests that stand beside the rules, when there are any. */
export function testsBeside(config: string): readonly string[] {
  const file = join(dirname(config), 'hansho.test.yml');
  return existsSync(file) ? [file] : [];
}

/**
 * Runs all that proves the rules as of `now`, ms: their own examples, then the files of route tests.
 * @throws UserError when a file cannot be read.
 */
export async function prove(
  judge: Judge,
  claims: readonly Claim[],
  files: readonly string[],
  now: number,
): Promise<readonly Tested[]> {
  const results: Tested[] = [];
  for (const claim of claims) results.push(...(await runClaim(claim, judge, now)));
  for (const file of files) {
    for (const test of await readTestFile(file)) results.push(await runTest(test, file, judge, now));
  }
  return results;
}

/** @throws UserError that lists every problem of the file. */
async function readTestFile(file: string): Promise<readonly RouteTest[]> {
  const read = await readInput(file);
  if ('error' in read) throw new UserError(read.error);
  const tests = readTests(read.text, file);
  if (tests.ok) return tests.tests;
  const lines = tests.problems.map(
    (p) =>
      `  ${p.file}:${p.line}:${p.column} ${p.message}${p.suggestion === null ? '' : `; ${p.suggestion}`}`,
  );
  throw new UserError(`the tests are not valid:\n${lines.join('\n')}`);
}

/** Judges the sample of a route test and compares. A test without a moment of its own is judged as of `now`, ms. */
export async function runTest(test: RouteTest, file: string, judge: Judge, now: number): Promise<Tested> {
  const { name, at, expect } = test;
  const moment = test.moment ?? now;
  const tried = await tryInput(test.input, dirname(file), judge, moment);
  const result = { what: 'test', name, at } as const;
  if (!tried.ok) return { ...result, because: [said(tried.because)], whys: [] };
  const whys = tried.signals.map(({ why }) => why);
  const wanted = Array.isArray(expect) ? expect : tried.signals.map(() => expect);
  if (wanted.length !== tried.signals.length || tried.signals.length + wanted.length === 0) {
    const text = `expected ${Array.isArray(expect) ? wanted.length : 'at least 1'} signals, read ${tried.signals.length}`;
    return { ...result, because: [said(text)], whys };
  }
  const because = tried.signals.flatMap((judged, i) => {
    const hold = holdsOf(judged, judge, moment)[0] ?? null;
    const why = hold === null ? judged.why : [...judged.why, holdWhy(hold)];
    return differencesOf(wanted[i] ?? {}, madeOf(judged, hold), why).map(
      (one) => ({ is: 'differs', ...one }) as const,
    );
  });
  return { ...result, because, whys };
}

function holdWhy({
  by,
  at,
  because,
}: {
  readonly by: string;
  readonly at: string;
  readonly because: string;
}): Why {
  return { stage: 'hold', rule: by, at, because };
}

/** Whether each example reaches its rule, and no counterexample does. */
export async function runClaim(
  { rule, at, cases }: Claim,
  judge: Judge,
  now: number,
): Promise<readonly Tested[]> {
  const results: Tested[] = [];
  for (const one of cases) {
    const tried = await trySample(one.sample, judge, now);
    const name = `${rule}: ${one.matches ? 'example' : 'counterexample'} ${brief(one.sample)}`;
    const because = claimFault(tried, one.matches, { name: rule, at });
    const whys = tried.ok ? tried.signals.map(({ why }) => why) : [];
    results.push({ what: 'example', name, at: one.at, because: because === null ? [] : [because], whys });
  }
  return results;
}

function claimFault(
  tried: Tried,
  matches: boolean,
  rule: { readonly name: string; readonly at: string },
): Fault | null {
  if (!tried.ok) return said(tried.because);
  const taken = tried.signals.find(({ why }) => hadSay(rule, why));
  if (matches === (taken !== undefined)) return null;
  if (taken === undefined) return said(`${rule.name} has no say in it`, decisive(tried.signals[0]));
  return said(`${rule.name} has a say in it`, taken.why.find((why) => hadSay(rule, [why])) ?? null);
}

function decisive(judged: Judged | undefined): Why | null {
  return judged?.why.findLast(({ stage }) => stage === 'severity') ?? null;
}

function said(text: string, why: Why | null = null): Fault {
  return { is: 'said', text, why };
}

function brief(sample: Sample): string {
  const text = sample.is === 'line' ? sample.line : JSON.stringify(sample.event);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

async function tryInput(input: TestInput, folder: string, judge: Judge, now: number): Promise<Tried> {
  return input.is === 'file' ? tryFile(join(folder, input.path), judge, now) : trySample(input, judge, now);
}

/** Judges a file that holds one raw event. */
export async function tryFile(file: string, judge: Judge, now: number): Promise<Tried> {
  const read = await readInput(file);
  if ('error' in read) return { ok: false, because: read.error };
  const event = parsed(read.text);
  return isObject(event)
    ? trySample({ is: 'event', event }, judge, now)
    : { ok: false, because: `${file} holds no JSON object` };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
