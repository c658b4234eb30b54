import type { Address } from '../../model/decision.ts';
import type { SlackCall } from '../../model/telling.ts';
import { UNTRACKED } from '../../model/untracked.ts';
import { type PlanInput, placeOf, type UntrackedCall } from '../plan.ts';
import { headline, storyOf, untrackedOf } from '../story.ts';
import { bold, header, lines, richText, word } from './blocks.ts';
import { linkLine, mentionLine, notification } from './card.ts';
import { LIMITS } from './limits.ts';

/** A plain message, no card: what happened, that nobody keeps track of it, and what to do. It is removed when somebody does. */
export function untrackedSlack(input: PlanInput, since: number): UntrackedCall<SlackCall> {
  const { telling, delivery, mention } = input;
  const story = storyOf(input);
  const { words, whatToDo } = story;
  const untracked = untrackedOf(since, input);
  const links = linkLine(input, words);
  const said = [
    ...mentionLine(mention),
    [bold(untracked)],
    ...(whatToDo === null ? [] : [[bold(words.labelled(words.whatToDo, '')), word(whatToDo)]]),
    ...(links.length === 0 ? [] : [links]),
  ];
  const call: SlackCall = {
    do: 'post',
    channel: placeOf(delivery.target.address),
    text: notification(story, [untracked], mention),
    head: [header(headline(story, LIMITS.header)), richText([lines(said)])],
    blocks: [],
    color: '',
    mark: { incident: telling.incident.id, nonce: UNTRACKED },
  };
  return { call, handle: null };
}

/** The card that it promises will never follow. */
export function endUntrackedSlack(_: Address, handle: string): SlackCall {
  return { do: 'remove', handle };
}
