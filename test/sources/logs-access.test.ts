import { describe, expect, it, test } from 'vitest';
import { identify } from '../../shared/fingerprints/identify.ts';
import { isCalm, mightMatter, readLevel } from '../../shared/levels/levels.ts';
import { readLogs, toBatch } from '../../shared/sources/logs.ts';

const WHERE = { region: 'ap-northeast-1', partition: 'aws', receivedAt: 1_795_305_600_000 };

function read(lines: readonly string[], all = false) {
  const logEvents = lines.map((message, i) => ({
    id: `line-${i}`,
    timestamp: 1_795_305_600_000 + i,
    message,
  }));
  const decoded = toBatch({ logGroup: '/nginx/access', logStream: 's', owner: '111122223333', logEvents });
  if (!decoded.ok) throw new Error(decoded.because);
  return readLogs(decoded.batch, { ...WHERE, readLevel, spare: { isCalm, mightMatter }, all, prefilter: [] })
    .signals;
}

const nginx = (path: string, status: number) =>
  `10.0.0.9 - - [05/Jan/2027:04:00:00 +0000] "GET ${path} HTTP/1.1" ${status} 12 "-" "curl/8"`;
const fine = Array.from({ length: 80 }, (_, i) => nginx(`/orders/${i}`, 200));
const refused = (n: number) => Array.from({ length: n }, (_, i) => nginx(`/orders/${i}`, 404));

describe('access logs', () => {
  it('failed requests are one problem for each route and class of status', () => {
    const lines = [nginx('/orders/1', 500), nginx('/orders/77?x=1', 503), nginx('/carts/9', 502)];
    const problems = read(lines).map((signal) => identify(signal).template);
    expect(problems).toEqual(['GET /orders/:id 5xx', 'GET /orders/:id 5xx', 'GET /carts/:id 5xx']);
  });

  it('says what happened, not the whole line', () => {
    const [signal] = read([nginx('/orders/1', 500)]);
    expect(signal).toMatchObject({
      kind: 'access log',
      level: 'ERROR',
      title: 'GET /orders/:id answered 500',
    });
    expect(signal?.fields).toEqual({
      method: 'GET',
      path: '/orders/1',
      route: 'GET /orders/:id',
      status: 500,
    });
  });

  test.each([
    ['a few', 9, 80, 0],
    ['many, but a small share', 10, 800, 0],
    ['many and a great share', 10, 80, 10],
    ['nothing else', 10, 0, 10],
  ])('refused requests count by their rate: %s', (_, bad, good, told) => {
    const others = Array.from({ length: good }, (_, i) => nginx(`/orders/${i}`, 200));
    expect(read([...others, ...refused(bad)]).map(({ level }) => level)).toEqual(Array(told).fill('WARNING'));
  });

  it('a scan over many routes is no problem of one of them', () => {
    const scan = 'abcdefghijklmnop'.split('').map((letter) => nginx(`/${letter}.php`, 404));
    expect(read(scan)).toEqual([]);
  });

  it('explains why a refused request is not told', () => {
    const signal = read([...fine, ...refused(2)], true).at(-1);
    expect(signal).toMatchObject({ level: 'INFO', status: 'info' });
    expect(signal?.levelEvidence).toBe(
      'status 404 of an access log line (nginx or Apache); 2 × GET /orders/:id 4xx among 82 events, WARNING from 10 and 10 % on',
    );
  });
});
