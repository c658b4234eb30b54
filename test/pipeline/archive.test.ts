import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, test } from 'vitest';
import type { JsonObject } from '../../shared/model/json.ts';
import { archive, isArchived, parseArchived } from '../../shared/pipeline/archive.ts';
import { makeBeats } from '../../shared/pipeline/expect.ts';
import { type IntakeDeps, intakeEvent, intakeLogs } from '../../shared/pipeline/intake.ts';
import { judgeSignal } from '../../shared/pipeline/judge.ts';
import type { MetricName } from '../../shared/pipeline/ports.ts';
import { readAny } from '../../shared/pipeline/read.ts';
import { redactSignal } from '../../shared/redaction/signal.ts';
import { judgeFrom, line, MORNING } from '../rules/make.ts';

const RULES = `
teams:
  - { name: payments, owns: { service: [{ prefix: pay }] }, slack: "#payments" }
  - { name: orders, owns: { tags: { service: [orders] } }, slack: "#orders" }
severities:
  - { name: measured, match: { fields: { ms: [{ numeric: [">", 5] }] } }, severity: SEV2, why: slow }
  - { name: raw, match: { detail: { severity: [{ numeric: [">=", 8] }] } }, severity: SEV1, why: grave }
  - { name: said, match: { message: [{ wildcard: "*timed out*" }] }, severity: SEV2, why: late }
  - { name: asked, match: { kind: [{ prefix: lambda }], status: [firing] }, severity: SEV4, why: known }
ignore:
  - { match: { resource: [{ wildcard: "*test*" }] }, reason: test, owner: us, expires: never }
`;

/** Raw events of every source, from the samples. */
const root = join(import.meta.dirname, '..', '..', 'events');
const samples = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, raw: JSON.parse(readFileSync(join(root, name), 'utf8')) as unknown }));

describe('a signal that comes from the archive', () => {
  test.each([
    ['its own rules', judgeFrom(RULES)],
    ['the built-in rules', judgeFrom('')],
  ])('is judged by %s as the one that it was made from', async (_, judge) => {
    let compared = 0;
    for (const { name, raw } of samples) {
      const place = { region: 'ap-northeast-1', partition: 'aws', receivedAt: MORNING };
      const read = await readAny(raw, { ...place, all: true, prefilter: [], judge });
      for (const signal of read.ok ? read.reading.signals : []) {
        if (signal.source === 'canary') continue;
        const judged = judgeSignal(signal, judge, MORNING);
        const text = JSON.stringify(archive({ ...judged, at: MORNING }, signal.status));
        const archived = parseArchived(JSON.parse(text));
        expect(archived?.incident, name).toBe(judged.incident);
        expect(archived?.at).toBe(MORNING);
        if (archived === null) continue;
        expect(judge.verdict(archived.signal, archived.at), name).toEqual(
          judge.verdict(redactSignal(signal), MORNING),
        );
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(200);
  });

  it('is not made of anything else', () => {
    const good = archive({ signal: line('ERROR'), incident: 'abc', at: MORNING }, 'firing');
    expect(parseArchived(good)).not.toBeNull();
    for (const bad of [
      { ...good, archived: 2 },
      { ...good, document: 'x' },
      { ...good, status: 'broken' },
      { ...good, lifecycle: undefined },
      { ...good, at: 'soon' },
      { ...good, incident: null },
    ])
      expect(parseArchived(bad)).toBeNull();
    expect(isArchived({ ...good, archived: 2 })).toBe(true);
    expect(isArchived({ 'detail-type': 'GuardDuty Finding' })).toBe(false);
  });
});

describe('intake', () => {
  const batch = (messages: readonly string[]) =>
    gzipSync(
      JSON.stringify({
        messageType: 'DATA_MESSAGE',
        owner: '111122223333',
        logGroup: '/aws/lambda/checkout',
        logStream: 's',
        logEvents: messages.map((message, i) => ({ id: `line-${i}`, timestamp: MORNING, message })),
      }),
    ).toString('base64');

  function deps(put: (some: readonly JsonObject[]) => number) {
    const counted: [MetricName, number][] = [];
    const order: string[] = [];
    const quiet = () => undefined;
    const made: IntakeDeps = {
      region: 'ap-northeast-1',
      partition: 'aws',
      account: '111122223333',
      judge: judgeFrom(RULES),
      beats: makeBeats(),
      clock: () => MORNING,
      log: { info: quiet, warn: quiet, error: quiet },
      metrics: { count: (name, value) => counted.push([name, value]) },
      signals: {
        waiting: async () => 0,
        send: async () => {
          order.push('queued');
          return [];
        },
      },
      archive: (some) => {
        order.push('archived');
        return put(some);
      },
    };
    return { deps: made, counted, order };
  }

  it('archives what it judged once all of it is queued: tracked, ignored, measured; redacted', async () => {
    const kept: JsonObject[] = [];
    const made = deps((some) => {
      kept.push(...some);
      return 0;
    });
    await intakeLogs(
      batch(['ERROR no access, password=hunter2secret', 'INFO passed over', '{"level":"INFO","ms":3}']),
      made.deps,
    );
    expect(kept.map((one) => parseArchived(one)?.signal.status)).toEqual(['firing', 'info']);
    expect(JSON.stringify(kept)).not.toContain('hunter2secret');
    expect(made.order).toEqual(['queued', 'archived']);
  });

  it('does not archive the canary', async () => {
    const kept: JsonObject[] = [];
    const made = deps((some) => {
      kept.push(...some);
      return 0;
    });
    const canary = samples.find(({ name }) => name.startsWith('canary'));
    await intakeEvent(canary?.raw, made.deps);
    expect(kept).toEqual([]);
  });

  test.each([
    ['throws', fail, 1],
    ['cannot keep one', () => 1, 1],
  ])('goes on and counts when the archive %s', async (_, put, lost) => {
    const made = deps(put);
    await expect(intakeLogs(batch(['ERROR no access']), made.deps)).resolves.toMatchObject({ tracked: 1 });
    expect(made.counted).toContainEqual(['NotArchived', lost]);
  });
});

function fail(): never {
  throw new Error('full');
}
