import { describe, expect, it, test } from 'vitest';
import { planSlack } from '../../shared/destinations/slack/plan.ts';
import type { Language } from '../../shared/model/decision.ts';
import type { Incident } from '../../shared/model/incident.ts';
import type { SignalId } from '../../shared/model/signal.ts';
import { foldSignals, isTracked } from '../../shared/pipeline/fold.ts';
import { judgeSignal } from '../../shared/pipeline/judge.ts';
import { sweep } from '../../shared/pipeline/sweep.ts';
import { takeAll } from '../../shared/pipeline/track.ts';
import { judgeFrom, line } from '../rules/make.ts';
import { DAY, HOUR, home, MINUTE } from '../support/make.ts';
import { memoryStore } from '../support/memory.ts';

const BEGIN = Date.parse('2026-12-05T20:00+09:00');
const END = Date.parse('2026-12-05T23:00+09:00');

const FILE = `timezone: Asia/Tokyo
destinations:
  slack-alert: { slack: "#alert" }
  slack-notify: { slack: "#notify" }
  oncall: { pagerduty: ssm:/hansho/pagerduty/oncall }
  sale-room: { slack: "#sale-room" }
readiness:
  - name: sale
    why: the year-end sale
    level: 3
    from: 2026-12-05T20:00
    until: 2026-12-05T23:00
    owner: yamada
    match: { service: [checkout] }
    watchers: [sale-room, { oncall: SEV3 }]
    checklist: [freeze deploys, { do: raise the limits, who: suzuki }]
`;

/** Track and sweep on one clock, without queues between. */
function makeHouse(file = FILE) {
  let now = BEGIN - 2 * DAY;
  let judge = judgeFrom(file);
  let reads = 0;
  const store = memoryStore();
  const quiet = () => undefined;
  const deps = () => ({
    judge,
    home,
    store: {
      ...store,
      loadCounts: (...key: Parameters<typeof store.loadCounts>) => {
        reads += 1;
        return store.loadCounts(...key);
      },
    },
    clock: () => now,
    log: { info: quiet, warn: quiet, error: quiet },
    metrics: { count: quiet },
    topics: { publish: async () => {} },
    wakes: { wake: async () => {} },
    signals: { waiting: async () => 0, send: async () => [] },
  });
  const all = () => [...store.incidents.values()];
  return {
    reads: () => reads,
    deploy: (next: string) => {
      judge = judgeFrom(next);
    },
    async at(time: number) {
      now = time;
      await sweep(deps());
    },
    async hear(time: number, message: string, over: Parameters<typeof line>[1] = {}) {
      now = time;
      const id = `${message} ${time}` as SignalId;
      const signal = line('ERROR', { id, time, message, title: message, ...over });
      const judged = [judgeSignal(signal, judge, now)].filter(isTracked);
      await takeAll(
        foldSignals(judged, now).map((bundle) => ({ id: bundle.incident, bundle })),
        deps(),
      );
    },
    posts: () =>
      all()
        .filter(({ source }) => source === 'readiness')
        .map(({ title, facts }) => `${title} ${facts.severity} ${facts.status} ${facts.count}`),
    post: (title: string) => all().find((one) => one.title.startsWith(title)),
    incident: (title: string) => all().find((one) => one.title === title),
    report: async (incident: Incident | undefined) =>
      incident === undefined ? null : store.loadReport(incident.id),
  };
}

const PLANNED = 'Readiness level 3: sale';
const OVER = 'Readiness level 3 is over: sale';

