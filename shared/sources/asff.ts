import { at, type Json, list, number, text, texts } from '../model/json.ts';
import { builtIn, type Why } from '../model/why.ts';
import { readArn } from './arns.ts';
import { type Finding, type Label, labelNamed, labelOfNormalized, remedyFrom } from './finding.ts';
import { firstTime } from './times.ts';
import { oneLine } from './words.ts';

/** Whether `value` is a finding in the AWS Security Finding Format, by the keys that only this format has. */
export function isAsff(value: Json): boolean {
  if (text(value, 'Id') === null) return false;
  return text(value, 'ProductArn') !== null || text(value, 'SchemaVersion') === '2018-10-08';
}

/** Reads one finding in the AWS Security Finding Format. Total: what is missing or of a wrong type is not stated. */
export function readAsff(finding: Json): Finding {
  const productArn = text(finding, 'ProductArn') ?? '';
  const product = productOf(finding, productArn);
  const { label, why } = severityOf(finding, product);
  const resources = list(finding, 'Resources');
  const recommendation = at(finding, 'Remediation', 'Recommendation');
  return {
    format: 'asff',
    id: text(finding, 'Id') ?? '',
    productArn,
    product,
    account: text(finding, 'AwsAccountId') ?? '',
    region: text(finding, 'Region') || text(resources[0], 'Region') || readArn(productArn)?.region || '',
    updated: firstTime(at(finding, 'UpdatedAt'), at(finding, 'LastObservedAt'), at(finding, 'CreatedAt')),
    severity: label,
    workflow: workflowOf(finding),
    record: text(finding, 'RecordState')?.toUpperCase() || 'ACTIVE',
    compliance: text(finding, 'Compliance', 'Status')?.toUpperCase() ?? '',
    sample: isSample(finding),
    title: text(finding, 'Title') ?? '',
    description: text(finding, 'Description') ?? '',
    type: text(finding, 'Types', 0) ?? text(finding, 'FindingProviderFields', 'Types', 0) ?? '',
    control:
      text(finding, 'Compliance', 'SecurityControlId') ?? text(finding, 'ProductFields', 'ControlId') ?? '',
    generator: text(finding, 'GeneratorId') ?? '',
    resources: resources.map((r) => text(r, 'Id') ?? '').filter((id) => id !== ''),
    resourceType: text(resources[0], 'Type') ?? '',
    tagged: resources,
    remedy: remedyFrom(text(recommendation, 'Text'), text(recommendation, 'Url')),
    url: text(finding, 'SourceUrl') ?? '',
    stated: texts(at(finding, 'ProductFields')),
    detail: finding,
    why,
  };
}

function productOf(finding: Json, productArn: string): string {
  const stated =
    text(finding, 'ProductName') ?? text(finding, 'ProductFields', 'aws/securityhub/ProductName');
  return stated || productArn.slice(0, 2048).split('/').at(-1) || '';
}

/** `WorkflowState` is what came before `Workflow.Status`; imports that say neither are new. */
function workflowOf(finding: Json): string {
  const stated = text(finding, 'Workflow', 'Status') || text(finding, 'WorkflowState');
  return stated?.toUpperCase() || 'NEW';
}

function isSample(finding: Json): boolean {
  const flag =
    at(finding, 'Sample') ?? at(finding, 'ProductFields', 'aws/guardduty/service/additionalInfo/sample');
  return flag === true || flag === 'true' || (text(finding, 'Title')?.startsWith('[SAMPLE]') ?? false);
}

/** Label, normalised number, the provider's own fields, the product's number: the first that says something. */
function severityOf(finding: Json, product: string): { readonly label: Label; readonly why: readonly Why[] } {
  const stated = severityIn(at(finding, 'Severity'));
  if (stated !== null) return { label: stated, why: [] };
  const provider = severityIn(at(finding, 'FindingProviderFields', 'Severity'));
  if (provider !== null) return because(provider, "the provider's own fields say so");
  const native = number(finding, 'Severity', 'Product');
  const scaled =
    native !== null && product.toLowerCase() === 'guardduty' && native <= 10 ? native * 10 : native;
  const fromProduct = labelOfNormalized(scaled);
  if (fromProduct !== null) return because(fromProduct, `the product gives it ${native}`);
  const original = labelNamed(text(finding, 'Severity', 'Original'));
  if (original !== null) return because(original, "the product's original word says so");
  return because('MEDIUM', 'the finding states no severity, so it is taken as MEDIUM');
}

function severityIn(severity: unknown): Label | null {
  return labelNamed(text(severity, 'Label')) ?? labelOfNormalized(number(severity, 'Normalized'));
}

function because(label: Label, reason: string) {
  return { label, why: [builtIn('read', 'securityhub-severity', `${label}: ${oneLine(reason, 200)}`)] };
}
