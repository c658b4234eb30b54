import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeStore } from '../shared/adapters/dynamodb.ts';
import { readTable, type TableContents } from '../shared/adapters/dynamodb-scan.ts';
import type { StackPlace } from '../shared/adapters/stack.ts';
import { makeAcceptor } from './accept.ts';
import { type LocalArchive, openArchive } from './archive.ts';
import { type DeadLetters, openDeadLetters } from './dead-letters.ts';
import { type Functions, startFunctions } from './functions.ts';
import { type IncidentView, viewsOf } from './incidents.ts';
import type { Reader } from './intake.ts';
import { type Entry, type Journal, openJournal } from './journal.ts';
import { type Ledger, type LedgerView, type LogLine, ledgerView, makeLedger } from './ledger.ts';
import { type Outbox, openOutbox } from './outbox.ts';
import { loadDeployment } from './package.ts';
import type { PagerDutyStandIn } from './pagerduty.ts';
import { makePipeline, wakeUntold } from './pipeline.ts';
import { makeReader } from './reading.ts';
import { type Server, startServer } from './server.ts';
import { type Services, type Settings, startSecrets, startServices } from './services.ts';
import { settle } from './settle.ts';
import { makeSilenceDesk, type SilenceDesk } from './silences.ts';
import type { SlackStandIn } from './slack.ts';
import { type Deployment, REGION } from './template.ts';
import { cached, once, repeat, throttled } from './timing.ts';
import { startWorld, type World } from './world.ts';

export interface LocalOptions {
  /** The checkout whose `.serverless` and `dist/functions` are run. */
  readonly root?: string;
  /** 0: any free one. */
  readonly port?: number;
  /** Where everything is kept; null: in memory. */
  readonly data?: string | null;
  /** Other endpoints and secrets; the process's environment when left out. */
  readonly settings?: Settings;
  /** How often sweep runs, ms; null: as deployed. */
  readonly sweepEveryMs?: number | null;
  /** Wait between retries, and for batches, as long as AWS does. */
  readonly realDelays?: boolean;
  /** The stand-ins hold to the documented rates. */
  readonly rates?: boolean;
  /** Load all bundles at once rather than when they are first needed. */
  readonly warm?: boolean;
  readonly onLine?: (line: LogLine) => void;
  /** Counts the signals of a posting; the shared reading code when left out. */
  readonly reader?: Reader;
}

/** Hansho on this machine. */
export interface Local {
  readonly url: string;
  /** Where Slack's and PagerDuty's messages go, for people. */
  readonly slackAt: string;
  readonly pagerdutyAt: string;
  /** null when the messages go elsewhere. */
  readonly slack: SlackStandIn | null;
  readonly pagerduty: PagerDutyStandIn | null;
  /** Makes the table fail every call, or answer again. */
  takeTable(away: boolean): void;
  /** Runs the sweep now. */
  sweep(): Promise<void>;
  /**
   * Waits until everything accepted has been worked on: no invocation, no message in any queue but the dead
   * ones, none that becomes due within the time. @throws after `timeoutMs`, saying what still moves.
   */
  settle(timeoutMs: number): Promise<void>;
  incidents(which?: 'all' | 'unowned'): Promise<readonly IncidentView[]>;
  ledger(): Promise<LedgerView>;
  /** What the functions logged last. */
  lines(): readonly LogLine[];
  /** Ends everything; what was accepted and is not done is replayed at the next start. */
  stop(): Promise<void>;
}

const SWEEP_EVERY_MS = 5_000;
const CHECKPOINT_EVERY_MS = 100;
const ANNOUNCE_EVERY_MS = 250;
/** What runs may end by itself for so long. */
const GRACE_MS = 800;

