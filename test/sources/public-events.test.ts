import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isObject, text } from '../../shared/model/json.ts';
import type { Signal } from '../../shared/model/signal.ts';
import { readEvent } from '../../shared/sources/registry.ts';

/** Public samples of other projects, kept beside this one; each kind has an index with labels. */
const ROOT = new URL('../../../shared/data/events/', import.meta.url);
const KINDS = [
  'cwalarm_eventbridge',
  'cwalarm_sns',
  'guardduty',
  'health',
  'inspector',
  'misc_eventbridge',
  'misc_sns',
  'securityhub',
];

interface Labelled {
  readonly name: string;
  readonly kind: string;
  readonly label: unknown;
  readonly signals: readonly Signal[];
  readonly faults: number;
}

function load(kind: string): readonly Labelled[] {
  const index = readFileSync(new URL(`${kind}/index.jsonl`, ROOT), 'utf8')
    .trim()
    .split('\n');
  return index.map((line) => {
    const entry: unknown = JSON.parse(line);
    const file = text(entry, 'file') ?? '';
    const raw: unknown = JSON.parse(readFileSync(new URL(`${kind}/${file}`, ROOT), 'utf8'));
    const { signals, faults } = readEvent(raw, Date.UTC(2026, 0, 1));
    return {
      name: `${kind}/${file}`,
      kind,
      label: isObject(entry) ? entry.label : {},
      signals,
      faults: faults.length,
    };
  });
}

const ALL = existsSync(ROOT) ? KINDS.flatMap(load) : [];
const told = (label: unknown, key: string) => text(label, key) ?? '';

const isDelay = ({ signals }: Labelled) => signals.some(({ kind }) => kind === 'Glue Job Run Status');

/** Names of those of `some` that break `rule`. */
function breaking(some: readonly Labelled[], rule: (one: Labelled) => boolean): readonly string[] {
  return some.filter((one) => !rule(one)).map((one) => one.name);
}
const all =
  (holds: (signal: Signal) => boolean) =>
  ({ signals }: Labelled) =>
    signals.every(holds);
const isFiring = (signal: Signal) => signal.status === 'firing';

