import { at, type Json, type JsonObject, list, text } from '../../shared/model/json.ts';
import type { SlackCall } from '../../shared/model/telling.ts';

/** Draws a Slack message as docs/cards.md does, so that the page and the code cannot part. */
export function draw(call: SlackCall): string {
  switch (call.do) {
    case 'post':
    case 'update':
      return [
        phone(call.text),
        '',
        ...blocks(call.head),
        ...blocks(call.blocks).map((line) => `┃ ${line}`),
      ].join('\n');
    case 'reply':
      return [phone(call.text), '', ...blocks(call.blocks)].join('\n');
    case 'find':
    case 'remove':
      return '';
  }
}

function phone(said: string): string {
  const plain = said
    .replace(/<!subteam\^(\w+)>/g, '@$1')
    .replace(/<[!@](\w+)>/g, '@$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
  return plain
    .split('\n')
    .map((line) => `☎ ${line}`)
    .join('\n');
}

function blocks(all: readonly JsonObject[]): readonly string[] {
  return all.flatMap((block) => {
    switch (text(block, 'type')) {
      case 'header':
        return [`# ${text(block, 'text', 'text')}`];
      case 'section':
        return [`· ${text(block, 'text', 'text')}`];
      case 'context':
        return list(block, 'elements').map((element) => `· ${text(element, 'text')}`);
      case 'rich_text':
        return list(block, 'elements').flatMap(part);
      default:
        throw new Error(`cannot draw ${JSON.stringify(block)}`);
    }
  });
}

function part(section: Json): readonly string[] {
  const drawn = list(section, 'elements').map(element).join('').split('\n');
  return text(section, 'type') === 'rich_text_preformatted' ? drawn.map((line) => `│ ${line}`) : drawn;
}

function element(one: Json): string {
  switch (text(one, 'type')) {
    case 'text':
      return text(one, 'text') ?? '';
    case 'link':
      return `‹${text(one, 'text')}›`;
    case 'usergroup':
      return `@${text(one, 'usergroup_id')}`;
    case 'user':
      return `@${text(one, 'user_id')}`;
    case 'broadcast':
      return `@${text(one, 'range')}`;
    default:
      throw new Error(`cannot draw ${JSON.stringify(at(one))}`);
  }
}
