import { type Json, list, number, text } from '../../model/json.ts';
import type { Place } from '../../model/signal.ts';
import { readArn } from '../arns.ts';
import type { Envelope } from '../source.ts';
import { all, fires, resolves, routine, type Service, shortName, type Watch } from '../watch.ts';
import { consolePage } from './places.ts';

/**
 * Why a task stopped. `stopCode` alone does not say: what the scheduler stops may have failed its health check, and
 * what exited by itself may have done its work.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html
 */
function taskState(event: Envelope): string | null {
  const { detail } = event;
  if (text(detail, 'lastStatus') !== 'STOPPED') return text(detail, 'lastStatus');
  const code = text(detail, 'stopCode') ?? '';
  const why = reasonsOf(detail).join(' ');
  if (/CannotPull|ImagePull/.test(why)) return 'cannot pull its image';
  if (/OutOfMemory/.test(why)) return 'ran out of memory';
  if (/ResourceInitializationError|CannotStartContainer|CannotCreateContainer/.test(why))
    return 'cannot start';
  if (/failed .{0,40}health check/i.test(why)) return 'failed its health check';
  if (code === 'TaskFailedToStart') return 'cannot start';
  if (code === 'SpotInterruption' || code === 'TerminationNotice') return 'lost its host';
  if (code === 'UserInitiated' || code === 'ServiceSchedulerInitiated') return code;
  if (exitsOf(detail).some((exit) => exit !== 0)) return 'failed';
  if (code !== '' && code !== 'EssentialContainerExited') return code;
  return serviceOf(event) === null ? 'done' : 'ended by itself';
}

function reasonsOf(detail: Json): readonly string[] {
  const containers = list(detail, 'containers').map((container) => text(container, 'reason'));
  const said = [text(detail, 'stoppedReason'), ...containers];
  return [...new Set(said.filter((reason) => reason !== null && reason !== ''))] as readonly string[];
}

function exitsOf(detail: Json): readonly number[] {
  return list(detail, 'containers')
    .map((container) => number(container, 'exitCode'))
    .filter((exit) => exit !== null);
}

/** `checkout` of `service:checkout`; null for a task that somebody or some schedule ran by itself. */
function serviceOf({ detail }: Envelope): string | null {
  const group = text(detail, 'group') ?? '';
  return group.startsWith('service:') ? group.slice('service:'.length) : null;
}

function clusterOf({ detail }: Envelope): string {
  return shortName(text(detail, 'clusterArn') ?? '');
}

/** The ARN of the service, as the service's own events carry it, so that both are one problem. */
function serviceArn(event: Envelope): string | null {
  const service = serviceOf(event);
  const cluster = text(event.detail, 'clusterArn');
  return service === null || cluster === null
    ? null
    : cluster.replace(/:cluster\/.*$/, `:service/${clusterOf(event)}/${service}`);
}

/** Of a task of no service: what it runs, whichever revision. */
function familyOf({ detail }: Envelope): string | null {
  const definition = text(detail, 'taskDefinitionArn') ?? text(detail, 'group')?.replace(/^family:/, '');
  return definition === undefined ? null : definition.replace(/:\d+$/, '');
}

function exitWords(detail: Json): string | null {
  const failed = list(detail, 'containers').filter((container) => (number(container, 'exitCode') ?? 0) !== 0);
  const said = failed.map((one) => `${text(one, 'name') ?? 'container'} exit code ${text(one, 'exitCode')}`);
  return [...said, ...reasonsOf(detail)].join('; ') || null;
}

const TASK: Omit<Watch, 'noun' | 'thing' | 'states'> = {
  from: ['aws.ecs'],
  kinds: ['ECS Task State Change'],
  run: ['taskArn'],
  state: (event) => [taskState(event)],
  says: ({ detail }) => exitWords(detail),
  facts: {
    cluster: (event) => clusterOf(event),
    task: ['taskArn'],
    stopCode: ['stopCode'],
    stoppedReason: ['stoppedReason'],
    exitCode: ({ detail }) =>
      exitsOf(detail)
        .find((exit) => exit !== 0)
        ?.toString() ?? null,
    taskDefinition: ['taskDefinitionArn'],
    launchType: ['launchType'],
  },
  places: (event) => [
    consolePage('ecs-task', clusterOf(event), shortName(text(event.detail, 'taskArn') ?? '')),
  ],
};

