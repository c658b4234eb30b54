import { CANARY, CANARY_EVENT } from '../model/canary.ts';
import { LANES } from '../model/severity.ts';
import { builtIn } from '../model/why.ts';
import { say, signalId } from './say.ts';
import type { Source } from './source.ts';

/**
 * The dead-man's switch: an event that the deployed schedule sends, so that the way from here to a person is walked
 * also while nothing is wrong. One signal a lane; the built-in rule lets it pass and tells it to nobody.
 */
export const canary: Source = {
  name: CANARY,
  accepts: (one) => one.source === CANARY_EVENT,
  read: (one) =>
    LANES.map((lane) =>
      say(one, {
        source: CANARY,
        kind: `canary ${lane}`,
        id: signalId(CANARY, lane, String(one.time ?? one.receivedAt)),
        status: 'firing',
        lifecycle: 'states',
        time: one.time ?? one.receivedAt,
        account: one.account,
        region: one.region,
        service: 'hansho',
        resource: null,
        title: `The canary of the ${lane} lane`,
        message: 'Sent by schedule to see that every step up to a person works. Nobody is told of it.',
        identity: { by: 'source', key: `canary ${lane}` },
        fields: { lane },
        why: [builtIn('read', CANARY, 'sent by schedule, to be told to nobody')],
      }),
    ),
};
