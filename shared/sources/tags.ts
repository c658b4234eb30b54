import { at, isObject, type Json, text } from '../model/json.ts';
import type { Tags } from '../model/signal.ts';
import { oneLine } from './words.ts';

/** What AWS lets a resource have: so many tags, of so long a key and value (https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html). */
const MOST = 50;
const KEY_LENGTH = 128;
const VALUE_LENGTH = 256;

/**
 * The tags of what an event tells of, however it writes them: `{ k: v }`, `[{ key, value }]`, `[{ Key, Value }]`,
 * `[{ name, value }]`, `"k:v,k:v"`, under `tags`, `Tags` or `labels`. Of several things with the same key, the first counts.
 */
export function tagsOf(things: readonly (Json | undefined)[]): Tags {
  const tags = new Map<string, string>();
  for (const [name, value] of things.flatMap((thing) => NAMES.flatMap((key) => pairs(at(thing, key))))) {
    if (tags.size >= MOST) break;
    const key = oneLine(name, KEY_LENGTH);
    if (key !== '' && !tags.has(key)) tags.set(key, oneLine(value, VALUE_LENGTH));
  }
  return Object.fromEntries(tags);
}
const NAMES = ['tags', 'Tags', 'labels'];

type Pair = readonly [key: string, value: string];

function pairs(tags: Json | undefined): readonly Pair[] {
  if (typeof tags === 'string') return tags.split(',').map(split);
  if (Array.isArray(tags)) return tags.map(pair);
  return isObject(tags) ? Object.keys(tags).map((key) => [key, valueIn(tags, key) ?? '']) : [];
}

function pair(tag: Json): Pair {
  if (typeof tag === 'string') return split(tag);
  const key = text(tag, 'key') ?? text(tag, 'Key') ?? text(tag, 'name') ?? text(tag, 'Name') ?? '';
  return [key, valueIn(tag, 'value') ?? valueIn(tag, 'Value') ?? valueIn(tag, 'values') ?? ''];
}

/** Some formats give a tag a list of values. */
function valueIn(tag: Json, key: string): string | null {
  return text(tag, key) ?? text(tag, key, 0);
}

function split(tag: string): Pair {
  const colon = tag.indexOf(':');
  return colon === -1 ? [tag, ''] : [tag.slice(0, colon), tag.slice(colon + 1)];
}
