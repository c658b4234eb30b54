import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { buildAll, type Sizes } from '../../scripts/build.ts';
import { FUNCTIONS, type FunctionName } from '../../scripts/bundle.ts';
import { copyOfService, ROOT } from './sls.ts';

/**
 * Bytes of a bundle. A cold start grows with them: what makes one larger (a library, a second SDK client) must
 * be worth it to whoever waits for the alert.
 */
const BUDGET: Record<FunctionName, number> = {
  // It knows the formats in which programs write their levels; each costs a line of it.
  'intake-logs': 390_000,
  'intake-events': 450_000,
  'intake-webhook': 530_000,
  track: 360_000,
  // The tellers can also tell without the table (law 5): they judge and absorb a bundle by themselves.
  // And read the lines around an error; that part is loaded when it is first needed.
  'tell-slack': 650_000,
  'tell-pagerduty': 460_000,
  // It also says what was not heard, through all stages that judge a signal.
  sweep: 440_000,
};

const made: string[] = [];
async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'hansho-build-'));
  made.push(path);
  return path;
}
afterAll(async () => {
  for (const path of made) await rm(path, { recursive: true, force: true });
});

let out: string;
let sizes: Sizes;
beforeAll(async () => {
  out = await directory();
  sizes = await buildAll(ROOT, out);
}, 120_000);

const hash = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

describe('the build', () => {
  it('gives the same zips from the same sources, whatever the time zone', async () => {
    const again = await directory();
    const zone = process.env.TZ;
    process.env.TZ = 'Pacific/Apia';
    try {
      await buildAll(ROOT, again);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
    for (const name of FUNCTIONS)
      expect(await hash(join(again, `${name}.zip`)), name).toBe(await hash(join(out, `${name}.zip`)));
  }, 120_000);

  test.each(FUNCTIONS)('keeps %s within its budget', (name) => {
    expect(sizes[name]?.bundle).toBeLessThanOrEqual(BUDGET[name]);
  });

  test.each(FUNCTIONS)('leaves out of %s what it does not need', async (name) => {
    const code = await readFile(join(out, 'functions', name, 'index.js'), 'utf8');
    // Told apart by texts that minifying leaves alone.
    const parts = {
      zod: 'ZodError',
      yaml: 'YAMLParseError',
      slack: 'slack_webapi_platform_error',
      dynamodb: 'DynamoDB_20120810',
      sns: 'SimpleNotificationService',
      ssm: 'AmazonSSM',
      logs: 'Logs_20140328',
      'profiles and single sign-on': 'AWS_PROFILE',
    };
    const held = Object.entries(parts)
      .filter(([, mark]) => code.includes(mark))
      .map(([part]) => part);
    const needed: Record<FunctionName, readonly string[]> = {
      'intake-logs': [],
      'intake-events': [],
      'intake-webhook': ['ssm'],
      track: ['dynamodb', 'sns'],
      'tell-slack': ['slack', 'dynamodb', 'ssm', 'logs'],
      'tell-pagerduty': ['dynamodb', 'ssm'],
      sweep: ['dynamodb', 'sns'],
    };
    expect(held.filter((part) => part !== 'profiles and single sign-on')).toEqual(needed[name]);
  });

  it('makes bundles that Node loads as CommonJS, with an async handler of no callback', async () => {
    const require = createRequire(import.meta.url);
    for (const [key, value] of Object.entries(ENVIRONMENT)) process.env[key] = value;
    for (const name of FUNCTIONS) {
      const { handler } = require(join(out, 'functions', name, 'index.js'));
      expect(handler, name).toBeTypeOf('function');
      // Node 24 on Lambda refuses handlers with a third parameter.
      expect(handler.length, name).toBeLessThanOrEqual(2);
    }
  });

  it('refuses rules with problems, naming each with its place', async () => {
    const root = await directory();
    await writeFile(join(root, 'hansho.yml'), 'language: xx\ndestinations: {}\nchanels: {}\n');
    const refused = await buildAll(root, join(root, 'dist')).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'RulesRefused' });
    expect(String(refused)).toMatch(/hansho\.yml:1:\d+ /);
    expect(String(refused)).toMatch(/hansho\.yml:3:\d+ /);
  });
});

describe('npm run build', () => {
  it('leaves nothing but dist, and says nothing but warnings', () => {
    const root = copyOfService();
    made.push(root);
    const built = () => {
      const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/build.ts'], {
        cwd: root,
        encoding: 'utf8',
      });
      return { status, stdout, stderr };
    };
    const files = () =>
      readdirSync(root, { recursive: true, encoding: 'utf8' })
        .filter((path) => !/^(dist|node_modules)\b/.test(path))
        .sort();
    const before = files();
    expect(built()).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(files()).toEqual(before);
    expect(readdirSync(join(root, 'dist'))).not.toContainEqual(expect.stringContaining('.part'));

    const rules = join(root, 'hansho.yml');
    writeFileSync(rules, readFileSync(rules, 'utf8').replace(/^ignore:$/m, `ignore: [${EXPIRED}]`));
    const { status, stdout, stderr } = built();
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr).toMatch(
      /^warning: hansho\.yml:\d+:\d+ this ignore rule has expired .*\(payments: .*\)\n$/,
    );
  }, 120_000);
});

/** An ignore rule that held until the end of a day long gone. */
const EXPIRED = '{ match: { message: [a] }, reason: r, owner: payments, expires: 2020-01-01 }';

const ENVIRONMENT = {
  AWS_REGION: 'ap-northeast-1',
  HANSHO_STAGE: 'test',
  HANSHO_ACCOUNT: '111122223333',
  HANSHO_PARTITION: 'aws',
  HANSHO_TABLE: 'incidents',
  HANSHO_SIGNALS_QUEUE_URL: 'http://127.0.0.1:9/signals',
  HANSHO_SIGNALS_URGENT_QUEUE_URL: 'http://127.0.0.1:9/signals-urgent',
  HANSHO_SLACK_QUEUE_URL: 'http://127.0.0.1:9/slack',
  HANSHO_SLACK_URGENT_QUEUE_URL: 'http://127.0.0.1:9/slack-urgent',
  HANSHO_PAGERDUTY_QUEUE_URL: 'http://127.0.0.1:9/pagerduty',
  HANSHO_PAGERDUTY_URGENT_QUEUE_URL: 'http://127.0.0.1:9/pagerduty-urgent',
  HANSHO_SLACK_UNTRACKED_QUEUE_URL: 'http://127.0.0.1:9/slack-untracked.fifo',
  HANSHO_PAGERDUTY_UNTRACKED_QUEUE_URL: 'http://127.0.0.1:9/pagerduty-untracked.fifo',
  HANSHO_ALERT_TOPIC_ARN: 'arn:aws:sns:ap-northeast-1:111122223333:alert',
  HANSHO_NOTIFY_TOPIC_ARN: 'arn:aws:sns:ap-northeast-1:111122223333:notify',
  HANSHO_SLACK_TOKEN: 'ssm:/hansho/slack-bot-token',
  HANSHO_WEBHOOK_SECRET: 'ssm:/hansho/webhook-secret',
  SLACK_API_URL: 'https://slack.com/api/',
  PAGERDUTY_EVENTS_URL: 'https://events.pagerduty.com',
};
