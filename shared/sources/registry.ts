import { accessAnalyzer } from './access-analyzer.ts';
import { acm } from './acm.ts';
import { alarm } from './alarm.ts';
import { budgets } from './budgets.ts';
import { canary } from './canary.ts';
import { cloudtrail } from './cloudtrail.ts';
import { config } from './config.ts';
import { costAnomaly } from './cost-anomaly.ts';
import { dnsFirewall } from './dns-firewall.ts';
import { unwrap } from './envelope.ts';
import { event } from './event.ts';
import { guardduty } from './guardduty.ts';
import { health } from './health.ts';
import { inspector } from './inspector.ts';
import { macie } from './macie.ts';
import { securityhub } from './securityhub.ts';
import { deadLetter, SERVICES } from './services/services.ts';
import { ses } from './ses.ts';
import { signin } from './signin.ts';
import type { Envelope, Fault, Reading, Source } from './source.ts';
import { trustedAdvisor } from './trusted-advisor.ts';
import { webhook } from './webhook.ts';
import { clip } from './words.ts';

/**
 * Asked in this order. To add a source: write its file, put it before `event`, write samples under `events/`, and
 * bring docs/sources.md up to date (`npm run docs`).
 */
export const SOURCES: readonly Source[] = [
  deadLetter,
  alarm,
  guardduty,
  securityhub,
  inspector,
  macie,
  accessAnalyzer,
  config,
  trustedAdvisor,
  health,
  signin,
  cloudtrail,
  acm,
  dnsFirewall,
  costAnomaly,
  budgets,
  ses,
  ...SERVICES,
  webhook,
  event,
];

/** Our own canary comes before all: nobody writes rules on it, or reads of it in docs/sources.md. */
const KNOWN: readonly Source[] = [canary, ...SOURCES];

/**
 * Reads anything but log payloads: an EventBridge event, an SNS or SQS wrapping of one, a direct alarm action, a
 * bare finding, plain text. `raw` is the parsed JSON or its text; `receivedAt` is ms since the epoch and only stands
 * in for a time that nobody stated. Never throws; whatever is put in comes out as at least one signal or fault.
 */
export function readEvent(raw: unknown, receivedAt: number): Reading {
  const { events, faults } = unwrap(raw, receivedAt);
  const read = events.map(readOne);
  return { signals: read.flatMap((r) => r.signals), faults: [...faults, ...read.flatMap((r) => r.faults)] };
}

/** A source that breaks is our own fault: the event is kept as one, and never costs the others. */
function readOne(one: Envelope): Reading {
  try {
    const source = KNOWN.find((s) => s.accepts(one)) ?? event;
    return { signals: source.read(one), faults: [] };
  } catch (error) {
    return { signals: [], faults: [broken(error, one)] };
  }
}

function broken(error: unknown, one: Envelope): Fault {
  const because = `reading it broke: ${error instanceof Error ? error.message : String(error)}`;
  return { where: '.', because, raw: clip(JSON.stringify(one.raw) ?? '', 64 * 1024) };
}
