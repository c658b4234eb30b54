import { text } from '../../model/json.ts';
import type { Envelope } from '../source.ts';

/** Events of RDS and DMS have numbers, which say what happened where categories are too coarse. */

/** `RDS-EVENT-0013`, … for the numbers of a service. */
export function eventIds(service: 'RDS' | 'DMS', ...numbers: readonly string[]): readonly string[] {
  return numbers.map((number) => `${service}-EVENT-${number}`);
}

/** `RDS-EVENT-0013`, plain as EventBridge has it or at the end of the address that SNS has. */
export function eventId({ detail }: Envelope): string | null {
  const id = text(detail, 'EventID') ?? text(detail, 'Event ID') ?? text(detail, 'eventId');
  return /[A-Z]{2,10}-EVENT-\d{1,6}/.exec((id ?? '').slice(-200))?.[0] ?? id;
}

/** Any event of the service that has such an id, a new detail-type too, and what it sends to SNS. */
export function isEventOf(source: string, prefix: string): (event: Envelope) => boolean {
  return (event) => {
    const isTheirs = event.source === source || text(event.detail, 'Event Source') !== null;
    return isTheirs && (eventId(event)?.startsWith(prefix) ?? false);
  };
}
