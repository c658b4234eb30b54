import type { Rules } from '../model/rules.ts';

/** What holds where the file says nothing, or cannot be read. */
const DEFAULTS: Rules = {
  hash: '',
  language: 'en',
  timezone: 'UTC',
  destinations: [],
  channels: { alert: [], notify: [] },
  channelsAt: { alert: 'built-in', notify: 'built-in' },
  unowned: null,
  teams: [],
  severities: [],
  ignore: [],
  escalate: [],
  expect: [],
  silences: [],
  logs: [],
  windows: [],
  inhibit: [],
  hold: [],
  readiness: [],
  remind: [],
  quiet: { ERROR: 30 * 60_000, WARNING: 2 * 3_600_000, findings: 24 * 3_600_000 },
  storm: { cards: 60, pages: 20, calmMs: 5 * 60_000, at: 'built-in' },
  reopenMs: 4 * 3_600_000,
};

/** Those that are asked when telling, of what is judged already. */
const TELLING = ['silences', 'windows', 'inhibit', 'hold', 'remind'] as const;
/** The operator's rules that judge; what is left without them is who is told, and the built-in rules. */
export const SECTIONS = ['teams', 'severities', 'ignore', 'escalate', 'expect', 'readiness'] as const;
export type Section = (typeof SECTIONS)[number];

/** The rules without any that judge, and with whatever else of them is of its kind. */
export function bareRules(rules: Rules): Rules {
  const given: Partial<Rules> = typeof rules === 'object' && rules !== null ? rules : {};
  const { destinations, channels } = given;
  return {
    ...DEFAULTS,
    ...given,
    destinations: Array.isArray(destinations) ? destinations.map((one) => ({ ...one, hours: null })) : [],
    channels: {
      alert: Array.isArray(channels?.alert) ? channels.alert : [],
      notify: Array.isArray(channels?.notify) ? channels.notify : [],
    },
    channelsAt: given.channelsAt ?? DEFAULTS.channelsAt,
    quiet: given.quiet ?? DEFAULTS.quiet,
    ...Object.fromEntries([...SECTIONS, ...TELLING].map((section) => [section, []])),
  };
}

/** The rules with one that judges, and no other. */
export function withOnly(rules: Rules, section: Section, index: number): Rules {
  return { ...bareRules(rules), [section]: rules[section].slice(index, index + 1) };
}
