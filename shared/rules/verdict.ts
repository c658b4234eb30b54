import { CANARY } from '../model/canary.ts';
import type { Verdict } from '../model/decision.ts';
import { text } from '../model/json.ts';
import type { Rules, SeverityRule } from '../model/rules.ts';
import { type Channel, channelOf, type Severity } from '../model/severity.ts';
import type { Signal } from '../model/signal.ts';
import { builtIn, type Why } from '../model/why.ts';
import { whyOf } from './compiled.ts';
import type { Case, Court } from './court.ts';
import { documentOf } from './document.ts';
import { countedBy } from './escalate.ts';
import { ignoredBy } from './ignore.ts';
import { ownersOf, ownersWhy } from './owners.ts';
import { hearersOf, readied } from './readiness.ts';
import { belowWarningWhy, informationalWhy, severityOf, severityWhy, trialsBefore } from './severity.ts';

/** The order of a decision: worth a look, whose, how grave, ignored, louder for now, where, what it counts for. */
export function judge(signal: Signal, now: number, court: Court): Verdict {
  if (signal.source === CANARY) return canaryVerdict(signal);
  const informational = informationalWhy(signal);
  if (informational !== null) return unremarkable([informational], court);

  const document = documentOf(signal);
  const owners = ownersOf(document, court);
  const [owner, ...also] = owners.map(({ rule }) => rule);
  if (owner !== undefined) document.team = owner.name;
  const whose = { team: owner?.name ?? null, also: also.map(({ name }) => name) };
  const one: Case = { signal, document, whose, now };

  const decided = severityOf(one, court);
  const trials = trialsBefore(decided?.rule ?? null, one, court);
  if (decided === null) return unremarkable([...trials, belowWarningWhy(signal)], court);
  const { rule } = decided;
  const gravity = severityWhy(decided, document, court);
  const why = [...court.broken, ...ownersWhy(owners, document), ...trials, gravity];
  if (rule.severity === null) return { outcome: 'ignored', reason: rule.why, severity: null, why };

  document.severity = rule.severity;
  const ignored = ignoredBy(one, court);
  why.push(...ignored.why);
  if (ignored.reason !== null)
    return { outcome: 'ignored', reason: ignored.reason, severity: rule.severity, why };

  const ready = court.readiness.on(document, now);
  const { severity, why: louder } = readied(rule.severity, gravity, ready, document);
  const channel = rule.channel ?? channelOf(severity);
  const hearing = { team: whose.team, also: [...whose.also, ...hearersOf(signal, ready)] };
  const routed = court.route({ severity, channel, ...hearing, at: now });
  const counted = countedBy(one, ready, court);
  return {
    outcome: 'tracked',
    severity,
    channel,
    ...hearing,
    runbook: rule.runbook ?? owner?.runbook ?? null,
    targets: routed.targets,
    quietMs: quietMsOf(signal, court.rules),
    counts: counted.alone,
    ...(counted.across.length === 0 ? {} : { groups: counted.across }),
    why: [...why, ...louder, channelWhy(rule, severity, channel, court.rules), ...routed.why, ...counted.why],
  };
}

/** No rule of the operator may change, ignore or route the canary: it would no longer say that the way is open. */
function canaryVerdict({ fields }: Signal): Verdict {
  const severity = text(fields, 'lane') === 'urgent' ? 'SEV1' : 'SEV5';
  return {
    outcome: 'tracked',
    severity,
    channel: 'notify',
    team: null,
    also: [],
    runbook: null,
    targets: [],
    quietMs: null,
    counts: [],
    why: [builtIn('severity', CANARY, `${severity}: so that it takes its lane; nobody is told of it`)],
  };
}

function unremarkable(why: readonly Why[], { broken }: Court): Verdict {
  return { outcome: 'unremarkable', why: [...broken, ...why] };
}

function quietMsOf({ lifecycle, source, level }: Signal, { quiet }: Rules): number | null {
  if (lifecycle === 'states') return null;
  if (source !== 'logs') return quiet.findings;
  return level === 'FATAL' || level === 'ERROR' ? quiet.ERROR : quiet.WARNING;
}

function channelWhy(rule: SeverityRule, severity: Severity, channel: Channel, { channelsAt }: Rules): Why {
  return rule.channel === null
    ? whyOf('route', { name: channel, at: channelsAt[channel] }, `${severity} belongs to ${channel}`)
    : whyOf('route', rule, `the rule sends it to ${channel}`);
}
