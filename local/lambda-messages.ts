/** What passes between a function's pool (lambda.ts) and its environments (lambda-worker.ts). */
export interface Call {
  readonly id: string;
  /** JSON text, as Lambda hands it over. */
  readonly event: string;
  /** ms since the epoch at which the function is stopped. */
  readonly deadline: number;
}

/** Load the bundle, run nothing. */
export const WARM = 'warm';

export type Answer =
  | { readonly is: 'log'; readonly text: string }
  | { readonly is: 'done'; readonly id: string; readonly value: string }
  | { readonly is: 'failed'; readonly id: string; readonly type: string; readonly message: string };
