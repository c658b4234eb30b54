import type { Request } from '../model/level.ts';
import type { Draft } from './logs-signal.ts';

/**
 * A refused request alone is the caller's mistake. So many of one route in one payload, and so great a share of its
 * requests, are a problem of ours: a broken client, a wrong deploy, somebody who tries passwords.
 */
const MANY = 10;
const SHARE = 0.1;

/** One problem for each route and class of status, however many requests: `GET /orders/:id 5xx`. */
export function problemOf({ route, status }: Request): string {
  return `${route} ${Math.floor(status / 100)}xx`;
}

/**
 * Lowers the 4xx requests of a payload that are too few to be told from WARNING to INFO, with the reason, and gives
 * them. `total` is the number of the payload's events: in an access log, its requests.
 */
export function lowerRare(drafts: readonly Draft[], total: number): ReadonlySet<Draft> {
  const refused = drafts.filter(({ reading, level }) => reading.request !== undefined && level === 'WARNING');
  const byProblem = Map.groupBy(refused, ({ reading }) =>
    reading.request === undefined ? '' : problemOf(reading.request),
  );
  const rare = new Set<Draft>();
  for (const [problem, some] of byProblem) {
    if (some.length >= MANY && some.length >= total * SHARE) continue;
    for (const draft of some) {
      draft.level = 'INFO';
      draft.evidence += `; ${some.length} × ${problem} among ${total} events, WARNING from ${MANY} and ${SHARE * 100} % on`;
      rare.add(draft);
    }
  }
  return rare;
}
