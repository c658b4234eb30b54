import { at, type Json, type JsonObject } from '../model/json.ts';
import type { Level, LevelReader, LevelReading, LevelRule } from '../model/level.ts';
import { readLevel } from './levels.ts';
import { bodyFrom, makeLine } from './line.ts';
import { onNamedScale } from './scales.ts';
import { levelOfValue } from './words.ts';

function levelOf({ words, scale }: LevelRule, value: Json | undefined): Level | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const word = String(value).trim().toLowerCase();
  const own = words.get(word);
  if (own !== undefined) return own;
  const number = /^-?\d{1,6}$/.test(word) ? Number(word) : null;
  if (number !== null) return scale === null ? null : onNamedScale(scale, number);
  return levelOfValue(word);
}

function ruled(reading: LevelReading, level: Level, rule: LevelRule, said: string): LevelReading {
  const evidence = `${said} (rule ${rule.name}, ${rule.at})`;
  return { ...reading, level, evidence, continues: false, alone: null };
}

/** The field that the rule names, whole (`"meta.sev"`) or step by step. */
function valueAt(json: JsonObject, path: readonly string[]): Json | undefined {
  const whole = path.join('.');
  return Object.hasOwn(json, whole) ? json[whole] : (at(json, ...path) as Json | undefined);
}

function fromField(reading: LevelReading, rules: readonly LevelRule[]): LevelReading | null {
  const { json } = reading;
  if (json === null) return null;
  for (const rule of rules) {
    const value = rule.field === null ? undefined : valueAt(json, rule.field);
    const level = levelOf(rule, value);
    if (level !== null && rule.applies(reading.body))
      return ruled(reading, level, rule, `key "${rule.field?.join('.')}" = ${JSON.stringify(value)}`);
  }
  return null;
}

/** Of a line without a level: its text, or what stands behind its time. */
function fromText(raw: string, reading: LevelReading, rules: readonly LevelRule[]): LevelReading | null {
  if (reading.level !== null || reading.continues) return null;
  const line = makeLine(raw);
  const behind = bodyFrom(line, line.header().end);
  for (const rule of rules) {
    if (rule.level !== null && (rule.applies(reading.body) || rule.applies(behind)))
      return ruled(reading, rule.level, rule, 'no level of its own');
  }
  return null;
}

/**
 * Reads as `readLevel` does, but for what the operator's rules say of the log group: a field that they name comes
 * before everything, and a line that states no level is what they take it for. First match wins.
 */
export function readLevelBy(rules: readonly LevelRule[]): LevelReader {
  return (line) => {
    const reading = readLevel(line);
    return fromField(reading, rules) ?? fromText(line, reading, rules) ?? reading;
  };
}
