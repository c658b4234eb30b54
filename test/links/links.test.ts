import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { AWS_HOSTS, allowedUrl, linksFor } from '../../shared/links/links.ts';
import { CONSOLE_PAGES, type ConsolePage, type Place } from '../../shared/model/signal.ts';

const TOKYO = { region: 'ap-northeast-1', partition: 'aws' };
const AT = 1_763_683_200_000; // 2025-11-21T00:00:00Z
const HOME = 'https://ap-northeast-1.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-1';

function url(place: Place, where = TOKYO): string {
  return linksFor([place], where)[0]?.url ?? '';
}

/** What the console reads out of a log page's fragment: `$` for `%`, encoded twice. */
function logPage(link: string): string {
  return decodeURIComponent(decodeURIComponent((link.split('#')[1] ?? '').replaceAll('$', '%')));
}

/** What the console reads out of a Logs Insights fragment. */
function queryOf(link: string): string {
  const detail = (link.split('queryDetail$3D')[1] ?? '').replaceAll('$25', '%');
  return decodeURIComponent(detail);
}

function editorOf(link: string): string {
  const [, editor = ''] = /~editorString~'(.*)~isLiveTail~/.exec(queryOf(link)) ?? [];
  return decodeURIComponent(editor.replaceAll('*', '%'));
}

