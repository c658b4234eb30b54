/**
 * Small total readers for data that comes back from outside (a table item, an HTTP answer). Each checks one
 * shape and gives a typed value, or throws with the place that is wrong. `record` is keyed by the type it reads:
 * a field added to the model does not compile until its reader is written here.
 */

/** What was read does not have the shape it must have; the message says where. */
export class Misshapen extends Error {
  override readonly name = 'Misshapen';
}

/** Reads one value; `where` is its path for the error. */
export type Read<T> = (value: unknown, where: string) => T;

export const aString: Read<string> = (value, where) =>
  typeof value === 'string' ? value : wrong('a string', value, where);

export const aNumber: Read<number> = (value, where) =>
  typeof value === 'number' && Number.isFinite(value) ? value : wrong('a finite number', value, where);

export const aFlag: Read<boolean> = (value, where) =>
  typeof value === 'boolean' ? value : wrong('true or false', value, where);

/** A string that only its own maker produces; what we stored ourselves is such a one. */
export function aBranded<T extends string>(): Read<T> {
  return (value, where) => aString(value, where) as T;
}

/** One of a closed set. */
export function oneOf<T extends string | number>(values: readonly T[]): Read<T> {
  return (value, where) =>
    values.find((v) => v === value) ?? wrong(`one of ${values.join(', ')}`, value, where);
}

export function orNull<T>(read: Read<T>): Read<T | null> {
  return (value, where) => (value === null ? null : read(value, where));
}

/** A field that older items lack. */
export function orAbsent<T>(read: Read<T>, absent: T): Read<T> {
  return (value, where) => (value === undefined ? absent : read(value, where));
}

export function listOf<T>(read: Read<T>): Read<readonly T[]> {
  return (value, where) =>
    Array.isArray(value)
      ? value.map((item: unknown, i) => read(item, `${where}[${i}]`))
      : wrong('a list', value, where);
}

export function pairOf<A, B>(first: Read<A>, second: Read<B>): Read<readonly [A, B]> {
  return (value, where) =>
    Array.isArray(value) && value.length === 2
      ? [first(value[0], `${where}[0]`), second(value[1], `${where}[1]`)]
      : wrong('a pair', value, where);
}

/** An object with exactly these fields; others are left out, so that an older version reads a newer item. */
export function record<T extends object>(fields: { readonly [K in keyof T]-?: Read<T[K]> }): Read<T> {
  const readers = Object.entries<Read<unknown>>(fields);
  return (value, where) => {
    const object = anObject(value, where);
    // Built field by field by readers that `fields` ties to T.
    return Object.fromEntries(
      readers.map(([key, read]) => [key, read(own(object, key), `${where}.${key}`)]),
    ) as T;
  };
}

/** A union told apart by its `is`. */
export function variant<T extends { readonly is: string }>(
  kinds: {
    readonly [K in T['is']]: Read<Extract<T, { readonly is: K }>>;
  },
): Read<T> {
  const byName = new Map<string, Read<T>>(Object.entries<Read<T>>(kinds));
  return (value, where) => {
    const is = aString(own(anObject(value, where), 'is'), `${where}.is`);
    const read = byName.get(is);
    return read === undefined
      ? wrong(`one of ${[...byName.keys()].join(', ')}`, is, `${where}.is`)
      : read(value, where);
  };
}

/** Parses JSON text and reads it. @throws Misshapen also when it is not JSON. */
export function fromJson<T>(text: unknown, read: Read<T>, where: string): T {
  return read(parse(aString(text, where), where), where);
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Misshapen(`${where} is not JSON`);
  }
}

function anObject(value: unknown, where: string): object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? value
    : wrong('an object', value, where);
}

function own(object: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(object, key)?.value;
}

function wrong(wanted: string, got: unknown, where: string): never {
  const kind = got === null ? 'null' : Array.isArray(got) ? 'a list' : typeof got;
  throw new Misshapen(`${where} should be ${wanted}, not ${kind}`);
}
