import { describe, expect, it, test } from 'vitest';
import { readLevel } from '../../shared/levels/levels.ts';

describe('the pairs of a text line are its fields', () => {
  test.each([
    [
      'a batch line',
      'name=batch1 wait-time=200ms run-time=2000ms',
      { name: 'batch1', 'wait-time': 200, 'run-time': 2000 },
    ],
    [
      'logfmt',
      'level=info msg="month closed" run_time_ms=61000 ok=true',
      { level: 'info', msg: 'month closed', run_time_ms: 61000, ok: 'true' },
    ],
    ['behind a header', '2027-01-05T04:00:00Z INFO rows=12 took=1.5s', { rows: 12, took: 1500 }],
    ['behind words: numbers alone', 'INFO closed service=evil fingerprint=x rows=12', { rows: 12 }],
    [
      'durations in ms',
      'a=90s b=1m30s c=250us d=2h e=81% f=-3',
      { a: 90_000, b: 90_000, c: 0.25, d: 7_200_000, e: 81, f: -3 },
    ],
    ['the first of two equal keys', 'INFO x rows=1 rows=2', { rows: 1 }],
    ['punctuation', 'INFO done (rows=12, took=3ms)', { rows: 12, took: 3 }],
    [
      'numbers that are none',
      'INFO id=0012ab ip=10.0.0.9 v=1.2.3 rows=5',
      { id: '0012ab', ip: '10.0.0.9', v: '1.2.3', rows: 5 },
    ],
  ])('%s', (_, line, fields) => {
    expect(readLevel(line).json).toEqual(fields);
  });

  test.each(['INFO done', 'a == b', 'x = 3', 'https://a.example/?q=5'])('%s has none', (line) => {
    expect(readLevel(line).json).toBeNull();
  });

  it('a key like __proto__ is a key like any other', () => {
    expect(Object.hasOwn(readLevel('INFO x __proto__=5').json ?? {}, '__proto__')).toBe(true);
  });
});
