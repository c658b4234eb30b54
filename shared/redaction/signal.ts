import type { Json, JsonObject } from '../model/json.ts';
import { isObject, texts } from '../model/json.ts';
import type { Identity, Place, Remedy, Signal } from '../model/signal.ts';
import { builtIn, type Why } from '../model/why.ts';
import { redactJson } from './json.ts';
import { type Redacted, redactId, redactText } from './text.ts';
import { NOTHING_TOLD, type Told, toldBy } from './told.ts';

const FAILED =
  'redaction failed, so only metadata is told; read the original in its source and report the fault';

/**
 * The signal as it may leave intake: kind, service, account, region, title, message, identity, resource, remedy, evidence, reasons, search texts,
 * tags, fields and detail without secrets, and a `why` that names the families found (never a value). ARNs survive.
 * Fails closed: if anything throws, the metadata alone goes on, and says so.
 */
export function redactSignal(signal: Signal): Signal {
  try {
    return redactAll(signal);
  } catch {
    return metadataOf(signal);
  }
}

function redactAll(signal: Signal): Signal {
  const found = new Set<string>();
  const note = ({ text, found: families }: Redacted): string => {
    for (const family of families) found.add(family);
    return text;
  };
  const whole = redactText(signal.message);
  const message = note(whole);
  // What is told as it stands hides nothing that a part of it could give away: title and fields are parts of most lines.
  const told = whole.found.length === 0 ? toldBy(message) : NOTHING_TOLD;
  const known = new Map<string, string>();
  const words = (text: string): string => {
    if (told(text)) return text;
    const before = known.get(text);
    if (before !== undefined) return before;
    const redacted = note(redactText(text));
    known.set(text, redacted);
    return redacted;
  };
  const maybe = (text: string | null): string | null => (text === null ? null : words(text));
  const clean: Signal = {
    ...signal,
    // An app or a sender writes these as well: `service` is a key of a JSON line, `kind` of any JSON message.
    kind: words(signal.kind),
    service: words(signal.service),
    account: words(signal.account),
    region: words(signal.region),
    resource: maybe(signal.resource),
    levelEvidence: maybe(signal.levelEvidence),
    title: words(signal.title),
    message,
    identity: redactIdentity(signal.identity, words, (key) => note(redactId(key))),
    remedy: redactRemedy(signal.remedy, words),
    places: signal.places.flatMap((place) => redactPlace(place, words)),
    tags: texts(redactJson(signal.tags, found, told)),
    fields: redactFields(signal.fields, found, told),
    detail: signal.detail === null ? null : redactJson(signal.detail, found, told),
    why: signal.why.map((why) => ({ ...why, because: words(why.because) })),
  };
  return found.size === 0 ? clean : { ...clean, why: [...clean.why, reason(found)] };
}

function reason(found: ReadonlySet<string>): Why {
  return builtIn('redact', 'secrets', `masked ${[...found].sort().join(', ')}`);
}

function redactIdentity(
  identity: Identity,
  words: (text: string) => string,
  id: (key: string) => string,
): Identity {
  switch (identity.by) {
    case 'source':
      return { ...identity, key: id(identity.key) };
    case 'app':
      return { ...identity, key: words(identity.key) };
    case 'text':
      return {
        by: 'text',
        errorType: identity.errorType === null ? null : words(identity.errorType),
        text: words(identity.text),
      };
  }
}

function redactRemedy(remedy: Remedy | null, words: (text: string) => string): Remedy | null {
  if (remedy === null) return null;
  return { text: words(remedy.text), url: remedy.url === null ? null : words(remedy.url) };
}

/**
 * What a place searches for comes from the log's text, and a sender writes an address of the web, which leads nowhere
 * without its secret; the rest names things of AWS.
 */
function redactPlace(place: Place, words: (text: string) => string): readonly Place[] {
  if (place.is === 'web') return words(place.url) === place.url ? [place] : [];
  return [
    place.is === 'logs-insights' && place.find !== null ? { ...place, find: words(place.find) } : place,
  ];
}

function redactFields(fields: JsonObject | null, found: Set<string>, told: Told): JsonObject | null {
  if (fields === null) return null;
  const redacted: Json = redactJson(fields, found, told);
  return isObject(redacted) ? redacted : null;
}

/**
 * What may be told of a signal that could not be redacted: where it comes from and that it came, none of its words.
 * Written out field by field, because reading another one may be what failed.
 */
function metadataOf(signal: Signal): Signal {
  const { id, source, kind, status, lifecycle, time, account, region, partition, service } = signal;
  const { logGroup, logStream, level } = signal;
  return {
    id,
    source,
    kind,
    status,
    lifecycle,
    time,
    account,
    region,
    partition,
    service,
    resource: null,
    logGroup,
    logStream,
    level,
    levelEvidence: null,
    title: `redaction failed: a ${status} signal of ${service} is told without its text`,
    message: '',
    identity: identityOf(signal.identity),
    remedy: null,
    places: [],
    tags: {},
    fields: null,
    detail: null,
    why: [builtIn('redact', 'failed-closed', FAILED)],
  };
}

/** The source's own id stays where it is an ARN, so that a resolve still finds its firing. */
function identityOf(identity: Identity): Identity {
  if (identity.by === 'source' && /^arn:aws[\w-]*:[\w:/ .-]{1,500}$/.test(identity.key)) return identity;
  return { by: 'text', errorType: 'RedactionFailed', text: '' };
}
