import type { Listening } from './http.ts';
import type { Outbox } from './outbox.ts';
import { type PagerDutyEvent, type PagerDutyStandIn, startPagerDuty } from './pagerduty.ts';
import { type SlackMessage, type SlackStandIn, startSlack } from './slack.ts';
import { startParameters } from './ssm.ts';
import type { Deployment } from './template.ts';

/** Slack, PagerDuty and the secrets' store: stand-ins, or the real ones where the user named them. */
export interface Services {
  /** null: the messages go elsewhere. */
  readonly slack: SlackStandIn | null;
  readonly pagerduty: PagerDutyStandIn | null;
  /** Where they go, for people. */
  readonly slackAt: string;
  readonly pagerdutyAt: string;
  /** What every function's environment gets. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * What the user set: SLACK_API_URL and PAGERDUTY_EVENTS_URL (other endpoints), SLACK_BOT_TOKEN and
 * PAGERDUTY_ROUTING_KEY (the secrets there).
 */
export type Settings = { readonly [name: string]: string | undefined };

export interface ServicesOptions {
  readonly settings: Settings;
  readonly outbox: Outbox;
  readonly onSlack: (message: SlackMessage) => void;
  readonly onPagerDuty: (event: PagerDutyEvent) => void;
  readonly clock: () => number;
  readonly rates: boolean;
}

/** A token without an endpoint is meant for the real service: then the template's own endpoint stays. */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const { settings, outbox, clock, rates } = options;
  const realSlack = settings.SLACK_API_URL || (settings.SLACK_BOT_TOKEN ? '' : null);
  const realPagerDuty = settings.PAGERDUTY_EVENTS_URL || (settings.PAGERDUTY_ROUTING_KEY ? '' : null);
  const slack =
    realSlack === null ? await startSlack({ outbox, clock, rates, onChange: options.onSlack }) : null;
  const pagerduty =
    realPagerDuty === null
      ? await startPagerDuty({ outbox, clock, rates, onChange: options.onPagerDuty })
      : null;
  const slackUrl = slack?.url ?? realSlack ?? '';
  const pagerdutyUrl = pagerduty?.url ?? realPagerDuty ?? '';
  return {
    slack,
    pagerduty,
    slackAt: slack === null ? slackUrl || 'Slack itself' : 'a stand-in',
    pagerdutyAt: pagerduty === null ? pagerdutyUrl || 'PagerDuty itself' : 'a stand-in',
    environment: {
      ...(slackUrl === '' ? {} : { SLACK_API_URL: slackUrl }),
      ...(pagerdutyUrl === '' ? {} : { PAGERDUTY_EVENTS_URL: pagerdutyUrl }),
    },
    close: async () => {
      await Promise.all([slack?.close(), pagerduty?.close()]);
    },
  };
}

/** The store that the functions read their secrets from, as the template names them. */
export function startSecrets({ functions }: Deployment, settings: Settings): Promise<Listening> {
  const reference = functions.map(({ environment }) => environment.HANSHO_SLACK_TOKEN).find(Boolean);
  return startParameters({
    slackParameter:
      reference?.replace(/^ssm:/, '').replace(/^secretsmanager:/, '/aws/reference/secretsmanager/') ?? null,
    slackToken: settings.SLACK_BOT_TOKEN || 'xoxb-local',
    pagerdutyKey: settings.PAGERDUTY_ROUTING_KEY || null,
  });
}
