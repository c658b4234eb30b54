/** Size as AWS counts it: UTF-8 bytes. */
export function bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

/**
 * `value` as JSON that SQS and SNS take. They refuse the code points U+FFFE and U+FFFF, which JSON leaves as
 * they are; what lies beyond U+FFFF is escaped as well, so that no queue has to understand it.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export function toMessage(value: unknown): string {
  return JSON.stringify(value).replace(NOT_PLAIN, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}

const NOT_PLAIN = /[\uD800-\uDFFF\uFFFE\uFFFF]/g;

const CUT = '… (cut: too long for one message)';

/**
 * `value` as a message of at most `limit` bytes. While it is too long, `change` is asked to shorten its longest
 * texts; each round halves what is left of them. What does not fit even without them is sent as it is, so
 * that AWS refuses it and the refusal is seen.
 */
export function cutToFit<T>(
  value: T,
  limit: number,
  change: (value: T, shorten: (text: string) => string) => T,
): string {
  let json = toMessage(value);
  // A text of the largest payload there is (6 MB) is gone after so many halvings.
  for (let half = 1; bytes(json) > limit && half <= 24; half += 1) {
    json = toMessage(change(value, (text) => firstPart(text, half)));
  }
  return json;
}

function firstPart(text: string, half: number): string {
  const length = Math.floor(text.length / 2 ** half);
  return (
    text
      .slice(0, length)
      .toWellFormed()
      .replace(/\uFFFD$/, '') + CUT
  );
}
