import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { parseBundle } from '../shared/pipeline/messages.ts';
import { track } from '../shared/pipeline/track.ts';
import { bodyOf, failures, lambda } from '../shared/wiring/handle.ts';
import { wireTrack } from '../shared/wiring/track.ts';

const deps = wireTrack(process.env);

/** The signals queues hand over bundles; those that could not be taken in come again, what is no bundle ends in the dead-letter queue. */
export const handler = lambda(deps.log, async ({ Records }: SQSEvent) => {
  const sound = Records.flatMap(toBundle);
  const failed = new Set(await track(sound, deps));
  const done = new Set(sound.map(({ id }) => id).filter((id) => !failed.has(id)));
  return failures(Records.filter(({ messageId }) => !done.has(messageId)));
});

function toBundle(record: SQSRecord) {
  const bundle = parseBundle(bodyOf(record));
  const since = Number(record.attributes.ApproximateFirstReceiveTimestamp);
  if (bundle !== null) return [{ id: record.messageId, bundle, since }];
  deps.log.error('record failed', { message: record.messageId, because: 'not a bundle' });
  deps.metrics.count('SignalsStuck', 1);
  return [];
}
