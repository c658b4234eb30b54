/** Any value that JSON can hold: the type of outside data until a parser has looked at it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json | undefined };

/** True for a JSON object (not null, not an array). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads `value` along `path` and returns what lies there, or undefined. Only own properties count, so a
 * hostile `__proto__` or `constructor` key reads as plain data.
 */
export function at(value: unknown, ...path: readonly (string | number)[]): Json | undefined {
  let here: unknown = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string | number, unknown>)[key];
  }
  return here as Json | undefined;
}

/** The string at `path`, or null; numbers and booleans count as their text, since AWS sends both forms. */
export function text(value: unknown, ...path: readonly (string | number)[]): string | null {
  const found = at(value, ...path);
  if (typeof found === 'string') return found;
  return typeof found === 'number' || typeof found === 'boolean' ? String(found) : null;
}

/** What is text in an object, by name; the rest of it is left out. */
export function texts(value: unknown): { readonly [name: string]: string } {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.keys(value).flatMap((name) => {
      const found = text(value, name);
      return found === null ? [] : [[name, found]];
    }),
  );
}

/** The finite number at `path`, or null; numeric strings count, since AWS sends both forms. */
export function number(value: unknown, ...path: readonly (string | number)[]): number | null {
  const found = at(value, ...path);
  if (typeof found === 'string' && found.trim() === '') return null;
  const parsed = typeof found === 'number' || typeof found === 'string' ? Number(found) : Number.NaN;
  return Number.isFinite(parsed) ? parsed : null;
}

/** The array at `path`, or an empty one. */
export function list(value: unknown, ...path: readonly (string | number)[]): readonly Json[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? (found as readonly Json[]) : [];
}
