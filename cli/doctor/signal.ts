import type { Incident } from '../../shared/model/incident.ts';
import { webhookEvent } from '../../shared/sources/webhook.ts';
import type { DoctorWorld, Finding } from './checks.ts';

export interface SignalOptions {
  /** Makes this test its own incident. */
  readonly id: string;
  readonly region: string;
  readonly patienceMs: number;
  readonly sleep: (ms: number) => Promise<void>;
}

type World = Pick<DoctorWorld, 'stack' | 'clock'>;
const LOOK_EVERY_MS = 1_000;

/**
 * A marked test of the mildest severity by the front door, seen in the table as told, then ended and seen as told
 * again. It goes where the rules send information, which pages nobody unless a rule says so.
 */
export async function sendSignal(world: World, options: SignalOptions): Promise<readonly Finding[]> {
  const check = 'Test signal';
  const began = world.clock();
  for (const status of ['firing', 'resolved'] as const) {
    await put(status, world, options);
    const told = await waitFor(status, world, options);
    if (told !== null) return [{ check, is: 'failed', ...told }];
  }
  const seconds = ((world.clock() - began) / 1_000).toFixed(1);
  return [{ check, is: 'ok', said: `told and told over, in ${seconds} s` }];
}

async function put(status: 'firing' | 'resolved', { stack, clock }: World, options: SignalOptions) {
  const door = stack.queues.find(({ id }) => id === 'EventsQueue');
  if (door === undefined) throw new Error('the stage has no EventsQueue');
  const time = clock();
  const body = {
    title: titleOf(options),
    message: 'Sent by hansho doctor --signal to see that this channel is reached. Nothing is wrong.',
    status,
    severity: 'info',
    service: 'hansho',
    key: options.id,
    time: new Date(time).toISOString(),
  };
  const event = webhookEvent('doctor', body, { id: `${options.id}-${status}`, region: options.region, time });
  await stack.send(door, JSON.stringify(event));
}

function titleOf({ id }: SignalOptions): string {
  return `A test by hansho doctor (${id})`;
}

/** null: told everywhere. */
async function waitFor(
  status: 'firing' | 'resolved',
  { stack, clock }: World,
  options: SignalOptions,
): Promise<Pick<Finding, 'said' | 'next'> | null> {
  const until = clock() + options.patienceMs;
  let incident: Incident | null = null;
  while (clock() < until) {
    const { incidents, reports } = await stack.table();
    incident = incidents.find(({ id }) => reports.get(id)?.title === titleOf(options)) ?? null;
    if (incident !== null && isTold(incident, status)) return null;
    await options.sleep(LOOK_EVERY_MS);
  }
  return stuck(status, incident);
}

function isTold({ deliveries, facts }: Incident, status: 'firing' | 'resolved'): boolean {
  return facts.status === status && deliveries.every(({ announced }) => announced?.status === status);
}

function stuck(status: 'firing' | 'resolved', incident: Incident | null): Pick<Finding, 'said' | 'next'> {
  if (incident === null)
    return {
      said: 'it did not reach the table',
      next: 'Look at the logs of intake-events and track, and at `hansho ledger`. Does a rule ignore it?',
    };
  const held = incident.deliveries.find((one) => one.held !== null)?.held ?? null;
  if (held !== null)
    return { said: `held by ${held.by} (${held.at}): ${held.because}`, next: 'Try again when that is over.' };
  const untold = incident.deliveries.filter(({ announced }) => announced?.status !== status);
  return {
    said: `${status} was not told at ${untold.map(({ target }) => target.address).join(', ') || 'any address'}`,
    next: 'The log of the tell function says why ("not told", "address broken").',
  };
}
