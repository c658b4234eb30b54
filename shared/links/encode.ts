/** encodeURIComponent, total: a half surrogate pair would throw. */
export function once(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
