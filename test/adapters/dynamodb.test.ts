import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeStore } from '../../shared/adapters/dynamodb.ts';
import { listHistory, listIncidents } from '../../shared/adapters/dynamodb-reader.ts';
import { readTable } from '../../shared/adapters/dynamodb-scan.ts';
import type { IncidentId } from '../../shared/model/bundle.ts';
import { opened } from '../contracts/store-contract.ts';
import { type LocalTables, localTables } from '../contracts/table.ts';
import { HOUR, MORNING, report } from '../support/make.ts';

const DAYS_90_S = 90 * 24 * 3_600;
const A = 'a' as IncidentId;

let tables: LocalTables;
beforeAll(async () => {
  tables = await localTables();
});
afterAll(() => tables.close());

async function item(table: string, pk: string, sk: string) {
  const { Item } = await tables.client.send(
    new GetItemCommand({ TableName: table, Key: { pk: { S: pk }, sk: { S: sk } } }),
  );
  return Item;
}

describe('what the table forgets by itself', () => {
  it('is an incident only once it says so, in whole seconds and never early', async () => {
    const table = await tables.create();
    const store = makeStore(tables.client, table);
    await store.save({ ...opened('a'), expiresAt: null });
    expect(await item(table, 'incident#a', 'state')).not.toHaveProperty('expires');
    await store.save({ ...opened('a'), version: 1, expiresAt: MORNING + 1 });
    expect((await item(table, 'incident#a', 'state'))?.expires).toEqual({ N: String(MORNING / 1_000 + 1) });
    await store.save({ ...opened('a'), version: 2, expiresAt: null });
    expect(await item(table, 'incident#a', 'state')).not.toHaveProperty('expires');
  });

  it('is a report and a line of history after 90 days', async () => {
    const table = await tables.create();
    const store = makeStore(tables.client, table);
    await store.saveReport(A, report(), MORNING);
    await store.addHistory(A, { at: MORNING, key: '1-opened', what: 'opened', detail: {} }, MORNING);
    const expires = { N: String(MORNING / 1_000 + DAYS_90_S) };
    expect((await item(table, 'incident#a', 'report'))?.expires).toEqual(expires);
    expect((await item(table, 'incident#a', 'history#1-opened'))?.expires).toEqual(expires);
  });
});

describe('a broken item', () => {
  it.each([
    { name: 'no JSON', body: '{', says: 'incident a is not JSON' },
    {
      name: 'a field of the wrong type',
      body: JSON.stringify({ ...opened('a'), title: 7 }),
      says: 'incident a.title should be a string, not number',
    },
    {
      name: 'a field too deep to see at once',
      body: JSON.stringify({ ...opened('a'), deliveries: [{ ...opened('a').deliveries[0], shrink: 9 }] }),
      says: 'incident a.deliveries[0].shrink should be one of 0, 1, 2, not number',
    },
    {
      name: 'a missing field',
      body: JSON.stringify({ ...opened('a'), facts: undefined }),
      says: 'incident a.facts should be an object, not undefined',
    },
  ])('is refused by name and place: $name', async ({ body, says }) => {
    const table = await tables.create();
    await tables.client.send(
      new PutItemCommand({
        TableName: table,
        Item: { pk: { S: 'incident#a' }, sk: { S: 'state' }, body: { S: body } },
      }),
    );
    await expect(makeStore(tables.client, table).load(A)).rejects.toThrow(says);
  });
});

it('reads what versions wrote that knew of no reminders', async () => {
  const table = await tables.create();
  const since = new Set(['callAt', 'newsAt', 'reminders', 'remindAt', 'called']);
  const body = JSON.stringify(opened('a'), (key, value: unknown) => (since.has(key) ? undefined : value));
  await tables.client.send(
    new PutItemCommand({
      TableName: table,
      Item: { pk: { S: 'incident#a' }, sk: { S: 'state' }, version: { N: '0' }, body: { S: body } },
    }),
  );
  expect(await makeStore(tables.client, table).load(A)).toEqual(opened('a'));
});

it('does not take its own repeated write, whose first answer was lost, for somebody else’s', async () => {
  const lossy = await localTables();
  const store = makeStore(lossy.client, await lossy.create());
  let lost = 0;
  lossy.client.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      if (lost > 0) return answer;
      lost += 1;
      throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
    },
    { step: 'deserialize', priority: 'low', name: 'loseTheFirstAnswer' },
  );
  expect(await store.save(opened('a'))).toBe('saved');
  expect(lost).toBe(1);
  expect((await store.load(A))?.version).toBe(1);
  await lossy.close();
});

describe('for the local page and the CLI', () => {
  it('lists every incident, and nothing else of the table', async () => {
    const table = await tables.create();
    const store = makeStore(tables.client, table);
    await store.save(opened('a'));
    await store.save(opened('b'));
    await store.saveReport(A, report(), MORNING);
    await store.saveProgress(MORNING);
    const ids = (await listIncidents(tables.client, table)).map((incident) => incident.id);
    expect([...ids].sort()).toEqual(['a', 'b']);
  });

  it('says whom a rule has ever held, each once', async () => {
    const table = await tables.create();
    const store = makeStore(tables.client, table);
    const held = (address: string) => ({
      ...{ at: MORNING, key: `held-silence-1-silence-1-${address}`, what: 'held' as const },
      detail: { rule: 'silence-1', address },
    });
    await store.addHistory(A, held('slack:#alert'), MORNING);
    await store.addHistory(A, held('slack:#notify'), MORNING);
    expect((await readTable(tables.client, table)).heldBy).toEqual(
      new Map([['silence-1', new Set([`incident#${A}`])]]),
    );
  });

  it('lists one incident’s history, oldest first', async () => {
    const table = await tables.create();
    const store = makeStore(tables.client, table);
    await store.addHistory(A, { at: MORNING + HOUR, key: '1-a', what: 'resolved', detail: {} }, MORNING);
    await store.addHistory(A, { at: MORNING, key: '1-b', what: 'opened', detail: { count: 1 } }, MORNING);
    await store.addHistory(A, { at: MORNING + 2 * HOUR, key: '1-b', what: 'opened', detail: {} }, MORNING);
    await store.addHistory(
      'b' as IncidentId,
      { at: MORNING, key: '1-c', what: 'opened', detail: {} },
      MORNING,
    );
    expect(await listHistory(tables.client, table, A)).toEqual([
      { at: MORNING, key: '1-b', what: 'opened', detail: { count: 1 } },
      { at: MORNING + HOUR, key: '1-a', what: 'resolved', detail: {} },
    ]);
  });
});
