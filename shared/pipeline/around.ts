import type { Address } from '../model/decision.ts';
import type { Telling } from '../model/incident.ts';
import type { Outcome } from '../model/telling.ts';
import { mark } from '../redaction/mark.ts';
import { redactText } from '../redaction/text.ts';
import { afterOutcome, gate } from './address.ts';
import type { Clock, LinesAround, Log, MakeNonce, Metrics, Send, Store, Within } from './ports.ts';

export interface AroundDeps<Call> {
  readonly kind: 'slack' | 'pagerduty';
  readonly linesAround: LinesAround;
  readonly reply: (
    lines: readonly string[],
    telling: Telling,
    address: Address,
    handle: string,
    nonce: string,
  ) => Call;
  readonly send: Send<Call>;
  readonly store: Store;
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
  readonly nonce: MakeNonce;
  readonly within: Within;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Lines before the error, and as many after it. */
export const LINES_EACH_WAY = 5;
const READ_MS = 500;
/** A reply that takes longer is not waited for: it is no delivery, and the next card is. */
const SEND_MS = 2_000;
const LINE_CHARS = 300;

/**
 * What stood around a log error in its stream, as a reply under its new card. A kindness and not a delivery: it is
 * tried once by whoever posted the card, after that is written down; nothing remembers it, and nothing that goes
 * wrong here is heard beyond a line in the log. In a busy channel it gives way.
 */
export async function tellAround<Call>(
  telling: Telling,
  address: Address,
  handle: string,
  deps: AroundDeps<Call>,
): Promise<void> {
  const fields = { incident: telling.incident.id, address };
  try {
    const said = await around(telling, address, handle, deps);
    deps.log.info('lines around', { ...fields, ...said });
  } catch (error) {
    deps.log.info('lines around', {
      ...fields,
      told: 0,
      because: error instanceof Error ? error.message : String(error),
    });
  }
}

type Said = { readonly told: number; readonly because?: string };

async function around<Call>(
  telling: Telling,
  address: Address,
  handle: string,
  deps: AroundDeps<Call>,
): Promise<Said> {
  const place = telling.report.places.find((one) => one.is === 'log-stream');
  if (telling.report.source !== 'logs' || place === undefined)
    return { told: 0, because: 'not of a log stream' };
  const lines = redacted(await deps.within(READ_MS, deps.linesAround(place, LINES_EACH_WAY)));
  // The error itself is on the card already.
  if (lines.length < 2) return { told: 0, because: 'it stands alone in its stream' };
  const free = await gate(await deps.store.loadAddress(address), 'later', deps, deps.clock());
  if (free.is === 'later') return { told: 0, because: free.because };
  const outcome = await deps.within(
    SEND_MS,
    deps.send(deps.reply(lines, telling, address, handle, deps.nonce())),
  );
  return settled(outcome, lines.length, address, deps);
}

/** Only what the address as a whole must know of is kept: that it was asked to wait. */
async function settled<Call>(
  outcome: Outcome,
  lines: number,
  address: Address,
  deps: AroundDeps<Call>,
): Promise<Said> {
  if (outcome.is === 'told') return { told: lines };
  if (outcome.is === 'wait') await afterOutcome(address, 'reply', outcome, deps);
  return { told: 0, because: outcome.is };
}

/** A line of a key or of anything else that is no text: what would say which may stand outside of what is seen. */
const BODY_LINE = /^\s*[A-Za-z0-9+/=_-]{40,}\s*$/;

/** Together, since a secret may stand on the line below its key; cut afterwards, so that no half of one is left. */
function redacted(lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  return redactText(lines.map((line) => line.trimEnd()).join('\n'))
    .text.split('\n')
    .map((line) => (BODY_LINE.test(line) ? mark('encoded') : line))
    .map((line) => (line.length <= LINE_CHARS ? line : `${line.slice(0, LINE_CHARS - 1)}…`));
}
