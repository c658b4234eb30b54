// The page: what Slack and PagerDuty received, and why. It asks for everything again when told that something moved.

import { appendText } from './mrkdwn.js';
import { at, drawMessage, element, listAt, stringAt } from './slack.js';

/** @import { IncidentView } from '../local/incidents.ts' */
/** @import { LedgerView } from '../local/ledger.ts' */
/** @import { SilenceView } from '../shared/pipeline/silences.ts' */
/** @import { SlackMessage } from '../local/slack.ts' */
/** @import { PagerDutyAlert, PagerDutyEvent } from '../local/pagerduty.ts' */

/**
 * @typedef {object} Outbox
 * @property {readonly SlackMessage[]} slack
 * @property {readonly PagerDutyEvent[]} pagerduty
 * @property {readonly PagerDutyAlert[]} pagerdutyAlerts
 */

const SEVERITIES = ['SEV1', 'SEV2', 'SEV3', 'SEV4', 'SEV5'];
/** Cards drawn in a channel; older ones are only counted. */
const CARDS_DRAWN = 60;
const LEDGER = /** @type {const} */ ([
  ['in', 'Signals in', 'Signals in everything that was accepted'],
  ['tracked', 'Tracked', 'Signals that belong to an incident'],
  ['ignored', 'Ignored', 'Signals that a named rule took'],
  ['unremarkable', 'Unremarkable', 'Signals that ask for nothing'],
  ['told', 'Told', 'Messages and pages that were accepted'],
  ['untold', 'Untold', 'Deliveries that something is still wanted at'],
  ['deadLettered', 'Dead-lettered', 'What was given up and kept'],
]);

/**
 * @type {{
 *   incidents: readonly IncidentView[], silences: readonly SilenceView[], outbox: Outbox, drawn: Map<string, string>
 * }}
 */
const state = {
  incidents: [],
  silences: [],
  outbox: { slack: [], pagerduty: [], pagerdutyAlerts: [] },
  drawn: new Map(),
};

/** @param {string} id */
const byId = (id) => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`#${id} is missing in index.html`);
  return found;
};

// --- reading ---

/** @param {string} path @returns {Promise<unknown>} */
async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

let reading = false;
let again = false;

/** Reads everything once more; calls that come meanwhile are one more read, not many. */
async function refresh() {
  if (reading) {
    again = true;
    return;
  }
  reading = true;
  try {
    const [incidents, silences, outbox, ledger] = await Promise.all([
      get('/api/incidents'),
      get('/api/silences'),
      get('/api/outbox'),
      get('/api/ledger'),
    ]);
    // Our own server's answers, of the types that it is written with.
    state.incidents = /** @type {readonly IncidentView[]} */ (incidents);
    state.silences = /** @type {readonly SilenceView[]} */ (silences);
    state.outbox = /** @type {Outbox} */ (outbox);
    drawLedger(/** @type {LedgerView} */ (ledger));
    draw();
  } finally {
    reading = false;
  }
  if (again) {
    again = false;
    void refresh().catch(complain);
  }
}

/** @param {unknown} error */
function complain(error) {
  setLive('lost', error instanceof Error ? error.message : 'No answer');
}

/** @param {'connecting' | 'live' | 'lost'} how @param {string} words */
function setLive(how, words) {
  const live = byId('live');
  live.dataset.state = how;
  if (live.textContent !== words) live.textContent = words;
}

function listen() {
  const events = new EventSource('/api/events');
  const moved = () => void refresh().catch(complain);
  events.addEventListener('hello', () => {
    setLive('live', 'Live');
    moved();
  });
  events.addEventListener('incidents', moved);
  events.addEventListener('outbox', moved);
  events.onerror = () => setLive('lost', 'Not connected. Is hansho local running?');
}

// --- filters ---

/** @returns {{ severities: ReadonlySet<string>, status: string }} */
function filter() {
  const data = new FormData(/** @type {HTMLFormElement} */ (byId('filters')));
  return {
    severities: new Set(data.getAll('severity').map(String)),
    status: String(data.get('status') ?? ''),
  };
}

/** @param {IncidentView | undefined} incident */
function passes(incident) {
  const { severities, status } = filter();
  if (incident === undefined) return status === '' && severities.size === SEVERITIES.length;
  return severities.has(incident.severity) && (status === '' || incident.status === status);
}

// --- drawing ---

