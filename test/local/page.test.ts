import { existsSync, readFileSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { IncidentView } from '../../local/incidents.ts';
import type { LedgerView } from '../../local/ledger.ts';
import type { PagerDutyAlert, PagerDutyEvent } from '../../local/pagerduty.ts';
import { type Server, startServer } from '../../local/server.ts';
import type { SilenceDesk } from '../../local/silences.ts';
import type { SlackMessage } from '../../local/slack.ts';
import { statesOf } from '../../shared/incidents/ledger.ts';
import type { SilenceView } from '../../shared/pipeline/silences.ts';

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Gives the texts that are too faint; a script, because the types here know no browser. */
const CONTRAST = readFileSync(new URL('./fixture/contrast.js', import.meta.url), 'utf8');

const AT = Date.UTC(2026, 10, 22, 3, 1, 22);

const incident = (over: Partial<IncidentView> = {}): IncidentView => ({
  id: 'incident-1',
  count: 12,
  severity: 'SEV2',
  status: 'firing',
  channel: 'alert',
  occurrence: 1,
  title: 'connect ECONNREFUSED',
  message: 'ERROR connect ECONNREFUSED',
  service: 'payments-api',
  team: 'payments',
  source: 'logs',
  kind: 'log line',
  account: '111122223333',
  region: 'ap-northeast-1',
  resource: null,
  logGroup: '/aws/lambda/payments-api',
  first: null,
  last: null,
  resolvedAt: null,
  fingerprint: 'f',
  why: [
    { stage: 'severity', rule: 'payments-errors', at: 'hansho.yml:42', because: 'a customer cannot pay' },
    { stage: 'route', rule: 'alert', at: 'hansho.yml:20', because: 'SEV2 belongs to alert' },
  ],
  deliveries: [
    {
      destination: 'slack-alert',
      kind: 'slack',
      address: 'slack:#alert',
      routed: true,
      told: true,
      shown: 'firing',
      handle: 'C1/1.0',
      attempts: 0,
      retryAt: null,
      held: null,
    },
    {
      destination: 'oncall',
      kind: 'pagerduty',
      address: 'pagerduty:x',
      routed: true,
      told: false,
      shown: null,
      handle: null,
      attempts: 3,
      retryAt: null,
      held: null,
    },
  ],
  ...over,
});

const message = (over: Partial<SlackMessage> = {}): SlackMessage => ({
  channel: '#alert',
  channelId: 'C1',
  ts: '1.000001',
  threadTs: null,
  broadcast: false,
  text: '',
  blocks: [],
  attachments: [],
  metadata: { event_type: 'hansho', event_payload: { incident: 'incident-1', nonce: 'n' } },
  postedAt: AT,
  updatedAt: AT,
  revisions: [],
  ...over,
});

const card = message({
  text: 'notification text',
  blocks: [
    { type: 'header', text: { type: 'plain_text', text: '🔴 SEV2 · payments-api' } },
    {
      type: 'section',
      text: {
        type: 'mrkdwn',
        text: '*Firing* since `03:01`, <https://example.com/runbook|Runbook> &lt;!channel&gt;',
      },
    },
    {
      type: 'section',
      fields: [
        { type: 'plain_text', text: 'Account 1' },
        { type: 'mrkdwn', text: '_Region_' },
      ],
    },
    { type: 'divider' },
    {
      type: 'actions',
      elements: [
        { type: 'button', url: 'https://example.com/log', text: { type: 'plain_text', text: 'Log' } },
      ],
    },
  ],
  attachments: [
    {
      color: '#a30200',
      blocks: [
        {
          type: 'rich_text',
          elements: [
            { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'line one\nline two' }] },
            {
              type: 'rich_text_section',
              elements: [
                { type: 'text', text: 'bold', style: { bold: true } },
                { type: 'link', url: 'https://example.com/x', text: 'there' },
              ],
            },
          ],
        },
        { type: 'context', elements: [{ type: 'plain_text', text: 'Why: payments-errors' }] },
      ],
    },
  ],
  revisions: [{ at: AT, text: 'before' }],
});
const reply = message({ ts: '1.000002', threadTs: '1.000001', broadcast: true, text: 'Risen to SEV2' });

