import type { Language } from '../model/decision.ts';
import { en, type Words } from './en.ts';
import { ja } from './ja.ts';

const LANGUAGES: { readonly [L in Language]: Words } = { en, ja };

/** The words of a language. The compiler names the language that has none, and the word that a language lacks. */
export function wordsOf(language: Language): Words {
  return LANGUAGES[language];
}

export type { Words };
