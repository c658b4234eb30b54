import { intakeEvent, Unreadable } from '../shared/pipeline/intake.ts';
import { bodyOf, eachRecord, isSqs, lambda } from '../shared/wiring/handle.ts';
import { wireIntake } from '../shared/wiring/intake.ts';

const deps = wireIntake(process.env, 'intake-events');

/**
 * The events queue hands over what EventBridge and SNS put there; records that fail come again and end in the
 * dead-letter queue. An alarm's own action invokes directly: what throws is tried twice more and ends there too.
 */
export const handler = lambda(deps.log, async (event: unknown) =>
  isSqs(event) ? eachRecord(event.Records, (record) => take(bodyOf(record)), deps.log) : take(event),
);

/** Signals that could be read are queued by now; the input itself is kept until somebody has looked at the rest. */
async function take(raw: unknown): Promise<void> {
  const { faults } = await intakeEvent(raw, deps);
  const [first] = faults;
  if (first !== undefined)
    throw new Unreadable(`${faults.length} records could not be read; ${first.where}: ${first.because}`);
}
