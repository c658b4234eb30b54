import { describe, expect, it, test } from 'vitest';
import { checkCard, LIMITS, rendered } from '../../../shared/destinations/slack/limits.ts';
import type { JsonObject } from '../../../shared/model/json.ts';

const plain = (n: number) => ({ type: 'plain_text', text: 'x'.repeat(n) });
const section = (n: number): JsonObject => ({ type: 'section', text: plain(n) });
const rich = (...elements: readonly JsonObject[]): JsonObject => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements }],
});

interface Row {
  readonly rule: string;
  readonly fits: readonly JsonObject[];
  readonly breaks: readonly JsonObject[];
  readonly says: string;
}

const ROWS: readonly Row[] = [
  {
    rule: 'a header has 150 characters',
    fits: [{ type: 'header', text: plain(150) }],
    breaks: [{ type: 'header', text: plain(151) }],
    says: 'blocks[0]: text has 151 characters, 1 to 150',
  },
  {
    rule: 'a header is plain text',
    fits: [{ type: 'header', text: plain(1) }],
    breaks: [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }],
    says: 'blocks[0]: a header takes plain_text only',
  },
  {
    rule: 'a section has 3,000 characters',
    fits: [section(3_000)],
    breaks: [section(3_001)],
    says: 'blocks[0]: text has 3001 characters, 1 to 3000',
  },
  {
    rule: 'no text is empty',
    fits: [section(1)],
    breaks: [section(0)],
    says: 'blocks[0]: text has 0 characters, 1 to 3000',
  },
  {
    rule: 'a section has ten fields',
    fits: [{ type: 'section', fields: Array(10).fill(plain(1)) }],
    breaks: [{ type: 'section', fields: Array(11).fill(plain(1)) }],
    says: 'blocks[0]: 11 fields, at most 10',
  },
  {
    rule: 'a field has 2,000 characters',
    fits: [{ type: 'section', fields: [plain(2_000)] }],
    breaks: [{ type: 'section', fields: [plain(2_001)] }],
    says: 'blocks[0]: fields[0] has 2001 characters, 1 to 2000',
  },
  {
    rule: 'small print has ten elements',
    fits: [{ type: 'context', elements: Array(10).fill(plain(1)) }],
    breaks: [{ type: 'context', elements: Array(11).fill(plain(1)) }],
    says: 'blocks[0]: 11 elements, 1 to 10',
  },
  {
    rule: 'a message has 50 blocks',
    fits: Array(50).fill({ type: 'divider' }),
    breaks: Array(51).fill({ type: 'divider' }),
    says: '51 blocks, at most 50',
  },
  {
    rule: 'ids are unique',
    fits: [
      { type: 'divider', block_id: 'a' },
      { type: 'divider', block_id: 'b' },
    ],
    breaks: [
      { type: 'divider', block_id: 'a' },
      { type: 'divider', block_id: 'a' },
    ],
    says: 'block_id must be unique within the message',
  },
  {
    rule: 'an id has 255 characters',
    fits: [{ type: 'divider', block_id: 'a'.repeat(255) }],
    breaks: [{ type: 'divider', block_id: 'a'.repeat(256) }],
    says: 'blocks[0]: block_id has 256 characters, at most 255',
  },
  {
    rule: 'a rich text element has text',
    fits: [rich({ type: 'text', text: 'x' })],
    breaks: [rich({ type: 'text', text: '' })],
    says: 'blocks[0]: elements[0].elements[0] has no text',
  },
  {
    rule: 'a link is https',
    fits: [rich({ type: 'link', url: 'https://example.com' })],
    breaks: [rich({ type: 'link', url: 'javascript:alert(1)' })],
    says: 'blocks[0]: elements[0].elements[0].url is not https',
  },
  {
    rule: 'a link has 3,000 characters',
    fits: [rich({ type: 'link', url: `https://${'x'.repeat(2_992)}` })],
    breaks: [rich({ type: 'link', url: `https://${'x'.repeat(2_993)}` })],
    says: 'blocks[0]: elements[0].elements[0].url has 3001 characters, at most 3000',
  },
  {
    rule: 'only blocks that we know are sent',
    fits: [{ type: 'divider' }],
    breaks: [{ type: 'hologram' }],
    says: 'blocks[0]: unknown block type "hologram"',
  },
  {
    rule: 'all together stay below what Slack refuses',
    fits: [section(3_000), section(3_000), section(3_000), section(2_999)],
    breaks: [section(3_000), section(3_000), section(3_000), section(3_000)],
    says: '12000 rendered characters, fewer than 12000 fit',
  },
];

describe('Slack’s limits', () => {
  test.each(ROWS)('$rule', ({ fits, breaks, says }) => {
    expect(checkCard(fits)).toEqual([]);
    expect(checkCard(breaks)).toEqual([says]);
  });

  it('counts the addresses of links as rendered', () => {
    expect(rendered([rich({ type: 'link', url: 'https://a.example', text: 'words' })])).toBe(22);
    expect(LIMITS.rendered).toBeLessThan(13_200);
  });
});
