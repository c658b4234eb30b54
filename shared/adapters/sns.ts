import { type MessageAttributeValue, PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { DESTINATION_KINDS, type DestinationKind } from '../model/decision.ts';
import type { Incident, Telling, Transition } from '../model/incident.ts';
import type { JsonObject } from '../model/json.ts';
import type { Channel } from '../model/severity.ts';
import type { Topics } from '../pipeline/ports.ts';
import { cutToFit } from './size.ts';

/** SNS takes 256 KiB with attributes and subject; the rest is theirs. */
const MESSAGE_BYTES = 250_000;
const SUBJECT_CHARS = 99;
const ATTRIBUTE_CHARS = 256;

/** The `alert` and `notify` topics. The message is an interface that others build on: docs/items.md. */
export function makeTopics(client: SNSClient, arns: { readonly [C in Channel]: string }): Topics {
  return {
    publish: async (channel, telling, transitions) => {
      await client.send(
        new PublishCommand({
          TopicArn: arns[channel],
          Subject: subject(telling.incident, transitions),
          Message: cutToFit(topicMessage(telling, transitions), MESSAGE_BYTES, (message, shorten) => ({
            ...message,
            message: shorten(telling.report.message),
          })),
          MessageAttributes: attributes(telling.incident),
        }),
      );
    },
  };
}

/** What a topic's subscriber gets: the incident as it is after these transitions. Times are ms since the epoch. */
export function topicMessage({ incident, report }: Telling, transitions: readonly Transition[]): JsonObject {
  const { facts } = incident;
  return {
    version: 1,
    incident: incident.id,
    transitions,
    severity: facts.severity,
    channel: facts.channel,
    status: facts.status,
    title: incident.title,
    message: report.message,
    service: incident.service,
    team: incident.team,
    account: incident.account,
    region: incident.region,
    source: incident.source,
    kind: report.kind,
    resource: report.resource,
    logGroup: report.logGroup,
    occurrence: facts.occurrence,
    count: facts.count,
    first: facts.first,
    last: facts.last,
    fingerprint: incident.fingerprint,
    runbook: report.runbook,
    destinations: incident.deliveries.filter((d) => d.routed).map((d) => d.target.name),
    why: report.why.map((w) => ({ ...w })),
  };
}

/**
 * For filter policies. Each destination kind that has something to do with this incident is an attribute of its
 * own (`slack: true`), also one that is no longer routed but was told: it must hear of the end. Not one
 * `String.Array`, which only the real SNS knows how to filter. SNS has no empty values: they are left out.
 */
function attributes(incident: Incident): Record<string, MessageAttributeValue> {
  const { facts, service, team } = incident;
  return {
    ...textAttribute('severity', facts.severity),
    ...textAttribute('status', facts.status),
    ...textAttribute('service', service),
    ...textAttribute('team', team ?? ''),
    ...Object.assign({}, ...kindsOf(incident).map((kind) => textAttribute(kind, 'true'))),
  };
}

function kindsOf({ deliveries }: Incident): readonly DestinationKind[] {
  const concerned = deliveries.filter((d) => d.routed || d.shown !== null || d.sending !== null);
  return DESTINATION_KINDS.filter((kind) => concerned.some((d) => d.target.kind === kind));
}

function textAttribute(name: string, value: string): Record<string, MessageAttributeValue> {
  const clean = value.replace(CONTROL, ' ').trim().slice(0, ATTRIBUTE_CHARS).toWellFormed();
  return clean === '' ? {} : { [name]: { DataType: 'String', StringValue: clean } };
}

/** Subjects are for e-mail; SNS refuses anything but one line of ASCII under 100 characters. */
function subject(incident: Incident, transitions: readonly Transition[]): string {
  const line = `[${incident.facts.severity}] ${transitions.join(', ')}: ${incident.service}: ${incident.title}`;
  return line.replace(NOT_PRINTABLE_ASCII, '?').slice(0, SUBJECT_CHARS).trim();
}

const CONTROL = /[\u0000-\u001F\u007F]/g;
const NOT_PRINTABLE_ASCII = /[^\x20-\x7E]/g;
