import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { expect, it, vi } from 'vitest';
import { makeLinesAround } from '../../shared/adapters/lines-around.ts';

it('reads backwards from the moment and forwards from it, the error first of those', async () => {
  const answers = [{ events: [{ message: 'a' }, { message: 'b' }] }, { events: [{ message: 'ERROR' }, {}] }];
  const send = vi.fn(async (_: { readonly input: object }) => answers.shift() ?? {});
  const linesAround = makeLinesAround(Object.assign(new CloudWatchLogsClient({}), { send }));
  expect(await linesAround({ group: '/g', stream: 's', at: 1_000 }, 5)).toEqual(['a', 'b', 'ERROR', '']);
  const where = { logGroupName: '/g', logStreamName: 's' };
  expect(send.mock.calls.map(([command]) => command.input)).toEqual([
    { ...where, endTime: 1_000, startFromHead: false, limit: 5 },
    { ...where, startTime: 1_000, startFromHead: true, limit: 6 },
  ]);
});
