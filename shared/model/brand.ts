declare const brand: unique symbol;

/** A `T` that only its own maker may produce, so that two ids of the same base type cannot be confused. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
