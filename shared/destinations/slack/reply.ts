import type { JsonObject } from '../../model/json.ts';
import { goesOn, type News } from '../../model/news.ts';
import type { PlanInput } from '../plan.ts';
import { headline, newsLines, reminderLines, storyOf } from '../story.ts';
import { lines, richText, word } from './blocks.ts';
import { mentionLine, notification, pings } from './card.ts';
import { LIMITS } from './limits.ts';

/** What a `reply` in a card's thread carries. */
export interface Reply {
  readonly text: string;
  readonly blocks: readonly JsonObject[];
  readonly broadcast: boolean;
}

/**
 * Tells a piece of news in the thread. All but an end are broadcast, since an update of the card notifies
 * nobody; a broadcast stands alone in the channel, so it names the problem.
 */
export function replyOf(input: PlanInput, news: News): Reply {
  const story = storyOf(input);
  const { facts } = input.telling.incident;
  const { words, sign, times, alsoGoesTo, lateBy } = story;
  const [first = '', ...more] = newsLines(news, input, story);
  const said = [first, times].filter((part) => part !== '').join(words.gap);
  const mentioned = goesOn(facts) && pings(news) ? input.mention : null;
  const broadcast = news !== 'resolved';
  const told = broadcast ? [headline(story, LIMITS.header), said, ...more] : [`${sign} ${said}`, ...more];
  const also = broadcast ? [lateBy, alsoGoesTo].filter((line) => line !== null) : [];
  return {
    text: notification(story, [first, ...more], mentioned),
    blocks: [
      richText([lines([...mentionLine(mentioned), ...[...told, ...also].map((line) => [word(line)])])]),
    ],
    broadcast,
  };
}

/** Says in the thread that it goes on, and when that is said again; null: no rule wants it said. */
export function reminderOf(input: PlanInput): Reply | null {
  const rule = input.reminding.find(({ every }) => every !== null);
  if (rule?.every == null) return null;
  const { delivery, telling, now } = input;
  const story = storyOf(input);
  const goneOnMs = now - (delivery.newsAt ?? telling.incident.facts.first);
  const mentioned = goneOnMs >= rule.afterMs ? rule.mention : null;
  const { broadcast } = rule.every;
  const [first, ...more] = reminderLines(rule.name, rule.every, input, story);
  const said = broadcast ? [headline(story, LIMITS.header), first] : [`${story.sign} ${first}`];
  return {
    text: notification(story, [first], mentioned),
    blocks: [
      richText([lines([...mentionLine(mentioned), ...[...said, ...more].map((line) => [word(line)])])]),
    ],
    broadcast,
  };
}
