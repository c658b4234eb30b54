import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeStore } from '../../shared/adapters/dynamodb.ts';
import { absorb } from '../../shared/incidents/absorb.ts';
import { post, startFixture } from '../local/fixture/make.ts';
import { bundle, HOUR, MINUTE, policy, report, tally } from '../support/make.ts';
import { type Deployed, deployed } from './deployed.ts';

let stack: Deployed;
beforeEach(async () => {
  stack = await deployed();
});
afterEach(() => stack.close());

const opened = (at: number) => absorb(null, bundle({ firing: [tally('m', at)] }), policy, at).incident;

describe('hansho ledger --stage', () => {
  it('adds up when all is told', async () => {
    const { code, out } = await stack.hansho('ledger', '--stage', 'prod');
    expect(code).toBe(0);
    expect(out).toMatch(/Incidents +0: 0 firing, 0 resolved/);
    expect(out).toMatch(/Canary +has not come out yet/);
    expect(out).toMatch(/All adds up\.\n$/);
  });

  it('names what is late and why, what is broken, what waits and where the canary was last', async () => {
    const store = makeStore(stack.tables.client, stack.table);
    const now = Date.now();
    const incident = opened(now - HOUR);
    await store.saveReport(incident.id, report(), now);
    await store.save({ ...incident, dueAt: now });
    const address = await store.loadAddress(incident.deliveries[0]?.target.address ?? ('' as never));
    const broken = {
      since: now - HOUR,
      retryAt: now + MINUTE,
      code: 'token_revoked',
      hint: 'store a new token',
    };
    await store.saveAddress({ ...address, broken });
    await store.saveSighting({ perch: 'slack-urgent', sentAt: now - 13_000, seenAt: now - 12_000 });
    for (const id of ['SignalsQueue', 'EventsDeadQueue'])
      await stack.queues.sqs.send(new SendMessageCommand({ QueueUrl: stack.url(id), MessageBody: '{}' }));
    const { code, out } = await stack.hansho('ledger', '--stage', 'prod');
    expect(code).toBe(1);
    expect(out).toMatch(/Incidents +1: 1 firing, 0 resolved\n +0 told everywhere, 1 not yet, 0 held/);
    expect(out).toMatch(/Queues +SignalsQueue: 1\n/);
    expect(out).toMatch(/Dead +EventsDeadQueue: 1\n +Look at them with: hansho dead-letters list/);
    expect(out).toMatch(/Broken +slack:#alert, for 60 min: token_revoked: store a new token/);
    expect(out).toMatch(/Canary +last out: slack-urgent 1\d s ago, slack-normal never/);
    expect(out).toMatch(
      /Late +SEV3 "card gateway.*" has not been told at slack:#alert since .*: token_revoked/,
    );
    const json = await stack.hansho('ledger', '--stage', 'prod', '--json');
    expect(JSON.parse(json.out)).toMatchObject({
      signals: null,
      states: { untold: [{ incident: incident.id, address: 'slack:#alert' }] },
      deadLetters: expect.arrayContaining([{ queue: 'EventsDeadQueue', messages: 1 }]),
      late: [expect.any(String)],
    });
  });

  it('names a contradiction of the table', async () => {
    const now = Date.now();
    await makeStore(stack.tables.client, stack.table).save({ ...opened(now), dueAt: now });
    const { code, out } = await stack.hansho('ledger', '--stage', 'prod');
    expect(code).toBe(1);
    expect(out).toMatch(/Difference incident .* is untold and its words are gone from the table/);
  });

  it('refuses two places at once', async () => {
    const ran = await stack.hansho('ledger', '--stage', 'prod', '--url', 'http://127.0.0.1:1');
    expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('name two places') });
  });
});

describe('hansho incidents', () => {
  it('lists what no team owns', async () => {
    const store = makeStore(stack.tables.client, stack.table);
    const now = Date.now();
    const orphan = opened(now);
    await store.save(orphan);
    await store.save({ ...orphan, id: 'theirs' as never, team: 'payments' });
    const all = await stack.hansho('incidents', '--stage', 'prod');
    expect(all.out).toMatch(/\[payments\]: card gateway.*\n(?:.*\n)?2 incidents\.\n$/);
    const { code, out } = await stack.hansho('incidents', '--unowned', '--stage', 'prod');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^SEV3 firing +1× \d s ago {2}payments-api \(logs\): card gateway refused the call\n/,
    );
    expect(out).toMatch(/1 incident that no team owns\.\nGive them a team/);
    const json = await stack.hansho('incidents', '--unowned', '--json', '--stage', 'prod');
    expect(JSON.parse(json.out)).toMatchObject([{ id: orphan.id, team: null }]);
  });
});

describe('hansho ledger of a hansho local', () => {
  it('accounts for every accepted signal, also for those that could not be read or came twice', async () => {
    const local = await startFixture();
    const event = { severity: 'SEV4', text: 'a' };
    for (const body of [event, event, { fail: 'events' }, { fail: 'track', severity: 'SEV4' }])
      await post(local, body);
    await local.settle(20_000);
    const { code, out } = await stack.hansho('ledger', '--url', local.url);
    expect(out).toMatch(
      /Signals +4 accepted = 2 tracked \+ 0 ignored \+ 0 unremarkable \+ 1 repeated \+ 1 dead-lettered unread/,
    );
    expect(out).toMatch(/Dead +EventsDeadQueue: 1, SignalsDeadQueue: 1/);
    expect(code).toBe(0);
  });

  it('replays a dead letter through the door that it came by, and knows it again', async () => {
    const local = await startFixture();
    await post(local, { fail: 'events' });
    await local.settle(20_000);
    const replay = await stack.hansho('dead-letters', 'replay', '--all', '--url', local.url);
    expect(replay).toMatchObject({ code: 0, out: expect.stringContaining('sent back to EventsQueue') });
    await local.settle(20_000);
    expect(await local.ledger()).toMatchObject({ in: 1, unread: { deadLettered: 1 }, differences: [] });
    expect((await stack.hansho('dead-letters', 'list', '--url', local.url)).out).toContain('1 message.');
  });
});
