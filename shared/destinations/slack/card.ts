import type { Words } from '../../messages/words.ts';
import type { Report } from '../../model/bundle.ts';
import type { JsonObject } from '../../model/json.ts';
import { goesOn, type News, newsOf } from '../../model/news.ts';
import type { Severity } from '../../model/severity.ts';
import { linksOf } from '../links.ts';
import type { PlanInput } from '../plan.ts';
import { headline, type Story, storyOf } from '../story.ts';
import { clean, cut, cutMiddle, oneLine } from '../text.ts';
import { amount } from '../times.ts';
import {
  bold,
  context,
  header,
  lines,
  link,
  mention,
  plainSection,
  preformatted,
  richText,
  word,
} from './blocks.ts';
import { LIMITS } from './limits.ts';
import { inert, mentionsIn, mentionText } from './text.ts';

/** What a card's `post` or `update` carries. */
export interface Card {
  readonly text: string;
  readonly head: readonly JsonObject[];
  readonly blocks: readonly JsonObject[];
  readonly color: string;
}

const COLORS: { readonly [S in Severity]: string } = {
  SEV1: '#7a0019',
  SEV2: '#d1242f',
  SEV3: '#e8730c',
  SEV4: '#d4a72c',
  SEV5: '#6e7781',
};
const OVER = '#2da44e';

/** What a phone shows of a notification; the mention comes on top. */
const NOTIFICATION_CHARS = 200;
const FIELD_CHARS = 200;
/** The links of a card together. */
const LINKS = { count: 6, characters: 4_000 } as const;
const MESSAGE = { lines: 30, characters: 2_800 } as const;
const SHORT_MESSAGE = { lines: 8, characters: 500 } as const;

/** The card of the incident as it is now (docs/cards.md), as small as the destination made us shrink it. */
export function cardOf(input: PlanInput): Card {
  const story = storyOf(input);
  const { facts } = input.telling.incident;
  const news = newsOf(input.delivery.announced, facts);
  const pinged = goesOn(facts) && pings(news) ? input.mention : null;
  const color = goesOn(facts) ? COLORS[facts.severity] : OVER;
  const text = notification(story, story.whatToDo === null ? [story.state] : [story.whatToDo], pinged);
  switch (input.delivery.shrink) {
    case 0:
      return { text, color, head: headOf(story, input, pinged, news), blocks: whole(story, input) };
    case 1:
      return { text, color, head: headOf(story, input, pinged, news), blocks: short(story, input) };
    case 2:
      return { text: plainText(story, text), color, head: [], blocks: [] };
  }
}

/** Opening, rising, reopening and that it flaps call people; an end and a moved count do not. */
export function pings(news: News | null): boolean {
  return news === 'opened' || news === 'risen' || news === 'reopened' || news === 'flapping';
}

/** One line of mrkdwn for the notification: mention, headline, and what matters most about it. */
export function notification(story: Story, rest: readonly string[], mentioned: string | null): string {
  const tail = cut(rest.join(' · '), NOTIFICATION_CHARS / 2);
  const said = `${headline(story, NOTIFICATION_CHARS - tail.length - 3)} · ${tail}`;
  return [...mentionsIn(mentioned).map(mentionText), inert(said)].join(' ');
}

/** The operator's mentions as one line, or none. */
export function mentionLine(mentioned: string | null): readonly (readonly JsonObject[])[] {
  const who = mentionsIn(mentioned);
  return who.length === 0
    ? []
    : [who.flatMap((one, i) => (i === 0 ? [mention(one)] : [word(' '), mention(one)]))];
}

