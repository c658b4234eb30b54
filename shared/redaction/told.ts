/** Whether a text is told as it stands by something that is told anyway, so that it needs no second look. */
export type Told = (text: string) => boolean;

export const NOTHING_TOLD: Told = () => false;

/** A search looks at every character of the message, and at each, at worst, at a part of what it searches for. */
const CHARS_A_STEP = 64;
/** 30 ms at worst; two thousand fields of a common line, sixteen of a message of 64 kB. */
const MAX_WORK = 1_048_576;

/**
 * Tells of texts whether they are parts of the message, for as many as all searches together take `work` steps at most:
 * a document may hold 20,000 strings. What would take more than is left counts as not told, and is looked at itself.
 */
export function toldBy(message: string, work = MAX_WORK): Told {
  let left = work;
  return (text) => {
    if (text === message) return true;
    const cost = message.length * Math.ceil(text.length / CHARS_A_STEP);
    if (text.length > message.length || cost > left) return false;
    left -= cost;
    return message.includes(text);
  };
}
