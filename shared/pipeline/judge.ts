import { identify } from '../fingerprints/identify.ts';
import type { Fingerprint, IncidentId } from '../model/bundle.ts';
import type { Verdict } from '../model/decision.ts';
import type { ExpectRule } from '../model/rules.ts';
import type { Signal } from '../model/signal.ts';
import { builtIn, type Why } from '../model/why.ts';
import { redactSignal } from '../redaction/signal.ts';
import type { Judge } from '../rules/judge.ts';

/** A signal after every stage of intake: redacted, identified, judged. */
export interface Judged {
  readonly signal: Signal;
  readonly fingerprint: Fingerprint;
  readonly incident: IncidentId;
  readonly verdict: Verdict;
  /** The rules on what must be heard that it satisfies. */
  readonly heard: readonly ExpectRule[];
  /** Every stage's reason, in the order of the flow. */
  readonly why: readonly Why[];
}

/** The straight way of one signal through the stages of intake. `explain` and intake share it, so neither can lie about the other. */
export function judgeSignal(raw: Signal, judge: Judge, now: number): Judged {
  const signal = redactSignal(inTime(raw, now));
  const { fingerprint, incident, why } = identify(signal);
  const verdict = judge.verdict(signal, now);
  const heard = judge.expects.heard(signal);
  return {
    signal: asTracked(signal, verdict),
    fingerprint,
    incident,
    verdict,
    heard,
    why: [...signal.why, why, ...verdict.why, ...heard.map(heardWhy)],
  };
}

/** More than clocks differ, and more than CloudWatch Logs takes a line early (2 h). */
const AHEAD_MS = 3 * 3_600_000;

/** A firing in the year 2090 could never be ended before it: what states such a time happened when it was heard of. */
function inTime(signal: Signal, now: number): Signal {
  if (signal.time <= now + AHEAD_MS) return signal;
  const because = `states ${new Date(signal.time).toISOString()}, which is ahead of us: the time that it came counts`;
  return { ...signal, time: now, why: [...signal.why, builtIn('read', 'time-ahead', because)] };
}

function heardWhy({ name, at }: ExpectRule): Why {
  return { stage: 'expect', rule: name, at, because: 'this is what the rule waits for: it counts as heard' };
}

/** An INFO line that a rule measures and finds too much fires like any other. */
function asTracked(signal: Signal, verdict: Verdict): Signal {
  return verdict.outcome === 'tracked' && signal.status === 'info' ? { ...signal, status: 'firing' } : signal;
}
