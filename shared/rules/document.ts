import type { Document } from '../model/rules.ts';
import type { Signal } from '../model/signal.ts';

/**
 * The plain document that patterns are matched against. What a signal does not have is left out, so that
 * `exists: false` holds. A resolve is shown as the firing it ends: it gets the severity that it would have had.
 */
export function documentOf(signal: Signal): Document {
  const { source, kind, service, account, region, title, message } = signal;
  return {
    source,
    kind,
    status: signal.status === 'resolved' ? 'firing' : signal.status,
    service,
    account,
    region,
    title,
    message,
    ...(signal.level === null ? {} : { level: signal.level }),
    ...(signal.logGroup === null ? {} : { logGroup: signal.logGroup }),
    ...(signal.resource === null ? {} : { resource: signal.resource }),
    ...(signal.fields === null ? {} : { fields: signal.fields }),
    ...(signal.detail === null ? {} : { detail: signal.detail }),
  };
}
