import { isObject, type Json } from '../model/json.ts';
import { isList } from './read.ts';
import type { Path } from './refusal.ts';

/** A pattern that is valid but hardly means what its author thinks. */
export interface Doubt {
  readonly message: string;
  readonly path: Path;
  readonly of: 'key';
}

/**
 * Operators without the list around them. `{"numeric": [">", 5]}` in the place of `[{"numeric": [">", 5]}]` is a
 * valid pattern to EventBridge, about a field that is called numeric, and never matches.
 */
export function doubtsAbout(json: Json | undefined, path: Path = []): readonly Doubt[] {
  if (isList(json)) {
    return path.at(-1) === '$or' ? json.flatMap((item, i) => doubtsAbout(item, [...path, i])) : [];
  }
  if (!isObject(json)) return [];
  return Object.entries(json).flatMap(([key, value]) => {
    if (!looksLikeOperator(key, value)) return doubtsAbout(value, [...path, key]);
    const message = `${key} is read as a field's name here; an operator goes in a list: [{"${key}": …}]`;
    return [{ message, path: [...path, key], of: 'key' }];
  });
}

function looksLikeOperator(key: string, value: Json | undefined): boolean {
  if (key === 'numeric') return isList(value) && /^[<=>]/.test(String(value[0]));
  return (key === 'anything-but' || key === 'equals-ignore-case') && value !== undefined;
}
