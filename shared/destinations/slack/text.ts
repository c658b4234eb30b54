import { clean } from '../text.ts';

/** Slack's own three: docs.slack.dev, "Formatting message text", escaping. Nothing else is an entity. */
const ENTITIES: { readonly [character: string]: string } = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Disarms pings and masked links in mrkdwn text. */
export function escapeMrkdwn(text: string): string {
  return text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character);
}

/** What still formats after escaping, and a look-alike of each that does not. */
const LIVE: readonly (readonly [RegExp, string])[] = [
  [/\*/g, '∗'],
  [/~/g, '∼'],
  [/`/g, 'ˋ'],
  // Only at the edge of a word does an underscore format; snake_case stays as it is.
  [/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, 'ˍ'],
  // `:name:` is an emoji; two digits between colons are a time of day.
  [/:(?!\d\d:)(?=[^\s:]{1,100}:)/g, '꞉'],
  // A bare address would become a link.
  [/:\/\//g, ':∕∕'],
];

/** Text from outside for a mrkdwn field: it reads the same, and neither pings, links nor formats. */
export function inert(text: string): string {
  return escapeMrkdwn(LIVE.reduce((calm, [pattern, alike]) => calm.replace(pattern, alike), clean(text)));
}

/** Somebody to be pinged, as the operator wrote it in the rules. */
export type Mention =
  | { readonly type: 'usergroup'; readonly usergroup_id: string }
  | { readonly type: 'user'; readonly user_id: string }
  | { readonly type: 'broadcast'; readonly range: 'here' | 'channel' | 'everyone' };

/**
 * Reads an operator's mentions, apart by blanks: `<!subteam^S…>`, `<@U…>`, `<!here>`, `<!channel>`,
 * `<!everyone>`. Anything else pings nobody and is left out.
 */
export function mentionsIn(written: string | null): readonly Mention[] {
  return (written ?? '').split(/\s+/).flatMap((word): readonly Mention[] => {
    const group = /^<!subteam\^([A-Z0-9]{1,30})(?:\|[^<>|]{0,100})?>$/.exec(word)?.[1];
    if (group !== undefined) return [{ type: 'usergroup', usergroup_id: group }];
    const user = /^<@([A-Z0-9]{1,30})(?:\|[^<>|]{0,100})?>$/.exec(word)?.[1];
    if (user !== undefined) return [{ type: 'user', user_id: user }];
    const range = (['here', 'channel', 'everyone'] as const).find((r) => word === `<!${r}>`);
    return range === undefined ? [] : [{ type: 'broadcast', range }];
  });
}

/** A mention in mrkdwn. */
export function mentionText(mention: Mention): string {
  switch (mention.type) {
    case 'usergroup':
      return `<!subteam^${mention.usergroup_id}>`;
    case 'user':
      return `<@${mention.user_id}>`;
    case 'broadcast':
      return `<!${mention.range}>`;
  }
}
