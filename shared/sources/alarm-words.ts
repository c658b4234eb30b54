import type { AlarmNews } from './alarm-news.ts';
import { readArn } from './arns.ts';
import { oneLine } from './words.ts';

const NUMBER = String.raw`-?\d{1,30}(?:\.\d{1,30})?(?:E-?\d{1,3})?`;
const POINT = new RegExp(String.raw`(?:\[|\()(${NUMBER}) ?[(\])]`, 'i');
const THRESHOLD = new RegExp(
  String.raw`(?:was|were) (not )?(greater than or equal to|greater than|less than or equal to|less than) the threshold \((${NUMBER})\)`,
  'i',
);
const BAND = new RegExp(
  String.raw`lower thresholds \[(${NUMBER})[^\]]{0,400}\] (?:or|and) (?:not )?greater than the upper thresholds \[(${NUMBER})`,
  'i',
);
const SIGNS: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['greater than or equal to', ['≥', '<']],
  ['greater than', ['>', '≤']],
  ['less than or equal to', ['≤', '>']],
  ['less than', ['<', '≥']],
]);

/**
 * The alarm's name and the numbers of its reason: `cpu-high: CPUUtilization 97.3 > 80`. Reasons that hold no
 * numbers (a composite alarm, a state set by hand) are quoted; the newest datapoint stands first in them.
 */
export function headline(news: AlarmNews): string {
  const name = oneLine(news.name, 100) || 'CloudWatch alarm';
  const of = news.contributor?.attributes ? ` (${oneLine(news.contributor.attributes, 60)})` : '';
  if (news.what === 'configuration') return `${name}${of}: alarm configuration ${news.operation || 'change'}`;
  return `${name}${of}: ${numbers(news) ?? children(news) ?? words(news)}`;
}

function numbers(news: AlarmNews): string | null {
  const reason = news.reason.slice(0, 2000);
  const value = POINT.exec(reason.split('threshold', 1)[0] ?? '')?.[1];
  if (value === undefined) return null;
  const metric = oneLine(news.measure, 60) || 'value';
  const [, not, comparison, threshold] = THRESHOLD.exec(reason) ?? [];
  const sign = SIGNS.get((comparison ?? '').toLowerCase());
  if (sign !== undefined)
    return `${metric} ${short(value)} ${not ? sign[1] : sign[0]} ${short(threshold ?? '')}`;
  const band = BAND.exec(reason);
  if (band === null) return null;
  const side = news.state === 'OK' ? 'inside' : 'outside';
  return `${metric} ${short(value)} ${side} ${short(band[1] ?? '')}–${short(band[2] ?? '')}`;
}

/** Four significant digits: enough to see how far off it is. */
function short(value: string): string {
  return String(Number(Number(value).toPrecision(4)));
}

function children(news: AlarmNews): string | null {
  const names = news.children
    .map((arn) => readArn(arn)?.resource.replace(/^alarm:/, '') ?? '')
    .filter((n) => n !== '');
  if (names.length === 0 || news.rule === '') return null;
  const shown = names.slice(0, 3).join(', ');
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return `${news.state || 'changed'} through ${shown}${more}`;
}

function words(news: AlarmNews): string {
  return oneLine(news.reason) || `state ${news.state || 'unknown'}`;
}
