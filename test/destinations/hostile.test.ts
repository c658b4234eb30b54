import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { triggerBody } from '../../shared/destinations/pagerduty/event.ts';
import type { PlanInput } from '../../shared/destinations/plan.ts';
import { checkCard, rendered } from '../../shared/destinations/slack/limits.ts';
import { planSlack } from '../../shared/destinations/slack/plan.ts';
import type { Report } from '../../shared/model/bundle.ts';
import { LANGUAGES } from '../../shared/model/decision.ts';
import type { Facts } from '../../shared/model/incident.ts';
import { at, isObject, type Json, list, text } from '../../shared/model/json.ts';
import { SEVERITIES } from '../../shared/model/severity.ts';
import { delivery, facts, scene, target, toldOf } from './fixtures.ts';

/** What no text of ours may hold, wherever it came from. */
const FORBIDDEN =
  /<[!@#]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\u{e0000}-\u{e007f}]/u;

const nasty = fc.constantFrom(
  '<!channel>',
  '<@U012AB3CD>',
  '<#C012AB3CD>',
  '<!subteam^S1>',
  '<',
  '!here>',
  '<https://evil.example|click>',
  'https://evil.example',
  '*_~`',
  '```',
  ':tada:',
  '&lt;!here&gt;',
  '\u202e',
  '\u2066',
  '\u200b',
  '\u0000',
  '\u001b[31m',
  '\ud83d',
  '🔔',
  '半鐘',
  '\r\n',
  '\n'.repeat(300),
  'x'.repeat(5_000),
  '<'.repeat(5_000),
  ' ',
);
const hostile = fc
  .array(fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 20 })), { maxLength: 12 })
  .map((parts) => parts.join(''));
const orNull = (some: fc.Arbitrary<string>) => fc.option(some, { nil: null });
const ms = fc.oneof(fc.integer({ min: 0, max: 4e12 }), fc.double());

const why = fc.record({
  stage: fc.constantFrom('severity', 'level', 'team', 'route', 'escalate'),
  rule: hostile,
  at: hostile,
  because: hostile,
} as const);

const place: fc.Arbitrary<Report['places'][number]> = fc.oneof(
  fc.record({ is: fc.constant('log-stream' as const), group: hostile, stream: hostile, at: ms }),
  fc.record({ is: fc.constant('logs-insights' as const), group: hostile, at: ms, find: orNull(hostile) }),
  fc.record({ is: fc.constantFrom('guardduty-finding' as const, 'trace' as const), id: hostile }),
);

const report: fc.Arbitrary<Partial<Report>> = fc.record({
  source: fc.oneof(hostile, fc.constantFrom('logs', 'alarm', '__proto__', 'constructor')),
  kind: hostile,
  account: hostile,
  region: fc.constantFrom('ap-northeast-1', 'us-east-1'),
  service: hostile,
  team: orNull(hostile),
  resource: orNull(hostile),
  logGroup: orNull(hostile),
  title: hostile,
  message: hostile,
  remedy: fc.option(
    fc.record({
      text: hostile,
      url: orNull(fc.oneof(hostile, fc.constant('https://docs.aws.amazon.com/x'))),
    }),
    { nil: null },
  ),
  runbook: orNull(fc.oneof(hostile, fc.webUrl())),
  places: fc.array(place, { maxLength: 8 }),
  why: fc.array(why, { maxLength: 8 }),
});

const someFacts: fc.Arbitrary<Facts> = fc
  .record({
    occurrence: fc.integer({ min: 1, max: 3 }),
    status: fc.constantFrom('firing' as const, 'resolved' as const),
    severity: fc.constantFrom(...SEVERITIES),
    count: fc.integer({ min: 1, max: 1e9 }),
    first: ms,
    last: ms,
    lastFiring: ms,
    resolvedAt: ms,
  })
  .map((over) => ({ ...facts(), ...over }));

/** Any problem at any stage of telling it. */
const input: fc.Arbitrary<PlanInput> = fc
  .record({
    report,
    facts: someFacts,
    told: fc.option(someFacts, { nil: null }),
    shown: fc.boolean(),
    shrink: fc.constantFrom(0 as const, 1 as const, 2 as const),
    language: fc.constantFrom(...LANGUAGES),
    timezone: fc.constantFrom('Asia/Tokyo', 'UTC', 'Nowhere/None'),
    severityWhy: fc.option(why, { nil: null }),
    name: hostile,
    knownSince: fc.option(ms, { nil: null }),
    quietMs: fc.option(ms, { nil: null }),
  })
  .map((some) => {
    const mine =
      some.told === null
        ? delivery({ shrink: some.shrink })
        : toldOf(some.told, { shrink: some.shrink, shown: some.shown ? some.facts : some.told });
    const other = toldOf(some.facts, { target: target('C0', 'slack', some.name), routed: some.shown });
    const { severityWhy, knownSince, quietMs } = some;
    return scene({
      facts: some.facts,
      report: some.report,
      delivery: mine,
      others: [other],
      incident: { severityWhy, knownSince, quietMs },
      input: { language: some.language, timezone: some.timezone, now: 9e15 },
    });
  });

