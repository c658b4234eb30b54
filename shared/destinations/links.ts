import { AWS_HOSTS, allowedUrl, linksFor } from '../links/links.ts';
import type { Words } from '../messages/words.ts';
import type { Report } from '../model/bundle.ts';
import { localTime } from './times.ts';

/** A link as people see it: words, and an https address that is ours, AWS's or the operator's. */
export interface WordedLink {
  readonly text: string;
  readonly url: string;
}

/** How many links, and how many characters of addresses, each and together. */
export interface LinkRoom {
  readonly count: number;
  readonly each: number;
  readonly characters: number;
}

/**
 * The operator's runbook, the places in the console, the source's own advice where it lies on AWS's hosts.
 * No address comes from the text of a log line or a finding. One that does not fit is left out whole.
 */
export function linksOf(
  report: Report,
  words: Words,
  timezone: string,
  room: LinkRoom,
): readonly WordedLink[] {
  const all = [...runbook(report, words), ...places(report, words, timezone), ...advice(report, words)];
  let left = room.characters;
  const fitting = all.filter(({ url }) => {
    const fits = url.length <= Math.min(left, room.each);
    if (fits) left -= url.length;
    return fits;
  });
  return fitting.slice(0, room.count);
}

/** The address of a runbook, when it is one: https, without a user name in it. */
export function runbookUrl(runbook: string | null): string | null {
  const url = runbook === null ? null : URL.parse(runbook);
  return url?.protocol === 'https:' && url.username === '' && url.password === '' ? url.href : null;
}

function runbook(report: Report, words: Words): readonly WordedLink[] {
  const url = runbookUrl(report.runbook);
  return url === null ? [] : [{ text: words.runbook, url }];
}

function places(
  { places, region, partition }: Report,
  words: Words,
  timezone: string,
): readonly WordedLink[] {
  return linksFor(places, { region, partition }).map(({ is, url }) => {
    const place = places.find((p) => p.is === is);
    const at = place !== undefined && 'at' in place ? place.at : 0;
    return { text: words.links[is](localTime(at, timezone).time), url };
  });
}

function advice({ remedy }: Report, words: Words): readonly WordedLink[] {
  const url = remedy?.url == null ? null : allowedUrl(remedy.url, AWS_HOSTS);
  return url === null ? [] : [{ text: words.awsAdvice, url }];
}
