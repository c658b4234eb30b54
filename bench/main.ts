import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { loadRules } from '../shared/config/load.ts';
import type { PlanInput } from '../shared/destinations/plan.ts';
import { planSlack } from '../shared/destinations/slack/plan.ts';
import type { Bundle } from '../shared/model/bundle.ts';
import type { SeverityRule } from '../shared/model/rules.ts';
import { makeBeats } from '../shared/pipeline/expect.ts';
import { intakeLogs } from '../shared/pipeline/intake.ts';
import { track } from '../shared/pipeline/track.ts';
import { makeJudge } from '../shared/rules/judge.ts';
import { memoryStore } from '../test/support/memory.ts';
import { medians } from './measure.ts';
import { payload } from './payloads.ts';
import { redactionScore } from './redaction.ts';
import { ruleRatios } from './rules.ts';

const NOW = 1_795_305_660_000;
const quiet = { info() {}, warn() {}, error() {} };
const metrics = { count() {} };

const loaded = loadRules(readFileSync('hansho.yml', 'utf8'), 'hansho.yml');
if (!loaded.ok) throw new Error('hansho.yml is not valid: run `npx hansho check`');
/** It looks at INFO lines: none can be passed over for its level alone. */
const MEASURING: SeverityRule = {
  name: 'slow-batch',
  match: { fields: { run_time_ms: [{ numeric: ['>', 60_000] }] } },
  severity: 'SEV3',
  channel: null,
  why: 'a batch takes too long',
  runbook: null,
  shadow: false,
  at: 'bench',
};
const judge = makeJudge({ ...loaded.rules, severities: [...loaded.rules.severities, MEASURING] });

/** What nobody can avoid: base64, gunzip, one JSON.parse of the envelope. */
function floor(data: string): unknown {
  return JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString('utf8'));
}

function intake(data: string, keep: (bundles: readonly Bundle[]) => void = () => {}): Promise<unknown> {
  const signals = {
    send: async (_: unknown, bundles: readonly Bundle[]) => {
      keep(bundles);
      return [];
    },
    waiting: async () => 0,
  };
  const deps = {
    judge,
    signals,
    region: 'ap-northeast-1',
    partition: 'aws',
    account: '111122223333',
    beats: makeBeats(),
    clock: () => NOW,
    log: quiet,
    metrics,
  };
  return intakeLogs(data, deps);
}

const ROUNDS = 300;

async function intakeRatios(): Promise<void> {
  console.log(
    `Intake of 1,000 events, 1 % WARNING or worse and a rule that measures INFO lines, over base64 + gunzip + one JSON.parse (median of ${ROUNDS} payloads, no line twice)`,
  );
  for (const form of ['plain', 'json'] as const) {
    const dataOf = (round: number) => payload(1_000, form, 0.01, 1, round * 1_000);
    const ms = await medians(
      [
        { name: 'floor', run: floor },
        { name: 'intake', run: (data: string) => intake(data) },
      ],
      ROUNDS,
      dataOf,
    );
    const [base, ours] = [ms.get('floor') ?? 1, ms.get('intake') ?? 0];
    console.log(
      `  ${form.padEnd(6)} ${(ours / base).toFixed(2)}×   (${base.toFixed(3)} ms → ${ours.toFixed(3)} ms)`,
    );
  }
}

async function trackAndRender(): Promise<void> {
  const bundles: Bundle[] = [];
  await intake(payload(5_000, 'json', 1, 500), (some) => bundles.push(...some));
  const signals = bundles.flatMap((b) => b.firing).reduce((sum, t) => sum + t.n, 0);
  const ms = await medians(
    [
      { name: 'track', run: () => trackAll(bundles) },
      { name: 'render', run: await renderAll(bundles) },
    ],
    15,
    () => null,
  );
  const per = (name: string) => Math.round((signals / (ms.get(name) ?? 1)) * 1_000).toLocaleString('en');
  console.log(`\n${signals.toLocaleString('en')} signals in ${bundles.length} bundles, memory store`);
  console.log(`  track   ${per('track')} signals/s`);
  console.log(
    `  render  ${Math.round((bundles.length / (ms.get('render') ?? 1)) * 1_000).toLocaleString('en')} cards/s`,
  );
}

async function trackAll(bundles: readonly Bundle[], store = memoryStore()) {
  const topics = { publish: async () => {} };
  const records = bundles.map((bundle, i) => ({ id: String(i), bundle, since: NOW }));
  const untracked = { send: async () => {} };
  const within = <Done>(_: number, work: Promise<Done>) => work;
  await track(records, { judge, store, topics, untracked, within, clock: () => NOW, log: quiet, metrics });
  return store;
}

async function renderAll(bundles: readonly Bundle[]): Promise<() => void> {
  const store = await trackAll(bundles);
  const inputs: PlanInput[] = [];
  for (const incident of store.incidents.values()) {
    const report = await store.loadReport(incident.id);
    const delivery = incident.deliveries.find((d) => d.target.kind === 'slack');
    if (report === null || delivery === undefined) continue;
    const address = await store.loadAddress(delivery.target.address);
    inputs.push({
      telling: { incident, report },
      delivery,
      address,
      language: 'en',
      mention: null,
      timezone: 'Asia/Tokyo',
      reminding: [],
      nonce: 'bench',
      now: NOW,
    });
  }
  return () => {
    for (const input of inputs) planSlack(input);
  };
}

function bundleSizes(): void {
  console.log('\nBundle bytes per function (minified; npm run build)');
  if (!existsSync('dist/sizes.json')) {
    console.log('  not built: run `npm run build` first');
    return;
  }
  const sizes = JSON.parse(readFileSync('dist/sizes.json', 'utf8')) as Record<string, unknown>;
  for (const [name, bytes] of Object.entries(sizes))
    console.log(`  ${name.padEnd(16)} ${JSON.stringify(bytes)}`);
}

const PARTS = {
  intake: intakeRatios,
  rules: ruleRatios,
  track: trackAndRender,
  redaction: redactionScore,
  sizes: bundleSizes,
};

/** `npm run bench -- intake redaction`: the parts that are named, or all. */
const named = process.argv.slice(2);
for (const [name, run] of Object.entries(PARTS)) if (named.length === 0 || named.includes(name)) await run();
