import { redactText } from '../shared/redaction/text.ts';
import { LOOK_ALIKES, SECRETS } from '../test/redaction/samples.ts';

const BAR = { recall: 0.99, falseMarks: 0.01 };

/** How many of the samples' secrets are redacted, by the family that they were taken for, and how many look-alikes are. */
export function redactionScore(): void {
  const families = new Map<string, number>();
  const missed: string[] = [];
  for (const [text, secret] of SECRETS) {
    const redacted = redactText(text);
    if (redacted.text.includes(secret)) missed.push(text);
    else for (const family of redacted.found) families.set(family, (families.get(family) ?? 0) + 1);
  }
  const marked = LOOK_ALIKES.filter((text) => redactText(text).found.length > 0);
  const recall = 1 - missed.length / SECRETS.length;
  const falseMarks = marked.length / LOOK_ALIKES.length;
  const inTurn = [...families].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  console.log('\nRedaction of the samples in test/redaction/samples.ts');
  console.log(`  found as     ${inTurn.map(([family, n]) => `${family} ${n}`).join(', ')}`);
  console.log(`  recall       ${recall.toFixed(3)}   (${missed.length} of ${SECRETS.length} secrets left)`);
  console.log(
    `  false marks  ${(falseMarks * 100).toFixed(1)} %   (${marked.length} of ${LOOK_ALIKES.length} look-alikes marked)`,
  );
  for (const text of [...missed, ...marked]) console.log(`  wrong: ${text}`);
  if (recall >= BAR.recall && falseMarks <= BAR.falseMarks) return;
  console.log(`  BELOW the bar: recall ${BAR.recall}, false marks ${BAR.falseMarks * 100} %`);
  process.exitCode = 1;
}
