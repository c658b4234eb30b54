import type { JsonObject } from '../../model/json.ts';
import type { Mention } from './text.ts';

/**
 * Only `plain_text` and `rich_text` text elements: Slack shows them letter by letter, so that nothing in them
 * can ping, link or format. No block of ours uses mrkdwn.
 */

export function header(text: string): JsonObject {
  return { type: 'header', text: plain(text) };
}

export function plainSection(text: string): JsonObject {
  return { type: 'section', text: plain(text) };
}

/** Small grey print, one element a line. */
export function context(lines: readonly string[]): JsonObject {
  return { type: 'context', elements: lines.map(plain) };
}

export function richText(parts: readonly JsonObject[]): JsonObject {
  return { type: 'rich_text', elements: parts };
}

/** Lines of elements, each line ended where the next begins. */
export function lines(all: readonly (readonly JsonObject[])[]): JsonObject {
  return {
    type: 'rich_text_section',
    elements: all.flatMap((line, i) => (i === 0 ? line : [word('\n'), ...line])),
  };
}

export function preformatted(text: string): JsonObject {
  return { type: 'rich_text_preformatted', elements: [word(text)] };
}

export function word(text: string): JsonObject {
  return { type: 'text', text };
}

export function bold(text: string): JsonObject {
  return { type: 'text', text, style: { bold: true } };
}

export function link(text: string, url: string): JsonObject {
  return { type: 'link', url, text };
}

export function mention(who: Mention): JsonObject {
  return { ...who };
}

/** With `emoji: false` a `:name:` in it stays text. */
function plain(text: string): JsonObject {
  return { type: 'plain_text', text, emoji: false };
}