const MOVING = all(
  [
    'PROVISIONING',
    'PENDING',
    'ACTIVATING',
    'RUNNING',
    'DEACTIVATING',
    'STOPPING',
    'DEPROVISIONING',
    'DELETED',
  ],
  routine('task is starting, running or on its way out'),
);
const ON_PURPOSE = {
  UserInitiated: routine('task was stopped by somebody'),
  ServiceSchedulerInitiated: routine('task was stopped by its service, to scale in or to deploy'),
  'lost its host': fires('worth-a-review', 'task lost its host: Spot capacity or the host was taken back'),
};

/** What went wrong with a task, as far as a task of a service and one of its own have it in common. */
function failures(impact: 'service-degraded' | 'work-failed') {
  return {
    failed: fires(impact, 'task failed'),
    'ran out of memory': fires(impact, 'task ran out of memory', { rule: 'ecs-out-of-memory' }),
    'cannot pull its image': fires(impact, 'task cannot pull its image', { rule: 'ecs-cannot-pull' }),
    'cannot start': fires(impact, 'task cannot start', { rule: 'ecs-cannot-start' }),
    'failed its health check': fires(impact, 'task failed its health check', { rule: 'ecs-health-check' }),
  };
}

const SERVICE_PLACES = ({ resources }: Envelope): readonly Place[] => {
  const [cluster, service] = (readArn(resources[0] ?? null)?.resource ?? '').split('/').slice(1);
  return [consolePage('ecs-service', cluster ?? null, service ?? null)];
};

/** What a service's own events have in common: their resource is its ARN. */
const ofService = {
  from: ['aws.ecs'],
  noun: 'ECS service',
  thing: ({ resources }: Envelope) => resources[0] ?? null,
  places: SERVICE_PLACES,
} as const;

export const ECS: Service = {
  name: 'ecs',
  title: 'Amazon ECS',
  ends: 'the service reaches a steady state; a deployment completes; a task of the same family ends with exit code 0',
  watches: [
    {
      ...TASK,
      matches: (event) => serviceOf(event) !== null,
      noun: 'ECS service',
      thing: serviceArn,
      name: serviceOf,
      states: {
        ...failures('service-degraded'),
        'ended by itself': fires('early-warning', 'task ended by itself with exit code 0'),
        ...ON_PURPOSE,
        ...MOVING,
      },
      // Its service's steady state, under the same identity.
      endedElsewhere: true,
    },
    {
      ...TASK,
      noun: 'ECS family',
      thing: familyOf,
      states: { ...failures('work-failed'), done: resolves('task ended well'), ...ON_PURPOSE, ...MOVING },
    },
    {
      ...ofService,
      kinds: ['ECS Service Action'],
      state: ({ detail }) => [text(detail, 'eventName'), text(detail, 'eventType')],
      states: {
        SERVICE_STEADY_STATE: resolves('is steady'),
        SERVICE_TASK_PLACEMENT_FAILURE: fires('service-degraded', 'cannot place tasks', {
          rule: 'ecs-placement',
        }),
        ...all(
          ['SERVICE_TASK_CONFIGURATION_FAILURE', 'SERVICE_DAEMON_PLACEMENT_CONSTRAINT_VIOLATED'],
          fires('service-degraded', 'cannot start tasks as configured'),
        ),
        SERVICE_TASK_START_IMPAIRED: fires('service-degraded', 'cannot start tasks reliably', {
          rule: 'ecs-cannot-start',
        }),
        ...all(
          ['SERVICE_DEPLOYMENT_COMPLETED', 'SERVICE_DEPLOYMENT_IN_PROGRESS'],
          routine('deploys, which its deployment events tell'),
        ),
        ERROR: fires('service-degraded', 'has an error'),
        WARN: fires('early-warning', 'has a warning'),
        INFO: routine('has news'),
      },
      says: ['reason', 'eventName'],
      facts: { cluster: (event) => clusterOf(event), event: ['eventName'], reason: ['reason'] },
    },
    {
      ...ofService,
      kinds: ['ECS Deployment State Change'],
      run: ['deploymentId'],
      state: ({ detail }) => [text(detail, 'eventName')],
      states: {
        SERVICE_DEPLOYMENT_FAILED: fires('deployment-failed', 'deployment failed', {
          problem: 'deployment',
          rule: 'ecs-deployment',
        }),
        SERVICE_DEPLOYMENT_COMPLETED: resolves('deployment completed', 'deployment'),
        SERVICE_DEPLOYMENT_IN_PROGRESS: routine('is deploying'),
      },
      says: ['reason'],
      facts: { deploymentId: ['deploymentId'] },
    },
  ],
};
