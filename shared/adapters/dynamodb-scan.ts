import {
  type AttributeValue,
  type DynamoDBClient,
  ScanCommand,
  type ScanCommandOutput,
} from '@aws-sdk/client-dynamodb';
import type { Sighting } from '../model/canary.ts';
import { text } from '../model/json.ts';
import type { AddressState } from '../model/telling.ts';
import type { Stored } from '../pipeline/ports.ts';
import { fromJson, type Read } from './shape.ts';
import { readAddressState, readHistoryEntry, readIncident, readReport, readSighting } from './stored.ts';

/** Everything in the table but histories; of these, whom each rule has held. */
export interface TableContents extends Stored {
  readonly addresses: readonly AddressState[];
  readonly sightings: readonly Sighting[];
}

const HELD = 'history#held-';

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
    heldBy: heldByRule(items),
  };
}

function heldByRule(items: readonly Item[]): Stored['heldBy'] {
  const heldBy = new Map<string, Set<string>>();
  for (const { pk, sk, body } of items) {
    if (sk?.S?.startsWith(HELD) !== true) continue;
    const { detail } = fromJson(body?.S, readHistoryEntry, `${pk?.S} ${sk.S}`);
    const rule = text(detail, 'rule') ?? '';
    heldBy.set(rule, (heldBy.get(rule) ?? new Set()).add(pk?.S ?? ''));
  }
  return heldBy;
}

async function scan(client: DynamoDBClient, table: string): Promise<readonly Item[]> {
  const items: Item[] = [];
  let from: Item | undefined;
  do {
    const page: ScanCommandOutput = await client.send(
      new ScanCommand({
        TableName: table,
        ProjectionExpression: 'pk, sk, body',
        FilterExpression: 'NOT begins_with(sk, :history) OR begins_with(sk, :held)',
        ExpressionAttributeValues: { ':history': { S: 'history#' }, ':held': { S: HELD } },
        ExclusiveStartKey: from,
      }),
    );
    items.push(...(page.Items ?? []));
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return items;
}
