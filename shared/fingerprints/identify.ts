import { hash as digest } from 'node:crypto';
import type { Fingerprint, IncidentId } from '../model/bundle.ts';
import type { Identity, Signal, SignalId, Status } from '../model/signal.ts';
import { builtIn, type Why } from '../model/why.ts';
import { codesOf } from './codes.ts';
import { templateOf } from './template.ts';

/** The recipe's version: a later recipe writes v2, so that it never regroups what v1 has grouped. */
const VERSION = 'v1';
const FINGERPRINT_CHARS = 16;
const INCIDENT_CHARS = 20;
const MARK_CHARS = 8;
const MAX_SHOWN_CHARS = 300;

/** What problem a signal is about. */
export interface Identified {
  /** The problem wherever it happens: 16 hex characters. */
  readonly fingerprint: Fingerprint;
  /** The problem in one account, region and service: 20 hex characters. */
  readonly incident: IncidentId;
  /** What was hashed, for a person: the text's template or the key. */
  readonly template: string;
  readonly why: Why;
}

/**
 * Says which problem a signal is about. The source's own id comes first where there is one, then the app's own
 * `fingerprint` field, used as it is; else the error type and the text's template, warnings apart from errors
 * because they go to different channels. Pure: the same signal gives the same ids in every process.
 */
export function identify(signal: Signal): Identified {
  const where = placeOf(signal);
  const { parts, template, why } = problemOf(signal.identity, signal);
  return {
    fingerprint: knownHash([where.service, ...parts], FINGERPRINT_CHARS) as Fingerprint,
    incident: knownHash([where.account, where.region, where.service, ...parts], INCIDENT_CHARS) as IncidentId,
    template,
    why,
  };
}

/**
 * The mark by which a repeated signal is recognised: 8 hex characters of its id and status. A firing and a resolving
 * signal of one id are two things.
 */
export function markOf(id: SignalId, status: Status): string {
  return hash([status, id], MARK_CHARS);
}

interface Problem {
  readonly parts: readonly string[];
  readonly template: string;
  readonly why: Why;
}

function problemOf(identity: Identity, signal: Signal): Problem {
  switch (identity.by) {
    case 'source': {
      const key = identity.key.trim();
      return {
        parts: ['source', key],
        template: key,
        why: builtIn('fingerprint', 'source-id', `the source's own id ${shown(key)}`),
      };
    }
    case 'app': {
      const key = identity.key.trim();
      return {
        parts: ['app', key],
        template: key,
        why: builtIn('fingerprint', 'app-fingerprint', `the app's own fingerprint ${shown(key)}`),
      };
    }
    case 'text': {
      const errorType = (identity.errorType ?? '').trim().slice(0, 200);
      const template = [templateOf(identity.text), ...codesOf(signal.fields)].join(' | ');
      const because =
        errorType === ''
          ? `template: ${shown(template)}`
          : `error type ${errorType}, template: ${shown(template)}`;
      return {
        parts: ['text', gravityOf(signal), errorType, template],
        template,
        why: builtIn('fingerprint', 'template', because),
      };
    }
  }
}

/** Quotes what was hashed in a reason, cut so that a hostile key cannot fill a message. */
function shown(text: string): string {
  return text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}…` : text;
}

function gravityOf(signal: Signal): 'error' | 'warn' | 'info' {
  if (signal.level === 'ERROR' || signal.level === 'FATAL') return 'error';
  return signal.level === 'WARNING' ? 'warn' : 'info';
}

interface Where {
  readonly account: string;
  readonly region: string;
  readonly service: string;
}

/**
 * An ARN names its own account, region and service. They stand for the signal's, which depend on the way it came:
 * an alarm through SNS may not know its namespace, a finding may arrive from the administrator's account or as
 * Security Hub's copy. Where the ARN leaves one out, the signal's counts.
 */
function placeOf(signal: Signal): Where {
  const { account, region, service } = signal;
  if (signal.identity.by !== 'source') return { account, region, service };
  const [arn, , ownService, ownRegion, ownAccount] = signal.identity.key.trim().split(':', 6);
  if (arn !== 'arn') return { account, region, service };
  return { account: ownAccount || account, region: ownRegion || region, service: ownService || service };
}

/** Problems come back by the thousand; bounded, so that hostile text cannot fill the memory. */
const MAX_KNOWN = 2_000;
const known = new Map<string, string>();

/** The same as `hash`, remembered. */
function knownHash(parts: readonly string[], chars: number): string {
  const text = joined(parts);
  const before = known.get(text);
  if (before !== undefined) return before.slice(0, chars);
  if (known.size >= MAX_KNOWN) known.clear();
  const made = digest('sha256', text, 'hex').slice(0, INCIDENT_CHARS);
  known.set(text, made);
  return made.slice(0, chars);
}

function hash(parts: readonly string[], chars: number): string {
  return digest('sha256', joined(parts), 'hex').slice(0, chars);
}

/** Each field with its length before it, so that no content can make two lists of fields look alike. */
function joined(parts: readonly string[]): string {
  let text = VERSION;
  for (const part of parts) text += `|${part.length}:${part}`;
  return text;
}
