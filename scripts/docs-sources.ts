import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { list } from '../shared/model/json.ts';
import { BUILT_IN_SEVERITIES } from '../shared/rules/builtin.ts';
import { SOURCES } from '../shared/sources/registry.ts';
import type { Source } from '../shared/sources/source.ts';

const HEAD = `<!-- Written by "npm run docs" from the sources themselves; a test holds it. -->

# Sources

What Hansho reads, besides log lines (docs/logging.md). The first source that knows an event reads it; what none knows
is still told, by the last one. Each severity is a built-in rule with a name that \`npx hansho explain\` prints; rules of
your own come first (docs/rules.md).

- **One thing, one incident.** A finding is one incident whether it comes directly, through Security Hub or from an
  administrator's account. A Security Hub control that a resource fails is one, under however many standards, in
  ASFF and OCSF. An alarm's contributors are told on the alarm's own card.
- **What opens nothing:** samples, archived and suppressed findings, checks that passed, successes, notices. What is
  archived or suppressed also ends what was told before.
- **A standard that is switched off** archives its findings. Security Hub sends the same control's finding again under
  another standard within a day, and the incident reopens.
- **Regions.** AWS sends root sign-ins, Trusted Advisor and Cost Anomaly Detection in us-east-1, and global services'
  Health events in us-east-1 and us-west-2. docs/forwarding.yml hands them over (docs/deploy.md, "Other Regions and
  accounts").
- **SNS.** Point alarms, budgets, cost anomaly alerts and SES notifications at the topic that the stack's output
  \`AlarmInputTopicArn\` names. What a topic could not deliver is read from its delivery status logs (docs/logging.md).
- **What has no events of its own** arrives as an alarm: Route 53 health checks, AWS Shield Advanced
  (\`DDoSDetected\`), AWS WAF, usage against service quotas (\`AWS/Usage\` and \`SERVICE_QUOTA()\`). Shield's attacks
  come through AWS Health as well, limits through Trusted Advisor.
- **Webhooks** are off until you name a secret (docs/webhooks.md).

| Source | Reads | Default severities | Over when | Samples |
| --- | --- | --- | --- | --- |
`;

/** docs/sources.md as the code has it now. */
export function sourcesPage(root: string): string {
  return `${HEAD}${SOURCES.map((source) => row(root, source)).join('\n')}\n`;
}

function row(root: string, { name, about }: Source): string {
  const reads = (about?.reads ?? []).map(cell).join('<br>');
  const cells = [
    `**${cell(about?.title ?? name)}**<br>\`${name}\``,
    reads,
    severitiesOf(name, about?.impacts).join('<br>'),
    cell(about?.ends ?? ''),
    samplesOf(root, name)
      .map((file) => `\`${file}\``)
      .join(' '),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** The built-in rules that name this source or its impacts; the last source's is the one for what nothing else matches. */
function severitiesOf(source: string, impacts: readonly string[] = []): readonly string[] {
  const named = BUILT_IN_SEVERITIES.filter(
    ({ name, match }) => list(match, 'source').includes(source) || impacts.includes(name),
  );
  const rules = named.length > 0 ? named : BUILT_IN_SEVERITIES.slice(-1);
  return rules.map(({ name, severity, why }) => `${severity ?? 'never'} \`${name}\`: ${cell(why)}`);
}

function samplesOf(root: string, source: string): readonly string[] {
  return readdirSync(join(root, 'events', source)).sort();
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  writeFileSync(join(root, 'docs', 'sources.md'), sourcesPage(root));
}
