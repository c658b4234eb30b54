import { at, isObject, type Json, type JsonObject, list, number, text } from '../model/json.ts';
import type { Status } from '../model/signal.ts';
import { tagsOf } from './tags.ts';
import { firstText, lines, oneLine } from './words.ts';

/** One thing that a posted body tells of. Empty text: not stated. */
export interface News {
  /** The tool's own id of the problem, the same when it fires and when it ends. */
  readonly key: string;
  readonly status: Status;
  readonly because: string;
  /** The tool's own word; GRADES says what it means. */
  readonly severity: string;
  readonly title: string;
  readonly message: string;
  readonly time: Json;
  readonly url: string;
  readonly service: string;
  readonly resource: string;
  readonly fields: JsonObject;
  readonly detail: Json;
}

/** How one tool writes its bodies. */
export interface Shape {
  readonly name: string;
  readonly title: string;
  readonly fits: (body: Json) => boolean;
  readonly read: (body: Json) => readonly News[];
}

function words(grade: 'critical' | 'error' | 'warning' | 'info', spelt: string) {
  return spelt.split(' ').map((word) => [word, grade] as const);
}

/** What tools call a severity, in lower case, and the four grades that the rules know. */
export const GRADES: ReadonlyMap<string, 'critical' | 'error' | 'warning' | 'info'> = new Map([
  ...words('critical', 'critical crit fatal emergency disaster page p1 sev1'),
  ...words('error', 'error high major alert p2 sev2'),
  ...words('warning', 'warning warn medium average minor p3 sev3'),
  ...words('info', 'info information informational low notice none ok success p4 p5 sev4 sev5'),
]);

const NOTHING = {
  because: '',
  severity: '',
  message: '',
  time: null,
  url: '',
  service: '',
  resource: '',
  fields: {},
} as const;

/** A list longer than any tool sends: the rest of such a body is told with its last one. */
const MOST = 1000;

/** Asked in this order; each looks for keys that only its tool writes. */
export const SHAPES: readonly Shape[] = [
  {
    name: 'alertmanager',
    title: 'Alertmanager and Grafana (groups of alerts)',
    fits: (body) => {
      const alerts = list(body, 'alerts');
      return (
        alerts.length > 0 &&
        alerts.length <= MOST &&
        alerts.every((one) => isObject(at(one, 'labels')) && text(one, 'status') !== null)
      );
    },
    read: (body) => list(body, 'alerts').map((one) => ofAlert(one, body)),
  },
  {
    name: 'grafana',
    title: 'Grafana (legacy alerting)',
    fits: (body) => text(body, 'ruleName') !== null && text(body, 'state') !== null,
    read: (body) => [ofLegacyGrafana(body)],
  },
  {
    name: 'datadog',
    title: 'Datadog',
    fits: (body) =>
      firstText(body, DATADOG_TITLES) !== null &&
      (text(body, 'alert_transition') !== null ||
        (text(body, 'event_type') !== null && text(body, 'last_updated') !== null)),
    read: (body) => [ofDatadog(body)],
  },
  {
    name: 'newrelic',
    title: 'New Relic (issues, and incidents of older channels)',
    fits: (body) =>
      text(body, 'issueUrl') !== null ||
      (text(body, 'incident_id') !== null && text(body, 'current_state') !== null),
    read: (body) => [text(body, 'issueUrl') !== null ? ofNewRelicIssue(body) : ofNewRelicIncident(body)],
  },
  {
    name: 'autify',
    title: 'Autify (test plan results)',
    fits: (body) =>
      text(body, 'action') !== null &&
      text(body, 'status') !== null &&
      (Array.isArray(at(body, 'scenarios')) || text(body, 'scenario_id') !== null),
    read: (body) => [ofAutify(body)],
  },
  {
    name: 'plain',
    title: 'anything that can write { title, status, severity, key, message, url, time, service }',
    fits: (body) =>
      text(body, 'title') !== null && STATES.has((text(body, 'status') ?? '').slice(0, 20).toLowerCase()),
    read: (body) => [ofPlain(body)],
  },
];