describe.skipIf(ALL.length === 0)('public samples', () => {
  test('every one is read, without a fault', () => {
    expect(breaking(ALL, ({ signals, faults }) => signals.length > 0 && faults === 0)).toEqual([]);
  });

  test('each kind is read by its own source', () => {
    const sources = new Map([
      ['cwalarm_eventbridge', 'alarm'],
      ['cwalarm_sns', 'alarm'],
      ['guardduty', 'guardduty'],
      ['health', 'health'],
      ['inspector', 'inspector'],
    ]);
    const known = ALL.filter(({ kind }) => sources.has(kind));
    expect(
      breaking(known, ({ kind, signals }) => signals.every((s) => s.source === sources.get(kind))),
    ).toEqual([]);
    const findings = ALL.filter(
      ({ kind, label }) => kind === 'securityhub' && told(label, 'n_findings') !== '0',
    );
    expect(
      breaking(
        findings,
        all((s) => s.source === 'securityhub'),
      ),
    ).toEqual([]);
  });

  test('every finding of an event is a signal', () => {
    const many = ALL.filter(({ label }) => Number(told(label, 'n_findings')) > 0);
    expect(
      breaking(many, ({ label, signals }) => signals.length === Number(told(label, 'n_findings'))),
    ).toEqual([]);
  });

  test('alarms: ALARM fires unless suppressed, OK resolves, configuration changes and missing data are info', () => {
    const alarms = ALL.filter(({ kind }) => kind.startsWith('cwalarm'));
    const expected = ({ label, signals }: Labelled) => {
      const [signal] = signals;
      if (told(label, 'state') === 'OK') return signal?.status === 'resolved';
      if (signal?.fields?.operation === 'delete') return signal.status === 'resolved';
      if (told(label, 'prev') === '' || told(label, 'state') !== 'ALARM') return signal?.status === 'info';
      return signal?.status === (signal?.fields?.suppressedBy === undefined ? 'firing' : 'info');
    };
    expect(breaking(alarms, expected)).toEqual([]);
  });

  test('GuardDuty: severities and counts are read; samples and archived ones do not fire', () => {
    const findings = ALL.filter(({ kind }) => kind === 'guardduty');
    const isQuiet = (label: unknown) => told(label, 'sample') === '1' || told(label, 'archived') === 'True';
    expect(
      breaking(findings, ({ label, signals }) => signals.every((s) => isFiring(s) !== isQuiet(label))),
    ).toEqual([]);
    expect(
      breaking(findings, ({ label, signals }) =>
        signals.every((s) => String(s.fields?.severity) === told(label, 'severity')),
      ),
    ).toEqual([]);
  });

  test('Security Hub: severities are read', () => {
    const findings = ALL.filter(
      ({ kind, label }) => kind === 'securityhub' && told(label, 'severity_id') === '',
    );
    const labelled = findings.filter(({ label }) => told(label, 'severity') !== '');
    // The label is that of the first finding.
    expect(
      breaking(labelled, ({ label, signals }) => signals[0]?.fields?.severity === told(label, 'severity')),
    ).toEqual([]);
  });

  test('Security Hub: what is passed, archived, resolved, suppressed or notified does not fire; the rest does', () => {
    const findings = ALL.filter(
      ({ kind, label }) => kind === 'securityhub' && told(label, 'n_findings') !== '0',
    );
    const isQuiet = (label: unknown) =>
      told(label, 'compliance') === 'PASSED' ||
      told(label, 'record') === 'ARCHIVED' ||
      ['RESOLVED', 'SUPPRESSED', 'NOTIFIED'].includes(told(label, 'workflow'));
    expect(
      breaking(
        findings,
        ({ label, signals }) => signals[0] !== undefined && isFiring(signals[0]) !== isQuiet(label),
      ),
    ).toEqual([]);
  });

  test('Health: closed ones resolve, tests are info, the rest fires with its category', () => {
    const events = ALL.filter(({ kind }) => kind === 'health');
    const expected = ({ label, signals }: Labelled) => {
      const [signal] = signals;
      if (told(label, 'code').includes('_TEST_')) return signal?.status === 'info';
      return signal?.status === (told(label, 'status') === 'closed' ? 'resolved' : 'firing');
    };
    expect(breaking(events, expected)).toEqual([]);
    expect(
      breaking(
        events,
        all((s) => typeof s.fields?.category === 'string'),
      ),
    ).toEqual([]);
  });

  test('noise is at most unknown to us: no source takes it for a problem', () => {
    const noise = ALL.filter(({ label }) => told(label, 'noise') === '1');
    expect(noise.length).toBeGreaterThan(0);
    const isHarmless = (s: Signal) =>
      s.source === 'event' && (s.status === 'info' || s.why[0]?.rule === 'event-unknown');
    expect(breaking(noise, all(isHarmless))).toEqual([]);
  });

  test('other events: what failed fires, what succeeded does not', () => {
    const words = ({ label }: Labelled) =>
      ['state', 'status', 'result', 'build-status', 'Status'].map((key) => told(label, key));
    const failed = ALL.filter(
      (one) =>
        one.kind === 'misc_eventbridge' &&
        words(one).some((w) => /^(FAILED|Failed|TIMED_OUT|TIMEOUT|ERROR)$/.test(w)),
    );
    expect(breaking(failed, all(isFiring))).toEqual([]);
    const fine = ALL.filter(
      (one) =>
        one.kind === 'misc_eventbridge' &&
        words(one).some((w) => /^(SUCCE|Succe|STARTED|Started|RUNNING|Completed|RUNNABLE)/.test(w)) &&
        // Glue says so of runs alone that take longer than their owner wants to wait unasked.
        !isDelay(one),
    );
    expect(
      breaking(
        fine,
        all((s) => !isFiring(s)),
      ),
    ).toEqual([]);
    expect(failed.length + fine.length).toBeGreaterThan(20);
  });
});
