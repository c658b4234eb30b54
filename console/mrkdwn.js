// Slack's mrkdwn as DOM nodes. Everything is built with text nodes: what a log says can never become markup.

/** The emoji that messages use, drawn by page.css, since not every machine has a font for them. */
const EMOJI = new Map([
  ['🔴', 'red_circle'],
  ['🟠', 'large_orange_circle'],
  ['🟡', 'large_yellow_circle'],
  ['🔵', 'large_blue_circle'],
  ['⚪', 'white_circle'],
  ['✅', 'white_check_mark'],
  ['🚨', 'rotating_light'],
]);
const EMOJI_BY_NAME = new Map([...EMOJI].map(([emoji, name]) => [name, emoji]));
const ANY_EMOJI = /[🔴🟠🟡🔵⚪✅🚨]/gu;

/**
 * Appends plain text; its emoji become pictures that still copy as text.
 * @param {Element} parent
 * @param {string} text
 */
export function appendText(parent, text) {
  let end = 0;
  for (const { 0: emoji, index } of text.matchAll(ANY_EMOJI)) {
    const name = EMOJI.get(emoji) ?? '';
    parent.append(text.slice(end, index));
    end = index + emoji.length;
    const picture = wrap(parent, 'span', emoji);
    picture.className = `emoji ${name}`;
    picture.setAttribute('role', 'img');
    picture.setAttribute('aria-label', name.replaceAll('_', ' '));
  }
  parent.append(text.slice(end));
}

/**
 * Inline tokens, in the order in which Slack looks for them. Each is linear: no part can match what follows it.
 * A formatting mark counts only at the edge of a word, as in Slack.
 */
const INLINE =
  /```([^`]+)```|`([^`\n]+)`|<([^<>\n]{1,3000})>|:([a-z0-9_+-]{2,40}):|(?<![\w*])\*([^*\n]+)\*(?![\w*])|(?<!\w)_([^_\n]+)_(?!\w)|(?<![\w~])~([^~\n]+)~(?![\w~])/g;

/**
 * Appends `source` to `parent`, formatted.
 * @param {Element} parent
 * @param {string} source
 */
export function appendMrkdwn(parent, source) {
  let quote = null;
  for (const [i, line] of fencedLines(source).entries()) {
    const quoted = /^&gt; ?/.exec(line) ?? /^> ?/.exec(line);
    if (quoted !== null) {
      quote ??= parent.appendChild(document.createElement('blockquote'));
      if (quote.hasChildNodes()) quote.append('\n');
      appendInline(quote, line.slice(quoted[0].length));
      continue;
    }
    if (i > 0 && quote === null) parent.append('\n');
    quote = null;
    appendInline(parent, line);
  }
}

/**
 * Lines, but a code block of several lines stays one.
 * @param {string} source
 * @returns {readonly string[]}
 */
function fencedLines(source) {
  /** @type {string[]} */
  const lines = [];
  for (const [i, part] of source.split('```').entries()) {
    const whole = i % 2 === 1 ? [`\`\`\`${part}\`\`\``] : part.split('\n');
    const [first = '', ...rest] = whole;
    if (i === 0) lines.push(...whole);
    else lines.push(`${lines.pop() ?? ''}${first}`, ...rest);
  }
  return lines;
}

/**
 * @param {Element} parent
 * @param {string} source
 */
function appendInline(parent, source) {
  let end = 0;
  for (const match of source.matchAll(INLINE)) {
    appendText(parent, unescaped(source.slice(end, match.index)));
    const [whole, block, code, angle, emoji, bold, italic, strike] = match;
    end = match.index + whole.length;
    if (block !== undefined) wrap(parent, 'pre', unescaped(block.replace(/^\n/, '')));
    else if (code !== undefined) wrap(parent, 'code', unescaped(code));
    else if (angle !== undefined) appendAngle(parent, angle);
    else if (emoji !== undefined) appendText(parent, EMOJI_BY_NAME.get(emoji) ?? whole);
    else if (bold !== undefined) appendInline(wrap(parent, 'strong', ''), bold);
    else if (italic !== undefined) appendInline(wrap(parent, 'em', ''), italic);
    else if (strike !== undefined) appendInline(wrap(parent, 's', ''), strike);
  }
  appendText(parent, unescaped(source.slice(end)));
}

/**
 * `<https://…|words>`, `<@U…>`, `<#C…|name>`, `<!here>`, `<!subteam^S…|@name>`, `<!date^…|fallback>`.
 * @param {Element} parent
 * @param {string} inner
 */
function appendAngle(parent, inner) {
  const bar = inner.indexOf('|');
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const words = unescaped(bar < 0 ? '' : inner.slice(bar + 1));
  if (target.startsWith('!date^')) parent.append(words);
  else if (target.startsWith('!') || target.startsWith('@')) {
    const name = target.replace(/^!subteam\^|^[!@]/, '');
    wrap(parent, 'span', words === '' ? `@${name}` : words).className = 'mention';
  } else if (target.startsWith('#'))
    wrap(parent, 'span', `#${words || target.slice(1)}`).className = 'mention';
  else parent.append(link(unescaped(target), words || unescaped(target)));
}

/**
 * A link that opens elsewhere and tells nothing about this page; plain text when it is no web address.
 * @param {string} url
 * @param {string} words
 * @returns {Node}
 */
export function link(url, words) {
  if (!/^https?:\/\//.test(url)) return document.createTextNode(words);
  const anchor = document.createElement('a');
  anchor.href = url;
  anchor.target = '_blank';
  anchor.rel = 'noopener noreferrer';
  anchor.textContent = words;
  return anchor;
}

/**
 * @param {Element} parent
 * @param {string} tag
 * @param {string} text
 */
function wrap(parent, tag, text) {
  const element = parent.appendChild(document.createElement(tag));
  element.textContent = text;
  return element;
}

/**
 * Undoes the three escapes that Slack knows.
 * @param {string} text
 */
export function unescaped(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
