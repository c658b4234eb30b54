import { z } from 'zod';
import type { JsonObject } from '../model/json.ts';
import { DOCUMENT_KEYS } from './match.ts';
import * as schemas from './schema.ts';
import { LISTENER, type Shape, shapeOf } from './shapes.ts';
import { readName } from './words.ts';

/** The sections that are lists of entries, each with what reads an entry. */
const LISTS = {
  teams: schemas.teamSchema,
  severities: schemas.severitySchema,
  logs: schemas.logsSchema,
  ignore: schemas.ignoreSchema,
  escalate: schemas.escalateSchema,
  expect: schemas.expectSchema,
  silences: schemas.silenceSchema,
  windows: schemas.windowSchema,
  inhibit: schemas.inhibitSchema,
  hold: schemas.holdSchema,
  readiness: schemas.readinessSchema,
  remind: schemas.remindSchema,
};

/** The JSON Schema of hansho.yml, for editors: made from what `hansho check` reads by, which is the judge. */
export function jsonSchema(): JsonObject {
  const lists = Object.entries(LISTS).map(([key, schema]) => [key, listOf(entryOf(schema))]);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'hansho.yml',
    description: 'The rules of an alert pipeline: who is told what, how loudly, and why.',
    type: 'object',
    additionalProperties: false,
    required: ['destinations', 'channels'],
    properties: {
      ...propertiesOf(schemas.fileSchema),
      destinations: {
        type: 'object',
        propertyNames: shapeOf(readName) ?? {},
        additionalProperties: { ...entryOf(schemas.destinationSchema), ...ONE_PLACE },
      },
      channels: { ...entryOf(schemas.channelsSchema), properties: { alert: MEMBERS, notify: MEMBERS } },
      ...Object.fromEntries(lists),
      quiet: entryOf(schemas.quietSchema),
      storm: entryOf(schemas.stormSchema),
    },
    definitions: DEFINITIONS,
  };
}

const ONE_PLACE: Shape = { oneOf: [{ required: ['slack'] }, { required: ['pagerduty'] }] };
const MEMBERS: Shape = { type: 'array', minItems: 1, items: LISTENER };

function entryOf(schema: z.ZodObject): Shape {
  const required = Object.entries(schema.shape).flatMap(([key, type]) => (mayBeLeftOut(type) ? [] : [key]));
  const shape = { type: 'object', additionalProperties: false, properties: propertiesOf(schema) };
  return required.length === 0 ? shape : { ...shape, required };
}

/** A section whose entries are all commented out is empty. */
function listOf(items: Shape): Shape {
  return { anyOf: [{ type: 'array', items }, { type: 'null' }] };
}

function propertiesOf({ shape }: z.ZodObject): Shape {
  const entries = Object.entries(shape).map(([key, type]) => [key, shapeOfType(type)]);
  return Object.fromEntries(entries);
}

/** What `need` and `may` have noted beside the type. */
function shapeOfType(type: unknown): Shape {
  return (type instanceof z.ZodType ? shapeOf(type) : null) ?? {};
}

function mayBeLeftOut(type: unknown): boolean {
  return type instanceof z.ZodPrefault || type instanceof z.ZodOptional;
}

/** EventBridge patterns, whose operands `hansho check` looks at closer. */
const OPERATORS = [
  'prefix',
  'suffix',
  'wildcard',
  'anything-but',
  'numeric',
  'cidr',
  'exists',
  'equals-ignore-case',
];
const CHOICES: Shape = { type: 'array', minItems: 1, items: { $ref: '#/definitions/choice' } };
const TREE: Shape = { anyOf: [CHOICES, { $ref: '#/definitions/tree' }] };
const either = (pattern: string): Shape => ({ type: 'array', minItems: 2, items: { $ref: pattern } });

const DEFINITIONS: Shape = {
  match: {
    type: 'object',
    description: 'an EventBridge event pattern, on the keys that docs/rules.md lists',
    minProperties: 1,
    additionalProperties: false,
    properties: {
      ...Object.fromEntries(DOCUMENT_KEYS.map((key) => [key, CHOICES])),
      tags: TREE,
      fields: TREE,
      detail: TREE,
      $or: either('#/definitions/match'),
    },
  },
  tree: {
    type: 'object',
    minProperties: 1,
    properties: { $or: either('#/definitions/tree') },
    additionalProperties: TREE,
  },
  choice: {
    anyOf: [
      { type: ['string', 'number', 'boolean', 'null'] },
      {
        type: 'object',
        minProperties: 1,
        maxProperties: 1,
        additionalProperties: false,
        properties: Object.fromEntries(OPERATORS.map((operator) => [operator, {}])),
      },
    ],
  },
};
