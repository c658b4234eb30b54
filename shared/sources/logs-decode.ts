import { constants, createUnzip, gunzipSync } from 'node:zlib';
import { eachMember, parseJson, skipGap, valueEnd } from '../model/cut-json.ts';
import { type Json, text } from '../model/json.ts';
import { type Abridged, abridge, type SparedTo, withoutEvents } from './logs-abridge.ts';
import { type Decoded, toBatch } from './logs-batch.ts';

/** As much of one payload as is inflated. A payload of Lambda's 1 MB limit comes to about 35 MB at the worst seen. */
export const MAX_INFLATED = 64 * 1024 * 1024;
/** DEFLATE makes at most this many bytes of one. */
const MAX_RATIO = 1032;

/** What came out of a payload before it ended, was damaged, or reached the limit. */
interface Inflated {
  readonly bytes: Buffer;
  readonly trouble: string | null;
}

/**
 * The common case in one call: the size that gzip states in its last four bytes is the only buffer needed.
 * That size is the sender's word, so it bounds nothing: a larger output, or a damaged one, gives null.
 */
function inflateAtOnce(packed: Buffer, limit: number): Buffer | null {
  if (packed.length < 18 || packed[0] !== 0x1f || packed[1] !== 0x8b) return null;
  const stated = packed.readUInt32LE(packed.length - 4);
  if (stated === 0 || stated > limit || stated > packed.length * MAX_RATIO) return null;
  try {
    return gunzipSync(packed, { chunkSize: Math.max(stated + 1, 64), maxOutputLength: stated });
  } catch {
    return null;
  }
}

/** Inflates chunk by chunk and keeps what came out, whatever happens then. Never rejects. */
function inflateSome(packed: Buffer, limit: number): Promise<Inflated> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve) => {
    const unzip = createUnzip({ finishFlush: constants.Z_SYNC_FLUSH });
    const end = (trouble: string | null) => resolve({ bytes: Buffer.concat(chunks), trouble });
    unzip.on('data', (chunk: Buffer) => {
      chunks.push(size + chunk.length > limit ? chunk.subarray(0, limit - size) : chunk);
      size += chunk.length;
      if (size <= limit) return;
      unzip.destroy();
      end(`it inflates to more than ${limit} bytes`);
    });
    unzip.on('end', () => end(null));
    unzip.on('error', (error) => end(`its gzip data is damaged (${error.message})`));
    unzip.end(packed);
  });
}

/** The whole members of a payload whose JSON is cut, with those of its log events that are whole. */
function wholeMembers(source: string): { readonly [key: string]: Json } {
  const members: [string, Json][] = [];
  const events: Json[] = [];
  eachMember(source, source.indexOf('{'), (key, valueAt) => {
    if (key === 'logEvents' && source[valueAt] === '[') return wholeEvents(source, valueAt, events);
    const end = valueEnd(source, valueAt);
    if (end === -1) return -1;
    members.push([key, parseJson(source.slice(valueAt, end)) as Json]);
    return end;
  });
  return { ...Object.fromEntries(members), logEvents: events };
}

function wholeEvents(source: string, from: number, events: Json[]): number {
  let index = skipGap(source, from + 1);
  while (source[index] === '{') {
    const end = valueEnd(source, index);
    const event = end === -1 ? undefined : parseJson(source.slice(index, end));
    if (event === undefined) return -1;
    events.push(event as Json);
    index = skipGap(source, end);
  }
  return source[index] === ']' ? index + 1 : -1;
}

/** What of a payload may be passed over, by its log group and its whole text (one byte a character); null: nothing. */
export type Spared = (logGroup: string, payload: string) => SparedTo | null;
const NOTHING_SPARED: Spared = () => null;

/** The batch without the events that are spared the parsing. null: it has to be parsed as a whole. */
function parseAbridged(bytes: Buffer, spared: Spared): Decoded | null {
  if (spared === NOTHING_SPARED) return null;
  const source = bytes.toString('latin1');
  const own = withoutEvents(source);
  const logGroup = own === null ? null : text(parseLatin1(own), 'logGroup');
  const sparedTo = logGroup === null ? null : spared(logGroup, source);
  const abridged = sparedTo === null ? null : abridgeSafely(source, sparedTo);
  const parsed = abridged === null ? undefined : parseLatin1(abridged.text);
  return parsed === undefined ? null : toBatch(parsed, null, abridged?.passedOver);
}

/** A calm object of several megabytes, which CloudWatch Logs never sends, overflows the pattern's stack. */
function abridgeSafely(source: string, sparedTo: SparedTo): Abridged | null {
  try {
    return abridge(source, sparedTo);
  } catch {
    return null;
  }
}

function parseLatin1(source: string): unknown {
  return parseJson(Buffer.from(source, 'latin1').toString('utf8'));
}

/** The batch of an inflated payload. What is not JSON as a whole gives its whole events, marked as cut. */
function parsePayload({ bytes, trouble }: Inflated, spared: Spared): Decoded {
  const abridged = trouble === null ? parseAbridged(bytes, spared) : null;
  if (abridged !== null) return abridged;
  const source = bytes.toString('utf8');
  const parsed = parseJson(source);
  if (parsed !== undefined) return toBatch(parsed);
  const because = trouble ?? 'its JSON ends early or is damaged';
  const members = wholeMembers(source);
  const none = Array.isArray(members.logEvents) && members.logEvents.length === 0;
  if (none) return { ok: false, because: `${because}, and not one whole log event could be read` };
  return toBatch(members, { bytes: bytes.length, because });
}

function notPacked(data: string): Decoded {
  if (data.trim() === '') return { ok: false, because: 'awslogs.data is empty' };
  const because = /[^\w+/=\s-]/.test(data) ? 'awslogs.data is not base64' : 'awslogs.data is not gzip';
  return { ok: false, because };
}

export interface DecodeOptions {
  /** Bytes that are inflated at most. */
  readonly limit?: number;
  /** Left out: every event is parsed. */
  readonly spared?: Spared;
}

/**
 * Decodes `awslogs.data`: base64, gzip, JSON, checked. At most `limit` bytes are inflated; of a larger, cut or
 * damaged payload the whole events are kept and `cut` says so. What gives not one event is `ok: false` with
 * the reason. `spared` says which events may be passed over. Never throws.
 */
export async function decodeLogs(
  data: string,
  { limit = MAX_INFLATED, spared = NOTHING_SPARED }: DecodeOptions = {},
): Promise<Decoded> {
  const packed = Buffer.from(data, 'base64');
  const whole = inflateAtOnce(packed, limit);
  if (whole !== null) return parsePayload({ bytes: whole, trouble: null }, spared);
  // Some senders forget to compress; a zlib header (0x78) instead of gzip's is inflated as well.
  if (packed[0] === 0x7b) return parsePayload({ bytes: packed.subarray(0, limit), trouble: null }, spared);
  if (packed[0] !== 0x1f && packed[0] !== 0x78) return notPacked(data);
  const some = await inflateSome(packed, limit);
  if (some.bytes.length > 0) return parsePayload(some, spared);
  return some.trouble === null ? notPacked(data) : { ok: false, because: some.trouble };
}