/** Above the bar, never folded: how bad, what, is it going on, what to do, where to look. */
function headOf(
  story: Story,
  input: PlanInput,
  mentioned: string | null,
  news: News | null,
): readonly JsonObject[] {
  const { words, whatToDo, continues, standsFor, called, lateBy } = story;
  const late = news === 'opened' && !goesOn(input.telling.incident.facts);
  const links = linkLine(input, words);
  return [
    header(headline(story, LIMITS.header)),
    richText([
      lines([
        ...mentionLine(mentioned),
        [bold(story.state), word(`${words.gap}${[...story.counted, story.known].join(words.gap)}`)],
        ...story.more.map((line) => [word(line)]),
        ...(late ? [[word(words.toldLate)]] : []),
        ...(lateBy === null ? [] : [[word(lateBy)]]),
        ...(called === null ? [] : [[word(called)]]),
        ...(continues === null ? [] : [[word(continues)]]),
        ...(standsFor === null ? [] : [[bold(standsFor)]]),
        ...(whatToDo === null ? [] : [[bold(words.labelled(words.whatToDo, '')), word(whatToDo)]]),
        ...(links.length === 0 ? [] : [links]),
      ]),
    ]),
  ];
}

/** On the bar: what it said, whose it is, and why it was told. */
function whole(story: Story, { telling: { incident, report } }: PlanInput): readonly JsonObject[] {
  const { words, why, alsoGoesTo } = story;
  const small = [...why, ...(alsoGoesTo === null ? [] : [alsoGoesTo])];
  if (incident.storm !== null) return [context(small)];
  return [
    richText([
      ...newest(incident.facts.count, words),
      ...message(report, words, MESSAGE),
      lines(fields(report, words)),
    ]),
    ...(small.length === 0 ? [] : [context(small)]),
  ];
}

function short(story: Story, { telling: { report } }: PlanInput): readonly JsonObject[] {
  const parts = message(report, story.words, SHORT_MESSAGE);
  return [
    ...(parts.length === 0 ? [] : [richText(parts)]),
    ...(story.why[0] === undefined ? [] : [plainSection(story.why[0])]),
  ];
}

function plainText({ state, counted, known, words }: Story, text: string): string {
  return `${text}\n${inert([state, ...counted, known].join(words.gap))}`;
}

function newest(count: number, words: Words): readonly JsonObject[] {
  return count > 1 ? [lines([[word(words.newestOf(amount(count)))]])] : [];
}

function message(
  report: Report,
  words: Words,
  room: { readonly lines: number; readonly characters: number },
): readonly JsonObject[] {
  const said = clean(report.message).replace(/^\n+/, '').trimEnd();
  if (said === '') return [];
  const gaps = {
    linesCut: (n: number) => words.linesCut(amount(n)),
    charactersCut: (n: number) => words.charactersCut(amount(n)),
  };
  return [preformatted(cutMiddle(said, { ...room, ...gaps }))];
}

function fields(report: Report, words: Words): readonly (readonly JsonObject[])[] {
  const { service, team, account, region, logGroup, resource } = report;
  const rows: readonly (readonly (readonly [string, string | null])[])[] = [
    [
      [words.service, service],
      [words.team, team],
    ],
    [
      [words.account, account],
      [words.region, region],
    ],
    [[words.logGroup, logGroup]],
    [[words.resource, resource]],
  ];
  return rows
    .map((row) => row.flatMap(field).flatMap((pair, i) => (i === 0 ? pair : [word(words.gap), ...pair])))
    .filter((row) => row.length > 0);
}

function field([label, value]: readonly [string, string | null]): readonly (readonly JsonObject[])[] {
  const said = cut(oneLine(value ?? ''), FIELD_CHARS);
  return said === '' ? [] : [[bold(label), word(` ${said}`)]];
}

/** Each link with its words, apart by the language's gap. */
export function linkLine({ telling: { report }, timezone }: PlanInput, words: Words): readonly JsonObject[] {
  return linksOf(report, words, timezone, { ...LINKS, each: LIMITS.url })
    .map(({ text, url }) => link(text, url))
    .flatMap((one, i) => (i === 0 ? [one] : [word(words.gap), one]));
}
