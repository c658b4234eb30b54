import {
  type AttributeValue,
  type DynamoDBClient,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import type { IncidentId } from '../model/bundle.ts';
import type { Incident } from '../model/incident.ts';
import type { HistoryEntry } from '../pipeline/ports.ts';
import { incidentKey } from './dynamodb.ts';
import { fromJson } from './shape.ts';
import { readHistoryEntry, readIncident } from './stored.ts';

type Item = Record<string, AttributeValue>;
type Page = { Items?: Item[] | undefined; LastEvaluatedKey?: Item | undefined };

/** Every incident in the table, in no order. Scans it whole: for the local page and the CLI, not for functions. */
export async function listIncidents(client: DynamoDBClient, table: string): Promise<readonly Incident[]> {
  const items = await all((from) =>
    client.send(
      new ScanCommand({
        TableName: table,
        FilterExpression: 'begins_with(pk, :incident) AND sk = :state',
        ExpressionAttributeValues: { ':incident': { S: 'incident#' }, ':state': { S: 'state' } },
        ExclusiveStartKey: from,
      }),
    ),
  );
  return items.map((item) => fromJson(item.body?.S, readIncident, item.pk?.S ?? 'an incident'));
}

/** An incident's history, oldest first. */
export async function listHistory(
  client: DynamoDBClient,
  table: string,
  id: IncidentId,
): Promise<readonly HistoryEntry[]> {
  const items = await all((from) =>
    client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :incident AND begins_with(sk, :history)',
        ExpressionAttributeValues: { ':incident': { S: incidentKey(id) }, ':history': { S: 'history#' } },
        ExclusiveStartKey: from,
      }),
    ),
  );
  return items
    .map((item) => fromJson(item.body?.S, readHistoryEntry, `history of incident ${id}`))
    .sort((a, b) => a.at - b.at);
}

async function all(page: (from: Item | undefined) => Promise<Page>): Promise<readonly Item[]> {
  const items: Item[] = [];
  let from: Item | undefined;
  do {
    const { Items, LastEvaluatedKey } = await page(from);
    items.push(...(Items ?? []));
    from = LastEvaluatedKey;
  } while (from !== undefined);
  return items;
}
