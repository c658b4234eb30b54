import type { z } from 'zod';
import type { Language } from '../model/decision.ts';
import { isObject, type Json } from '../model/json.ts';
import type { Channel } from '../model/severity.ts';
import { findingsOf } from './issues.ts';
import { type Listener, readListener } from './places.ts';
import { type Finding, type Path, wrong, wrongKey } from './problem.ts';
import * as schemas from './schema.ts';
import { kindOf, readName } from './words.ts';

/** One entry that reads well, and where it stands. */
export interface Entry<T> {
  readonly path: Path;
  readonly value: T;
}

/** Who hears a channel. `whole` is false when some of it does not read well. */
export interface Members {
  readonly entries: readonly Entry<Listener>[];
  readonly whole: boolean;
}
const NOBODY: Members = { entries: [], whole: false };

/** The file, section by section. What does not read well is left out here and named in the findings. */
export interface Parts {
  readonly language: Language;
  readonly timezone: string;
  readonly reopenMs: number;
  readonly quiet: schemas.QuietPart;
  /** `written`: the file has the section. */
  readonly storm: schemas.StormPart & { readonly written: boolean };
  readonly destinations: ReadonlyMap<string, Entry<schemas.DestinationPart>>;
  readonly channels: { readonly [C in Channel]: Members };
  /** Who hears what no team owns, besides its channel. */
  readonly unowned: Listener | null;
  readonly logs: readonly Entry<schemas.LogsPart>[];
  readonly teams: readonly Entry<schemas.TeamPart>[];
  readonly severities: readonly Entry<schemas.SeverityPart>[];
  readonly ignore: readonly Entry<schemas.IgnorePart>[];
  readonly escalate: readonly Entry<schemas.EscalatePart>[];
  readonly expect: readonly Entry<schemas.ExpectPart>[];
  readonly silences: readonly Entry<schemas.SilencePart>[];
  readonly windows: readonly Entry<schemas.WindowPart>[];
  readonly inhibit: readonly Entry<schemas.InhibitPart>[];
  readonly hold: readonly Entry<schemas.HoldPart>[];
  readonly readiness: readonly Entry<schemas.ReadinessPart>[];
  readonly remind: readonly Entry<schemas.RemindPart>[];
}

/** Reads the sections; one bad entry hides no other. While there are findings, the parts are not whole. */
export function readParts(file: Json): { readonly parts: Parts; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const top = readEntry(schemas.fileSchema, file, [], findings);
  const section = (key: string): Json | undefined => (isObject(file) ? file[key] : undefined);
  const list = <S extends z.ZodObject>(schema: S, key: string) =>
    readList(schema, section(key), [key], findings);
  const parts: Parts = {
    language: top?.language ?? 'en',
    timezone: top?.timezone ?? 'UTC',
    reopenMs: top?.reopen ?? 0,
    quiet: readEntry(schemas.quietSchema, section('quiet') ?? {}, ['quiet'], findings) ?? {
      ERROR: 0,
      WARNING: 0,
      findings: 0,
    },
    storm: {
      written: section('storm') !== undefined,
      ...(readEntry(schemas.stormSchema, section('storm') ?? {}, ['storm'], findings) ?? {
        cards: 0,
        pages: 0,
        calm: 0,
      }),
    },
    destinations: isObject(file) ? readDestinations(section('destinations'), findings) : new Map(),
    channels: isObject(file)
      ? readChannels(section('channels'), findings)
      : { alert: NOBODY, notify: NOBODY },
    unowned: top?.unowned ?? null,
    logs: list(schemas.logsSchema, 'logs'),
    teams: list(schemas.teamSchema, 'teams'),
    severities: list(schemas.severitySchema, 'severities'),
    ignore: list(schemas.ignoreSchema, 'ignore'),
    escalate: list(schemas.escalateSchema, 'escalate'),
    expect: list(schemas.expectSchema, 'expect'),
    silences: list(schemas.silenceSchema, 'silences'),
    windows: list(schemas.windowSchema, 'windows'),
    inhibit: list(schemas.inhibitSchema, 'inhibit'),
    hold: list(schemas.holdSchema, 'hold'),
    readiness: list(schemas.readinessSchema, 'readiness'),
    remind: list(schemas.remindSchema, 'remind'),
  };
  return { parts, findings };
}

