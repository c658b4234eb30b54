import { at, isObject, text } from '../model/json.ts';
import type { Remedy, Status } from '../model/signal.ts';
import { builtIn, type Why } from '../model/why.ts';
import { type AlarmNews, readAlarm } from './alarm-news.ts';
import { headline } from './alarm-words.ts';
import { readArn } from './arns.ts';
import { facts, say, signalId } from './say.ts';
import type { Envelope, Source } from './source.ts';
import { firstTime, readTime } from './times.ts';
import { clip, firstUrl, hasWords, labelled, lines } from './words.ts';

/**
 * CloudWatch alarms. One change of state is one signal (same id, same identity, same service) whether
 * EventBridge, SNS or the alarm's own Lambda action brought it, so that three deliveries are one incident.
 */
export const alarm: Source = {
  name: 'alarm',
  about: {
    title: 'CloudWatch alarms',
    reads: [
      'CloudWatch Alarm State Change',
      'CloudWatch Alarm Contributor State Change',
      'CloudWatch Alarm Configuration Change',
      'SNS: alarm notifications',
      "an alarm's own Lambda action",
    ],
    ends: 'state OK, or the alarm is deleted',
  },
  accepts: (event) => readAlarm(event) !== null,
  read(event) {
    const news = readAlarm(event);
    return news === null ? [] : [toSignal(event, news)];
  },
};

function toSignal(event: Envelope, news: AlarmNews) {
  const arn = readArn(news.arn);
  const { status, why } = judge(news, event);
  return say(event, {
    source: 'alarm',
    kind: kindOf(news),
    id: idOf(news, event),
    status,
    lifecycle: 'states',
    time: firstTime(news.stated) ?? event.time ?? event.receivedAt,
    account: arn?.account || event.account,
    region: arn?.region || event.region,
    service: serviceOf(news),
    resource: resourceOf(news),
    title: headline(news),
    message: messageOf(news),
    // A contributor is the alarm's own problem: which series it is stands in the title of the alarm's card.
    identity: { by: 'source', key: news.arn },
    remedy: remedyOf(news.description),
    places: news.name === '' ? [] : [{ is: 'alarm', name: clip(news.name, 255) }],
    fields: facts({
      state: news.state,
      previous: news.previous,
      type: news.rule === '' ? 'metric' : 'composite',
      muted: why?.rule === 'alarm-muted',
      suppressedBy: news.suppressedBy,
      operation: news.operation,
      alarm: news.name,
      namespace: news.metric?.namespace,
      metric: news.metric?.name,
      ...dimensionFields(news),
    }),
    why: why === null ? [] : [why],
  });
}

function dimensionFields(news: AlarmNews) {
  const dimensions = news.metric?.dimensions ?? [];
  return dimensions.length === 0 ? {} : { dimensions: Object.fromEntries(dimensions) };
}

function kindOf(news: AlarmNews): string {
  if (news.what === 'configuration') return 'alarm configuration change';
  if (news.what === 'contributor') return 'alarm contributor';
  return news.rule === '' ? 'metric alarm' : 'composite alarm';
}

/** Several contributors may change in the same second. */
function changeOf(news: AlarmNews): string {
  return news.contributor === null ? news.arn : `${news.arn}#${news.contributor.id}`;
}

/**
 * Alarm, state and second of the change. Seconds, because the shapes state the same change with clocks that
 * differ by milliseconds (`StateChangeTime` in SNS, `state.timestamp` elsewhere), and an alarm does not reach
 * the same state twice within one: evaluations are at least 10 s apart.
 */
function idOf(news: AlarmNews, event: Envelope) {
  const time = readTime(news.stated);
  const second =
    time === null ? news.stated || event.id : new Date(Math.floor(time / 1000) * 1000).toISOString();
  return signalId('alarm', changeOf(news), news.operation || news.state, second);
}

