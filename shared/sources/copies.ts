import { readArn } from './arns.ts';
import { complianceKey } from './config.ts';
import type { Finding } from './finding.ts';
import { eventKey } from './health.ts';

/** What problem a finding is about, whose service it counts as, and where it lies if not where the finding says. */
export interface Problem {
  readonly key: string;
  readonly service: string;
  /** Empty: the finding's own. */
  readonly account: string;
}

const OF_AWS = /:product(?:v2)?\/aws\/([\w-]{1,60})$/;
/** Services whose ARNs name them otherwise than Security Hub names their product. */
const PRODUCTS: ReadonlyMap<string, string> = new Map([
  ['inspector2', 'inspector'],
  ['macie2', 'macie'],
]);

/**
 * The problem of a finding that Security Hub has from another service: under the key that the service's own source
 * gives it, so that both are one incident. Null for what Security Hub found itself, for third parties, and for what
 * does not say which of the service's own findings it is.
 */
export function copiedProblem(finding: Finding): Problem | null {
  switch (originOf(finding)) {
    case 'guardduty':
      return problem('guardduty', lastPart(finding.id));
    case 'inspector':
      return problem('inspector', finding.id);
    case 'macie':
      return problem('macie', lastPart(finding.id));
    case 'access-analyzer':
      return problem('access-analyzer', analyzerFinding(finding), ownerOf(finding));
    case 'config':
      return problem('config', evaluationKey(finding));
    case 'health':
      return healthProblem(finding);
  }
  return null;
}

function problem(service: string, key: string, account = ''): Problem | null {
  return key === '' ? null : { service, key, account };
}

/** By the id's ARN, else by the product: Security Hub's second version and Macie have ids that are none. */
function originOf({ id, productArn }: Finding): string {
  const service = readArn(id)?.service ?? OF_AWS.exec(productArn.slice(-200))?.[1] ?? '';
  return PRODUCTS.get(service) ?? service;
}

function lastPart(id: string): string {
  return id.slice(0, 2048).split('/').at(-1) ?? '';
}

/**
 * Access Analyzer's own id. Its ARN in Security Hub names analyzer and resource: the id stands in the product's fields
 * (unused access) or in the address of the finding's page (external access, of which Security Hub keeps one a resource).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-securityhub-integration.html
 */
function analyzerFinding({ id, url, stated }: Finding): string {
  const page = /#\/findings\/(?:details\/)?([\w-]{8,64})/.exec(url.slice(0, 1000))?.[1];
  return stated.findingId || page || (/^[\da-f-]{36}$/i.test(id) ? id : '');
}

/** An organization's analyzer reports under the administrator's account on resources of others. */
function ownerOf({ stated }: Finding): string {
  return stated.ResourceOwnerAccount || stated.resourceOwnerAccount || '';
}

/** https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-internal-providers.html */
function evaluationKey({ stated, resources, resourceType }: Finding): string {
  const rule = stated['aws/config/ConfigRuleName'] ?? '';
  const resource = resources[0] ?? '';
  return rule === '' || resource === '' ? '' : complianceKey(rule, resourceType, resource);
}

/** Its ARN with the account left out and without what Security Hub appends, as Health itself names the event. */
function healthProblem({ id, account }: Finding): Problem | null {
  const arn = readArn(id);
  const [event, service, code, name] = arn?.resource.split('/') ?? [];
  if (arn === null || event !== 'event' || service === undefined || name === undefined) return null;
  const own = `arn:${arn.partition}:health:${arn.region}::event/${service}/${code}/${name}`;
  return problem(service, eventKey(own, account));
}