/** Prometheus' own form, which Grafana writes too. A label set is one problem. */
function ofAlert(one: Json, body: Json): News {
  const labels = at(one, 'labels');
  const notes = at(one, 'annotations');
  const name = text(labels, 'alertname') ?? 'alert';
  const over = text(one, 'status')?.toLowerCase() === 'resolved';
  const about = firstText(labels, ['instance', 'pod', 'host', 'node', 'FunctionName', 'InstanceId']) ?? '';
  const said = firstText(notes, ['summary', 'title', 'message']) ?? '';
  return {
    ...NOTHING,
    key: text(one, 'fingerprint') || labelsOf(labels).join(','),
    status: over ? 'resolved' : 'firing',
    severity: firstText(labels, ['severity', 'priority', 'level']) ?? '',
    title:
      said === '' ? [name, about].filter((part) => part !== '').join(': ') : `${oneLine(name, 60)}: ${said}`,
    message: lines(
      text(notes, 'description'),
      said,
      labelsOf(labels).join(', '),
      text(one, 'valueString'),
      runbookOf(notes),
      cutOf(body),
    ),
    time: at(one, over ? 'endsAt' : 'startsAt') ?? null,
    url: firstText(one, ['panelURL', 'dashboardURL', 'generatorURL']) ?? text(body, 'externalURL') ?? '',
    service: firstText(labels, ['service', 'app', 'job']) ?? '',
    resource: about,
    fields: { alert: oneLine(name, 200) },
    detail: one,
  };
}

/** The sender's own limit (`max_alerts`) leaves alerts out: whoever reads one of the group should know. */
function cutOf(body: Json): string | null {
  const cut = number(body, 'truncatedAlerts') ?? 0;
  return cut > 0 ? `${cut} more alerts of this group were left out by the sender` : null;
}

function labelsOf(labels: Json | undefined): readonly string[] {
  if (!isObject(labels)) return [];
  return Object.keys(labels)
    .sort()
    .slice(0, 50)
    .map((key) => `${oneLine(key, 100)}=${oneLine(text(labels, key) ?? '', 200)}`);
}

function runbookOf(notes: Json | undefined): string | null {
  const found = firstText(notes, ['runbook_url', 'runbook']);
  return found === null ? null : `Runbook: ${oneLine(found, 500)}`;
}

function ofLegacyGrafana(body: Json): News {
  const state = text(body, 'state')?.toLowerCase() ?? '';
  return {
    ...NOTHING,
    key: text(body, 'ruleId') || (text(body, 'ruleName') ?? ''),
    status: state === 'ok' ? 'resolved' : ['alerting', 'no_data'].includes(state) ? 'firing' : 'info',
    because: `its state is ${state}`,
    severity: state === 'no_data' ? 'warning' : '',
    title: `${text(body, 'ruleName') ?? ''}`,
    message: lines(
      text(body, 'message'),
      ...list(body, 'evalMatches')
        .slice(0, 20)
        .map((m) => `${text(m, 'metric')}: ${text(m, 'value')}`),
    ),
    url: text(body, 'ruleUrl') ?? '',
    detail: body,
  };
}

const DATADOG_TITLES = ['title', 'alert_title'];
/** `[Triggered on {host:a}] CPU is high` */
const DATADOG_PREFIX =
  /^\s*(?:\[P[1-5]\]\s*)?(?:\[(Triggered|Re-Triggered|Recovered|Warn|Re-Warn|No Data|Re-No Data|Renotify)(?: on ([^\]]{0,300}))?\]\s*)+/i;

/** Its body is the operator's own template; docs/webhooks.md gives one. Without an id the title must do. */
function ofDatadog(body: Json): News {
  const title = firstText(body, DATADOG_TITLES) ?? '';
  const prefix = DATADOG_PREFIX.exec(title.slice(0, 1000));
  const state = text(body, 'alert_transition') || prefix?.[1] || '';
  const bare = title.replace(DATADOG_PREFIX, '');
  const over = /^recovered$/i.test(state) || text(body, 'alert_type') === 'success';
  const scope = text(body, 'alert_scope') || prefix?.[2] || '';
  return {
    ...NOTHING,
    key: `${text(body, 'alert_id') || bare} ${scope}`.trim(),
    status: over ? 'resolved' : 'firing',
    because: state === '' ? '' : `its transition is ${state}`,
    severity: /^(?:re-)?warn$/i.test(state)
      ? 'warning'
      : text(body, 'priority')?.match(/^P[1-5]$/i)?.[0] || text(body, 'alert_type') || '',
    title: bare || title,
    message: text(body, 'body') ?? '',
    time: at(body, 'last_updated') ?? at(body, 'date') ?? null,
    url: text(body, 'link') ?? '',
    service: tagsOf([body]).service ?? '',
    resource: text(body, 'hostname') || scope,
    fields: { transition: oneLine(state, 40) },
    detail: body,
  };
}

function textsIn(body: Json, key: string): readonly string[] {
  return list(body, key).filter((one) => typeof one === 'string');
}

