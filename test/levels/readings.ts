import { templateOf } from '../../shared/fingerprints/template.ts';
import { isCalm, mightMatter, readLevel } from '../../shared/levels/levels.ts';
import { redactText } from '../../shared/redaction/text.ts';
import { LOOK_ALIKES, SECRETS } from '../redaction/samples.ts';
import { LINES } from './lines.ts';

/** What each known line and sample is read as. Run by itself, it prints them. */
export function readings(): readonly string[] {
  const lines = Object.values(LINES)
    .flat()
    .map(([line]) => line);
  return [...lines, ...SECRETS.map(([text]) => text), ...LOOK_ALIKES].map((text) => {
    const { level, evidence } = readLevel(text);
    return JSON.stringify([
      level,
      evidence,
      isCalm(text),
      mightMatter(text),
      templateOf(text),
      redactText(text),
    ]);
  });
}

if (import.meta.main) console.log(readings().join('\n'));
