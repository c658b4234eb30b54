import { loadRules } from '../../shared/config/load.ts';
import { type Judge, makeJudge } from '../../shared/rules/judge.ts';
import { HOUR, MORNING } from '../support/make.ts';

/** What all of the rule files have in common: gravity is written in the text, some noise is ignored. */
const COMMON = `
language: en
timezone: UTC
severities:
${[1, 2, 3, 4, 5].map((n) => `  - { name: gravity-${n}, match: { message: [{ wildcard: "*gravity ${n}*" }] }, severity: SEV${n}, why: drawn }`).join('\n')}
ignore:
  - { name: noise, match: { message: [{ wildcard: "*known noise*" }] }, reason: known, owner: us, expires: never }
quiet: { ERROR: 30m, WARNING: 45m, findings: 1h }
`;

function iso(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16)}Z`;
}

function judgeFrom(who: string): Judge {
  const loaded = loadRules(COMMON + who, 'hansho.yml');
  if (!loaded.ok) throw new Error(loaded.problems.map((p) => `${p.line}: ${p.message}`).join('\n'));
  return makeJudge(loaded.rules);
}

/** The first is deployed at the start of most lives. */
export const RULES: readonly [Judge, ...Judge[]] = [
  judgeFrom(`
destinations:
  slack-alert: { slack: "#alert" }
  slack-notify: { slack: "#notify" }
  oncall: { pagerduty: "ssm:/hansho/pagerduty/oncall" }
channels: { alert: [slack-alert, { oncall: SEV2 }], notify: [slack-notify] }
`),
  // Destinations are renamed: the addresses stay.
  judgeFrom(`
destinations:
  everyone: { slack: "#alert" }
  readers: { slack: "#notify" }
  night: { pagerduty: "ssm:/hansho/pagerduty/oncall" }
channels: { alert: [everyone, { night: SEV2 }], notify: [readers] }
`),
  // One is added.
  judgeFrom(`
destinations:
  slack-alert: { slack: "#alert" }
  slack-notify: { slack: "#notify" }
  extra: { slack: "#extra" }
  oncall: { pagerduty: "ssm:/hansho/pagerduty/oncall" }
channels: { alert: [slack-alert, extra, { oncall: SEV2 }], notify: [slack-notify, extra] }
`),
  // One is moved, one removed.
  judgeFrom(`
destinations:
  slack-alert: { slack: "#ops" }
  slack-notify: { slack: "#notify" }
channels: { alert: [slack-alert], notify: [slack-notify] }
`),
  // Another service is paged.
  judgeFrom(`
destinations:
  slack-alert: { slack: "#alert" }
  slack-notify: { slack: "#notify" }
  oncall: { pagerduty: "ssm:/hansho/pagerduty/second" }
channels: { alert: [slack-alert, { oncall: SEV3 }], notify: [slack-notify] }
`),
  // What cannot be told is told elsewhere.
  judgeFrom(`
destinations:
  slack-alert: { slack: "#alert", fallback: backup }
  slack-notify: { slack: "#notify" }
  backup: { slack: "#backup" }
  oncall: { pagerduty: "ssm:/hansho/pagerduty/oncall", fallback: backup }
channels: { alert: [slack-alert, { oncall: SEV2 }], notify: [slack-notify] }
`),
  // Two new problems in a minute are a storm already.
  judgeFrom(`
destinations:
  slack-alert: { slack: "#alert" }
  slack-notify: { slack: "#notify" }
  oncall: { pagerduty: "ssm:/hansho/pagerduty/oncall" }
channels: { alert: [slack-alert, { oncall: SEV2 }], notify: [slack-notify] }
storm: { cards: 1 }
`),
  // Some of it is silenced for the first two hours.
  judgeFrom(`
destinations:
  slack-alert: { slack: "#alert" }
  slack-notify: { slack: "#notify" }
  oncall: { pagerduty: "ssm:/hansho/pagerduty/oncall" }
channels: { alert: [slack-alert, { oncall: SEV2 }], notify: [slack-notify] }
silences:
  - match: { severity: [SEV3, SEV4] }
    from: ${iso(MORNING)}
    until: ${iso(MORNING + 2 * HOUR)}
    author: us
    reason: drawn
`),
];
