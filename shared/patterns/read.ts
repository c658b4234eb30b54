import { at, type Json, type JsonObject } from '../model/json.ts';
import { brief } from './refusal.ts';

/** EventBridge takes patterns of a few thousand characters; more than this is not a pattern. */
const MAX_CHARS = 65_536;
/** Deeper than any event; bounds the recursion here and in whatever walks the result. */
export const MAX_DEPTH = 64;

/** Offsets of a member's key and value; for an item of a list both are the item's. */
export interface Place {
  readonly key: number;
  readonly value: number;
}

/** JSON and where each part of it is written. */
export type Read =
  | {
      readonly ok: true;
      readonly value: Json;
      readonly placeOf: (path: readonly (string | number)[]) => Place;
    }
  | { readonly ok: false; readonly message: string; readonly offset: number };

/**
 * Reads JSON text (RFC 8259) and keeps the place of every member. Stricter than JSON.parse, since a person wrote
 * it: a key that is there twice is refused, and so is text too long or too deep for a pattern.
 */
export function readJson(source: string): Read {
  const reader = new Reader(source);
  try {
    return { ok: true, value: reader.document(), placeOf: (path) => reader.placeOf(path) };
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { ok: false, message: error.message, offset: error.offset };
  }
}

/** True for a JSON list. (Array.isArray alone would make its items `any`.) */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

class Unreadable extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

class Reader {
  readonly #source: string;
  /** The members of each object and list, by its identity. */
  readonly #places = new Map<Json, Map<string | number, Place>>();
  #root: Json = null;
  #start = 0;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  document(): Json {
    if (this.#source.length > MAX_CHARS) {
      this.#fail(`a pattern has at most ${MAX_CHARS} characters`, MAX_CHARS);
    }
    this.#take('\uFEFF');
    this.#skipSpace();
    this.#start = this.#at;
    this.#root = this.#value(0);
    this.#skipSpace();
    if (this.#at < this.#source.length) this.#fail(`the pattern ends before this: ${this.#found()}`);
    return this.#root;
  }

  placeOf(path: readonly (string | number)[]): Place {
    let place: Place = { key: this.#start, value: this.#start };
    let here: Json | undefined = this.#root;
    for (const key of path) {
      place = (here === undefined ? undefined : this.#places.get(here)?.get(key)) ?? place;
      here = at(here, key);
    }
    return place;
  }

  #value(depth: number): Json {
    if (depth > MAX_DEPTH) this.#fail(`a pattern is at most ${MAX_DEPTH} levels deep`);
    const char = this.#source[this.#at];
    if (char === '{') return this.#object(depth);
    if (char === '[') return this.#list(depth);
    if (char === '"') return this.#text();
    if (this.#take('true')) return true;
    if (this.#take('false')) return false;
    if (this.#take('null')) return null;
    return this.#number();
  }

  #object(depth: number): JsonObject {
    // Without a prototype, so that a key named __proto__ is a key like any other.
    const object: Record<string, Json> = Object.create(null);
    const members = new Map<string | number, Place>();
    this.#places.set(object, members);
    this.#items('}', () => {
      const key = this.#at;
      if (this.#source[key] !== '"') this.#fail(`a field name in quotes goes here, not ${this.#found()}`);
      const name = this.#text();
      if (members.has(name)) this.#fail(`${brief(name)} is already there; keep one of the two`, key);
      this.#skipSpace();
      if (!this.#take(':')) this.#fail(`a colon goes after a field name, not ${this.#found()}`);
      this.#skipSpace();
      members.set(name, { key, value: this.#at });
      object[name] = this.#value(depth + 1);
    });
    return object;
  }

  #list(depth: number): readonly Json[] {
    const list: Json[] = [];
    const members = new Map<string | number, Place>();
    this.#places.set(list, members);
    this.#items(']', () => {
      members.set(list.length, { key: this.#at, value: this.#at });
      list.push(this.#value(depth + 1));
    });
    return list;
  }

  /** What lies between a bracket and its `end`, separated by commas. */
  #items(end: string, readItem: () => void): void {
    this.#at++;
    this.#skipSpace();
    if (this.#take(end)) return;
    for (;;) {
      readItem();
      this.#skipSpace();
      if (this.#take(end)) return;
      const comma = this.#at;
      if (!this.#take(',')) this.#fail(`a comma or ${end} goes here, not ${this.#found()}`);
      this.#skipSpace();
      if (this.#source[this.#at] === end) this.#fail(`no comma goes before ${end}`, comma);
    }
  }

  #text(): string {
    const start = this.#at++;
    for (let char = this.#source[this.#at]; char !== '"'; char = this.#source[this.#at]) {
      if (char === undefined || char === '\n') this.#fail('this string has no closing double quote', start);
      if (char < ' ') this.#fail('a control character in a string is written as an escape, such as \\t');
      if (char === '\\') this.#escape();
      else this.#at++;
    }
    this.#at++;
    return String(JSON.parse(this.#source.slice(start, this.#at)));
  }

  #escape(): void {
    if (this.#token(/\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y) === null) {
      this.#fail('JSON has no such escape; a backslash itself is written \\\\');
    }
  }

  #number(): number {
    const start = this.#at;
    const digits = this.#token(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    if (digits === null) this.#fail(`a value goes here, not ${this.#found()}`);
    if (!Number.isFinite(Number(digits))) this.#fail('this number is too large', start);
    return Number(digits);
  }

  #token(sticky: RegExp): string | null {
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#source)?.[0] ?? null;
    this.#at += found?.length ?? 0;
    return found;
  }

  #take(token: string): boolean {
    const here = this.#source.startsWith(token, this.#at);
    if (here) this.#at += token.length;
    return here;
  }

  #skipSpace(): void {
    while (' \t\r\n'.includes(this.#source[this.#at] ?? 'end')) this.#at++;
  }

  /** The word or character at this place, for a message. */
  #found(): string {
    const [word] = /^(?:\w{1,20}|.?)/su.exec(this.#source.slice(this.#at, this.#at + 20)) ?? [''];
    if (word === '') return 'the end';
    if (word === "'") return 'a single quote (strings go in double quotes)';
    if (word === '/' || word === '#') return `${word} (JSON has no comments)`;
    return word;
  }

  #fail(message: string, offset = this.#at): never {
    throw new Unreadable(message, offset);
  }
}
