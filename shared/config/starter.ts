import type { Language } from '../model/decision.ts';

/** What a first hansho.yml needs to know; each is checked already. */
export interface Answers {
  readonly language: Language;
  readonly timezone: string;
  /** `#alert`, or a channel's id. */
  readonly slackAlert: string;
  readonly slackNotify: string;
  /** Where the routing key lies; null: nobody is paged. */
  readonly pagerduty: string | null;
  readonly teams: readonly string[];
}

/** A first hansho.yml: valid, in the form of `hansho fmt`, and with an example of what comes next in every section. */
export function starterRules(answers: Answers): string {
  const { language, timezone, teams } = answers;
  return `## The rules of this alert pipeline: who is told what, how loudly, and why. Every key: docs/rules.md.
## Lines that start with ## explain. Lines that start with one # are examples: remove the # to use them.

## The language of messages: en or ja.
language: ${language}

## Used for times in messages and for the last day of \`expires\`.
timezone: ${timezone}

${places(answers)}

## Who owns what; the first team that owns a signal has it. What a team leaves out stays as the channel has it.
teams:
${teams.length === 0 ? TEAM_EXAMPLE : teams.map(team).join('\n')}

## How grave a signal is. The first match wins; the built-in rules come after these: ERROR SEV3, WARNING SEV4, …
## A new rule can prove itself first: with shadow: true it says what it would have done, and does nothing.
severities:
#  - name: checkout-errors
#    match: { level: [ERROR, FATAL], service: [checkout] }
#    severity: SEV2
#    why: customers cannot pay
#    shadow: true
#    examples:
#      - { line: "ERROR payment refused", logGroup: /aws/lambda/checkout }

## What nobody needs to hear. Each needs a reason, an owner and an end: the last day it holds, or never.
ignore:
#  - name: card-declined
#    match: { message: [{ prefix: card declined }] }
#    reason: it is the customer's own card
#    owner: payments
#    expires: 2027-03-31

## Editors with the YAML language server check and complete this file by:
# yaml-language-server: $schema=docs/hansho.schema.json
`;
}

function places({ slackAlert, slackNotify, pagerduty }: Answers): string {
  // One channel is one destination: what was told is kept by place.
  const one = slackAlert === slackNotify;
  const oncall = pagerduty === null ? '' : `\n  oncall: { pagerduty: ${pagerduty} }`;
  const floor = pagerduty === null ? '' : ', { oncall: SEV2 }';
  const notify = one ? 'slack' : 'slack-notify';
  const slack = one
    ? `  slack: { slack: "${slackAlert}" }`
    : `  slack-alert: { slack: "${slackAlert}" }\n  slack-notify: { slack: "${slackNotify}" }`;
  return `## Places to tell. Invite the bot to each Slack channel: /invite @hansho
destinations:
${slack}${oncall}

## alert: act now, users are hurt (SEV1 to SEV3). notify: know it, nobody is hurt yet (SEV4 and SEV5).
channels:
  alert: [${one ? 'slack' : 'slack-alert'}${floor}]
  notify: [${notify}]`;
}

const TEAM_EXAMPLE = `#  - name: payments
#    owns: { logGroup: [{ prefix: /aws/lambda/payments- }] }
#    slack: "#payments-alert"`;

function team(name: string): string {
  return `  - name: "${name}"
    owns: { logGroup: [{ prefix: "/aws/lambda/${name}-" }] }`;
}