/** @param {LedgerView} ledger */
function drawLedger(ledger) {
  const list = byId('ledger');
  list.replaceChildren(
    ...LEDGER.map(([key, name, meaning]) => {
      const pair = element('div', '');
      pair.title = meaning;
      const bad = (key === 'untold' || key === 'deadLettered') && ledger[key] > 0;
      pair.append(element('dt', '', name), element('dd', bad ? 'bad' : '', ledger[key].toLocaleString('en')));
      return pair;
    }),
  );
}

function draw() {
  const main = byId('channels');
  const incidents = new Map(state.incidents.map((incident) => [incident.id, incident]));
  const cards = state.outbox.slack.filter((message) => message.threadTs === null);
  const names = [...new Set(cards.map((card) => card.channel))].sort();
  const columns = names.map((name) =>
    drawChannel(
      name,
      cards.filter((card) => card.channel === name),
      incidents,
    ),
  );
  const waiting = drawWaiting(new Set(cards.map(incidentOf)));
  const pages = drawPagerDuty(incidents);
  const silences = drawSilences();
  const all = [waiting, ...columns, pages, silences].filter((column) => column !== null);
  main.replaceChildren(...(all.length === 0 ? [drawNothing()] : all));
  main.setAttribute('aria-busy', 'false');
}

function drawNothing() {
  const empty = element('section', 'empty');
  empty.append(
    element('h2', '', 'All quiet.'),
    element('p', '', 'Nothing has been told yet. Send something in above, or start with --demo.'),
  );
  return empty;
}

/**
 * @param {string} name
 * @param {readonly SlackMessage[]} cards
 * @param {ReadonlyMap<string, IncidentView>} incidents
 */
function drawChannel(name, cards, incidents) {
  const shown = cards.filter((card) => passes(incidents.get(incidentOf(card)))).reverse();
  const column = makeColumn(name, `${shown.length} of ${cards.length}`);
  const list = column.appendChild(element('ol', 'cards'));
  for (const card of shown.slice(0, CARDS_DRAWN)) {
    list.appendChild(element('li', '')).append(drawCard(card, incidents.get(incidentOf(card))));
  }
  if (shown.length > CARDS_DRAWN) {
    column.append(element('p', 'older', `${shown.length - CARDS_DRAWN} older ones are not drawn.`));
  }
  if (shown.length === 0) column.append(element('p', 'older', 'Nothing here passes the filter.'));
  announce(name, cards.at(-1));
  return column;
}

/** @param {string} name @param {string} count */
function makeColumn(name, count) {
  const column = element('section', 'channel');
  const heading = element('h2', '', name);
  heading.id = `channel${name.replace(/[^\p{L}\p{N}]+/gu, '-')}`;
  column.setAttribute('aria-labelledby', heading.id);
  const head = column.appendChild(element('div', 'channel-head'));
  head.append(heading, element('span', 'count', count));
  return column;
}

/**
 * @param {SlackMessage} card
 * @param {IncidentView | undefined} incident
 */
function drawCard(card, incident) {
  const article = element('article', 'card');
  article.dataset.ts = card.ts;
  if (incident !== undefined) {
    article.dataset.severity = incident.severity;
    article.dataset.status = incident.status;
  }
  article.append(drawByline(card), drawMessage(card));
  const replies = state.outbox.slack.filter((m) => m.threadTs === card.ts && m.channelId === card.channelId);
  if (replies.length > 0) article.append(drawThread(replies));
  if (incident !== undefined) article.append(drawWhy(incident, `${card.channelId}/${card.ts}`));
  return article;
}

/** @param {SlackMessage} message */
function drawByline(message) {
  const line = element('p', 'byline');
  line.append(element('span', 'avatar'), element('strong', '', 'Hansho'), element('span', 'app', 'APP'));
  const time = line.appendChild(element('time', '', clock(message.postedAt)));
  time.setAttribute('datetime', new Date(message.postedAt).toISOString());
  const edits = message.revisions.length;
  if (edits > 0) {
    const edited = line.appendChild(
      element('span', 'edited', `(edited ${edits === 1 ? 'once' : `${edits} times`})`),
    );
    edited.title = `last at ${clock(message.updatedAt)}`;
  }
  return line;
}

