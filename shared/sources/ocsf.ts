import { at, isObject, type Json, list, number, text, texts } from '../model/json.ts';
import { builtIn, type Why } from '../model/why.ts';
import { readArn } from './arns.ts';
import { type Finding, type Label, labelNamed, remedyFrom } from './finding.ts';
import { firstTime } from './times.ts';
import { oneLine } from './words.ts';

/** OCSF's class of findings; https://schema.ocsf.io: 2001 (retired) to 2007. */
const CLASSES = { first: 2001, last: 2007, incident: 2005 };
const CLOSE = 3;

const SEVERITIES: ReadonlyMap<number, Label> = new Map([
  [1, 'INFORMATIONAL'],
  [2, 'LOW'],
  [3, 'MEDIUM'],
  [4, 'HIGH'],
  [5, 'CRITICAL'],
  [6, 'CRITICAL'],
]);

/** In Security Hub's own words. An incident's third status is "on hold", which like a suppression is a person's choice. */
const STATUSES: ReadonlyMap<number, string> = new Map([
  [1, 'NEW'],
  [2, 'NEW'],
  [3, 'SUPPRESSED'],
  [4, 'RESOLVED'],
  [5, 'ARCHIVED'],
  [6, 'ARCHIVED'],
]);
const STATUS_WORDS: ReadonlyMap<string, string> = new Map([
  ['NEW', 'NEW'],
  ['IN PROGRESS', 'NEW'],
  ['SUPPRESSED', 'SUPPRESSED'],
  ['ON HOLD', 'SUPPRESSED'],
  ['RESOLVED', 'RESOLVED'],
  ['CLOSED', 'RESOLVED'],
  ['ARCHIVED', 'ARCHIVED'],
]);

/** Compliance ids 1 Pass, 2 Warning, 3 Fail; the words are what the formats and their versions write. */
const COMPLIANCE: ReadonlyMap<string, string> = new Map([
  ['1', 'PASSED'],
  ['PASS', 'PASSED'],
  ['PASSED', 'PASSED'],
  ['2', 'WARNING'],
  ['WARNING', 'WARNING'],
  ['3', 'FAILED'],
  ['FAIL', 'FAILED'],
  ['FAILED', 'FAILED'],
  ['MANUAL', 'NOT_AVAILABLE'],
  ['NOT_AVAILABLE', 'NOT_AVAILABLE'],
]);

/** Whether `value` is an OCSF finding (category 2), as Security Hub's second version and other tools send it. */
export function isOcsf(value: Json): boolean {
  const classUid = number(value, 'class_uid') ?? 0;
  return classUid >= CLASSES.first && classUid <= CLASSES.last && isObject(at(value, 'finding_info'));
}

/**
 * Reads one OCSF finding. Where a number and its word disagree (`severity_id: 3`, `severity: "High"`) the number
 * counts, because the schema defines it and leaves the word to the product; the disagreement is a `why`.
 */
export function readOcsf(finding: Json): Finding {
  const info = at(finding, 'finding_info');
  const { label, why: severityWhy } = severityOf(finding);
  const { status, why: statusWhy } = statusOf(finding);
  const resources = list(finding, 'resources');
  const productArn = text(finding, 'metadata', 'product', 'uid') ?? '';
  return {
    format: 'ocsf',
    id: text(info, 'uid') || text(finding, 'metadata', 'uid') || '',
    productArn,
    product:
      text(finding, 'metadata', 'product', 'name') || productArn.slice(0, 2048).split('/').at(-1) || '',
    account: text(finding, 'cloud', 'account', 'uid') ?? '',
    region:
      text(finding, 'cloud', 'region') || text(resources[0], 'region') || readArn(productArn)?.region || '',
    updated: firstTime(
      at(info, 'modified_time_dt'),
      at(info, 'modified_time'),
      at(finding, 'time_dt'),
      at(finding, 'time'),
    ),
    severity: label,
    workflow: status === 'ARCHIVED' ? 'NEW' : status,
    record: status === 'ARCHIVED' ? 'ARCHIVED' : 'ACTIVE',
    compliance: complianceOf(finding),
    sample: text(info, 'title')?.startsWith('[SAMPLE]') ?? false,
    title: text(info, 'title') ?? '',
    description: text(info, 'desc') ?? text(finding, 'message') ?? '',
    type: text(info, 'types', 0) ?? '',
    control: text(finding, 'compliance', 'control') ?? '',
    generator: text(info, 'analytic', 'uid') ?? text(info, 'analytic', 'name') ?? '',
    resources: resources.map((r) => text(r, 'uid') ?? text(r, 'name') ?? '').filter((id) => id !== ''),
    resourceType: text(resources[0], 'type') ?? '',
    tagged: resources,
    remedy: remedyFrom(text(finding, 'remediation', 'desc'), text(finding, 'remediation', 'references', 0)),
    url: text(info, 'src_url') ?? '',
    stated: { ...texts(at(finding, 'unmapped', 'ProductFields')), ...flatFields(finding) },
    detail: finding,
    why: [...severityWhy, ...statusWhy],
  };
}

/** Where findings of the first format were converted, its product fields lie flat in `unmapped`. */
function flatFields(finding: Json): { readonly [name: string]: string } {
  const flat = Object.entries(texts(at(finding, 'unmapped')));
  return Object.fromEntries(flat.map(([name, value]) => [name.replace(/^ProductFields\./, ''), value]));
}

function severityOf(finding: Json): { readonly label: Label; readonly why: readonly Why[] } {
  const word = text(finding, 'severity');
  const byWord = word?.toUpperCase() === 'FATAL' ? 'CRITICAL' : labelNamed(word);
  const byId = SEVERITIES.get(number(finding, 'severity_id') ?? 0);
  if (byId === undefined && byWord === null) {
    return { label: 'MEDIUM', why: [note('the finding states no severity, so it is taken as MEDIUM')] };
  }
  const label = byId ?? byWord ?? 'MEDIUM';
  if (byId === undefined || byWord === null || byWord === byId) return { label, why: [] };
  return { label, why: [note(`severity_id says ${byId} and severity "${word}": the id counts`)] };
}

function statusOf(finding: Json): { readonly status: string; readonly why: readonly Why[] } {
  const id = number(finding, 'status_id') ?? 0;
  const isIncident = number(finding, 'class_uid') === CLASSES.incident;
  const byId = isIncident && id === 5 ? 'RESOLVED' : STATUSES.get(id);
  const word = text(finding, 'status') ?? '';
  const byWord = STATUS_WORDS.get(word.slice(0, 20).toUpperCase());
  if (number(finding, 'activity_id') === CLOSE) return { status: 'RESOLVED', why: [] };
  const status = byId ?? byWord ?? 'NEW';
  if (byId === undefined || byWord === undefined || byWord === byId) return { status, why: [] };
  return { status, why: [note(`status_id says ${byId} and status "${word}": the id counts`)] };
}

function complianceOf(finding: Json): string {
  const stated =
    text(finding, 'compliance', 'status_id') ??
    text(finding, 'compliance', 'status') ??
    text(finding, 'status_code') ??
    '';
  const known = COMPLIANCE.get(stated.slice(0, 20).toUpperCase());
  const byWord = COMPLIANCE.get((text(finding, 'compliance', 'status') ?? '').slice(0, 20).toUpperCase());
  return known ?? byWord ?? '';
}

function note(because: string): Why {
  return builtIn('read', 'securityhub-ocsf', oneLine(because, 300));
}
