import type { JsonObject } from '../model/json.ts';
import type { Signal } from '../model/signal.ts';
import { builtIn } from '../model/why.ts';
import { digest, facts, say, signalId } from './say.ts';
import type { Envelope, Source } from './source.ts';
import { readTime } from './times.ts';
import { GRADES, type News, SHAPES } from './webhook-shapes.ts';
import { labelled, lines, oneLine } from './words.ts';

/** What the way in calls its events: `webhook.datadog`, after the name in the address. */
const WEBHOOK = 'webhook.';

/** A posted body as an event, so that it goes the way of all events; `time` is when it came, ms since the epoch. */
export function webhookEvent(
  name: string,
  body: JsonObject,
  came: { readonly id: string; readonly region: string; readonly time: number },
): JsonObject {
  return {
    version: '0',
    id: came.id,
    'detail-type': `${name} webhook`,
    source: `${WEBHOOK}${name}`,
    account: '',
    time: new Date(came.time).toISOString(),
    region: came.region,
    resources: [],
    detail: body,
  };
}

/**
 * What other tools post: each body that a shape knows gives one signal for each thing it tells of. A body that no
 * shape knows is the last source's, which makes it readable.
 */
export const webhook: Source = {
  name: 'webhook',
  about: {
    title: 'Webhooks of other tools',
    reads: SHAPES.map(({ title }) => title),
    ends: 'the tool says so',
  },
  accepts: ({ source, detail }) => source.startsWith(WEBHOOK) && SHAPES.some((shape) => shape.fits(detail)),
  read(event) {
    const shape = SHAPES.find(({ fits }) => fits(event.detail));
    return shape === undefined
      ? []
      : shape.read(event.detail).map((news) => toSignal(event, shape.name, news));
  },
};

function toSignal(event: Envelope, shape: string, news: News): Signal {
  const name = event.source.slice(WEBHOOK.length) || shape;
  const time = readTime(news.time);
  const grade = GRADES.get(news.severity.trim().slice(0, 20).toLowerCase());
  const url = oneLine(news.url, 1900);
  return say(event, {
    source: 'webhook',
    kind: `${shape} webhook`,
    // A sender that tries again states the same time. Where none is stated, the same words may be about another day.
    id: signalId(
      'webhook',
      digest(`${name} ${news.key}`),
      news.status,
      String(time ?? `${digest(JSON.stringify(news))} ${event.time ?? event.receivedAt}`),
    ),
    status: news.status,
    lifecycle: 'states',
    time: time ?? event.time ?? event.receivedAt,
    account: event.account,
    region: event.region,
    service: news.service || name,
    resource: news.resource || null,
    title: news.title || `${shape} webhook`,
    message: lines(news.message, labelled('Link', url)),
    identity: { by: 'source', key: `${name} ${news.key}` },
    places: url === '' ? [] : [{ is: 'web', url }],
    fields: facts({ tool: shape, severity: grade, stated: news.severity, ...news.fields }),
    detail: news.detail,
    why: news.because === '' ? [] : [builtIn('read', 'webhook-state', oneLine(news.because, 200))],
  });
}
