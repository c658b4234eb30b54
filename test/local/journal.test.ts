import { appendFile, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../local/intake.ts';
import { type Entry, type Journal, openJournal } from '../../local/journal.ts';
import { temporary } from './fixture/make.ts';

const nothing = async (): Promise<void> => {};
const DELIVERIES: readonly Delivery[] = [
  { to: 'logs', data: 'H4sI' },
  { to: 'lines', group: '/g', stream: 's', text: 'one\ntwo' },
  { to: 'events', body: '{"a":"\u2028"}' },
  { to: 'alarm', body: '{}' },
];

async function add(
  journal: Journal,
  signals = 1,
  deliveries: readonly Delivery[] = DELIVERIES,
): Promise<Entry> {
  const holds = [[{ input: 'i1', signals }]];
  const entry = { seq: journal.nextSeq(), at: 1_700_000_000_000, signals, deliveries, holds };
  await journal.append(entry);
  return entry;
}

async function replayOf(journal: Journal): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of journal.replay()) entries.push(entry);
  return entries;
}

describe('the journal', () => {
  it('gives back after a crash what was accepted and not done, as it was', async () => {
    const directory = await temporary();
    const first = await openJournal(directory);
    const [a, b] = [await add(first), await add(first)];
    first.done(a.seq);
    await first.checkpoint({ Told: 3 }, nothing);
    // No close: the process was killed.
    const second = await openJournal(directory);
    expect(await replayOf(second)).toEqual([b]);
    expect(second.ledger).toEqual({ Told: 3 });
  });

  it('replays from the oldest that is not done, though later ones are', async () => {
    const directory = await temporary();
    const first = await openJournal(directory);
    const entries = [await add(first), await add(first), await add(first)];
    first.done(entries[1]?.seq ?? 0);
    first.done(entries[2]?.seq ?? 0);
    await first.checkpoint({}, nothing);
    expect((await replayOf(await openJournal(directory))).map((e) => e.seq)).toEqual([1, 2, 3]);
  });

  it('counts the signals of everything that was ever accepted, once', async () => {
    const directory = await temporary();
    const first = await openJournal(directory);
    const [a] = [await add(first, 5), await add(first, 7)];
    first.done(a.seq);
    await first.checkpoint({}, nothing);
    expect(first.signals()).toBe(12);
    const second = await openJournal(directory);
    await replayOf(second);
    expect(second.signals()).toBe(12);
  });

  it('never gives a number twice, also after it started anew', async () => {
    const directory = await temporary();
    const first = await openJournal(directory);
    const entry = await add(first);
    first.done(entry.seq);
    await first.checkpoint({}, nothing);
    await first.close();
    const second = await openJournal(directory);
    expect(await replayOf(second)).toEqual([]);
    expect((await stat(join(directory, 'journal.jsonl'))).size).toBe(0);
    expect(second.nextSeq()).toBe(2);
  });

  it('makes durable what the checkpoint relies on before it is written', async () => {
    const directory = await temporary();
    const journal = await openJournal(directory);
    journal.done((await add(journal)).seq);
    let offsetThen: unknown;
    await journal.checkpoint({}, async () => {
      offsetThen = JSON.parse(await readFile(join(directory, 'checkpoint.json'), 'utf8')).offset;
    });
    expect(offsetThen).toBe(0);
  });

  it('replays everything when the checkpoint is lost', async () => {
    const directory = await temporary();
    const first = await openJournal(directory);
    first.done((await add(first)).seq);
    await first.checkpoint({}, nothing);
    await rm(join(directory, 'checkpoint.json'));
    expect(await replayOf(await openJournal(directory))).toHaveLength(1);
  });

  it('passes over a line that is none of its own', async () => {
    const directory = await temporary();
    const first = await openJournal(directory);
    await add(first);
    await appendFile(join(directory, 'journal.jsonl'), 'not json\n{"seq":"x"}\n');
    expect(await replayOf(await openJournal(directory))).toHaveLength(1);
  });

  it('keeps nothing without a directory', async () => {
    const journal = await openJournal(null);
    const entry = await add(journal);
    journal.done(entry.seq);
    await journal.checkpoint({}, nothing);
    expect(await replayOf(journal)).toEqual([]);
    expect(journal.signals()).toBe(1);
  });
});
