import { isObject, type Json, type JsonObject, list, text } from '../shared/model/json.ts';

/** Why Slack would refuse a message: its error code and where. */
export interface SlackProblem {
  readonly code: string;
  readonly details: readonly string[];
}

export interface MessageParts {
  readonly text: string;
  readonly blocks: readonly Json[];
  readonly attachments: readonly Json[];
}

/** Sizes from docs.slack.dev/reference/block-kit and /reference/methods/chat.postMessage, in characters. */
const TEXT = 40_000;
const UPDATE_TEXT = 4_000;
const BLOCKS = 50;
const ATTACHMENTS = 100;
/** Undocumented: all blocks together (slackapi/bolt-js#2509). */
const ALL_BLOCKS = 13_200;
const ID = 255;

/** Checks a message as chat.postMessage and chat.update do; null when Slack would take it. */
export function problemOf(
  { text, blocks, attachments }: MessageParts,
  method: 'post' | 'update',
): SlackProblem | null {
  if (text === '' && blocks.length === 0 && attachments.length === 0) return { code: 'no_text', details: [] };
  if (text.length > (method === 'post' ? TEXT : UPDATE_TEXT)) return { code: 'msg_too_long', details: [] };
  if (attachments.length > ATTACHMENTS) return { code: 'too_many_attachments', details: [] };
  const groups = [blocks, ...attachments.map((attachment) => list(attachment, 'blocks'))];
  const details = groups.flatMap((group) => blocksProblems(group));
  if (details.length > 0) return { code: 'invalid_blocks', details };
  const characters = groups.reduce(
    (sum, group) => sum + group.reduce<number>((n, b) => n + shownIn(b), 0),
    0,
  );
  return characters > ALL_BLOCKS
    ? { code: 'msg_blocks_too_long', details: [`${characters} characters in all blocks`] }
    : null;
}

function blocksProblems(blocks: readonly Json[]): readonly string[] {
  const tooMany =
    blocks.length > BLOCKS ? [`no more than ${BLOCKS} items allowed [json-pointer:/blocks]`] : [];
  const ids = blocks.map((block) => text(block, 'block_id')).filter((id) => id !== null);
  const doubled = new Set(ids).size < ids.length ? ['block_id must be unique [json-pointer:/blocks]'] : [];
  return [
    ...tooMany,
    ...doubled,
    ...blocks.flatMap((block, i) =>
      blockProblems(block).map((problem) => `${problem} [json-pointer:/blocks/${i}]`),
    ),
  ];
}

type Check = (block: JsonObject) => readonly string[];

function blockProblems(block: Json): readonly string[] {
  if (!isObject(block)) return ['must be an object'];
  const check = BLOCKS_BY_TYPE.get(text(block, 'type') ?? '');
  if (check === undefined) return [`unsupported type: ${text(block, 'type')}`];
  return [...longer('block_id', text(block, 'block_id'), ID), ...check(block)];
}

const BLOCKS_BY_TYPE: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['header', (block) => textProblems(block.text, 150, ['plain_text'])],
  ['section', (block) => sectionProblems(block)],
  ['context', (block) => contextProblems(block)],
  ['actions', (block) => actionsProblems(block)],
  ['divider', () => []],
  ['rich_text', (block) => (list(block, 'elements').length === 0 ? ['elements must not be empty'] : [])],
  ['markdown', (block) => sized('text', text(block, 'text'), 12_000)],
  ['image', (block) => imageProblems(block)],
]);

function sectionProblems(block: JsonObject): readonly string[] {
  const fields = list(block, 'fields');
  if (block.text === undefined && fields.length === 0) return ['a section needs text or fields'];
  return [
    ...(block.text === undefined ? [] : textProblems(block.text, 3_000)),
    ...(fields.length > 10 ? ['no more than 10 fields allowed'] : []),
    ...fields.flatMap((field) => textProblems(field, 2_000)),
  ];
}

function contextProblems(block: JsonObject): readonly string[] {
  const elements = list(block, 'elements');
  return [
    ...(elements.length === 0 ? ['elements must not be empty'] : []),
    ...(elements.length > 10 ? ['no more than 10 elements allowed'] : []),
    ...elements.flatMap((element) =>
      text(element, 'type') === 'image' && isObject(element)
        ? imageProblems(element)
        : textProblems(element, 3_000),
    ),
  ];
}

function actionsProblems(block: JsonObject): readonly string[] {
  const elements = list(block, 'elements');
  const ids = elements.map((element) => text(element, 'action_id')).filter((id) => id !== null);
  return [
    ...(elements.length === 0 ? ['elements must not be empty'] : []),
    ...(elements.length > 25 ? ['no more than 25 elements allowed'] : []),
    ...(new Set(ids).size < ids.length ? ['action_id must be unique'] : []),
    ...elements.flatMap((element) => [
      ...textProblems(isObject(element) ? element.text : undefined, 75, ['plain_text']),
      ...longer('url', text(element, 'url'), 3_000),
      ...longer('value', text(element, 'value'), 2_000),
      ...longer('action_id', text(element, 'action_id'), ID),
    ]),
  ];
}

function imageProblems(block: JsonObject): readonly string[] {
  return [
    ...sized('image_url', text(block, 'image_url'), 3_000),
    ...sized('alt_text', text(block, 'alt_text'), 2_000),
  ];
}

function textProblems(
  value: Json | undefined,
  limit: number,
  types: readonly string[] = ['plain_text', 'mrkdwn'],
): readonly string[] {
  const type = text(value, 'type') ?? '';
  if (!types.includes(type)) return [`text must be ${types.join(' or ')}, not ${type || 'missing'}`];
  return sized('text', text(value, 'text'), limit);
}

function sized(name: string, value: string | null, limit: number): readonly string[] {
  return value === null || value === ''
    ? [`${name} must be more than 0 characters`]
    : longer(name, value, limit);
}

function longer(name: string, value: string | null, limit: number): readonly string[] {
  return value !== null && value.length > limit ? [`${name} must be less than ${limit + 1} characters`] : [];
}

/** Characters that a reader sees: every `text` of a block, however deep. */
function shownIn(value: Json): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item: Json) => sum + shownIn(item), 0);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, item]) =>
      sum + (key === 'text' && typeof item === 'string' ? item.length : shownIn(item ?? null)),
    0,
  );
}
