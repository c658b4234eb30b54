import { loadRules } from '../../shared/config/load.ts';
import type { Rules } from '../../shared/model/rules.ts';

/** The smallest file that is valid; a test puts its own sections after it. */
export const BASE = `destinations:
  slack-alert: { slack: "#alert" }
  slack-notify: { slack: "#notify" }
  oncall: { pagerduty: ssm:/hansho/pagerduty/oncall }
channels:
  alert: [slack-alert, { oncall: SEV2 }]
  notify: [slack-notify]
`;

/** `source` after the sections of BASE that it does not have itself. */
export function whole(source: string): string {
  const given = new Set([...source.matchAll(/^(\w+):/gm)].map(([, key]) => key));
  const sections = BASE.split(/(?=^\w)/m).filter((section) => !given.has(section.split(':')[0]));
  return `${sections.join('')}${source}`;
}

/** Rules for tests; the file must be valid. */
export function rulesFrom(source: string): Rules {
  const loaded = loadRules(whole(source), 'hansho.yml');
  if (!loaded.ok)
    throw new Error(loaded.problems.map((one) => `${one.line}:${one.column} ${one.message}`).join('\n'));
  return loaded.rules;
}

/** Problems as a person sees them: `12:5 message | suggestion`. */
export function problemsOf(source: string): readonly string[] {
  const loaded = loadRules(source, 'hansho.yml');
  if (loaded.ok) return [];
  return loaded.problems.map(
    ({ line, column, message, suggestion }) =>
      `${line}:${column} ${message}${suggestion === null ? '' : ` | ${suggestion}`}`,
  );
}
