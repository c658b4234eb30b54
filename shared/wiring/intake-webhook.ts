import type { WebhookDeps } from '../pipeline/webhook.ts';
import { wireSecrets } from './aws.ts';
import { type Env, need } from './env.ts';
import { wireIntake } from './intake.ts';

/** The way in for other tools: as the others, and the secret that their tokens are signed with. */
export function wireWebhook(env: Env): WebhookDeps {
  const intake = wireIntake(env, 'intake-webhook');
  const secrets = wireSecrets(intake.clock);
  const reference = need(env, 'HANSHO_WEBHOOK_SECRET');
  return { ...intake, secret: () => secrets(reference) };
}
