import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from 'vitest';
import { startServer } from '../../local/server.ts';
import { makeSilenceDesk } from '../../local/silences.ts';
import { makeStore } from '../../shared/adapters/dynamodb.ts';
import { readTable } from '../../shared/adapters/dynamodb-scan.ts';
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

/** Not `spawnSync`: the server answers from this process. */
async function silence(...args: readonly string[]) {
  const child = spawn(process.execPath, [join(root, 'cli/main.ts'), 'silence', ...args], { cwd: root });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
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

/** The address of a server whose table holds one incident that fires. */
async function serverWithOne(): Promise<string> {
  const table = await tables.create();
  const store = makeStore(tables.client, table);
  await store.save(opened('a'));
  await store.saveReport('a' as IncidentId, report(), MORNING);
  const server = await startServer(0, new URL('../../console/', import.meta.url));
  onTestFinished(() => server.close());
  const nothing = async () => ({});
  server.ready({
    ...{ accept: async () => ({ signals: 0 }), incidents: nothing, ledger: nothing },
    ...{ outbox: () => ({}), stack: () => ({}) },
    silences: makeSilenceDesk(store, () => readTable(tables.client, table)),
  });
  return server.url;
}

describe('hansho silence', () => {
  it('tries, makes, lists and ends', async () => {
    const url = await serverWithOne();
    const tried = await silence('add', ...WISH, '--dry-run', '--url', url);
    expect(tried.out).toContain('Nothing was written');
    expect(tried.out).toContain('Matches 1 incident firing now:\n    SEV3 payments-api: card gateway');
    expect((await silence('list', '--url', url)).out).toBe('No silences made at run time.\n');

    const { out } = await silence('add', ...WISH, '--url', url, '--json');
    const made: unknown = JSON.parse(out);
    expect(made).toMatchObject({ made: true, preview: { firing: 1 } });
    const id = /silence-[0-9a-f]{6}/.exec(out)?.[0] ?? '';
    expect((await silence('list', '--url', url)).out).toContain(`${id}  active`);

    expect((await silence('end', id, '--by', 'sato', '--url', url)).out).toContain(`${id} is over`);
    expect((await silence('list', '--url', url)).out).toContain('ended by sato');
    const again = await silence('end', id, '--url', url);
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('is over since') });
  });

  test.each([
    ['no JSON', ['add', ...WISH.with(1, '{service:[orders]}')], '--match is not a JSON object'],
    ['a slip', ['add', ...WISH.with(1, '{"servce":["orders"]}')], 'did you mean `service`'],
    ['too long', ['add', ...WISH.with(3, '40d')], 'must be from 1m to 30d'],
    ['nobody’s', ['add', ...WISH.slice(0, 4)], "required option '--author <name>'"],
    ['unknown', ['end', 'silence-9'], 'There is no silence silence-9'],
  ])('refuses what is %s, with the next step', async (_, args, because) => {
    const refused = await silence(...args, '--url', await serverWithOne());
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(because);
  });
});
