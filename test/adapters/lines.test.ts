import { describe, expect, it } from 'vitest';
import { makeLog } from '../../shared/adapters/log.ts';
import { makeMetrics } from '../../shared/adapters/metrics.ts';
import { MORNING } from '../support/make.ts';

function collect() {
  const lines: string[] = [];
  return { lines, write: (line: string) => void lines.push(line) };
}

describe('the log', () => {
  it('is one JSON line an entry', () => {
    const { lines, write } = collect();
    makeLog('track', () => MORNING, write).warn('not told', { incident: 'i1', because: 'two\nlines' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('\n');
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'WARN',
      time: '2026-11-22T00:00:00.000Z',
      function: 'track',
      what: 'not told',
      incident: 'i1',
      because: 'two\nlines',
    });
  });

  it('says itself what level and time an entry has', () => {
    const { lines, write } = collect();
    makeLog('track', () => MORNING, write).info('x', { level: 'FATAL', function: 'y', what: 'z' });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'INFO', function: 'track', what: 'x' });
  });

  it('stays JSON and below what CloudWatch takes, however long an entry is', () => {
    const { lines, write } = collect();
    makeLog('track', () => MORNING, write).error('x', { because: '"\u0000'.repeat(300_000) });
    expect(Buffer.byteLength(lines[0] ?? '')).toBeLessThan(256_000);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'ERROR', what: 'x' });
  });
});

describe('a metric', () => {
  const one = (...args: Parameters<ReturnType<typeof makeMetrics>['count']>) => {
    const { lines, write } = collect();
    makeMetrics('prod', () => MORNING, write).count(...args);
    return JSON.parse(lines[0] ?? '');
  };

  it('is a line of the embedded metric format, by stage', () => {
    expect(one('Untold', 3)).toEqual({
      _aws: {
        Timestamp: MORNING,
        CloudWatchMetrics: [
          { Namespace: 'Hansho', Dimensions: [['Stage']], Metrics: [{ Name: 'Untold', Unit: 'Count' }] },
        ],
      },
      Stage: 'prod',
      Untold: 3,
    });
  });

  it('with dimensions is counted by stage alone as well, which alarms look at', () => {
    const line = one('Told', 1, { kind: 'slack' });
    expect(line._aws.CloudWatchMetrics[0].Dimensions).toEqual([['Stage'], ['Stage', 'kind']]);
    expect(line.kind).toBe('slack');
  });

  it.each([
    { value: 'slack:#障害', shown: 'slack:#\\u969c\\u5bb3' },
    { value: '', shown: '-' },
    { value: 'a\nb', shown: 'a\\u000ab' },
  ])('has dimensions that CloudWatch takes: %o', ({ value, shown }) => {
    expect(one('AddressBroken', 1, { address: value }).address).toBe(shown);
  });
});
