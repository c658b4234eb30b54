/** Codes of a request that certainly never left: no connection was made. */
const NEVER_LEFT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Whether a failed `fetch` failed before anything was sent, so that repeating it cannot double a message. */
export function neverLeft(error: unknown): boolean {
  return causes(error).some((cause) => NEVER_LEFT.has(codeOf(cause)));
}

/** A failed `fetch` in a few words: its innermost reason, never the request. */
export function networkReason(error: unknown): string {
  const innermost = causes(error).at(-1);
  if (!(innermost instanceof Error)) return 'the connection failed';
  if (innermost.name === 'TimeoutError' || innermost.name === 'AbortError') return 'no answer in time';
  return codeOf(innermost) || innermost.message.slice(0, 200) || innermost.name;
}

/** A body of at most `limit` bytes as text. @throws when it is longer: nobody sane answers that much. */
export async function boundedText(response: Response, limit: number): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.byteLength;
    if (size > limit) throw new Error(`the answer is longer than ${limit} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Seconds of a `Retry-After` header, which may also be a date; null when there is none that can be read. */
export function retryAfterSeconds(response: Response, now: number): number | null {
  const header = response.headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,9}$/.test(header)) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now) / 1_000));
}

/** The error and what caused it, outermost first; bounded against loops. */
function causes(error: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  for (let e: unknown = error; e != null && chain.length < 5; e = e instanceof Error ? e.cause : null)
    chain.push(e);
  return chain;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
