import { makeLog } from '../../shared/adapters/log.ts';
import type { JsonObject } from '../../shared/model/json.ts';
import type { Log } from '../../shared/pipeline/ports.ts';
import { MORNING } from '../support/make.ts';

/** A log that remembers its lines, parsed. */
export function linesOf(): { readonly log: Log; readonly lines: readonly JsonObject[] } {
  const lines: JsonObject[] = [];
  const log = makeLog(
    'test',
    () => MORNING,
    (line) => lines.push(JSON.parse(line)),
  );
  return { log, lines };
}
