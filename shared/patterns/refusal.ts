/** Keys and indexes from the pattern's root. */
export type Path = readonly (string | number)[];

/** Why a pattern cannot be compiled, and which part of it. Thrown inside this folder only. */
export class Refusal extends Error {
  readonly path: Path;
  /** Whether the field's name is at fault or what stands after it. */
  readonly of: 'key' | 'value';

  constructor(path: Path, of: 'key' | 'value', message: string) {
    super(message);
    this.path = path;
    this.of = of;
  }
}

/** Refuses the value at `path`. */
export function refuse(path: Path, message: string): never {
  throw new Refusal(path, 'value', message);
}

/** Refuses the last key of `path`. */
export function refuseKey(path: Path, message: string): never {
  throw new Refusal(path, 'key', message);
}

/** What `value` is, short enough for a message. */
export function brief(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
