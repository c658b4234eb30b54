import { type Service, sourceOf } from '../watch.ts';
import { BACKUP } from './backup.ts';
import { CAPACITY } from './capacity.ts';
import { DATA } from './data.ts';
import { DEAD_LETTERS } from './dead-letters.ts';
import { DELIVERY } from './delivery.ts';
import { DMS } from './dms.ts';
import { ECS } from './ecs.ts';
import { FOUNDATIONS } from './foundations.ts';
import { WORK } from './work.ts';

/**
 * The table of AWS services whose events say how something went. To add one: a row in the file of its family, a
 * sample under `events/`, its pattern in serverless.yml, and what to do first in `messages/`.
 */
export const TABLE: readonly Service[] = [
  ECS,
  ...WORK,
  ...DELIVERY,
  ...CAPACITY,
  ...DATA,
  BACKUP,
  DMS,
  ...FOUNDATIONS,
];

export const SERVICES = TABLE.map(sourceOf);

/** Asked before all others: a dead letter may hold any event. */
export const deadLetter = sourceOf(DEAD_LETTERS);
