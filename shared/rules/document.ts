import { text } from '../model/json.ts';
import type { Document } from '../model/rules.ts';
import type { Signal } from '../model/signal.ts';

/** A document that the judge still adds to: the team, then the severity. */
export type OpenDocument = { -readonly [K in keyof Document]: Document[K] };

/**
 * The plain document that patterns are matched against. What a signal does not have is left out, so that
 * `exists: false` holds. A resolve is shown as the firing it ends: it gets the severity that it would have had.
 */
export function documentOf(signal: Signal): OpenDocument {
  const { source, kind, service, account, region, title } = signal;
  const status = signal.status === 'resolved' ? 'firing' : signal.status;
  const message = messageOf(signal);
  const document: OpenDocument = { source, kind, status, service, account, region, title, message };
  if (signal.level !== null) document.level = signal.level;
  if (signal.logGroup !== null) document.logGroup = signal.logGroup;
  if (signal.resource !== null) document.resource = signal.resource;
  if (Object.keys(signal.tags).length > 0) document.tags = signal.tags;
  if (signal.fields !== null) document.fields = signal.fields;
  if (signal.detail !== null) document.detail = signal.detail;
  return document;
}

/**
 * What a log line says, without its time, level and request id, and of a JSON line its message: operators write
 * `prefix: card declined`, however the line is laid out. The text that is fingerprinted is just that, but for the
 * platform's own reports, whose fingerprint is a fixed word.
 */
function messageOf({ source, kind, identity, fields, message }: Signal): string {
  if (source !== 'logs' || kind.startsWith('lambda ')) return message;
  if (identity.by === 'text') return identity.text;
  return text(fields, 'message') ?? text(fields, 'message', 'message') ?? text(fields, 'msg') ?? message;
}
