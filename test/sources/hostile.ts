import fc from 'fast-check';
import { expect } from 'vitest';
import type { Signal } from '../../shared/model/signal.ts';

/** Arrays and objects in turn, so deep that what walks them without a limit runs out of stack. */
export function nested(depth: number): unknown {
  let deep: unknown = 'bottom';
  for (let i = 0; i < depth; i++) deep = i % 2 === 0 ? [deep] : { detail: deep };
  return deep;
}

/** Values that no field is written for. */
export const HOSTILE: readonly unknown[] = [
  null,
  true,
  '',
  ' ',
  0,
  -1,
  1e308,
  '1e999',
  '12',
  [],
  {},
  [[]],
  [null],
  [{}],
  JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1},"toString":"x"}'),
  nested(500),
  'x'.repeat(1_000_000),
  '🔥'.repeat(1000),
  '\ud800',
  'a\u0000b\u2028c',
  'arn:aws:::::',
  'arn:aws:guardduty:eu-west-1:111122223333:detector/d/finding/f',
  '2026-01-01T00:00:00Z',
  '9999-99-99T99:99:99Z',
  '{"detail-type":"GuardDuty Finding","detail":{}}',
  '{"Records":[{"body":"{}"}]}',
  '[[[[[[',
  'ALARM',
  'Threshold Crossed: [1.0 was greater than the threshold (',
  '[SAMPLE]',
];

/** One thing done to one place of an event; the place is found by walking it with the given choices. */
export const mutation = fc.record({
  steps: fc.array(fc.nat(), { minLength: 1, maxLength: 7 }),
  act: fc.constantFrom('replace', 'drop', 'add', 'as text'),
  key: fc.constantFrom('__proto__', 'constructor', 'detail', 'Severity', 'arn', 'state', 'x'),
  /** Which of HOSTILE; the value itself is too much for a report. */
  which: fc.nat({ max: HOSTILE.length - 1 }),
});
export type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

/** The event with one thing done to it. */
export function mutate(event: unknown, { steps, act, key, which }: Mutation): unknown {
  const value = HOSTILE[which];
  const [step, ...rest] = steps;
  if (step === undefined || typeof event !== 'object' || event === null)
    return act === 'as text' ? JSON.stringify(event) : value;
  const entries = Object.entries(event);
  const chosen = entries[step % Math.max(entries.length, 1)];
  if (act === 'add' && rest.length === 0) return made(event, [...entries, [key, value]]);
  if (chosen === undefined) return value;
  const [name, child] = chosen;
  const others = entries.filter(([other]) => other !== name);
  if (act === 'drop' && rest.length === 0) return made(event, others);
  return made(event, [...others, [name, mutate(child, { steps: rest, act, key, which })]]);
}

function made(event: object, entries: readonly (readonly [string, unknown])[]): unknown {
  return Array.isArray(event) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
}

/** What holds of every signal, whatever it was read from. */
export function checkSignal(signal: Signal): void {
  expect(['firing', 'resolved', 'info']).toContain(signal.status);
  expect(signal.title).not.toBe('');
  expect([...signal.title].length).toBeLessThanOrEqual(150);
  expect(signal.title).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
  expect(signal.message.length).toBeLessThanOrEqual(16_000);
  expect(signal.time).toBeGreaterThan(Date.UTC(2000, 0, 1) - 1);
  expect(signal.time).toBeLessThan(Date.UTC(2100, 0, 1));
  expect(signal.id.length).toBeGreaterThan(0);
  expect(signal.id.length).toBeLessThanOrEqual(300);
  expect(signal.service).not.toBe('');
  for (const name of [signal.account, signal.region, signal.service, signal.kind])
    expect(name.length).toBeLessThanOrEqual(256);
  expect((signal.resource ?? '').length).toBeLessThanOrEqual(2048);
  expect(JSON.stringify(signal).isWellFormed()).toBe(true);
}
