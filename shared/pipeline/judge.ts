import { identify } from '../fingerprints/identify.ts';
import type { Fingerprint, IncidentId } from '../model/bundle.ts';
import type { Verdict } from '../model/decision.ts';
import type { ExpectRule } from '../model/rules.ts';
import type { Signal } from '../model/signal.ts';
import type { Why } from '../model/why.ts';
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
  const signal = redactSignal(raw);
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

function heardWhy({ name, at }: ExpectRule): Why {
  return { stage: 'expect', rule: name, at, because: 'this is what the rule waits for: it counts as heard' };
}

/** An INFO line that a rule measures and finds too much fires like any other. */
function asTracked(signal: Signal, verdict: Verdict): Signal {
  return verdict.outcome === 'tracked' && signal.status === 'info' ? { ...signal, status: 'firing' } : signal;
}
