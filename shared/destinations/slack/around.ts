import { wordsOf } from '../../messages/words.ts';
import type { Language } from '../../model/decision.ts';
import type { Telling } from '../../model/incident.ts';
import type { SlackCall } from '../../model/telling.ts';
import { clean, cutMiddle } from '../text.ts';
import { amount } from '../times.ts';
import { lines as line, preformatted, richText, word } from './blocks.ts';

/** A thread is read on a phone too. */
const ROOM = { lines: 30, characters: 2_500 } as const;

/** The lines around a log error as a quiet reply in its card's thread, letter by letter. */
export function aroundReply(
  lines: readonly string[],
  { incident }: Telling,
  handle: string,
  nonce: string,
  language: Language,
): SlackCall {
  const words = wordsOf(language);
  const shown = cutMiddle(clean(lines.join('\n')), {
    ...ROOM,
    linesCut: (n) => words.linesCut(amount(n)),
    charactersCut: (n) => words.charactersCut(amount(n)),
  });
  return {
    do: 'reply',
    handle,
    text: words.linesAround,
    blocks: [richText([line([[word(words.linesAround)]]), preformatted(shown)])],
    broadcast: false,
    mark: { incident: incident.id, nonce },
  };
}
