import { at, isObject, type Json, list, text } from '../model/json.ts';
import type { Signal, Status } from '../model/signal.ts';
import { builtIn, type Why } from '../model/why.ts';
import { isAsff, readAsff } from './asff.ts';
import { copiedProblem } from './copies.ts';
import type { Finding } from './finding.ts';
import { isOcsf, readOcsf } from './ocsf.ts';
import { facts, say, signalId } from './say.ts';
import type { Envelope, Source } from './source.ts';
import { labelled, lines } from './words.ts';

const KINDS: readonly string[] = [
  'Security Hub Findings - Imported',
  'Security Hub Findings - Custom Action',
  'Findings Imported V2',
];
/** Security Hub sends one finding an event; a list longer than any that fits is not one of its events. */
const MOST = 1000;

/**
 * Security Hub findings, ASFF and OCSF: every finding of an event is a signal. Only what is active, new and
 * not passed fires; what was resolved, passed or archived ends; the rest is a person's choice and changes nothing.
 */
export const securityhub: Source = {
  name: 'securityhub',
  about: {
    title: 'AWS Security Hub',
    reads: [...KINDS, 'findings as the API gives them (ASFF, OCSF)'],
    ends: 'PASSED, workflow RESOLVED or SUPPRESSED, or the record is ARCHIVED',
  },
  accepts(event) {
    if (event.source !== '' && event.source !== 'aws.securityhub') return false;
    if (event.kind === '') return isAsff(event.detail) || isOcsf(event.detail);
    const findings = list(event.detail, 'findings');
    if (findings.length === 0 || findings.length > MOST) return false;
    return event.source !== '' || KINDS.includes(event.kind) || text(event.detail, 'actionName') !== null;
  },
  read(event) {
    const findings = event.kind === '' ? [event.detail] : list(event.detail, 'findings');
    return findings.map((finding) => toSignal(event, finding));
  },
};

function toSignal(event: Envelope, raw: Json): Signal {
  const finding = isOcsf(raw) ? readOcsf(raw) : readAsff(raw);
  const { status, why } = judge(finding);
  const problem = copiedProblem(finding) ?? { key: keyOf(finding), service: 'securityhub', account: '' };
  const stated = finding.updated ?? event.time ?? event.receivedAt;
  return say(event, {
    source: 'securityhub',
    kind: event.kind || 'Security Hub finding',
    // GuardDuty's own event of the same moment is the same signal, and is not counted twice.
    id: signalId(problem.service, problem.key || event.id, String(finding.updated ?? '')),
    status,
    lifecycle: 'states',
    // A person who resolves a finding does not move its UpdatedAt: the end is when Security Hub said so.
    time: status === 'resolved' ? Math.max(stated, event.time ?? 0) : stated,
    account: problem.account || finding.account || event.account,
    region: finding.region || event.region,
    service: problem.service,
    resource: finding.resources[0] ?? null,
    title: titleOf(finding),
    message: messageOf(finding),
    identity: { by: 'source', key: problem.key },
    remedy: finding.remedy,
    places:
      finding.id === ''
        ? []
        : [{ is: 'securityhub-finding', id: finding.id.slice(0, 1024), v2: finding.format === 'ocsf' }],
    tagged: finding.tagged,
    fields: facts({
      severity: finding.severity,
      workflow: finding.workflow,
      record: finding.record,
      compliance: finding.compliance,
      product: finding.product,
      control: finding.control,
      generator: finding.generator,
      type: finding.type,
      resourceType: finding.resourceType,
      sample: finding.sample || null,
      action: text(event.detail, 'actionName'),
    }),
    detail: raw,
    why: why === null ? finding.why : [...finding.why, why],
  });
}

/**
 * A failed control is one problem a resource, under however many standards it is checked, in either format: each
 * standard has a finding of its own where they are not consolidated. An id that is no ARN is unique within its product
 * only. Without one, what was found where must do.
 */
function keyOf(finding: Finding): string {
  const resource = finding.resources[0] ?? '';
  if (isControl(finding)) return `control ${finding.control} ${resource}`;
  if (finding.id !== '') return `${finding.productArn} ${finding.id}`;
  return [finding.generator, finding.title, resource].join(' ').trim();
}

/** Security Hub's own checks; other products use its controls' names for checks of their own. */
function isControl({ control, productArn, compliance, resources }: Finding): boolean {
  return (
    control !== '' &&
    compliance !== '' &&
    resources.length > 0 &&
    /:product(?:v2)?\/aws\/securityhub$/.test(productArn)
  );
}

function judge(finding: Finding): { readonly status: Status; readonly why: Why | null } {
  const { workflow, record, compliance } = finding;
  if (finding.sample) return decided('info', 'securityhub-sample', 'it is a sample finding');
  if (record === 'ARCHIVED') return decided('resolved', 'securityhub-archived', 'the record is archived');
  if (workflow === 'RESOLVED') return decided('resolved', 'securityhub-resolved', 'its workflow is RESOLVED');
  if (compliance === 'PASSED') return decided('resolved', 'securityhub-passed', 'the check passed');
  if (compliance === 'NOT_AVAILABLE') {
    return decided('info', 'securityhub-not-available', 'the check could not be made');
  }
  // Told firing means told resolved: whoever suppresses a finding closes what was opened for it.
  if (workflow === 'SUPPRESSED') {
    return decided('resolved', 'securityhub-suppressed', 'a person set its workflow to SUPPRESSED');
  }
  if (workflow === 'NOTIFIED') {
    return decided('info', 'securityhub-notified', 'a person set its workflow to NOTIFIED');
  }
  return { status: 'firing', why: null };
}

function decided(status: Status, rule: string, because: string) {
  return { status, why: builtIn('read', rule, because) };
}

function titleOf({ title, control, type, generator }: Finding): string {
  const words = title || type || generator || 'Security Hub finding';
  return control === '' || words.includes(control.slice(0, 100)) ? words : `${control} ${words}`;
}

function messageOf(finding: Finding): string {
  const more = finding.resources.length > 10 ? `, and ${finding.resources.length - 10} more` : '';
  const notes = isObject(finding.detail) ? text(at(finding.detail, 'Note'), 'Text') : null;
  return lines(
    finding.description,
    labelled('Severity', finding.severity),
    labelled('Product', finding.product),
    labelled('Control', finding.control),
    labelled('Compliance', finding.compliance),
    labelled('Resource', `${finding.resources.slice(0, 10).join(', ')}${more}`),
    labelled('Note', notes),
  );
}
