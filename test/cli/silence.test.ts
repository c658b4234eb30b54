import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { makeStore } from '../../shared/adapters/dynamodb.ts';
import type { IncidentId } from '../../shared/model/bundle.ts';
import { opened } from '../contracts/store-contract.ts';
import { type LocalTables, localTables } from '../contracts/table.ts';
import { MORNING, report } from '../support/make.ts';

const root = join(import.meta.dirname, '..', '..');
let tables: LocalTables;
beforeAll(async () => {
  tables = await localTables();
});
afterAll(() => tables.close());

/** Not `spawnSync`: the table answers from this process. */
async function silence(...args: readonly string[]) {
  const endpoint = await tables.client.config.endpoint?.();
  const child = spawn(process.execPath, [join(root, 'cli/main.ts'), 'silence', ...args], {
    cwd: root,
    env: {
      ...process.env,
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${endpoint?.port}`,
      AWS_REGION: 'ap-northeast-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { code, out, err };
}

const WISH = [
  '--match',
  '{"service":["payments-api"]}',
  '--for',
  '2h',
  '--author',
  'yamada',
  '--reason',
  'migration',
];

async function tableWithOne(): Promise<string> {
  const table = await tables.create();
  const store = makeStore(tables.client, table);
  await store.save(opened('a'));
  await store.saveReport('a' as IncidentId, report(), MORNING);
  return table;
}

describe('hansho silence on a table of AWS', () => {
  it('tries, makes, lists and ends', async () => {
    const table = await tableWithOne();
    const tried = await silence('add', ...WISH, '--dry-run', '--table', table);
    expect(tried.out).toContain('Nothing was written');
    expect(tried.out).toContain('1 incident that fire now match:\n    SEV3 payments-api: card gateway');
    expect((await silence('list', '--table', table)).out).toBe('No silences made at run time.\n');

    const { out } = await silence('add', ...WISH, '--table', table, '--json');
    const made: unknown = JSON.parse(out);
    expect(made).toMatchObject({ made: true, preview: { firing: 1 } });
    const id = /silence-[0-9a-f]{6}/.exec(out)?.[0] ?? '';
    expect((await silence('list', '--table', table)).out).toContain(`${id}  active`);

    expect((await silence('end', id, '--by', 'sato', '--table', table)).out).toContain(`${id} is over`);
    expect((await silence('list', '--table', table)).out).toContain('ended by sato');
    const again = await silence('end', id, '--table', table);
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('is over since') });
  });

  test.each([
    ['no JSON', ['add', ...WISH.with(1, '{service:[orders]}')], '--match is not a JSON object'],
    ['a slip', ['add', ...WISH.with(1, '{"servce":["orders"]}')], 'did you mean `service`'],
    ['too long', ['add', ...WISH.with(3, '40d')], 'must be from 1m to 30d'],
    ['nobody’s', ['add', ...WISH.slice(0, 4)], "required option '--author <name>'"],
    ['unknown', ['end', 'silence-9'], 'There is no silence silence-9'],
  ])('refuses what is %s, with the next step', async (_, args, because) => {
    const refused = await silence(...args, '--table', await tables.create());
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(because);
  });

  it('finds the table of a stage, and says when there is none', async () => {
    const { err } = await silence('list', '--stage', 'nowhere');
    expect(err).toContain('no table of stage nowhere');
  });
});
