import { looksRandom } from './likely.ts';
import { isMark, MARKS, mark, type Rule } from './mark.ts';

interface Shape {
  readonly family: string;
  readonly pattern: RegExp;
  /** A last look at what the pattern found. */
  readonly proves?: (secret: string) => boolean;
}

/** Nothing that belongs to a longer word may stand before or after. */
const word = (shape: string, flags = 'g'): RegExp =>
  new RegExp(`(?<![A-Za-z0-9])${shape}(?![A-Za-z0-9])`, flags);
/** For shapes that may hold hyphens: starting only where a run starts keeps the search linear. */
const run = (shape: string): RegExp => new RegExp(`(?<![\\w-])${shape}`, 'g');

/** Secrets that their own form gives away. Shapes: the vendors' documentation of their key formats. */
const SHAPES: readonly Shape[] = [
  { family: 'aws-key', pattern: word('(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}') },
  { family: 'aws-token', pattern: run('(?:FwoG|FQoG|IQoJ)[A-Za-z0-9/+=]{80,}') },
  { family: 'slack-token', pattern: run('xox[a-z](?:\\.xox[a-z])?-[A-Za-z0-9-]{10,}') },
  { family: 'slack-token', pattern: run('x(?:app|wfp)-[A-Za-z0-9-]{10,}') },
  {
    family: 'slack-hook',
    pattern: /(?<=hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/)[A-Za-z0-9_/+-]+/gi,
  },
  { family: 'webhook', pattern: /(?<=discord(?:app)?\.com\/api\/webhooks\/)\d+\/[\w-]+/gi },
  { family: 'webhook', pattern: /(?<=webhook\.office\.com\/webhookb2\/)[\w@/-]+/gi },
  { family: 'jwt', pattern: run('ey[A-Za-z0-9_-]{8,}\\.ey[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]*)?') },
  { family: 'jwt', pattern: run('eyJ[A-Za-z0-9_-]{8,}\\.[\\w-]*\\.[\\w-]+\\.[\\w-]+\\.[\\w-]+') },
  { family: 'github-token', pattern: word('gh[oprsu]_[A-Za-z0-9]{30,255}') },
  { family: 'github-token', pattern: run('github_pat_\\w{22,255}') },
  { family: 'gitlab-token', pattern: run('gl(?:pat|ptt|dt|rt)-[\\w-]{20,}') },
  { family: 'google-key', pattern: run('AIza[\\w-]{35}(?![\\w-])') },
  { family: 'google-key', pattern: run('(?:ya29\\.|GOCSPX-)[\\w-]{20,}') },
  { family: 'stripe-key', pattern: word('[rs]k_(?:test|live|prod)_[A-Za-z0-9]{10,}') },
  { family: 'stripe-key', pattern: word('whsec_[A-Za-z0-9+/=]{20,}') },
  {
    family: 'openai-key',
    pattern: run('sk-[A-Za-z0-9_-]{20,}'),
    proves: (key) => /\d/.test(key) && looksRandom(key),
  },
  { family: 'api-key', pattern: word('(?:npm_[A-Za-z0-9]{36}|hf_[A-Za-z0-9]{30,}|dop_v1_[0-9a-f]{64})') },
  {
    family: 'api-key',
    pattern: word('(?:shp(?:at|ss|ca|pa)_[0-9a-fA-F]{32}|dapi[0-9a-f]{32}|NRAK-[A-Z0-9]{27})'),
  },
  {
    family: 'api-key',
    pattern: run('(?:SG\\.[\\w-]{16,32}\\.[\\w-]{16,64}|pypi-[\\w-]{50,}|hv[sb]\\.[\\w-]{24,})'),
  },
  { family: 'api-key', pattern: /(?<![\w-])\d{8,10}:AA[\w-]{33}(?![\w-])/g },
];

/** How each of the shapes begins. */
const SHAPE_HINT =
  /A3T|A[KS]IA|ABIA|ACCA|FwoG|FQoG|IQoJ|xox[a-z]|x(?:app|wfp)-|hooks\.slack|\/webhook|webhook\.office|(?<![\w-])ey[\w-]{8}|gh[oprsu]_|github_pat|gl(?:pat|ptt|dt|rt)-|AIza|ya29\.|GOCSPX-|[rs]k_(?:test|live|prod)|whsec_|sk-|npm_|hf_|dop_v1|shp(?:at|ss|ca|pa)_|dapi[\da-f]|NRAK-|SG\.|pypi-|hv[sb]\.|:AA/i;

/** Redacts secrets that are known by their form alone. */
export const redactShapes: Rule = (text, found) => {
  if (!SHAPE_HINT.test(text)) return text;
  let out = text;
  for (const { family, pattern, proves } of SHAPES) {
    out = out.replace(pattern, (secret) => {
      if (proves !== undefined && !proves(secret)) return secret;
      found.add(family);
      return mark(family);
    });
  }
  return out;
};

const AWS_SECRET = /(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g;
const NEAR_CHARS = 60;
const NEAR_AWS_SECRET = /secret|access[ _-]?key|aws[ _-]?key|credential|\[REDACTED:aws-key\]/i;

/** Redacts AWS secret keys: 40 characters of base64 beside a word, or a key id, that says what they are. */
export const redactAwsSecrets: Rule = (text, found) => {
  if (!NEAR_AWS_SECRET.test(text)) return text;
  return text.replace(AWS_SECRET, (run, at: number) => {
    if (!/[A-Z]/.test(run) || !/[a-z]/.test(run) || !/\d/.test(run)) return run;
    const around = `${text.slice(Math.max(0, at - NEAR_CHARS), at)} ${text.slice(at + run.length, at + run.length + NEAR_CHARS)}`;
    // Other marks name families; only the words of the text itself count.
    const words = around.replace(MARKS, (found) => (found === mark('aws-key') ? found : ''));
    if (!NEAR_AWS_SECRET.test(words)) return run;
    found.add('aws-key');
    return mark('aws-key');
  });
};

const BEARER = /\b(Bearer[ \t]+)([A-Za-z0-9._~+/-]{8,}={0,2})(?![A-Za-z0-9=])/gi;
const BASIC = /\b(Basic[ \t]+)([A-Za-z0-9+/]{8,}={0,2})(?![A-Za-z0-9+/=])/gi;

/** Redacts `Bearer …` and `Basic …` wherever they stand, when what follows is a token and not a word. */
export const redactSchemes: Rule = (text, found) => {
  if (!/bearer|basic/i.test(text)) return text;
  const note = (scheme: string, token: string, secret: boolean) => {
    if (!secret || isMark(token)) return scheme + token;
    found.add('authorization');
    return scheme + mark('authorization');
  };
  return text
    .replace(BEARER, (_, scheme: string, token: string) => note(scheme, token, looksRandom(token)))
    .replace(BASIC, (_, scheme: string, token: string) => note(scheme, token, isUserAndPassword(token)));
};

/** Basic credentials are `user:password` in base64. */
function isUserAndPassword(token: string): boolean {
  try {
    return /^[\x20-\x7E\u0080-\u00FF]*:[\x20-\x7E\u0080-\u00FF]*$/.test(atob(token.slice(0, 2_000)));
  } catch {
    return false;
  }
}
