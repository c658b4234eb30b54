import type { Json } from '../shared/model/json.ts';

/** JSON text as a value; undefined when it is none. */
export function parseJson(source: string): Json | undefined {
  try {
    return JSON.parse(source) as Json;
  } catch {
    return undefined;
  }
}