describe('the checklist', () => {
  test.each([
    ['a day before', BEGIN - DAY - 1, []],
    ['from then on', BEGIN - DAY, [`${PLANNED} SEV5 firing 1`]],
    ['written into the file late', END - 1, [`${PLANNED} SEV5 firing 1`]],
    ['not once it is over', END, []],
  ])('%s', async (_, now, posts) => {
    const house = makeHouse();
    await house.at(now);
    expect(house.posts()).toEqual(posts);
  });

  it('is posted where notices go and to the Slack of its watchers, and pages nobody', async () => {
    const house = makeHouse();
    await house.at(BEGIN - DAY);
    const places = house.post(PLANNED)?.deliveries.map(({ target }) => target.name);
    expect(places).toEqual(['slack-notify', 'sale-room']);
  });

  it('is one post, however often the sweep looks, is lost or comes twice', async () => {
    const house = makeHouse();
    await Promise.all([house.at(BEGIN - DAY), house.at(BEGIN - DAY)]);
    for (const hours of [0, 1, 2, 20]) await house.at(BEGIN - DAY + hours * HOUR);
    expect(house.posts()).toEqual([`${PLANNED} SEV5 firing 1`]);
    expect(house.post(PLANNED)?.marks).toHaveLength(1);
  });

  it('follows the file: the card of a list that was rewritten shows the new one', async () => {
    const house = makeHouse();
    await house.at(BEGIN - DAY);
    house.deploy(FILE.replace('freeze deploys', 'freeze all deploys'));
    await house.at(BEGIN - HOUR);
    expect((await house.report(house.post(PLANNED)))?.message).toContain('☐ freeze all deploys (yamada)');
    expect(house.posts()).toHaveLength(1);
  });

  it('ends with the readiness, and soon after when its entry was taken out of the file', async () => {
    const house = makeHouse();
    await house.at(BEGIN - DAY);
    house.deploy('');
    await house.at(END - MINUTE);
    expect(house.posts()).toEqual([`${PLANNED} SEV5 firing 1`]);
    await house.at(END + HOUR);
    expect(house.posts()).toEqual([`${PLANNED} SEV5 resolved 1`]);
  });

  test.each<[Language, string, readonly string[]]>([
    [
      'en',
      'Readiness level 3: sale',
      [
        'the year-end sale',
        'From 2026-12-05 20:00 to 2026-12-05 23:00 (Asia/Tokyo).',
        'Owner: yamada',
        'Meanwhile: sale-room hears SEV4 and worse, oncall hears SEV3 and worse, severities are graver by 1, bursts count to 1/2 of their limit, mute windows do not hold',
        '☐ freeze deploys (yamada)',
        '☐ raise the limits (suzuki)',
      ],
    ],
    [
      'ja',
      '警戒レベル3: sale',
      [
        'the year-end sale',
        '期間: 2026-12-05 20:00〜2026-12-05 23:00（Asia/Tokyo）',
        '責任者: yamada',
        '期間中の変更: sale-roomにはSEV4以上を通知、oncallにはSEV3以上を通知、深刻度を1段階引き上げ、多発の判定を通常の1/2の件数で、通知を控える時間帯でも通知',
        '☐ freeze deploys（yamada）',
        '☐ raise the limits（suzuki）',
      ],
    ],
  ])('says in %s what is planned, what changes, and who does what', async (language, title, lines) => {
    const house = makeHouse(`language: ${language}\n${FILE}`);
    await house.at(BEGIN - DAY);
    const report = await house.report(house.post(title));
    expect(report?.message.split('\n')).toEqual(lines);
    expect(report?.why).toContainEqual(
      expect.objectContaining({ rule: 'readiness-checklist', at: expect.stringMatching(/^hansho.yml:\d+$/) }),
    );
  });

  it('has a card that calls it no problem', async () => {
    const house = makeHouse();
    await house.at(BEGIN - DAY);
    const incident = house.post(PLANNED);
    const report = await house.report(incident);
    const [delivery] = incident?.deliveries ?? [];
    if (incident === undefined || report === null || delivery === undefined) return expect.unreachable();
    const plan = planSlack({
      telling: { incident, report },
      delivery,
      address: {
        address: delivery.target.address,
        version: 0,
        blockedUntil: 0,
        nextFreeAt: 0,
        channelId: null,
        broken: null,
      },
      language: 'en',
      timezone: 'Asia/Tokyo',
      mention: null,
      reminding: [],
      nonce: 'n',
      now: BEGIN - DAY,
    });
    const said = JSON.stringify(plan);
    expect(said).toContain('For your information');
    expect(said).toContain('Go through the list before it begins');
    expect(said).not.toMatch(/"Firing|new problem/);
  });
});

describe('the summary', () => {
  it('is posted once when it is over, and says what happened, what is open and what was told', async () => {
    const house = makeHouse();
    await house.at(BEGIN - DAY);
    await house.hear(BEGIN - HOUR, 'long before');
    await house.hear(BEGIN + MINUTE, 'cannot pay');
    await house.hear(BEGIN + HOUR, 'cannot pay');
    await house.hear(BEGIN + 2 * HOUR, 'slow', { level: 'WARNING' });
    await house.hear(BEGIN + 2 * HOUR, 'elsewhere', { service: 'cart' });
    await house.hear(END + MINUTE, 'after');
    await house.at(END + 5 * MINUTE);
    await house.at(END + 6 * MINUTE);
    expect(house.posts()).toEqual([`${PLANNED} SEV5 resolved 1`, `${OVER} SEV5 firing 1`]);
    expect((await house.report(house.post(OVER)))?.message.split('\n')).toEqual([
      'From 2026-12-05 20:00 to 2026-12-05 23:00 (Asia/Tokyo).',
      'Owner: yamada',
      'Incidents (2): SEV2 1, SEV3 1',
      'Still open: 1',
      '- SEV3 · checkout · slow · 1 h 5 min',
      'Longest: SEV2 · checkout · cannot pay · 59 min',
      'Told: nobody',
      'Not told yet: 6; held by a rule: 0',
      'Every incident: hansho incidents. Where all of it is: hansho ledger.',
    ]);
  });

  it('is as grave as its own words make it, not as what it quotes', async () => {
    const house = makeHouse(`${FILE}severities:
  - { name: down, match: { message: [{ wildcard: "*checkout is down*" }] }, severity: SEV1, why: nobody can buy }
`);
    await house.at(BEGIN - DAY);
    await house.hear(BEGIN + MINUTE, 'checkout is down');
    await house.at(END);
    expect((await house.report(house.post(OVER)))?.message).toContain('SEV1 · checkout · checkout is down');
    expect(house.posts().at(-1)).toBe(`${OVER} SEV5 firing 1`);
  });

  it('names each incident once, those that were open before and went on too', async () => {
    const house = makeHouse();
    await house.at(BEGIN - DAY);
    await house.hear(BEGIN - MINUTE, 'cannot pay');
    await house.hear(BEGIN + MINUTE, 'cannot pay');
    await house.hear(BEGIN + 2 * MINUTE, 'cannot pay');
    await house.at(END);
    expect((await house.report(house.post(OVER)))?.message).toContain('Incidents (1): SEV2 1\n');
  });

  it('counts what found no place', async () => {
    const house = makeHouse();
    await house.at(BEGIN - DAY);
    for (let i = 0; i < 203; i += 1) await house.hear(END - MINUTE + i, `${'x'.repeat(i + 1)} failed`);
    await house.at(END);
    const { message = '' } = (await house.report(house.post(OVER))) ?? {};
    expect(message).toContain('Incidents (203): SEV2 200\n');
    expect(message).toContain('without 3 of them');
    expect(message.split('\n').filter((one) => one.startsWith('- '))).toHaveLength(5);
  });

  test.each([
    ['nothing happened', END, 'No incident. Nothing to do.'],
    ['the sweep was away for days', END + 6 * DAY, 'No incident. Nothing to do.'],
  ])('is posted when %s', async (_, now, text) => {
    const house = makeHouse();
    await house.at(BEGIN - DAY);
    await house.at(now);
    expect((await house.report(house.post(OVER)))?.message).toContain(text);
  });

  test.each([
    ['a week later', BEGIN - DAY, END + 7 * DAY],
    ['of what was never announced', END, END + HOUR],
  ])('is not posted %s', async (_, first, now) => {
    const house = makeHouse();
    await house.at(first);
    await house.at(now);
    expect(house.post(OVER)).toBeUndefined();
  });

  it('comes again when the end was moved, with all since the beginning', async () => {
    const house = makeHouse();
    await house.at(BEGIN - DAY);
    await house.hear(BEGIN + MINUTE, 'cannot pay');
    await house.at(END);
    house.deploy(FILE.replace('T23:00', 'T23:30'));
    await house.at(END + MINUTE);
    expect(house.posts()).toEqual([`${PLANNED} SEV5 firing 2`, `${OVER} SEV5 firing 1`]);
    await house.at(END + 30 * MINUTE);
    expect(house.posts()).toEqual([`${PLANNED} SEV5 resolved 2`, `${OVER} SEV5 firing 2`]);
    expect((await house.report(house.post(OVER)))?.message).toContain('Incidents (1): SEV2 1\n');
  });

  it('is over after a week, for the weekly review', async () => {
    const house = makeHouse();
    await house.at(BEGIN - DAY);
    await house.at(END);
    await house.at(END + 7 * DAY - MINUTE);
    expect(house.post(OVER)?.facts.status).toBe('firing');
    await house.at(END + 7 * DAY);
    expect(house.post(OVER)?.facts.status).toBe('resolved');
  });
});

describe('what it costs', () => {
  it('reads and writes nothing for what it does not touch', async () => {
    const house = makeHouse();
    await house.hear(BEGIN, 'elsewhere', { service: 'cart' });
    await house.hear(BEGIN - 1, 'before');
    expect(house.reads()).toBe(0);
  });
});

describe('a burst while it is on', () => {
  const warn = async (times: readonly number[]) => {
    const house = makeHouse(FILE.replace('level: 3', 'level: 2'));
    for (const time of times) await house.hear(time, 'slow', { level: 'WARNING' });
    const { facts, severityWhy } = house.incident('slow') ?? {};
    return `${facts?.severity} ${severityWhy?.rule}`;
  };
  const [m, B] = [MINUTE, BEGIN];
  test.each([
    ['half the limit', [B, B + m, B + 2 * m], 'SEV3 warning-burst/sale'],
    ['less', [B, B + m], 'SEV4 log-warning'],
    ['what came before it does not count', [B - 30 * m, B - 20 * m, B], 'SEV4 log-warning'],
    ['what comes after it does not count', [END - 2 * m, END - m, END], 'SEV4 log-warning'],
    ['the limit of every day holds too', [B - 4 * m, B - 3 * m, B - 2 * m, B - m, B], 'SEV3 warning-burst'],
  ])('%s', async (_, times, expected) => {
    expect(await warn(times)).toBe(expected);
  });
});