const EMPTY_LEDGER: LedgerView = {
  in: 1_234,
  tracked: 1_000,
  ignored: 200,
  unremarkable: 34,
  unreadable: 0,
  told: 5,
  untold: 1,
  deadLettered: 0,
  deadLetters: [],
  waiting: 0,
  repeated: 0,
  elsewhere: 0,
  unread: { waiting: 0, deadLettered: 0 },
  queues: [],
  states: statesOf({ incidents: [], addresses: [], sightings: [] }, 0),
  differences: [],
  late: [],
};

const noSilences: SilenceDesk = {
  add: async () => ({ problems: [] }),
  list: async () => [],
  end: async () => ({ released: 0 }),
};

interface World {
  silences: readonly SilenceView[];
  incidents: readonly IncidentView[];
  slack: readonly SlackMessage[];
  pagerduty: readonly PagerDutyEvent[];
  pagerdutyAlerts: readonly PagerDutyAlert[];
  posted: { type: string; body: string; query: string }[];
}

describe.skipIf(!existsSync(CHROMIUM) && process.env.CI === undefined)('the page', () => {
  let browser: Browser;
  let server: Server;
  let page: Page;
  let world: World;
  let complaints: string[];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
    server = await startServer(0, new URL('../../console/', import.meta.url));
    server.ready({
      accept: async (body, type, query) => {
        world.posted.push({ type, body: body.toString(), query: query.toString() });
        return { signals: 2 };
      },
      incidents: async () => world.incidents,
      ledger: async () => EMPTY_LEDGER,
      stack: () => ({}),
      outbox: () => ({
        slack: world.slack,
        pagerduty: world.pagerduty,
        pagerdutyAlerts: world.pagerdutyAlerts,
      }),
      silences: { ...noSilences, list: async () => world.silences },
    });
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });
  beforeEach(async () => {
    world = {
      silences: [],
      incidents: [incident()],
      slack: [card, reply],
      pagerduty: [],
      pagerdutyAlerts: [],
      posted: [],
    };
    complaints = [];
    const context = await browser.newContext();
    page = await context.newPage();
    // A browser of its own on a busy machine.
    page.setDefaultTimeout(50_000);
    page.on('console', (said) => {
      if (said.type() === 'error') complaints.push(said.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    return () => context.close();
  });

  const open = async (): Promise<void> => {
    await page.goto(server.url);
    await page.locator('#channels[aria-busy="false"]').waitFor();
  };

  it('draws a card as Slack does, under its channel', async () => {
    await open();
    const channel = page.getByRole('region', { name: '#alert' });
    const drawn = channel.getByRole('article');
    expect(await drawn.count()).toBe(1);
    expect(await drawn.locator('.message > h4').textContent()).toBe('🔴 SEV2 · payments-api');
    expect(await drawn.locator('strong', { hasText: 'Firing' }).count()).toBe(1);
    expect(await drawn.locator('code', { hasText: '03:01' }).count()).toBe(1);
    expect(await drawn.getByRole('link', { name: 'Runbook' }).getAttribute('href')).toBe(
      'https://example.com/runbook',
    );
    expect(await drawn.getByRole('link', { name: 'Log', exact: true }).getAttribute('rel')).toBe(
      'noopener noreferrer',
    );
    expect(await drawn.locator('.fields p').allTextContents()).toEqual(['Account 1', 'Region']);
    expect(await drawn.locator('.attachment pre').textContent()).toBe('line one\nline two');
    expect(
      await page.evaluate("getComputedStyle(document.querySelector('.attachment')).borderInlineStartColor"),
    ).toBe('rgb(163, 2, 0)');
    expect(await drawn.locator('.context').textContent()).toBe('Why: payments-errors');
    expect(await drawn.textContent()).toContain('(edited once)');
    expect(await drawn.textContent()).not.toContain('notification text');
    expect(await drawn.getByRole('img', { name: 'red circle' }).count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  it('shows the thread under its card, and what was sent to the channel too', async () => {
    await open();
    const thread = page.locator('.thread');
    expect(await thread.textContent()).toContain('1 reply');
    expect(await thread.textContent()).toContain('Risen to SEV2');
    expect(await thread.locator('.broadcast').textContent()).toBe('also sent to the channel');
  });

  it('says why it went where it went, and what is still untold', async () => {
    await open();
    await page.getByText('Why SEV2: payments-errors').click();
    const why = page.locator('.card .why');
    expect(await why.textContent()).toContain('a customer cannot pay');
    expect(await why.locator('code').allTextContents()).toEqual(['hansho.yml:42', 'hansho.yml:20']);
    expect(await why.locator('.told').textContent()).toContain('slack-alert');
    expect(await why.locator('.untold').textContent()).toContain('not told yet, 3 tries');
  });

  it('keeps open what a person opened when something moves', async () => {
    await open();
    await page.getByText('Why SEV2: payments-errors').click();
    world.slack = [...world.slack, message({ ts: '2.000001', text: 'another', metadata: null })];
    server.announce('outbox', {});
    await page.getByText('another', { exact: true }).waitFor();
    expect(await page.locator('details.why').first().isVisible()).toBe(true);
    expect(await page.locator('details.why[open]').count()).toBe(1);
  });

  it('shows what arrives while it is open, without a reload', async () => {
    world.slack = [];
    world.incidents = [];
    await open();
    expect(await page.getByRole('heading', { name: 'All quiet.' }).isVisible()).toBe(true);
    world.slack = [card];
    world.incidents = [incident()];
    server.announce('incidents', {});
    await page.getByRole('article').waitFor();
    expect(await page.locator('#live').textContent()).toBe('Live');
  });

  it('says a new card aloud, but not those that were there before', async () => {
    await open();
    expect(await page.locator('#news').textContent()).toBe('');
    world.slack = [...world.slack, message({ ts: '9.000001', text: 'SEV1 · fire' })];
    server.announce('outbox', {});
    await page.getByText('New in #alert: SEV1 · fire').waitFor({ state: 'attached' });
  });

  it('runs nothing that a log says, and follows no link of its own making', async () => {
    const evil = '<img src=x onerror="document.title=1"><script>document.title=1</script>';
    world.slack = [
      message({
        text: 'x',
        blocks: [
          { type: 'header', text: { type: 'plain_text', text: evil } },
          { type: 'section', text: { type: 'mrkdwn', text: `${evil} <javascript:alert(1)|click>` } },
          { type: evil },
        ],
        attachments: [{ color: 'red;background:url(http://x)', blocks: [{ type: 'markdown', text: evil }] }],
      }),
    ];
    world.incidents = [
      incident({ title: evil, why: [{ stage: 'route', rule: evil, at: evil, because: evil }] }),
    ];
    await open();
    const drawn = page.getByRole('article');
    expect(await drawn.locator('img, script, a').count()).toBe(0);
    expect(await drawn.locator('h4').textContent()).toBe(evil);
    expect(await page.title()).toBe('Hansho, here');
    expect(complaints).toEqual([]);
  });

  it('filters by severity and by status', async () => {
    world.slack = [
      message({ ts: '1.000001', text: 'grave' }),
      message({ ts: '2.000001', text: 'over', metadata: { event_payload: { incident: 'incident-2' } } }),
    ];
    world.incidents = [incident(), incident({ id: 'incident-2', severity: 'SEV4', status: 'resolved' })];
    await open();
    const texts = () => page.locator('.message').allTextContents();
    expect(await texts()).toEqual(['over', 'grave']);
    await page.getByLabel('SEV4').uncheck();
    expect(await texts()).toEqual(['grave']);
    await page.getByLabel('SEV4').check();
    await page.getByLabel('Resolved').check();
    expect(await texts()).toEqual(['over']);
    await page.getByLabel('All').check();
    expect(await texts()).toHaveLength(2);
  });

  it('shows incidents without a card, and what PagerDuty received', async () => {
    world.slack = [];
    const deliveries = incident().deliveries.map((d) =>
      d.kind === 'pagerduty' ? { ...d, handle: 'dedup-1', told: true } : d,
    );
    world.incidents = [incident({ deliveries })];
    const body = {
      payload: { summary: 'SEV2 · down', severity: 'critical' },
      links: [{ href: 'https://example.com/l', text: 'Runbook' }],
    };
    world.pagerduty = [
      { at: AT, key: 'abc123', action: 'trigger', dedupKey: 'dedup-1', effect: 'opened', body },
    ];
    world.pagerdutyAlerts = [
      {
        key: 'abc123',
        dedupKey: 'dedup-1',
        status: 'triggered',
        severity: 'critical',
        summary: 'SEV2 · down',
      },
    ];
    await open();
    expect(await page.getByRole('region', { name: 'Without a card' }).textContent()).toContain(
      'connect ECONNREFUSED',
    );
    const pages = page.getByRole('region', { name: 'PagerDuty' });
    expect(await pages.textContent()).toContain('SEV2 · down');
    expect(await pages.locator('.events').textContent()).toContain('trigger (opened)');
    expect(await pages.getByRole('link', { name: 'Runbook' }).count()).toBe(1);
  });

  it('shows the ledger', async () => {
    await open();
    const ledger = await page.locator('#ledger > div').allTextContents();
    expect(ledger).toEqual([
      'Signals in1,234',
      'Tracked1,000',
      'Ignored200',
      'Unremarkable34',
      'Told5',
      'Untold1',
      'Dead-lettered0',
    ]);
    expect(await page.locator('#ledger .bad').allTextContents()).toEqual(['1']);
  });

  it('sends lines to their log group, and an event as JSON', async () => {
    await open();
    await page.getByText('Send something in', { exact: true }).click();
    await page.getByLabel('A raw event as JSON, or log lines').fill('[ERROR] one');
    await page.getByLabel('Log group (for lines)').fill('/aws/lambda/a b');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Accepted: 2 signals.').waitFor();
    await page.getByLabel('A raw event as JSON, or log lines').fill('{"source": "aws.health"}');
    await page.getByRole('button', { name: 'Send' }).click();
    await expect.poll(() => world.posted.length).toBe(2);
    expect(world.posted).toEqual([
      { type: 'text/plain; charset=utf-8', body: '[ERROR] one', query: 'logGroup=%2Faws%2Flambda%2Fa+b' },
      { type: 'application/json', body: '{"source": "aws.health"}', query: '' },
    ]);
  });

  it.each(['light', 'dark'] as const)(
    'reads well in %s: every text keeps a contrast of 4.5',
    async (scheme) => {
      await page.emulateMedia({ colorScheme: scheme });
      await open();
      await page.getByText('Why SEV2: payments-errors').click();
      expect(await page.evaluate(CONTRAST)).toEqual([]);
    },
  );

  it('changes between light and dark, and remembers it', async () => {
    await page.emulateMedia({ colorScheme: 'light' });
    await open();
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await ground();
    await page.getByRole('button', { name: 'Change between light and dark' }).click();
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    expect(await ground()).toBe(dark);
  });

  it('fits a phone without scrolling sideways', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await open();
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(360);
  });

  it('can be used with the keyboard alone', async () => {
    await open();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement?.textContent')).toBe('Skip to the channels');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement?.id')).toBe('channels');
  });

  it('shows what is held, by whom and until when, and the silences', async () => {
    const until = '2026-11-22T05:00:00.000Z';
    const held = {
      ...{
        kind: 'silence' as const,
        by: 'silence-1',
        at: 'hansho silence',
        because: 'silenced by yamada: migration',
      },
      ...{ since: null, until, askAt: null },
    } as const;
    const [delivery] = incident().deliveries;
    if (delivery === undefined) throw new Error('an incident has a delivery');
    const waits = { ...delivery, told: false, held };
    world.incidents = [incident({ deliveries: [waits] })];
    world.silences = [
      {
        ...{ name: 'silence-1', match: { service: ['orders'] }, author: 'yamada', reason: 'migration' },
        ...{ from: '2026-11-22T03:00:00.000Z', until, endedBy: null, state: 'active', holds: 3, held: 14 },
      },
    ];
    await open();
    await page.getByText('Why SEV2').first().click();
    await page.getByText(`held by silence-1 (hansho silence) until ${until}: silenced by yamada`).waitFor();
    const list = page.getByRole('region', { name: 'Silences' });
    await list.getByText('yamada: migration').waitFor();
    await list.getByText(`active, until ${until} · holds 3 now, 14 in all`).waitFor();
    expect(complaints).toEqual([]);
  });

  it('says when nothing answers any more', async () => {
    const other = await startServer(0, new URL('../../console/', import.meta.url));
    other.ready({
      accept: async () => ({ signals: 0 }),
      incidents: async () => [],
      ledger: async () => EMPTY_LEDGER,
      outbox: () => ({ slack: [], pagerduty: [], pagerdutyAlerts: [] }),
      stack: () => ({}),
      silences: noSilences,
    });
    await page.goto(other.url);
    await page.getByText('Live', { exact: true }).waitFor();
    await other.close();
    await page.getByText('Not connected. Is hansho local running?').waitFor();
  });
});
