import { afterAll, beforeAll } from 'vitest';
import { makeStore } from '../../shared/adapters/dynamodb.ts';
import { memoryStore } from '../support/memory.ts';
import { storeContract } from './store-contract.ts';
import { type LocalTables, localTables } from './table.ts';

let tables: LocalTables;
beforeAll(async () => {
  tables = await localTables();
});
afterAll(() => tables.close());

storeContract('the DynamoDB store', async () => makeStore(tables.client, await tables.create()));

/** What the pipeline's own tests run on. */
storeContract('the store in memory', async () => memoryStore());