/** @param {readonly SlackMessage[]} replies */
function drawThread(replies) {
  const thread = element('div', 'thread');
  thread.append(element('p', 'thread-head', replies.length === 1 ? '1 reply' : `${replies.length} replies`));
  for (const reply of replies) {
    const item = thread.appendChild(element('div', 'reply'));
    const line = drawByline(reply);
    if (reply.broadcast) line.append(element('span', 'broadcast', 'also sent to the channel'));
    item.append(line, drawMessage(reply));
  }
  return thread;
}

/**
 * Why the incident is what it is and went where it went.
 * @param {IncidentView} incident
 * @param {string} key names the place on the page, so that what a person opened stays open
 */
function drawWhy(incident, key) {
  const details = document.createElement('details');
  details.className = 'why';
  details.open = state.drawn.get(key) === 'open';
  details.addEventListener('toggle', () => state.drawn.set(key, details.open ? 'open' : ''));
  const decisive = incident.why.findLast(({ stage }) => stage === 'escalate' || stage === 'severity');
  details.append(element('summary', '', `Why ${incident.severity}: ${decisive?.rule ?? 'no rule'}`));
  const list = details.appendChild(element('ol', ''));
  for (const { stage, rule, at: place, because } of incident.why) {
    const item = list.appendChild(element('li', ''));
    item.append(element('span', 'stage', stage), element('strong', '', rule), element('code', '', place));
    item.append(element('span', 'because', because));
  }
  const where = details.appendChild(element('ul', 'where'));
  for (const delivery of incident.deliveries) {
    const item = where.appendChild(element('li', delivery.told ? 'told' : 'untold'));
    const { held } = delivery;
    const told = delivery.told
      ? 'told'
      : held !== null
        ? `held by ${held.by} (${held.at}) until ${held.until ?? 'further notice'}: ${held.because}`
        : `not told yet${delivery.attempts > 0 ? `, ${delivery.attempts} tries` : ''}`;
    item.append(element('strong', '', delivery.destination), ` ${delivery.kind}: ${told}`);
  }
  details.append(
    element(
      'p',
      'fine',
      `${incident.count} signals · occurrence ${incident.occurrence} · incident ${incident.id}`,
    ),
  );
  return details;
}

/** Incidents that nobody was told of in Slack. @param {ReadonlySet<string>} carded */
function drawWaiting(carded) {
  const waiting = state.incidents.filter((incident) => !carded.has(incident.id) && passes(incident));
  if (waiting.length === 0) return null;
  const column = makeColumn('Without a card', String(waiting.length));
  const list = column.appendChild(element('ol', 'cards'));
  for (const incident of waiting.slice(0, CARDS_DRAWN)) {
    const article = list.appendChild(element('li', '')).appendChild(element('article', 'card'));
    article.dataset.severity = incident.severity;
    article.dataset.status = incident.status;
    article.append(
      element('h4', 'header', `${incident.severity} · ${incident.service} · ${incident.title}`),
      element('pre', '', incident.message),
      drawWhy(incident, incident.id),
    );
  }
  return column;
}

/** Silences that people made at run time, the newest first. */
function drawSilences() {
  if (state.silences.length === 0) return null;
  const active = state.silences.filter((silence) => silence.state === 'active');
  const column = makeColumn('Silences', `${active.length} of ${state.silences.length}`);
  const list = column.appendChild(element('ol', 'cards'));
  for (const silence of state.silences) {
    const { author, reason, endedBy, until, holds, held } = silence;
    const article = list.appendChild(element('li', '')).appendChild(element('article', 'card'));
    article.dataset.status = silence.state === 'active' ? 'firing' : 'resolved';
    const end = endedBy === null ? `${silence.state}, until ${until}` : `ended by ${endedBy} at ${until}`;
    article.append(
      element('h4', 'header', `${author}: ${reason}`),
      element('p', '', `${end} · holds ${holds} now, ${held} in all`),
      element('pre', '', JSON.stringify(silence.match)),
      element('p', 'fine', silence.name),
    );
  }
  return column;
}

/** @param {ReadonlyMap<string, IncidentView>} incidents */
function drawPagerDuty(incidents) {
  const { pagerduty: events, pagerdutyAlerts: alerts } = state.outbox;
  if (events.length === 0) return null;
  const told = new Map([...incidents.values()].flatMap((i) => i.deliveries.map((d) => [d.handle, i])));
  const shown = alerts.filter((alert) => passes(told.get(alert.dedupKey))).reverse();
  const column = makeColumn('PagerDuty', `${shown.length} of ${alerts.length}`);
  const list = column.appendChild(element('ol', 'cards'));
  for (const alert of shown.slice(0, CARDS_DRAWN)) {
    const incident = told.get(alert.dedupKey);
    list.appendChild(element('li', '')).append(drawAlert(alert, events, incident));
  }
  return column;
}

