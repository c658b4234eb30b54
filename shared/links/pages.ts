import type { ConsolePage } from '../model/signal.ts';
import { once } from './encode.ts';

interface Page {
  /** The console application: the first part of the path. */
  readonly app: string;
  /** What follows `/app`, with `{0}`, `{1}` for the names; without it, `/home`. */
  readonly path?: string;
  /** What follows `#`. */
  readonly hash?: string;
  /** What follows `#` where there is no name: the list of all. */
  readonly list?: string;
  /** One page for all Regions. */
  readonly global?: true;
}

/** Where the pages lie, as seen in the console: AWS documents none of these addresses. */
const PAGES: { readonly [P in ConsolePage]: Page } = {
  'inspector-finding': { app: 'inspector', path: '/v2/home', hash: '/findings/all/{0}', list: '/findings' },
  'macie-finding': { app: 'macie', hash: 'findings?search=id%3D{0}&macros=current', list: 'findings' },
  'access-analyzer-finding': {
    app: 'access-analyzer',
    hash: '/findings/details/{1}?analyzerArn={0}',
    list: '/findings',
  },
  'config-rule': { app: 'config', hash: '/rules/details?configRuleName={0}', list: '/rules' },
  'trusted-advisor': { app: 'trustedadvisor', global: true },
  'cost-anomaly': {
    app: 'cost-management',
    hash: '/anomaly-detection/monitors/{0}/anomalies/{1}',
    list: '/anomaly-detection',
    global: true,
  },
  budgets: { app: 'billing', hash: '/budgets', list: '/budgets', global: true },
  'cloudtrail-event': { app: 'cloudtrailv2', hash: '/events/{0}', list: '/events' },
  'acm-certificate': { app: 'acm', hash: '/certificates/{0}', list: '/certificates' },
  'dns-firewall': { app: 'vpcconsole', hash: 'DNSFirewallRuleGroups:', list: 'DNSFirewallRuleGroups:' },
  'glue-crawler': { app: 'glue', hash: '/v2/data-catalog/crawlers/view/{0}' },
  'glue-table': { app: 'glue', hash: '/v2/data-catalog/tables/view/{1}?database={0}' },
  'redshift-queries': { app: 'redshiftv2', hash: '/queries', list: '/queries' },
  'stack-set': { app: 'cloudformation', hash: '/stacksets/{0}/operations', list: '/stacksets' },
  queue: { app: 'sqs', path: '/v3/home', hash: '/queues/{0}', list: '/queues' },
  pipe: { app: 'events', hash: '/pipes/{0}', list: '/pipes' },
  key: { app: 'kms', hash: '/kms/keys/{0}', list: '/kms/keys' },
  ses: { app: 'ses', hash: '/reputation', list: '/reputation' },
  'ecs-service': { app: 'ecs', path: '/v2/clusters/{0}/services/{1}/tasks' },
  'ecs-task': { app: 'ecs', path: '/v2/clusters/{0}/tasks/{1}' },
  'batch-job': { app: 'batch', hash: 'jobs/detail/{0}' },
  execution: { app: 'states', hash: '/v2/executions/details/{0}' },
  'glue-job': { app: 'gluestudio', hash: '/editor/job/{0}/runs' },
  'emr-cluster': { app: 'emr', hash: '/clusterDetails/{0}' },
  function: { app: 'lambda', hash: '/functions/{0}' },
  pipeline: { app: 'codesuite', path: '/codepipeline/pipelines/{0}/view' },
  'build-project': { app: 'codesuite', path: '/codebuild/projects/{0}/history' },
  deployment: { app: 'codesuite', path: '/codedeploy/deployments/{0}' },
  stack: { app: 'cloudformation', hash: '/stacks/events?stackId={0}' },
  instance: { app: 'ec2', hash: 'InstanceDetails:instanceId={0}' },
  volume: { app: 'ec2', hash: 'VolumeDetails:volumeId={0}' },
  'auto-scaling-group': { app: 'ec2', hash: 'AutoScalingGroupDetails:id={0};view=activity' },
  database: { app: 'rds', hash: 'database:id={0};is-cluster=false;tab=logs-and-events' },
  'database-cluster': { app: 'rds', hash: 'database:id={0};is-cluster=true;tab=logs-and-events' },
  'backup-job': { app: 'backup', hash: '/jobs/backup/details/{0}' },
  'copy-job': { app: 'backup', hash: '/jobs/copy/details/{0}' },
  'restore-job': { app: 'backup', hash: '/jobs/restore/details/{0}' },
  'migration-task': { app: 'dms', path: '/v2/home', hash: 'taskDetails/{0}' },
  'replication-instance': { app: 'dms', path: '/v2/home', hash: 'replicationInstanceDetails/{0}' },
  'search-domain': { app: 'aos', hash: 'opensearch/domains/{0}' },
  repository: { app: 'ecr', path: '/repositories/private/{0}/{1}' },
  'event-rule': { app: 'events', hash: '/eventbus/{0}/rules/{1}' },
  schedule: { app: 'scheduler', hash: 'schedules/{0}/{1}' },
};

interface Console {
  readonly region: string;
  readonly origin: string;
  readonly global: string;
}

/** The address of a page; with a name missing, the list or the home of its service. Every name is encoded. */
export function pageOf(page: ConsolePage, names: readonly string[], site: Console): string {
  const { path = '/home', hash = '' } = PAGES[page];
  const wanted = [...`${path}${hash}`.matchAll(/\{(\d)\}/g)].length;
  if (names.filter((name) => name !== '').length < wanted) return serviceHome(page, site);
  const fill = (text: string) => text.replace(/\{(\d)\}/g, (_, i) => once(names[Number(i)] ?? ''));
  return address(PAGES[page], fill(path), fill(hash), site);
}

/** The list of all things of a page's kind, or the first page of its service. */
export function serviceHome(page: ConsolePage, site: Console): string {
  const { path = '/home', list = '' } = PAGES[page];
  return address(PAGES[page], path.includes('{') ? '/home' : path, list, site);
}

function address({ app, global }: Page, path: string, hash: string, site: Console): string {
  const end = hash === '' ? '' : `#${hash}`;
  return global === true
    ? `${site.global}/${app}${path}${end}`
    : `${site.origin}/${app}${path}?region=${site.region}${end}`;
}
