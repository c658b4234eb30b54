import { at, isObject, type Json, type JsonObject, list, text } from '../../model/json.ts';

/**
 * Slack's limits, in UTF-16 units, which are never fewer than Slack's characters (docs.slack.dev, Block Kit
 * reference). The last one is not documented: `msg_blocks_too_long` comes at about 13,200 rendered
 * characters (slackapi/bolt-js#2509), so we stay well below.
 */
export const LIMITS = {
  blocks: 50,
  header: 150,
  text: 3_000,
  fields: 10,
  field: 2_000,
  contextElements: 10,
  blockId: 255,
  url: 3_000,
  rendered: 12_000,
} as const;

/** Block types that we send. */
const CHECKS: ReadonlyMap<string, (block: JsonObject) => readonly string[]> = new Map([
  ['header', checkHeader],
  ['section', checkSection],
  ['context', checkContext],
  ['rich_text', checkRichText],
  ['divider', () => []],
]);

/** Every breach of Slack's limits in a message's blocks (those above the bar and those on it together), in words. */
export function checkCard(blocks: readonly JsonObject[]): string[] {
  const breaches = blocks.flatMap((block, i) => checkBlock(block).map((breach) => `blocks[${i}]: ${breach}`));
  if (blocks.length > LIMITS.blocks) breaches.push(`${blocks.length} blocks, at most ${LIMITS.blocks}`);
  const ids = blocks.map((block) => text(block, 'block_id')).filter((id) => id !== null);
  if (new Set(ids).size !== ids.length) breaches.push('block_id must be unique within the message');
  const size = rendered(blocks);
  if (size >= LIMITS.rendered)
    breaches.push(`${size} rendered characters, fewer than ${LIMITS.rendered} fit`);
  return breaches;
}

/** How many characters a message's blocks show, its links' addresses counted in. */
export function rendered(value: Json | undefined): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item: Json) => sum + rendered(item), 0);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, inner]) =>
      sum +
      (typeof inner === 'string' ? (key === 'text' || key === 'url' ? inner.length : 0) : rendered(inner)),
    0,
  );
}

function checkBlock(block: JsonObject): readonly string[] {
  const type = text(block, 'type') ?? '';
  const check = CHECKS.get(type);
  const id = text(block, 'block_id') ?? '';
  return [
    ...(check === undefined ? [`unknown block type "${type}"`] : check(block)),
    ...(id.length > LIMITS.blockId
      ? [`block_id has ${id.length} characters, at most ${LIMITS.blockId}`]
      : []),
  ];
}

function checkHeader(block: JsonObject): readonly string[] {
  const plain = text(block, 'text', 'type') === 'plain_text' ? [] : ['a header takes plain_text only'];
  return [...plain, ...checkText('text', at(block, 'text'), LIMITS.header)];
}

function checkSection(block: JsonObject): readonly string[] {
  const fields = list(block, 'fields');
  const own = at(block, 'text');
  return [
    ...(own === undefined && fields.length === 0 ? ['a section needs text or fields'] : []),
    ...(own === undefined ? [] : checkText('text', own, LIMITS.text)),
    ...(fields.length > LIMITS.fields ? [`${fields.length} fields, at most ${LIMITS.fields}`] : []),
    ...fields.flatMap((field, i) => checkText(`fields[${i}]`, field, LIMITS.field)),
  ];
}

function checkContext(block: JsonObject): readonly string[] {
  const elements = list(block, 'elements');
  const n = elements.length;
  return [
    ...(n < 1 || n > LIMITS.contextElements ? [`${n} elements, 1 to ${LIMITS.contextElements}`] : []),
    ...elements.flatMap((element, i) => checkText(`elements[${i}]`, element, LIMITS.text)),
  ];
}

function checkRichText(block: JsonObject): readonly string[] {
  const parts = list(block, 'elements');
  return [
    ...(parts.length === 0 ? ['a rich_text needs elements'] : []),
    ...parts.flatMap((part, i) => {
      const elements = list(part, 'elements');
      const empty = elements.length === 0 ? [`elements[${i}] is empty`] : [];
      return [
        ...empty,
        ...elements.flatMap((element, k) => checkElement(`elements[${i}].elements[${k}]`, element)),
      ];
    }),
  ];
}

function checkElement(where: string, element: Json): readonly string[] {
  switch (text(element, 'type')) {
    case 'text':
      return text(element, 'text') === '' ? [`${where} has no text`] : [];
    case 'link': {
      const url = text(element, 'url') ?? '';
      const size =
        url.length > LIMITS.url ? [`${where}.url has ${url.length} characters, at most ${LIMITS.url}`] : [];
      return url.startsWith('https://') ? size : [...size, `${where}.url is not https`];
    }
    case 'usergroup':
    case 'user':
    case 'broadcast':
      return [];
    default:
      return [`${where} is of an unknown type`];
  }
}

function checkText(where: string, object: Json | undefined, max: number): readonly string[] {
  const { length } = text(object, 'text') ?? '';
  return length >= 1 && length <= max ? [] : [`${where} has ${length} characters, 1 to ${max}`];
}