/** Starts everything; ready when it resolves. @throws with a message for people. */
export async function startLocal(options: LocalOptions = {}): Promise<Local> {
  const closers: (() => Promise<void>)[] = [];
  const keep: Keep = async (opening) => {
    const opened = await opening;
    closers.push(() => opened.close());
    return opened;
  };
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const server = await keep(openServer(options.port ?? 0));
    return await run(await open(server, options, keep), options, close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** Opens something that is to be closed at the end. */
type Keep = <T extends { close(): Promise<void> }>(opening: Promise<T>) => Promise<T>;

interface Parts {
  readonly server: Server;
  readonly world: World;
  readonly deployment: Deployment;
  readonly deadLetters: DeadLetters;
  readonly outbox: Outbox;
  readonly journal: Journal;
  readonly services: Services;
  readonly secretsUrl: string;
  readonly ledger: Ledger;
  /** null: nothing is kept for `hansho replay`. */
  readonly archive: LocalArchive | null;
  readonly root: string;
}

async function openServer(port: number): Promise<Server> {
  try {
    return await startServer(port, new URL('../console/', import.meta.url));
  } catch (error) {
    const busy = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    throw busy ? new Error(`Port ${port} is in use. Choose another one with --port.`) : error;
  }
}

async function open(server: Server, options: LocalOptions, keep: Keep): Promise<Parts> {
  const { data = null, settings = process.env, rates = true } = options;
  const root = options.root ?? fileURLToPath(new URL('..', import.meta.url));
  if (data !== null) await mkdir(data, { recursive: true });
  // First of all: it refuses a directory that another process works in.
  const world = await keep(startWorld(data === null ? null : join(data, 'table')));
  const deployment = await loadDeployment(root, world.queueUrl);
  const [deadLetters, outbox, journal, secrets] = await Promise.all([
    keep(openDeadLetters(data)),
    keep(openOutbox(data)),
    keep(openJournal(data)),
    keep(startSecrets(deployment, settings)),
    world.create(deployment),
  ]);
  const services = await keep(
    startServices({
      settings,
      outbox,
      clock: Date.now,
      rates,
      onSlack: () => server.announce('outbox', {}),
      onPagerDuty: () => server.announce('outbox', {}),
    }),
  );
  const onLine = options.onLine ?? (() => {});
  const ledger = makeLedger(journal.ledger, onLine);
  const complain = (text: string): void => onLine({ function: 'local', text });
  const archive = data === null ? null : await keep(openArchive(join(data, 'archive'), complain));
  return {
    server,
    world,
    deployment,
    deadLetters,
    outbox,
    journal,
    services,
    secretsUrl: secrets.url,
    ledger,
    archive,
    root,
  };
}

async function run(parts: Parts, options: LocalOptions, close: () => Promise<void>): Promise<Local> {
  const { server, world, deployment, deadLetters, journal, services, ledger } = parts;
  const announce = throttled(ANNOUNCE_EVERY_MS, () => server.announce('incidents', {}));
  const functions = begin(parts, options, () => {
    table.forget();
    announce();
  });
  const table = tableOf(parts, functions);
  const reader = options.reader ?? (await makeReader(parts.root));
  const accept = makeAcceptor({ journal, reader });
  const pipeline = makePipeline({
    deployment,
    world,
    functions,
    deadLetters,
    onDone: (seq) => {
      ledger.books.done(seq);
      accept.done(seq);
    },
    onKept: ledger.books.gaveUp,
  });
  journal.onPassed(ledger.books.passed);
  const deliver = (entry: Entry): void => {
    ledger.books.accepted(entry.seq, entry.holds);
    pipeline.deliver(entry);
  };
  const readLedger = async (): Promise<LedgerView> => {
    // In the order of the flow: what moves in between is seen further on, and never missed.
    const expected = ledger.expected();
    const onTheWay = pipeline.onTheWay();
    const contents = await table.read();
    return ledgerView(ledger, {
      in: journal.signals(),
      waiting: pipeline.open(),
      deadLetters: pipeline.deadLetters(),
      queues: pipeline.queues(),
      expected,
      onTheWay,
      table: contents,
      now: Date.now(),
    });
  };
  const readIncidents = async (which: 'all' | 'unowned' = 'all'): Promise<readonly IncidentView[]> =>
    viewsOf(await table.read(), which);
  for await (const entry of journal.replay()) deliver(entry);
  if (options.data != null) await wakeUntold(world, deployment);
  functions.start();
  if (options.warm === true) functions.warm();
  const checkpoint = (): Promise<void> => journal.checkpoint(ledger.snapshot(), deadLetters.durable);
  const checkpoints = repeat(CHECKPOINT_EVERY_MS, checkpoint);
  server.ready({
    accept: (body, contentType, query) => accept.take(body, contentType, query, deliver),
    incidents: readIncidents,
    ledger: readLedger,
    outbox: () => outboxOf(services),
    stack: () => stackOf(parts),
    silences: deskOf(parts, () => {
      table.forget();
      announce();
    }),
  });
  const stop = once(async () => {
    accept.close();
    announce.stop();
    functions.stopSources();
    await settle(GRACE_MS, { queues: [], busy: functions.busy }).catch(() => {});
    await functions.stop();
    await checkpoints.stop();
    await checkpoint();
    await close();
  });
  return {
    url: server.url,
    slackAt: services.slackAt,
    pagerdutyAt: services.pagerdutyAt,
    slack: services.slack,
    pagerduty: services.pagerduty,
    takeTable: world.takeTable,
    sweep: () => sweepNow(functions),
    settle: pipeline.settle,
    incidents: readIncidents,
    ledger: readLedger,
    lines: ledger.lines,
    stop,
  };
}

/** Silences of this table; who makes or ends one sees it on the page at once. */
function deskOf({ world, deployment }: Parts, onChange: () => void): SilenceDesk {
  const table = deployment.tables[0]?.name ?? '';
  const read = () => readTable(world.tables, table);
  const desk = makeSilenceDesk(makeStore(world.tables, table), read);
  const announced = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    onChange();
    return result;
  };
  return {
    add: (wish) => announced(desk.add(wish)),
    list: desk.list,
    end: (id, by) => announced(desk.end(id, by)),
  };
}

/** The table as it is: read once for all who ask, but anew while anything runs that may write. */
function tableOf(
  { world, deployment }: Parts,
  functions: Functions,
): { read(): Promise<TableContents>; forget(): void } {
  const stored = cached(() => readTable(world.tables, deployment.tables[0]?.name ?? ''));
  return {
    read: () => {
      if (functions.busy().length > 0) stored.forget();
      return stored.read();
    },
    forget: stored.forget,
  };
}

function begin(parts: Parts, options: LocalOptions, onEnd: () => void): Functions {
  const { world, services, secretsUrl, archive, ledger } = parts;
  return startFunctions(parts.deployment, {
    bundles: join(parts.root, 'dist', 'functions'),
    world,
    deadLetters: parts.deadLetters,
    sweepEveryMs: options.sweepEveryMs === undefined ? SWEEP_EVERY_MS : options.sweepEveryMs,
    realDelays: options.realDelays ?? false,
    environment: {
      ...services.environment,
      HANSHO_ARCHIVE: archive === null ? '' : 'on',
      AWS_ENDPOINT_URL_SQS: world.queuesUrl,
      AWS_ENDPOINT_URL_SNS: world.queuesUrl,
      AWS_ENDPOINT_URL_DYNAMODB: world.tablesUrl,
      AWS_ENDPOINT_URL_SSM: secretsUrl,
      // There are no log streams here to read around in.
      HANSHO_LINES_AROUND: 'false',
    },
    onLog: (name, text) => ledger.heard(name, archive?.sift(text) ?? text),
    onEnd,
  });
}

async function sweepNow(functions: Functions): Promise<void> {
  const result = await functions.get('sweep').invoke('{}');
  if (!result.ok) throw new Error(`The sweep failed: ${result.message}`);
}

/** What the CLI looks into: the stack, and where its functions find Slack and their secrets. */
function stackOf({ world, deployment, services, secretsUrl }: Parts): Extract<StackPlace, { is: 'local' }> & {
  readonly slackUrl: string;
  readonly secretsUrl: string;
} {
  return {
    slackUrl: services.environment.SLACK_API_URL ?? '',
    secretsUrl,
    is: 'local',
    queuesUrl: world.queuesUrl,
    tablesUrl: world.tablesUrl,
    region: REGION,
    table: deployment.tables[0]?.name ?? '',
    queues: deployment.queues.map(({ id, name }) => ({ id, url: world.queueUrl(name) })),
  };
}

function outboxOf({ slack, pagerduty }: Services) {
  return {
    slack: slack?.messages() ?? [],
    pagerduty: pagerduty?.events() ?? [],
    pagerdutyAlerts: pagerduty?.alerts() ?? [],
  };
}