function ofNewRelicIssue(body: Json): News {
  const state = text(body, 'state')?.toUpperCase() ?? '';
  const title = at(body, 'title');
  const hit = textsIn(body, 'impactedEntities');
  return {
    ...NOTHING,
    key: text(body, 'id') || text(body, 'issueId') || (text(body, 'issueUrl') ?? ''),
    status: state === 'CLOSED' ? 'resolved' : state === 'ACKNOWLEDGED' ? 'info' : 'firing',
    because: `its state is ${state}`,
    severity: text(body, 'priority') ?? '',
    title: typeof title === 'string' ? title : (text(title, 0) ?? ''),
    message: lines(
      hit.slice(0, 20).join(', '),
      textsIn(body, 'alertConditionNames').slice(0, 10).join(', '),
      textsIn(body, 'alertPolicyNames').slice(0, 10).join(', '),
    ),
    time: at(body, 'updatedAt') ?? at(body, 'createdAt') ?? null,
    url: text(body, 'issueUrl') ?? '',
    resource: hit[0] ?? '',
    detail: body,
  };
}

function ofNewRelicIncident(body: Json): News {
  const state = text(body, 'current_state')?.toLowerCase() ?? '';
  return {
    ...NOTHING,
    key: text(body, 'incident_id') ?? '',
    status: state === 'closed' ? 'resolved' : state === 'acknowledged' ? 'info' : 'firing',
    because: `its state is ${state}`,
    severity: text(body, 'severity') ?? '',
    title: text(body, 'condition_name') ?? text(body, 'details') ?? '',
    message: lines(text(body, 'details'), text(body, 'policy_name')),
    time: at(body, 'timestamp') ?? null,
    url: text(body, 'incident_url') ?? '',
    resource: text(body, 'targets', 0, 'name') ?? '',
    detail: body,
  };
}

/** A test case's own result is told with its plan's; both would be two cards of one failure. */
function ofAutify(body: Json): News {
  const scenarios = list(body, 'scenarios');
  const isPlan = Array.isArray(at(body, 'scenarios'));
  const plan = text(body, 'test_plan_id') ?? text(scenarios[0], 'test_plan_id') ?? '';
  const failed = scenarios
    .filter((one) => text(one, 'status') !== 'passed')
    .map((one) => oneLine(text(one, 'scenario_name') ?? text(one, 'scenario_id') ?? '', 80));
  const state = text(body, 'status')?.toLowerCase() ?? '';
  const partOfPlan = !isPlan && plan !== '';
  const done = text(body, 'action') === 'finished';
  const first = failed[0] ?? text(body, 'scenario_name') ?? '';
  return {
    ...NOTHING,
    key: plan === '' ? `scenario ${text(body, 'scenario_id') ?? text(body, 'id') ?? ''}` : `plan ${plan}`,
    status: partOfPlan || !done ? 'info' : state === 'passed' ? 'resolved' : 'firing',
    because: partOfPlan ? 'its test plan tells of it' : `its status is ${state}`,
    severity: 'error',
    title: `Autify test ${plan === '' ? '' : `plan ${oneLine(plan, 20)} `}${oneLine(state, 20)}${first === '' ? '' : `: ${first}`}${failed.length > 1 ? ` and ${failed.length - 1} more` : ''}`,
    message: lines(...failed.slice(0, 20)),
    time: at(body, 'finished_at') ?? at(body, 'started_at') ?? null,
    url: text(body, 'url') ?? '',
    resource: plan === '' ? '' : `test plan ${oneLine(plan, 20)}`,
    detail: body,
  };
}

const STATES: ReadonlyMap<string, Status> = new Map([
  ['firing', 'firing'],
  ['alerting', 'firing'],
  ['triggered', 'firing'],
  ['open', 'firing'],
  ['problem', 'firing'],
  ['resolved', 'resolved'],
  ['recovered', 'resolved'],
  ['closed', 'resolved'],
  ['ok', 'resolved'],
  ['info', 'info'],
]);

function ofPlain(body: Json): News {
  const state = (text(body, 'status') ?? '').slice(0, 20).toLowerCase();
  const title = text(body, 'title') ?? '';
  return {
    ...NOTHING,
    key: firstText(body, ['key', 'id', 'dedupKey']) ?? title,
    status: STATES.get(state) ?? 'firing',
    because: `its status is ${state}`,
    severity: firstText(body, ['severity', 'priority', 'level']) ?? '',
    title,
    message: firstText(body, ['message', 'description', 'body']) ?? '',
    time: at(body, 'time') ?? at(body, 'timestamp') ?? null,
    url: firstText(body, ['url', 'link']) ?? '',
    service: text(body, 'service') ?? '',
    resource: text(body, 'resource') ?? '',
    detail: body,
  };
}
