import { gzipSync } from 'node:zlib';

/**
 * A subscription payload of `n` events of which `share` are WARNING or worse, of `kinds` different problems, as
 * `awslogs.data`. Deterministic; `start` numbers the first event, so that no two payloads hold the same line.
 */
export function payload(n: number, form: 'plain' | 'json', share: number, kinds = 1, start = 0): string {
  const every = Math.round(1 / share);
  const logEvents = Array.from({ length: n }, (_, at) => {
    const i = start + at;
    return {
      id: String(36_000_000_000_000_000n + BigInt(i)).padStart(56, '3'),
      timestamp: 1_795_305_600_000 + i * 7,
      message: (form === 'plain' ? plain : json)(i, i % every === 0, name(i % kinds)),
    };
  });
  const batch = {
    messageType: 'DATA_MESSAGE',
    owner: '111122223333',
    logGroup: '/aws/lambda/checkout',
    logStream: '2026/11/22/[$LATEST]5f0c',
    subscriptionFilters: ['hansho'],
    logEvents,
  };
  return gzipSync(JSON.stringify(batch)).toString('base64');
}

const ROUTES = ['/cart', '/cart/items', '/orders', '/orders/search', '/health', '/prices', '/login'];

const SYLLABLES = ['ka', 'mi', 'no', 'sa', 'ta', 'ru', 'he', 'yo', 'wa', 'ki'];

/** A word of letters only, so that no mask makes two problems one. */
function name(kind: number): string {
  return [...String(kind).padStart(4, '0')].map((digit) => SYLLABLES[Number(digit)]).join('');
}

function words(i: number, bad: boolean, kind: string): string {
  const route = ROUTES[i % ROUTES.length];
  const id = (i * 2_654_435_761) % 1_000_000;
  return bad
    ? `gateway ${kind} refused order ${id} after ${i % 900} ms, attempt ${i % 3}`
    : `GET ${route} handled for customer ${id} in ${i % 900} ms, errors=0, cache ${i % 2 === 0 ? 'hit' : 'miss'}`;
}

function plain(i: number, bad: boolean, kind: string): string {
  const time = new Date(1_795_305_600_000 + i * 7).toISOString();
  const level = bad ? (i % 3 === 0 ? 'ERROR' : 'WARN') : 'INFO';
  return `${time}\t9f3c2b1a-4d5e-4f60-8a7b-${String(i).padStart(12, '0')}\t${level}\t${words(i, bad, kind)}\n`;
}

function json(i: number, bad: boolean, kind: string): string {
  return JSON.stringify({
    level: bad ? (i % 3 === 0 ? 'ERROR' : 'WARN') : 'INFO',
    location: 'handler.process:112',
    message: words(i, bad, kind),
    timestamp: new Date(1_795_305_600_000 + i * 7).toISOString(),
    service: 'checkout',
    cold_start: false,
    function_name: 'checkout',
    function_memory_size: '512',
    function_arn: 'arn:aws:lambda:ap-northeast-1:111122223333:function:checkout',
    function_request_id: `9f3c2b1a-4d5e-4f60-8a7b-${String(i).padStart(12, '0')}`,
    xray_trace_id: `1-6741b2c3-${String(i).padStart(24, '0')}`,
    tenant: `shop-${i % 40}`,
    duration_ms: i % 900,
  });
}