/** Every text anywhere in a JSON value. */
function texts(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap((inner: Json) => texts(inner));
  return isObject(value) ? Object.values(value).flatMap(texts) : [];
}

/** Every object with a `type`. */
function typed(value: Json | undefined): readonly { readonly type: string; readonly url: string | null }[] {
  if (Array.isArray(value)) return value.flatMap((inner: Json) => typed(inner));
  if (!isObject(value)) return [];
  const type = text(value, 'type');
  const own = type === null ? [] : [{ type, url: text(value, 'url') }];
  return [...own, ...Object.values(value).flatMap(typed)];
}

function expectHarmless(value: Json | undefined): void {
  for (const said of texts(value)) {
    expect(said).not.toMatch(FORBIDDEN);
    expect(said.isWellFormed()).toBe(true);
  }
}

/** Without shrinking: texts of many thousand characters take minutes to shrink. */
const RUNS = { numRuns: 100, endOnFailure: true };

describe('whatever a log line, a finding or a tag says', () => {
  it('a Slack message is only text, within every limit', () => {
    fc.assert(
      fc.property(input, (some) => {
        const step = planSlack(some);
        if (step.do !== 'call' || step.call.do === 'find' || step.call.do === 'remove') return;
        const { call } = step;
        const blocks = call.do === 'reply' ? call.blocks : [...call.head, ...call.blocks];
        expectHarmless([call.text, ...blocks]);
        expect(checkCard(blocks)).toEqual([]);
        expect(rendered(blocks) + call.text.length).toBeLessThan(12_000);
        expect(call.text).not.toMatch(/[*~`]|:\/\//);
        const types = new Set(typed(blocks).map(({ type }) => type));
        for (const live of ['mrkdwn', 'user', 'usergroup', 'broadcast', 'channel', 'emoji', 'date']) {
          expect(types).not.toContain(live);
        }
      }),
      RUNS,
    );
  });

  it('the longest everything still fits', () => {
    const long = '漢'.repeat(50_000);
    const why = Array.from(
      { length: 9 },
      () => ({ stage: 'route', rule: long, at: long, because: long }) as const,
    );
    const report = { service: long, team: long, account: long, resource: long, logGroup: long, title: long };
    const step = planSlack(
      scene({
        report: {
          ...report,
          message: long,
          remedy: { text: long, url: `https://docs.aws.amazon.com/${'x'.repeat(2_900)}` },
          runbook: `https://wiki.example.com/${'x'.repeat(2_900)}`,
          why,
        },
        others: [toldOf(facts(), { target: target('C0', 'slack', long) })],
      }),
    );
    if (step.do !== 'call' || step.call.do !== 'post') throw new Error('no card');
    const blocks = [...step.call.head, ...step.call.blocks];
    expect(checkCard(blocks)).toEqual([]);
    expect(rendered(blocks)).toBeGreaterThan(8_000);
  });

  it('a link goes to AWS’s console or documentation, or where the operator said', () => {
    fc.assert(
      fc.property(input, (some) => {
        const step = planSlack(some);
        if (step.do !== 'call' || step.call.do === 'find' || step.call.do === 'remove') return;
        const { call } = step;
        const blocks = call.do === 'reply' ? call.blocks : [...call.head, ...call.blocks];
        const runbook = URL.parse(some.telling.report.runbook ?? '')?.href;
        for (const { url } of typed(blocks)) {
          if (url === null || url === runbook) continue;
          expect(new URL(url).hostname).toMatch(/(^|\.)(amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)$/);
        }
      }),
      RUNS,
    );
  });

  it('a notification fits a phone', () => {
    fc.assert(
      fc.property(input, (some) => {
        const step = planSlack({ ...some, delivery: { ...some.delivery, shrink: 0 } });
        if (step.do !== 'call' || step.call.do === 'find' || step.call.do === 'remove') return;
        const seen = step.call.text.replace(/&(amp|lt|gt);/g, '.');
        expect(seen.length).toBeLessThanOrEqual(200);
      }),
      RUNS,
    );
  });

  it('an event for PagerDuty is only text, within its limits', () => {
    fc.assert(
      fc.property(input, (some) => {
        const body = triggerBody(some, 'hansho-key');
        expectHarmless(body);
        expect(String(at(body, 'payload', 'summary')).length).toBeLessThanOrEqual(1_024);
        expect(['critical', 'error', 'warning', 'info']).toContain(at(body, 'payload', 'severity'));
        expect(at(body, 'payload', 'source')).not.toBe('');
        expect(list(body, 'links').every((l) => text(l, 'href')?.startsWith('https://'))).toBe(true);
        expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(512 * 1_024);
      }),
      RUNS,
    );
  });
});