/** The namespace, as all three ways carry it; composite and query alarms have none. */
function serviceOf(news: AlarmNews): string {
  return news.metric?.namespace.replace(/^AWS\//, '') || 'cloudwatch';
}

function resourceOf(news: AlarmNews): string {
  const dimensions = news.metric?.dimensions ?? [];
  if (dimensions.length === 1 && dimensions[0] !== undefined) return dimensions[0][1] || news.arn;
  return dimensions.length === 0
    ? news.arn
    : dimensions.map(([name, value]) => `${name}=${value}`).join(', ');
}

function messageOf(news: AlarmNews): string {
  const { metric } = news;
  return lines(
    news.reason || null,
    metric === null ? null : labelled('Metric', `${metric.namespace} ${metric.name}`.trim()),
    labelled('Dimensions', (metric?.dimensions ?? []).map(([name, value]) => `${name}=${value}`).join(', ')),
    labelled('Contributor', news.contributor?.attributes ?? ''),
    labelled('Rule', news.rule),
    labelled('Configuration', news.operation),
  );
}

/** The description that its owners wrote is the best word on what to do. */
function remedyOf(description: string): Remedy | null {
  if (!hasWords(description)) return null;
  return { text: clip(description.trim(), 2000), url: firstUrl(description) };
}

interface Judgement {
  readonly status: Status;
  readonly why: Why | null;
}

function judge(news: AlarmNews, event: Envelope): Judgement {
  if (news.what === 'configuration') {
    // Nobody will ever say OK for an alarm that is gone.
    if (news.operation === 'delete') {
      return {
        status: 'resolved',
        why: builtIn('read', 'alarm-deleted', 'the alarm was deleted, so it cannot fire any more'),
      };
    }
    return info(
      'alarm-configuration-change',
      `the alarm's configuration changed (${news.operation || 'no operation'})`,
    );
  }
  if (news.state === 'OK' && news.what === 'contributor') {
    return info('alarm-contributor-ok', 'one series is OK; the alarm itself says when all are');
  }
  if (news.state === 'OK') return ended(news);
  if (news.state === 'INSUFFICIENT_DATA') {
    return info('alarm-insufficient-data', 'missing data neither opens nor closes anything');
  }
  const held = heldBack(news, event);
  if (held !== null) return held;
  if (news.state === 'ALARM') return { status: 'firing', why: null };
  const because = `state "${clip(news.state, 40)}" is not one of OK, ALARM, INSUFFICIENT_DATA; a person should look`;
  return { status: 'firing', why: builtIn('read', 'alarm-state-unknown', because) };
}

/** OK always resolves, muted or not: who was told that it fires is told that it ended. */
function ended(news: AlarmNews): Judgement {
  const isNew =
    news.previous === 'INSUFFICIENT_DATA' && news.previousReason.startsWith('Unchecked: Initial alarm');
  if (isNew) return info('alarm-created', 'the first OK after the alarm was created ends nothing');
  return { status: 'resolved', why: null };
}

function heldBack(news: AlarmNews, event: Envelope): Judgement | null {
  if (news.suppressedBy !== '') {
    return info('alarm-suppressed', `its actions are suppressed by ${clip(news.suppressedBy, 60)}`);
  }
  if (!isMuted(news, event)) return null;
  const by = text(news.mute, 'mutedByArn') ?? 'a mute rule';
  return info(
    'alarm-muted',
    `muted by ${clip(by, 300)} until ${text(news.mute, 'muteWindowEnd') ?? 'further notice'}`,
  );
}

/**
 * A mute counts inside its window only: when it ends, CloudWatch sends the alarm's actions again with the old
 * state, so the later of state time and sending time is asked.
 */
function isMuted(news: AlarmNews, event: Envelope): boolean {
  if (!isObject(news.mute) || Object.keys(news.mute).length === 0) return false;
  const now = Math.max(readTime(news.stated) ?? 0, event.time ?? 0);
  const start = readTime(at(news.mute, 'muteWindowStart')) ?? 0;
  const end = readTime(at(news.mute, 'muteWindowEnd')) ?? Number.POSITIVE_INFINITY;
  return now === 0 || (now >= start && now < end);
}

function info(rule: string, because: string): Judgement {
  return { status: 'info', why: builtIn('read', rule, because) };
}