/**
 * @param {PagerDutyAlert} alert
 * @param {readonly PagerDutyEvent[]} events
 * @param {IncidentView | undefined} incident
 */
function drawAlert(alert, events, incident) {
  const article = element('article', 'card page');
  article.dataset.pager = alert.status;
  if (incident !== undefined) article.dataset.severity = incident.severity;
  const line = article.appendChild(element('p', 'byline'));
  line.append(element('span', `pager ${alert.status}`, alert.status), element('span', 'app', alert.severity));
  appendText(article.appendChild(element('h4', 'header')), alert.summary);
  const own = events.filter((event) => event.dedupKey === alert.dedupKey && event.key === alert.key);
  const links = listAt(own.find((event) => event.action === 'trigger')?.body, 'links');
  if (links.length > 0) {
    article.append(
      drawMessage({ text: '', blocks: [{ type: 'actions', elements: links.map(button) }], attachments: [] }),
    );
  }
  const list = article.appendChild(element('ol', 'events'));
  for (const event of own) {
    const time = list.appendChild(element('li', '')).appendChild(element('time', '', clock(event.at)));
    time.after(` ${event.action} (${event.effect})`);
  }
  if (incident !== undefined) article.append(drawWhy(incident, `pd/${alert.dedupKey}`));
  return article;
}

/** @param {unknown} value */
function button(value) {
  return {
    type: 'button',
    url: stringAt(value, 'href'),
    text: { type: 'plain_text', text: stringAt(value, 'text') },
  };
}

/** @param {SlackMessage} message */
function incidentOf(message) {
  return stringAt(at(message.metadata, 'event_payload'), 'incident');
}

/** @param {number} ms */
function clock(ms) {
  return new Date(ms).toLocaleTimeString('en-GB');
}

/**
 * Says a new card aloud, for those who listen to the page; not those that were there when it was opened.
 * @param {string} channel
 * @param {SlackMessage | undefined} newest
 */
function announce(channel, newest) {
  if (newest === undefined) return;
  const key = `newest ${channel}`;
  const before = state.drawn.get(key);
  state.drawn.set(key, newest.ts);
  if (before !== undefined && before !== newest.ts)
    byId('news').textContent = `New in ${channel}: ${newest.text}`;
}

// --- controls ---

function setUpFilters() {
  const fieldset = byId('severities');
  for (const severity of SEVERITIES) {
    const label = fieldset.appendChild(element('label', 'chip'));
    label.dataset.severity = severity;
    const box = document.createElement('input');
    Object.assign(box, { type: 'checkbox', name: 'severity', value: severity, checked: true });
    label.append(box, element('span', '', severity));
  }
  byId('filters').addEventListener('change', draw);
  byId('filters').addEventListener('submit', (event) => event.preventDefault());
}

function setUpTheme() {
  const root = document.documentElement;
  const kept = localStorage.getItem('theme');
  if (kept === 'light' || kept === 'dark') root.dataset.theme = kept;
  byId('theme').addEventListener('click', () => {
    const dark =
      root.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
    root.dataset.theme = dark === 'dark' ? 'light' : 'dark';
    localStorage.setItem('theme', root.dataset.theme);
  });
}

function setUpComposer() {
  byId('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    void send().catch(() => {
      byId('sent').textContent = 'No answer. Is hansho local running?';
    });
  });
}

async function send() {
  const body = /** @type {HTMLTextAreaElement} */ (byId('body')).value;
  const group = /** @type {HTMLInputElement} */ (byId('group')).value;
  const json = /^\s*[[{]\s*["{\]}]/.test(body);
  const target = json ? '/intake' : `/intake?logGroup=${encodeURIComponent(group)}`;
  const headers = { 'content-type': json ? 'application/json' : 'text/plain; charset=utf-8' };
  const response = await fetch(target, { method: 'POST', headers, body });
  /** @type {unknown} */
  const answer = await response.json();
  const signals = at(answer, 'signals');
  byId('sent').textContent = response.ok
    ? `Accepted: ${signals} ${signals === 1 ? 'signal' : 'signals'}.`
    : `${stringAt(answer, 'error')} ${stringAt(answer, 'next')}`;
}

setUpFilters();
setUpTheme();
setUpComposer();
listen();
