import { describe, expect, it, test } from 'vitest';
import { type PagerDutyFailure, pagerDutyOutcome } from '../../../shared/destinations/pagerduty/errors.ts';

const http = (status: number, body = '', retryAfterSeconds: number | null = null): PagerDutyFailure => ({
  kind: 'http',
  status,
  body,
  retryAfterSeconds,
});

describe('what a failed event means', () => {
  test.each([
    [http(429), 30_000],
    [http(429, '', 5), 5_000],
    [http(429, '', 0), 1_000],
  ])('%j waits %i ms', (failure, ms) => {
    expect(pagerDutyOutcome(failure, 'trigger')).toMatchObject({ is: 'wait', ms });
  });

  describe.each([
    [http(500)],
    [http(502, '<html>')],
    [http(408)],
    [{ kind: 'network', because: 'no answer' } as const],
  ])('%j', (failure) => {
    test.each(['trigger', 'resolve'] as const)('may have let a %s through', (call) => {
      expect(pagerDutyOutcome(failure, call).is).toBe('unsettled');
    });
  });

  it('an event that is refused must be mended by a person, who reads what PagerDuty said', () => {
    const body = JSON.stringify({
      status: 'invalid event',
      message: 'Event object is invalid',
      errors: ['bad key'],
    });
    expect(pagerDutyOutcome(http(400, body), 'trigger')).toEqual({
      is: 'broken',
      code: 'http_400',
      hint: expect.stringMatching(/Event object is invalid; bad key\. .*integration key/),
    });
  });

  test.each(['', 'not json', '[]', '{"errors": 3}', '{"errors":[{}]}', 'null'])(
    'reads any answer: %j',
    (body) => {
      expect(pagerDutyOutcome(http(400, body), 'trigger').is).toBe('broken');
    },
  );

  it('an event that is too large is made smaller', () => {
    expect(pagerDutyOutcome(http(413), 'trigger').is).toBe('too-big');
  });

  it('an answer that PagerDuty never gives points at a wrong address', () => {
    expect(pagerDutyOutcome(http(404), 'resolve')).toMatchObject({
      is: 'broken',
      hint: expect.stringContaining('PAGERDUTY_EVENTS_URL'),
    });
  });
});
