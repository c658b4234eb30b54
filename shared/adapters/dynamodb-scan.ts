import {
  type AttributeValue,
  type DynamoDBClient,
  ScanCommand,
  type ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { Report } from '../model/bundle.ts';
import type { Sighting } from '../model/canary.ts';
import type { Incident } from '../model/incident.ts';
import type { AddressState } from '../model/telling.ts';
import { fromJson, type Read } from './shape.ts';
import { readAddressState, readIncident, readReport, readSighting } from './stored.ts';

/** Everything in the table but histories. */
export interface TableContents {
  readonly incidents: readonly Incident[];
  readonly reports: ReadonlyMap<string, Report>;
  readonly addresses: readonly AddressState[];
  readonly sightings: readonly Sighting[];
}

type Item = Record<string, AttributeValue>;

/** Scans the whole table: for the local page and the CLI, not for functions. @throws Misshapen naming the item. */
export async function readTable(client: DynamoDBClient, table: string): Promise<TableContents> {
  const items = await scan(client, table);
  const all = <T>(prefix: string, sk: string | null, read: Read<T>): readonly (readonly [string, T])[] =>
    items.flatMap((item) => {
      const pk = item.pk?.S ?? '';
      if (!pk.startsWith(prefix) || (sk !== null && item.sk?.S !== sk)) return [];
      return [[pk.slice(prefix.length), fromJson(item.body?.S, read, `${pk} ${item.sk?.S}`)]] as const;
    });
  const values = <T>(pairs: readonly (readonly [string, T])[]): readonly T[] =>
    pairs.map(([, value]) => value);
  return {
    incidents: values(all('incident#', 'state', readIncident)),
    reports: new Map(all('incident#', 'report', readReport)),
    addresses: values(all('address#', 'state', readAddressState)),
    sightings: values(all('canary', null, readSighting)),
  };
}

async function scan(client: DynamoDBClient, table: string): Promise<readonly Item[]> {
  const items: Item[] = [];
  let from: Item | undefined;
  do {
    const page: ScanCommandOutput = await client.send(
      new ScanCommand({
        TableName: table,
        ProjectionExpression: 'pk, sk, body',
        FilterExpression: 'NOT begins_with(sk, :history)',
        ExpressionAttributeValues: { ':history': { S: 'history#' } },
        ExclusiveStartKey: from,
      }),
    );
    items.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return items;
}
