import type { SeverityRule } from '../model/rules.ts';
import { finding } from './builtin-rule.ts';

/**
 * Security, governance, cost and the webhooks of other tools. Labels weigh what they weigh in Security Hub, so that
 * a finding is as grave whichever way it came. Only what somebody must do something about now is SEV3 or worse.
 */
export const GOVERNANCE: readonly SeverityRule[] = [
  finding('inspector', 'inspector-critical', 'SEV2', { severity: ['CRITICAL'] }, 'Inspector CRITICAL'),
  finding('inspector', 'inspector-high', 'SEV3', { severity: ['HIGH'] }, 'Inspector HIGH'),
  finding('inspector', 'inspector-low', 'SEV5', null, 'Inspector MEDIUM and below, or not rated yet'),

  finding('macie', 'macie-sample', null, { sample: [true] }, 'a sample finding is never an incident'),
  finding('macie', 'macie-high', 'SEV3', { severity: ['HIGH'] }, 'Macie High'),
  finding('macie', 'macie-low', 'SEV5', null, 'Macie Medium and Low'),

  finding('access-analyzer', 'access-analyzer-public', 'SEV2', { access: ['public'] }, 'open to the public'),
  finding(
    'access-analyzer',
    'access-analyzer-external',
    'SEV3',
    { access: ['external'] },
    'reached from outside',
  ),
  finding(
    'access-analyzer',
    'access-analyzer-internal',
    'SEV4',
    { access: ['internal'] },
    'reached inside the organization',
  ),
  finding(
    'access-analyzer',
    'access-analyzer-error',
    'SEV5',
    { access: ['unknown'] },
    'who can reach it could not be analysed',
  ),
  finding('access-analyzer', 'access-analyzer-unused', 'SEV5', null, 'access that nobody uses'),

  finding('config', 'config-non-compliant', 'SEV4', null, 'a resource does not comply with a rule'),

  finding(
    'trusted-advisor',
    'trusted-advisor-limit',
    'SEV3',
    { limit: [{ exists: true }], status: ['ERROR'] },
    'a service limit is reached',
  ),
  finding(
    'trusted-advisor',
    'trusted-advisor-exposed-keys',
    'SEV2',
    { check: ['Exposed Access Keys'], status: ['ERROR'] },
    'an access key of yours is public',
  ),
  finding(
    'trusted-advisor',
    'trusted-advisor-error',
    'SEV4',
    { status: ['ERROR'] },
    'Trusted Advisor recommends action',
  ),
  finding('trusted-advisor', 'trusted-advisor-warning', 'SEV5', null, 'Trusted Advisor recommends a look'),

  finding(
    'signin',
    'signin-root',
    'SEV2',
    { root: [true], outcome: ['Success'] },
    'nobody should need the root user',
  ),
  finding('signin', 'signin-root-failed', 'SEV3', { root: [true] }, 'somebody tries to be the root user'),
  finding('signin', 'signin-failed', 'SEV5', null, 'a sign-in failed'),

  finding('cloudtrail', 'cloudtrail-denied', 'SEV4', { denied: [true] }, 'a sensitive call was refused'),
  finding(
    'cloudtrail',
    'cloudtrail-watch-off',
    'SEV2',
    { risk: ['watch-off'] },
    'what would tell of an attack is switched off',
  ),
  finding(
    'cloudtrail',
    'cloudtrail-key',
    'SEV3',
    { risk: ['key'] },
    'a key that data may need is disabled or will be deleted',
  ),
  finding(
    'cloudtrail',
    'cloudtrail-network',
    'SEV4',
    { risk: ['network'] },
    'a security group lets everybody in',
  ),
  finding('cloudtrail', 'cloudtrail-root', 'SEV3', null, 'a call by the root user'),

  finding('acm', 'acm-unused', 'SEV5', { inUse: ['false'] }, 'nothing uses this certificate'),
  finding('acm', 'acm-over', 'SEV2', { state: ['expired', 'revoked'] }, 'users cannot connect any more'),
  finding('acm', 'acm-soon', 'SEV3', { days: [{ numeric: ['<=', 7] }] }, 'a week or less is left'),
  finding('acm', 'acm-action', 'SEV4', { state: ['action'] }, 'ACM cannot renew it alone'),
  finding('acm', 'acm-expiring', 'SEV5', null, 'ACM says so every day; it mostly renews by itself'),

  finding(
    'dns-firewall',
    'dns-firewall-alert',
    'SEV3',
    { action: ['ALERT'] },
    'a forbidden name was answered',
  ),
  finding('dns-firewall', 'dns-firewall-block', 'SEV4', null, 'a forbidden name was asked for and refused'),

  finding(
    'cost-anomaly',
    'cost-anomaly-large',
    'SEV3',
    { impact: [{ numeric: ['>=', 1000] }] },
    '$1,000 or more above what is usual',
  ),
  finding('cost-anomaly', 'cost-anomaly', 'SEV4', null, 'costs above what is usual'),

  finding(
    'budgets',
    'budget-forecast',
    'SEV5',
    { alert: ['FORECASTED'] },
    'a forecast, nothing is spent yet',
  ),
  finding(
    'budgets',
    'budget-exceeded',
    'SEV3',
    { percent: [{ numeric: ['>=', 100] }] },
    'the budget is spent',
  ),
  finding('budgets', 'budget-threshold', 'SEV4', null, 'a threshold of the budget is crossed'),

  finding(
    'ses',
    'ses-reject',
    'SEV4',
    { what: ['Reject', 'Rendering Failure'] },
    'mail of yours cannot be sent',
  ),
  finding('ses', 'ses-feedback', 'SEV5', null, 'a bounce or complaint; many of them are graver'),

  finding('webhook', 'webhook-critical', 'SEV2', { severity: ['critical'] }, 'the tool calls it critical'),
  finding('webhook', 'webhook-error', 'SEV3', { severity: ['error'] }, 'the tool calls it an error, or high'),
  finding('webhook', 'webhook-warning', 'SEV4', { severity: ['warning'] }, 'the tool calls it a warning'),
  finding('webhook', 'webhook-info', 'SEV5', { severity: ['info'] }, 'the tool calls it information'),
  finding('webhook', 'webhook-unrated', 'SEV4', null, 'the tool does not say how grave it is'),
];
