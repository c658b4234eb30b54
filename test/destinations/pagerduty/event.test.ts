import type { EventPayloadV2 } from '@pagerduty/pdjs/build/src/events.d.ts';
import { describe, expect, it, test } from 'vitest';
import { LIMITS, resolveBody, triggerBody } from '../../../shared/destinations/pagerduty/event.ts';
import { at, type JsonObject } from '../../../shared/model/json.ts';
import { SEVERITIES } from '../../../shared/model/severity.ts';
import { delivery, facts, LAST, PAGER, type Scene, scene, tokyo } from '../fixtures.ts';

function bodyOf(of: Scene = {}): JsonObject {
  return triggerBody(scene({ delivery: delivery({ target: PAGER }), ...of }), 'hansho-key');
}

/** How the console is addressed is the business of links/ and its tests. */
function golden(body: JsonObject): string {
  return `${JSON.stringify(body, null, 2)}\n`.replace(
    /"https:\/\/[\w.-]*console\.[\w.-]+\/[^"]*"/g,
    '"(console)"',
  );
}

describe('a trigger', () => {
  it('says what, how bad, since when, why, and what to do', async () => {
    const body = bodyOf({ facts: facts({ count: 12, last: LAST }) });
    await expect(golden(body)).toMatchFileSnapshot('../golden/trigger.json');
  });

  it('says it in Japanese, under the same English keys', async () => {
    const body = bodyOf({ facts: facts({ count: 12, last: LAST }), input: { language: 'ja' } });
    await expect(golden(body)).toMatchFileSnapshot('../golden/trigger-ja.json');
    expect(Object.keys(at(body, 'payload', 'custom_details') ?? {})).toEqual(
      Object.keys(at(bodyOf(), 'payload', 'custom_details') ?? {}),
    );
  });

  test.each([
    ['SEV1', 'critical'],
    ['SEV2', 'critical'],
    ['SEV3', 'error'],
    ['SEV4', 'warning'],
    ['SEV5', 'info'],
  ] as const)('%s is %s to PagerDuty', (severity, word) => {
    const body = bodyOf({ facts: facts({ severity }) });
    expect(at(body, 'payload', 'severity')).toBe(word);
    expect(at(body, 'payload', 'custom_details', 'sev')).toBe(severity);
  });

  it('has a word for every severity', () => {
    expect(SEVERITIES).toHaveLength(5);
  });

  it('puts links at the top level, https only, none of them from the text', () => {
    const body = bodyOf({
      report: {
        message: 'see https://evil.example/login',
        runbook: 'javascript:alert(1)',
        remedy: { text: 'go', url: 'https://evil.example/advice' },
      },
    });
    expect(at(body, 'payload', 'links')).toBeUndefined();
    const links = JSON.stringify(at(body, 'links'));
    expect(links).toContain('https://');
    expect(links).not.toMatch(/evil|javascript/);
  });

  it('leaves out what is not known', () => {
    const body = bodyOf({ report: { team: null, logGroup: null, resource: null } });
    expect(Object.keys(at(body, 'payload', 'custom_details') ?? {})).not.toContain('team');
    expect(at(body, 'payload', 'source')).toBe('payments-api');
  });

  it('names the resource as the place that is hit', () => {
    const body = bodyOf({ report: { resource: 'arn:aws:rds:ap-northeast-1:111122223333:db:main' } });
    expect(at(body, 'payload', 'source')).toBe('arn:aws:rds:ap-northeast-1:111122223333:db:main');
  });

  it('is dated by the first signal', () => {
    expect(at(bodyOf(), 'payload', 'timestamp')).toBe(new Date(tokyo(3, 1, 22)).toISOString());
  });

  test.each([
    [0, 512 * 1_024],
    [1, 64 * 1_024],
    [2, 8 * 1_024],
  ] as const)('shrunk %i times it stays below %i bytes', (shrink, bytes) => {
    const huge = '障'.repeat(600_000);
    const body = bodyOf({
      delivery: delivery({ target: PAGER, shrink }),
      report: {
        message: huge,
        title: huge,
        service: huge,
        logGroup: huge,
        runbook: huge,
        remedy: { text: huge, url: null },
      },
    });
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(bytes);
    expect(String(at(body, 'payload', 'summary')).length).toBeLessThanOrEqual(LIMITS.summary);
  });

  it('is an event as PagerDuty’s own client types it', () => {
    // The compiler checks the shape; the words that it cannot see in JSON are checked below.
    const event: EventPayloadV2 = {
      routing_key: 'r'.repeat(32),
      event_action: 'trigger',
      dedup_key: 'hansho-key',
      payload: {
        summary: 's',
        source: 's',
        severity: 'critical',
        timestamp: '',
        component: '',
        group: '',
        class: '',
        custom_details: {},
      },
      links: [{ href: 'https://example.com', text: 'words' }],
    };
    const body = bodyOf();
    const ours = Object.keys(body).filter((key) => key !== 'client');
    expect(ours.toSorted()).toEqual(
      Object.keys(event)
        .filter((key) => key !== 'routing_key')
        .toSorted(),
    );
    expect(Object.keys(at(body, 'payload') ?? {}).toSorted()).toEqual(Object.keys(event.payload).toSorted());
    expect(Object.keys(at(body, 'links', 0) ?? {}).toSorted()).toEqual(['href', 'text']);
  });
});

describe('a resolve', () => {
  it('needs its key and nothing else', () => {
    expect(resolveBody('hansho-key')).toEqual({ event_action: 'resolve', dedup_key: 'hansho-key' });
  });
});
