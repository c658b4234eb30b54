import { describe, expect, it, test } from 'vitest';
import { wordsOf } from '../../shared/messages/words.ts';
import { LANGUAGES } from '../../shared/model/decision.ts';

/** Every word of a language by its path; functions as how many values they may use. */
function paths(words: object, prefix = ''): ReadonlyMap<string, unknown> {
  return new Map(
    Object.entries(words).flatMap(([key, value]) =>
      typeof value === 'object'
        ? [...paths(value, `${prefix}${key}.`)]
        : [[`${prefix}${key}`, value] as const],
    ),
  );
}

/** Stands for a value that must show up in the sentence. */
const VALUES = ['«1»', '«2»', '«3»'];

describe.each(LANGUAGES)('%s', (language) => {
  const words = paths(wordsOf(language));
  const reference = paths(wordsOf('en'));

  it('has the words of the reference language, and no others', () => {
    expect([...words.keys()]).toEqual([...reference.keys()]);
  });

  test.each([...reference])('%s says something, with the same values', (path, english) => {
    const word = words.get(path);
    expect(typeof word).toBe(typeof english);
    if (typeof word === 'function' && typeof english === 'function') {
      const said = String(word(...VALUES));
      expect(said.trim()).not.toBe('');
      expect(VALUES.filter((v) => said.includes(v))).toEqual(
        VALUES.filter((v) => String(english(...VALUES)).includes(v)),
      );
    } else if (path !== 'unitGap') {
      expect(String(word)).not.toBe('');
    }
  });

  it('says nothing that Slack would format or link', () => {
    for (const word of words.values()) {
      const said = typeof word === 'function' ? String(word(...VALUES)) : String(word);
      expect(said).not.toMatch(/[<>*_~`]|:\/\//);
    }
  });
});

describe('Japanese', () => {
  it('is not English left as it was, but for names', () => {
    const english = paths(wordsOf('en'));
    const same = [...paths(wordsOf('ja'))].filter(
      ([path, word]) => typeof word === 'string' && word === english.get(path),
    );
    expect(same.map(([path]) => path)).toEqual(['runbook']);
  });
});
