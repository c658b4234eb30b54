import { loadRules } from '../../shared/config/load.ts';
import type { Severity } from '../../shared/model/severity.ts';
import { type Judge, makeJudge } from '../../shared/rules/judge.ts';
import { HOUR, MINUTE, MORNING } from '../support/make.ts';

/** What all of the rule files have in common: gravity is written in the text, some noise is ignored. */
const COMMON = `
language: en
timezone: UTC
severities:
${[1, 2, 3, 4, 5].map((n) => `  - { name: gravity-${n}, match: { message: [{ wildcard: "*gravity ${n}*" }] }, severity: SEV${n}, why: drawn }`).join('\n')}
ignore:
  - { name: noise, match: { message: [{ wildcard: "*known noise*" }] }, reason: known, owner: us, expires: never }
`;

const PLACES = `
destinations:
  slack-alert: { slack: "#alert" }
  slack-notify: { slack: "#notify" }
  oncall: { pagerduty: "ssm:/hansho/pagerduty/oncall" }
channels: { alert: [slack-alert, { oncall: SEV2 }], notify: [slack-notify] }
`;

const QUIET = 'quiet: { ERROR: 30m, WARNING: 45m, findings: 1h }';

function iso(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16)}Z`;
}

function judgeFrom(who: string, quiet = QUIET): Judge {
  const loaded = loadRules(`${COMMON}${quiet}\n${who}`, 'hansho.yml');
  if (!loaded.ok) throw new Error(loaded.problems.map((p) => `${p.line}: ${p.message}`).join('\n'));
  return makeJudge(loaded.rules);
}

/** What `remind` says wherever it says something, for the laws. */
export const PACE = { ms: 10 * MINUTE, maxMs: 40 * MINUTE, broadcast: true } as const;
export const LEAST = 'SEV4';
const GRAVE = 'match: { severity: [SEV1, SEV2, SEV3, SEV4] }';
/** What goes on is said again, and after so long to others. */
const reminding = (after: string, tell: string): string => `remind:
  - { name: again, ${GRAVE}, every: 10m, max: 40m, broadcast: true }
  - { name: nobody-came, ${GRAVE}, after: ${after}, tell: [${tell}] }
`;

const plain = judgeFrom(PLACES);

/** Destinations are renamed: the addresses stay. */
const renamed = judgeFrom(`
destinations:
  everyone: { slack: "#alert" }
  readers: { slack: "#notify" }
  night: { pagerduty: "ssm:/hansho/pagerduty/oncall" }
channels: { alert: [everyone, { night: SEV2 }], notify: [readers] }
`);

const added = judgeFrom(`
destinations:
  slack-alert: { slack: "#alert" }
  slack-notify: { slack: "#notify" }
  extra: { slack: "#extra" }
  oncall: { pagerduty: "ssm:/hansho/pagerduty/oncall" }
channels: { alert: [slack-alert, extra, { oncall: SEV2 }], notify: [slack-notify, extra] }
${reminding('15m', 'oncall')}`);

/** One is moved, one removed. */
const moved = judgeFrom(`
destinations:
  slack-alert: { slack: "#ops" }
  slack-notify: { slack: "#notify" }
channels: { alert: [slack-alert], notify: [slack-notify] }
`);

/** Another service is paged. */
const handedOver = judgeFrom(`
destinations:
  slack-alert: { slack: "#alert" }
  slack-notify: { slack: "#notify" }
  oncall: { pagerduty: "ssm:/hansho/pagerduty/second" }
  boss: { slack: "#boss" }
channels: { alert: [slack-alert, { oncall: SEV3 }], notify: [slack-notify] }
${reminding('5m', 'boss')}`);

/** What cannot be told is told elsewhere. */
export const FALLBACK = judgeFrom(`
destinations:
  slack-alert: { slack: "#alert", fallback: backup }
  slack-notify: { slack: "#notify" }
  backup: { slack: "#backup" }
  oncall: { pagerduty: "ssm:/hansho/pagerduty/oncall", fallback: backup }