/** The value as the schema reads it, or null with findings. */
export function readEntry<S extends z.ZodObject>(
  schema: S,
  value: Json | undefined,
  path: Path,
  findings: Finding[],
): z.infer<S> | null {
  if (!isObject(value)) {
    findings.push(wrong(path, `${nameOf(path)} must be a mapping (\`key: value\`), not ${kindOf(value)}`));
    return null;
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  findings.push(...findingsOf(result.error.issues, Object.keys(schema.shape), path));
  return null;
}

function readList<S extends z.ZodObject>(
  schema: S,
  value: Json | undefined,
  path: Path,
  findings: Finding[],
): readonly Entry<z.infer<S>>[] {
  // A section whose entries are all commented out is empty.
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    findings.push(
      wrong(path, `${nameOf(path)} must be a list, not ${kindOf(value)}`, 'start each entry with a dash'),
    );
    return [];
  }
  return value.flatMap((item: Json, i) => {
    const read = readEntry(schema, item, [...path, i], findings);
    return read === null ? [] : [{ path: [...path, i], value: read }];
  });
}

function readDestinations(value: Json | undefined, findings: Finding[]): Parts['destinations'] {
  const path = ['destinations'];
  const found = new Map<string, Entry<schemas.DestinationPart>>();
  if (value === undefined || !isObject(value)) {
    const hint = 'write destinations: { slack-alert: { slack: "#alert" } }';
    findings.push(
      value === undefined
        ? wrong([], '`destinations` is missing', hint)
        : wrong(path, `\`destinations\` must be a mapping of names, not ${kindOf(value)}`, hint),
    );
    return found;
  }
  for (const [name, one] of Object.entries(value)) {
    const named = readName(name);
    if (!named.ok)
      findings.push(wrongKey([...path, name], `a destination's name ${named.message}`, named.suggestion));
    const read = readEntry(schemas.destinationSchema, one, [...path, name], findings);
    if (read !== null) found.set(name, { path: [...path, name], value: read });
  }
  return found;
}

function readChannels(value: Json | undefined, findings: Finding[]): Parts['channels'] {
  const hint = 'write channels: { alert: [slack-alert], notify: [slack-notify] }';
  if (value === undefined) findings.push(wrong([], '`channels` is missing', hint));
  else readEntry(schemas.channelsSchema, value, ['channels'], findings);
  const members = (channel: Channel) =>
    isObject(value) && value[channel] !== undefined
      ? readMembers(value[channel], ['channels', channel], findings)
      : NOBODY;
  return { alert: members('alert'), notify: members('notify') };
}

function readMembers(value: Json, path: Path, findings: Finding[]): Members {
  if (!Array.isArray(value)) {
    const message = `${nameOf(path)} must be a list of destinations, not ${kindOf(value)}`;
    findings.push(wrong(path, message, 'write [slack-alert]'));
    return NOBODY;
  }
  const entries = value.flatMap((item: Json, i) => {
    const at = [...path, i];
    const read = readListener(item);
    if (read.ok) return [{ path: at, value: read.value }];
    const keys = isObject(item) ? Object.keys(item) : [];
    const place = keys.length === 1 ? [...at, ...keys] : at;
    findings.push(wrong(place, `a member of a channel ${read.message}`, read.suggestion));
    return [];
  });
  return { entries, whole: entries.length === value.length };
}

/** What a message calls the node at `path`: the file, a key, or an entry of one. */
function nameOf(path: Path): string {
  const last = path.at(-1);
  if (last === undefined) return 'the file';
  return typeof last === 'string' ? `\`${last}\`` : `an entry of \`${path.at(-2)}\``;
}
