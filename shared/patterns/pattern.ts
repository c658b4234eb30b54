/** A value that an event field can end in. */
export type Scalar = string | number | boolean | null;

/**
 * A compiled event pattern. It matches when one of its ways does; there is more than one only where the
 * pattern holds `$or`. Make one with `parsePattern` or `compilePattern`.
 */
export interface Pattern {
  readonly ways: readonly Way[];
}

/** Tests that must all hold: flat for whoever indexes them, as a tree for whoever walks a document. */
export interface Way {
  readonly fields: readonly Field[];
  readonly root: Branch;
}

export interface Field {
  readonly path: readonly string[];
  readonly leaf: Leaf;
}

/** An object in the pattern: every field must hold, and under a list of objects within the same object. */
export interface Branch {
  readonly is: 'branch';
  readonly fields: readonly { readonly key: string; readonly node: Branch | Leaf }[];
  /** Holds where the document has nothing here: every leaf below allows absence. */
  readonly absent: boolean;
}

/** A list in the pattern: one choice must hold. */
export interface Leaf extends Choice {
  readonly is: 'leaf';
  /** The list holds `{"exists": false}`. */
  readonly absent: boolean;
}

/** Alternatives for one value. Plain values are kept in a set, since long lists of them are common. */
export interface Choice {
  readonly equals: ReadonlySet<Scalar>;
  readonly tests: readonly Test[];
}

/** One operator with its checked operand. A `folded` operand is in the form that `foldCase` makes. */
export type Test =
  | { readonly is: 'prefix'; readonly text: string; readonly folded: boolean }
  | { readonly is: 'suffix'; readonly text: string; readonly folded: boolean }
  | { readonly is: 'equals-ignore-case'; readonly folded: string }
  | ({ readonly is: 'wildcard' } & Wildcard)
  | ({ readonly is: 'numeric' } & Range)
  | ({ readonly is: 'cidr' } & Network)
  | { readonly is: 'exists' }
  | { readonly is: 'anything-but'; readonly but: Choice };

/** `head*middle*…*tail`: the literal parts between the stars. */
export interface Wildcard {
  readonly head: string;
  readonly middle: readonly string[];
  readonly tail: string;
}

/** Numbers from `low` to `high`; an open end is not part of it. */
export interface Range {
  readonly low: number;
  readonly lowOpen: boolean;
  readonly high: number;
  readonly highOpen: boolean;
}

/** Addresses that begin with these bits: `4:` or `6:`, then `0`s and `1`s. */
export interface Network {
  readonly bits: string;
}
