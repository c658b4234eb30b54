/** The longest ARN that AWS writes has some 300 characters; looking back no further keeps each look short. */
const LOOK_BACK = 512;
const OPEN_ARN = /^arn:aws[\w-]*:[\w:/.*+@-]*$/;

/** True when what stands at `at` belongs to an ARN: the words and numbers in a name of AWS are parts of a name. */
export function isInArn(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - LOOK_BACK), at);
  const start = before.lastIndexOf('arn:aws');
  return start >= 0 && OPEN_ARN.test(before.slice(start));
}
