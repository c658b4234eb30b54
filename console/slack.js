// Draws a Slack message as Slack draws it: blocks, then attachments with their coloured bar.

import { appendMrkdwn, appendText, link, unescaped } from './mrkdwn.js';

/**
 * JSON of a block, as it came; every field is looked at before it is used.
 * @typedef {{ readonly [key: string]: unknown }} Block
 */

/**
 * @param {{ text: string, blocks: readonly unknown[], attachments: readonly unknown[] }} message
 * @returns {HTMLElement}
 */
export function drawMessage({ text, blocks, attachments }) {
  const body = element('div', 'message');
  if (blocks.length === 0 && attachments.every((a) => listAt(a, 'blocks').length === 0)) {
    appendMrkdwn(body.appendChild(element('p', 'section')), text);
  }
  for (const block of blocks) drawBlock(body, block);
  for (const attachment of attachments) drawAttachment(body, attachment);
  return body;
}

/**
 * @param {Element} parent
 * @param {unknown} attachment
 */
function drawAttachment(parent, attachment) {
  const bar = parent.appendChild(element('div', 'attachment'));
  const color = stringAt(attachment, 'color');
  if (/^#?[0-9a-fA-F]{6}$/.test(color)) bar.style.borderInlineStartColor = `#${color.replace('#', '')}`;
  const blocks = listAt(attachment, 'blocks');
  for (const block of blocks) drawBlock(bar, block);
  const text = stringAt(attachment, 'text');
  if (blocks.length === 0 && text !== '') appendMrkdwn(bar.appendChild(element('p', 'section')), text);
}

/** @type {ReadonlyMap<string, (parent: Element, block: unknown) => void>} */
const DRAW = new Map([
  ['header', drawHeader],
  ['section', drawSection],
  ['context', drawContext],
  ['actions', drawActions],
  ['rich_text', drawRichText],
  ['markdown', drawMarkdown],
  ['image', drawImage],
  ['divider', (/** @type {Element} */ parent) => void parent.append(document.createElement('hr'))],
]);

/**
 * @param {Element} parent
 * @param {unknown} block
 */
function drawBlock(parent, block) {
  const type = stringAt(block, 'type');
  const draw = DRAW.get(type);
  if (draw !== undefined) draw(parent, block);
  else parent.append(element('p', 'unknown', `(${type || 'a block'} is not drawn here)`));
}

/** @param {Element} parent @param {unknown} block */
function drawHeader(parent, block) {
  appendText(parent.appendChild(element('h4', 'header')), unescaped(stringAt(at(block, 'text'), 'text')));
}

/** @param {Element} parent @param {unknown} block */
function drawSection(parent, block) {
  const text = at(block, 'text');
  if (text !== undefined) drawText(parent.appendChild(element('p', 'section')), text);
  const fields = listAt(block, 'fields');
  if (fields.length === 0) return;
  const grid = parent.appendChild(element('div', 'fields'));
  for (const field of fields) drawText(grid.appendChild(element('p', 'section')), field);
}

/** @param {Element} parent @param {unknown} block */
function drawContext(parent, block) {
  const line = parent.appendChild(element('div', 'context'));
  for (const part of listAt(block, 'elements')) {
    if (stringAt(part, 'type') === 'image') line.append(element('span', '', stringAt(part, 'alt_text')));
    else drawText(line.appendChild(element('span', '')), part);
  }
}

/** @param {Element} parent @param {unknown} block */
function drawActions(parent, block) {
  const row = parent.appendChild(element('div', 'actions'));
  for (const button of listAt(block, 'elements')) {
    const words = stringAt(at(button, 'text'), 'text');
    const target = link(stringAt(button, 'url'), words);
    const shown = target instanceof HTMLElement ? target : element('span', '', words);
    shown.classList.add('button');
    const style = stringAt(button, 'style');
    if (style === 'primary' || style === 'danger') shown.classList.add(style);
    row.append(shown);
  }
}

/** @param {Element} parent @param {unknown} block */
function drawMarkdown(parent, block) {
  parent.append(element('p', 'section', stringAt(block, 'text')));
}

/** @param {Element} parent @param {unknown} block */
function drawImage(parent, block) {
  parent.append(element('p', 'unknown', `[${stringAt(block, 'alt_text') || 'image'}]`));
}

/** @param {Element} parent @param {unknown} block */
function drawRichText(parent, block) {
  for (const part of listAt(block, 'elements')) drawRichPart(parent, part);
}

/** @param {Element} parent @param {unknown} part */
function drawRichPart(parent, part) {
  switch (stringAt(part, 'type')) {
    case 'rich_text_preformatted':
      return drawRichInline(parent.appendChild(element('pre', '')), part);
    case 'rich_text_quote':
      return drawRichInline(parent.appendChild(element('blockquote', '')), part);
    case 'rich_text_list': {
      const list = parent.appendChild(element(stringAt(part, 'style') === 'ordered' ? 'ol' : 'ul', ''));
      for (const item of listAt(part, 'elements')) drawRichInline(list.appendChild(element('li', '')), item);
      return;
    }
    default:
      return drawRichInline(parent.appendChild(element('p', 'section')), part);
  }
}

/** @param {Element} parent @param {unknown} part */
function drawRichInline(parent, part) {
  for (const piece of listAt(part, 'elements')) {
    const text = stringAt(piece, 'text');
    const type = stringAt(piece, 'type');
    if (type === 'link') parent.append(link(stringAt(piece, 'url'), text || stringAt(piece, 'url')));
    else if (type === 'emoji') parent.append(`:${stringAt(piece, 'name')}:`);
    else if (type === 'user' || type === 'usergroup' || type === 'broadcast') {
      const name = stringAt(piece, 'user_id') || stringAt(piece, 'usergroup_id') || stringAt(piece, 'range');
      parent.append(element('span', 'mention', `@${name}`));
    } else parent.append(styled(text, at(piece, 'style')));
  }
}

/**
 * @param {string} text
 * @param {unknown} style
 * @returns {HTMLElement}
 */
function styled(text, style) {
  /** @type {HTMLElement} */
  let node = element('span', '');
  appendText(node, text);
  for (const [key, tag] of /** @type {const} */ ([
    ['code', 'code'],
    ['strike', 's'],
    ['italic', 'em'],
    ['bold', 'strong'],
  ])) {
    if (at(style, key) !== true) continue;
    const outer = element(tag, '');
    outer.append(node);
    node = outer;
  }
  return node;
}

/**
 * A text object: mrkdwn is formatted, plain_text is not.
 * @param {Element} parent
 * @param {unknown} text
 */
function drawText(parent, text) {
  if (stringAt(text, 'type') === 'mrkdwn') appendMrkdwn(parent, stringAt(text, 'text'));
  else appendText(parent, unescaped(stringAt(text, 'text')));
}

/**
 * @param {string} tag
 * @param {string} className
 * @param {string} [text]
 * @returns {HTMLElement}
 */
export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** @param {unknown} value @param {string} key @returns {unknown} */
export function at(value, key) {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return /** @type {Block} */ (value)[key];
}

/** @param {unknown} value @param {string} key @returns {string} */
export function stringAt(value, key) {
  const found = at(value, key);
  return typeof found === 'string' ? found : '';
}

/** @param {unknown} value @param {string} key @returns {readonly unknown[]} */
export function listAt(value, key) {
  const found = at(value, key);
  return Array.isArray(found) ? found : [];
}