channels: { alert: [slack-alert, { oncall: SEV2 }], notify: [slack-notify] }
${reminding('15m', 'oncall, backup')}`);

/** Two new problems in a minute are a storm already. */
export const STORMY = judgeFrom(`${PLACES}
storm: { cards: 1 }
`);

/** Two new problems in a minute are too many for whoever is on call: one page speaks for them. */
export const OVERCALLED = judgeFrom(`
destinations:
  slack-alert: { slack: "#alert" }
  slack-notify: { slack: "#notify" }
  oncall: { pagerduty: "ssm:/hansho/pagerduty/oncall" }
channels: { alert: [slack-alert, { oncall: SEV3 }], notify: [slack-notify, { oncall: SEV4 }] }
storm: { pages: 1 }
`);

/** Soon after its end it is a new occurrence. */
export const FORGETFUL = judgeFrom(`${PLACES}
reopen: 20m
`);

/** What the silence and the window below hold. */
export const HELD_SEVERITIES: readonly Severity[] = ['SEV2', 'SEV3', 'SEV4'];
const held = `{ severity: [${HELD_SEVERITIES.join(', ')}] }`;

/** Some of it is silenced for the first two hours. */
export const SILENCED = judgeFrom(`${PLACES}
silences:
  - match: ${held}
    from: ${iso(MORNING)}
    until: ${iso(MORNING + 2 * HOUR)}
    author: us
    reason: drawn
`);

/** From when to when after midnight some of it is muted, each day. */
export const WINDOWS = [
  { from: 2 * MINUTE, until: 100 * MINUTE },
  { from: 4 * HOUR, until: 5 * HOUR },
] as const;
const clock = (ms: number): string => iso(MORNING + ms).slice(11, 16);

export const MUTED = judgeFrom(`${PLACES}
windows:
  - name: rest
    match: ${held}
    times: [${WINDOWS.map(({ from, until }) => `${clock(from)}-${clock(until)}`).join(', ')}]
    reason: drawn
`);

/** While the first problem fires, if it is an alarm, it explains what logs and findings say. */
export const EXPLAINED = judgeFrom(`${PLACES}
inhibit:
  - name: cause
    source: { source: [alarm], resource: [{ suffix: ":problem-0" }] }
    target: { source: [logs, guardduty] }
    equal: [account, region]
`);

/** For an hour what speaks is louder, and one channel more hears it. */
export const READY = judgeFrom(`
destinations:
  slack-alert: { slack: "#alert" }
  slack-notify: { slack: "#notify" }
  sale-room: { slack: "#sale" }
  oncall: { pagerduty: "ssm:/hansho/pagerduty/oncall" }
channels: { alert: [slack-alert, { oncall: SEV2 }], notify: [slack-notify] }
readiness:
  - name: sale
    why: drawn
    level: 3
    from: ${iso(MORNING + 40 * MINUTE)}
    until: ${iso(MORNING + 100 * MINUTE)}
    match: { source: [alarm, logs, guardduty] }
    owner: us
    remind: 20m
    watchers: [sale-room, oncall]
    checklist: [look at it]
`);

/** How long it must have lasted. */
export const LASTS_MS = 3 * MINUTE;

/** What may be over by itself is told once it has lasted. */
export const LASTING = judgeFrom(`${PLACES}
hold:
  - { name: lasting, match: { source: [alarm] }, for: ${LASTS_MS / MINUTE}m }
`);

/** How long the log group may be silent. */
export const EXPECTED_MS = 20 * MINUTE;

/** The log group must be heard. What it says again each hour must not look quiet meanwhile. */
export const EXPECTING = judgeFrom(
  `${PLACES}
expect:
  - { name: shop-alive, match: { logGroup: [/aws/lambda/shop] }, every: ${EXPECTED_MS / MINUTE}m, severity: SEV3 }
`,
  'quiet: { ERROR: 30m, WARNING: 45m, findings: 2h }',
);

/** The first is deployed at the start of most lives. */
export const RULES: readonly [Judge, ...Judge[]] = [
  plain,
  renamed,
  added,
  moved,
  handedOver,
  FALLBACK,
  STORMY,
  OVERCALLED,
  FORGETFUL,
  SILENCED,
  MUTED,
  EXPLAINED,
  LASTING,
  READY,
];

/** Those that send it elsewhere. */
export const REROUTED: readonly [Judge, ...Judge[]] = [plain, added, moved, handedOver];