describe('linksFor', () => {
  test.each<[string, Place, string]>([
    [
      'a log stream a minute before and after the moment',
      { is: 'log-stream', group: '/aws/lambda/orders', stream: '2026/11/21/[$LATEST]0f1e', at: AT },
      `${HOME}#logsV2:log-groups/log-group/$252Faws$252Flambda$252Forders/log-events/2026$252F11$252F21$252F$255B$2524LATEST$255D0f1e$3Fstart$3D1763683140000$26end$3D1763683260000`,
    ],
    [
      'all streams of a group when the stream is not known',
      { is: 'log-stream', group: '/ecs/web', stream: '', at: AT },
      `${HOME}#logsV2:log-groups/log-group/$252Fecs$252Fweb/log-events$3Fstart$3D1763683140000$26end$3D1763683260000`,
    ],
    [
      'a log stream without a time',
      { is: 'log-stream', group: '/ecs/web', stream: 'a', at: Number.NaN },
      `${HOME}#logsV2:log-groups/log-group/$252Fecs$252Fweb/log-events/a`,
    ],
    [
      'a query five minutes before and after the moment',
      { is: 'logs-insights', group: '/aws/lambda/orders', at: AT, find: null },
      `${HOME}#logsV2:logs-insights$3FqueryDetail$3D$257E$2528end$257E$25272025-11-21T00*3A05*3A00.000Z$257Estart$257E$25272025-11-20T23*3A55*3A00.000Z$257EtimeType$257E$2527ABSOLUTE$257Etz$257E$2527UTC$257EeditorString$257E$2527fields*20*40timestamp*2C*20*40message*2C*20*40logStream*0A*7C*20sort*20*40timestamp*20asc*0A*7C*20limit*201000$257EisLiveTail$257Efalse$257Esource$257E$2528$257E$2527*2Faws*2Flambda*2Forders$2529$2529`,
    ],
    [
      'an alarm',
      { is: 'alarm', name: 'queue depth/高い' },
      `${HOME}#alarmsV2:alarm/queue%20depth%2F%E9%AB%98%E3%81%84`,
    ],
    [
      'a trace',
      { is: 'trace', id: '1-67891233-abcdef012345678912345678' },
      `${HOME}#xray:traces/1-67891233-abcdef012345678912345678`,
    ],
    [
      'a GuardDuty finding',
      { is: 'guardduty-finding', id: '16afba5c5c43e07c9e3e5e2e544e95df' },
      'https://ap-northeast-1.console.aws.amazon.com/guardduty/home?region=ap-northeast-1#/findings?macros=current&fId=16afba5c5c43e07c9e3e5e2e544e95df',
    ],
    [
      'a GuardDuty finding by its ARN',
      { is: 'guardduty-finding', id: 'arn:aws:guardduty:ap-northeast-1:123456789012:detector/d/finding/f1' },
      'https://ap-northeast-1.console.aws.amazon.com/guardduty/home?region=ap-northeast-1#/findings?macros=current&fId=f1',
    ],
    [
      'a Security Hub finding',
      { is: 'securityhub-finding', id: 'arn:aws:securityhub:x/y', v2: false },
      'https://console.aws.amazon.com/securityhub/home?region=ap-northeast-1#/findings?search=Id%3D%255Coperator%255C%253AEQUALS%255C%253Aarn%3Aaws%3Asecurityhub%3Ax%2Fy',
    ],
    [
      'a Security Hub V2 finding',
      { is: 'securityhub-finding', id: 'uid-1', v2: true },
      'https://console.aws.amazon.com/securityhub/v2/home?region=ap-northeast-1#/findings?search=finding_info.uid%3D%255Coperator%255C%253AEQUALS%255C%253Auid-1',
    ],
    [
      'a Health event',
      { is: 'health-event', arn: 'arn:aws:health:us-east-1::event/EC2/AWS_EC2_ISSUE/a b' },
      'https://health.aws.amazon.com/health/home#/account/event-log?eventID=arn:aws:health:us-east-1::event/EC2/AWS_EC2_ISSUE/a%20b&eventTab=details',
    ],
  ])('opens %s', (_, place, link) => {
    expect(linksFor([place], TOKYO)).toEqual([{ is: place.is, url: link }]);
  });

  test.each<[ConsolePage, readonly string[], string]>([
    [
      'ecs-service',
      ['shop', 'checkout'],
      '/ecs/v2/clusters/shop/services/checkout/tasks?region=ap-northeast-1',
    ],
    ['batch-job', ['4c75-a'], '/batch/home?region=ap-northeast-1#jobs/detail/4c75-a'],
    ['pipeline', ['release'], '/codesuite/codepipeline/pipelines/release/view?region=ap-northeast-1'],
    ['stack', ['arn:x/y'], '/cloudformation/home?region=ap-northeast-1#/stacks/events?stackId=arn%3Ax%2Fy'],
    ['migration-task', ['orders'], '/dms/v2/home?region=ap-northeast-1#taskDetails/orders'],
    ['replication-instance', ['cdc'], '/dms/v2/home?region=ap-northeast-1#replicationInstanceDetails/cdc'],
    ['key', ['1234abcd'], '/kms/home?region=ap-northeast-1#/kms/keys/1234abcd'],
    ['key', [''], '/kms/home?region=ap-northeast-1#/kms/keys'],
    [
      'glue-table',
      ['sales', 'orders'],
      '/glue/home?region=ap-northeast-1#/v2/data-catalog/tables/view/orders?database=sales',
    ],
    [
      'queue',
      ['https://sqs.ap-northeast-1.amazonaws.com/111122223333/orders'],
      '/sqs/v3/home?region=ap-northeast-1#/queues/https%3A%2F%2Fsqs.ap-northeast-1.amazonaws.com%2F111122223333%2Forders',
    ],
    ['schedule', ['nightly', 'a b'], '/scheduler/home?region=ap-northeast-1#schedules/nightly/a%20b'],
    ['ecs-service', ['shop'], '/ecs/home?region=ap-northeast-1'],
    ['ecs-service', ['shop', ''], '/ecs/home?region=ap-northeast-1'],
    ['pipeline', ['x'.repeat(3000)], '/codesuite/home?region=ap-northeast-1'],
  ])('opens the page %s of %j', (page, names, path) => {
    expect(url({ is: 'console', page, names })).toBe(`https://ap-northeast-1.console.aws.amazon.com${path}`);
  });

  test.each(CONSOLE_PAGES)('a hostile name cannot leave its part of the address of %s', (page) => {
    const hostile = url({ is: 'console', page, names: ['../?#&|>', '../?#&|>'] });
    const plain = url({ is: 'console', page, names: ['a', 'b'] });
    const shape = (link: string) => link.replace(/\.\.%2F%3F%23%26%7C%3E/g, '_');
    expect(shape(hostile)).toBe(plain.replace(/(?<=[/=]|%3D)[ab](?=[/;?&]|$)/g, '_'));
  });

  it('keeps the order of the places', () => {
    const places: Place[] = [
      { is: 'trace', id: 'a' },
      { is: 'alarm', name: 'b' },
      { is: 'trace', id: 'c' },
    ];
    expect(linksFor(places, TOKYO).map((link) => link.is)).toEqual(['trace', 'alarm', 'trace']);
  });

  test.each([
    [
      'aws-cn',
      'cn-north-1',
      'https://cn-north-1.console.amazonaws.cn/cloudwatch/home?region=cn-north-1#alarmsV2:alarm/a',
    ],
    [
      'aws-us-gov',
      'us-gov-west-1',
      'https://us-gov-west-1.console.amazonaws-us-gov.com/cloudwatch/home?region=us-gov-west-1#alarmsV2:alarm/a',
    ],
  ])('uses the console of the partition %s', (partition, region, link) => {
    expect(url({ is: 'alarm', name: 'a' }, { region, partition })).toBe(link);
  });

  it('opens Health and Security Hub on the hosts of other partitions too', () => {
    const china = { region: 'cn-north-1', partition: 'aws-cn' };
    expect(url({ is: 'health-event', arn: 'a' }, china)).toMatch(
      /^https:\/\/cn-north-1\.console\.amazonaws\.cn\/health\/home\?/,
    );
    expect(url({ is: 'securityhub-finding', id: 'a', v2: false }, china)).toMatch(
      /^https:\/\/console\.amazonaws\.cn\/securityhub\//,
    );
  });

  test.each([
    ['an unknown partition', { region: 'us-iso-east-1', partition: 'aws-iso' }],
    ['no region', { region: '', partition: 'aws' }],
    ['a region that is a host', { region: 'evil.example/', partition: 'aws' }],
    ['a region for people', { region: 'US East (N. Virginia)', partition: 'aws' }],
    ['a prototype key', { region: 'us-east-1', partition: '__proto__' }],
  ])('links nothing for %s', (_, where) => {
    expect(linksFor([{ is: 'alarm', name: 'a' }], where)).toEqual([]);
  });

  it('puts a hostile group name back together exactly where the console decodes it', () => {
    const group = `/a'b)~(c!*"d<e>|$26start$3D1#x?y&z%25 日本\\`;
    const stream = `s/'~)(*$3F`;
    expect(logPage(url({ is: 'log-stream', group, stream, at: AT }))).toBe(
      `logsV2:log-groups/log-group/${group}/log-events/${stream}?start=1763683140000&end=1763683260000`,
    );
  });

  it('searches for the text and nothing else, whatever is in it', () => {
    const find = `id "42" \\ ') | delete ~(x\n| limit 1`;
    const editor = editorOf(url({ is: 'logs-insights', group: 'g', at: AT, find }));
    expect(editor.split('\n')).toEqual([
      'fields @timestamp, @message, @logStream',
      `| filter @message like "id \\"42\\" \\\\ ') | delete ~(x | limit 1"`,
      '| sort @timestamp asc',
      '| limit 1000',
    ]);
  });

  it('does not search for a mark of the redaction', () => {
    const place: Place = { is: 'logs-insights', group: 'g', at: AT, find: 'token=[REDACTED:token]' };
    expect(editorOf(url(place))).not.toContain('filter');
  });

  it('asks for the last hour when the moment is not known', () => {
    expect(queryOf(url({ is: 'logs-insights', group: 'g', at: 0, find: null }))).toMatch(
      /^~\(end~0~start~-3600~timeType~'RELATIVE~unit~'seconds/,
    );
  });

  it("opens the service's page when a name is too long for a link", () => {
    expect(url({ is: 'alarm', name: 'あ'.repeat(1_000) })).toBe(`${HOME}#alarmsV2:`);
    expect(url({ is: 'log-stream', group: 'あ'.repeat(1_000), stream: '', at: AT })).toBe(
      `${HOME}#logsV2:log-groups`,
    );
  });

  const anyText = fc.string({ unit: 'binary', maxLength: 60 });
  const anyPlace: fc.Arbitrary<Place> = fc.oneof(
    fc.record({ is: fc.constant('log-stream' as const), group: anyText, stream: anyText, at: fc.double() }),
    fc.record({
      is: fc.constant('logs-insights' as const),
      group: anyText,
      at: fc.double(),
      find: fc.option(anyText),
    }),
    fc.record({ is: fc.constant('alarm' as const), name: anyText }),
    fc.record({ is: fc.constant('guardduty-finding' as const), id: anyText }),
    fc.record({ is: fc.constant('securityhub-finding' as const), id: anyText, v2: fc.boolean() }),
    fc.record({ is: fc.constant('health-event' as const), arn: anyText }),
    fc.record({ is: fc.constant('trace' as const), id: anyText }),
  );

  it('gives, for any place, one link to AWS that nothing can break out of', () => {
    fc.assert(
      fc.property(anyPlace, (place) => {
        const link = url(place);
        expect(link).toMatch(/^https:\/\/[!-~]+$/);
        expect(link).not.toMatch(/[<>|"`\\\s]/);
        expect(link.split('#')).toHaveLength(2);
        expect(allowedUrl(link, AWS_HOSTS)).not.toBeNull();
      }),
    );
  });
});

describe('allowedUrl', () => {
  test.each([
    ['https://docs.aws.amazon.com/guardduty/', 'https://docs.aws.amazon.com/guardduty/'],
    ['https://DOCS.aws.amazon.com/a/../b?x=1#y', 'https://docs.aws.amazon.com/b?x=1#y'],
    ['HTTPS://aws.amazon.com:443/x', 'https://aws.amazon.com/x'],
    ['https://us-east-1.console.aws.amazon.com/x', 'https://us-east-1.console.aws.amazon.com/x'],
    ['https://console.amazonaws.cn/x', 'https://console.amazonaws.cn/x'],
    ['https://docs.aws.amazon.com', 'https://docs.aws.amazon.com/'],
    ['https://docs.aws.amazon.com/a|b>c', 'https://docs.aws.amazon.com/a%7Cb%3Ec'],
  ])('allows %s', (given, normal) => {
    expect(allowedUrl(given, AWS_HOSTS)).toBe(normal);
  });

  test.each([
    ['http', 'http://docs.aws.amazon.com/'],
    ['another scheme', 'javascript:alert(1)//docs.aws.amazon.com'],
    ['a scheme in disguise', 'https:docs.aws.amazon.com'],
    ['another host', 'https://example.com/docs.aws.amazon.com'],
    ['a host that ends alike', 'https://evilaws.amazon.com/'],
    ['a host that starts alike', 'https://aws.amazon.com.evil.example/'],
    ['a host with a dot behind', 'https://aws.amazon.com./'],
    ["a customer's host", 'https://bucket.s3.amazonaws.com/'],
    ['a user', 'https://docs.aws.amazon.com@evil.example/'],
    ['a user of a listed host', 'https://x:y@docs.aws.amazon.com/'],
    ['an empty user', 'https://@docs.aws.amazon.com/'],
    ['another port', 'https://docs.aws.amazon.com:8443/'],
    ['a backslash', 'https://evil.example\\@docs.aws.amazon.com/'],
    ['a line break', 'https://docs.aws.amazon.com/\nx'],
    ['a tab in the host', 'https://docs.aws\t.amazon.com/'],
    ['a blank before', ' https://docs.aws.amazon.com/'],
    ['a letter that looks alike', 'https://docs.aws.amazon.com/\u202Emoc'],
    ['a full-width host', 'https://\uFF44ocs.aws.amazon.com/'],
    ['an address', 'https://169.254.169.254/latest/meta-data'],
    ['nothing', ''],
    ['no URL', 'docs'],
    ['a very long URL', `https://docs.aws.amazon.com/${'a'.repeat(3_000)}`],
  ])('refuses %s', (_, given) => {
    expect(allowedUrl(given, AWS_HOSTS)).toBeNull();
  });

  it('allows nothing when nothing is listed', () => {
    expect(allowedUrl('https://docs.aws.amazon.com/', [])).toBeNull();
  });

  it('is total, and what it allows it allows again unchanged', () => {
    const start = fc.constantFrom('https://docs.aws.amazon.com/', 'https://', '');
    fc.assert(
      fc.property(start, fc.string({ unit: 'binary' }), (head, tail) => {
        const allowed = allowedUrl(head + tail, AWS_HOSTS);
        if (allowed !== null) expect(allowedUrl(allowed, AWS_HOSTS)).toBe(allowed);
      }),
    );
  });
});
