import { join } from 'node:path';
import { at, isObject, type JsonObject, text } from '../shared/model/json.ts';
import { forgetfulLog, openAppendLog, readLines } from './append-log.ts';
import { parseJson } from './parse.ts';

/** Where the stand-ins write what they accepted, so that a restart finds the same Slack and the same PagerDuty. */
export interface Outbox {
  /** Resolves once it is durable. */
  record(service: 'slack' | 'pagerduty', what: JsonObject): Promise<void>;
  /** What a service had accepted before this start, oldest first. */
  earlier(service: 'slack' | 'pagerduty'): readonly JsonObject[];
  close(): Promise<void>;
}

/** Opens `outbox.jsonl` in `directory`; null keeps nothing. */
export async function openOutbox(directory: string | null): Promise<Outbox> {
  const path = directory === null ? null : join(directory, 'outbox.jsonl');
  const log = path === null ? forgetfulLog() : await openAppendLog(path);
  const earlier: { readonly service: string | null; readonly what: JsonObject }[] = [];
  if (path !== null) {
    for await (const line of readLines(path)) {
      const entry = parseJson(line.text);
      const what = at(entry, 'what');
      if (isObject(what)) earlier.push({ service: text(entry, 'service'), what });
    }
  }
  return {
    record: async (service, what) => {
      await log.append(JSON.stringify({ service, what }));
    },
    earlier: (service) => earlier.filter((entry) => entry.service === service).map(({ what }) => what),
    close: () => log.close(),
  };
}
