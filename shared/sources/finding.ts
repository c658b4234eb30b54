import type { Json } from '../model/json.ts';
import type { Remedy } from '../model/signal.ts';
import type { Why } from '../model/why.ts';

/** Security Hub's five labels, gravest first. */
export const LABELS = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL'] as const;
export type Label = (typeof LABELS)[number];

/** What Security Hub says of one finding, in either of its formats. Empty text: not stated. */
export interface Finding {
  readonly format: 'asff' | 'ocsf';
  readonly id: string;
  readonly productArn: string;
  readonly product: string;
  readonly account: string;
  readonly region: string;
  /** When its provider last said something about it, ms; null when it does not say. */
  readonly updated: number | null;
  readonly severity: Label;
  /** NEW, NOTIFIED, SUPPRESSED, RESOLVED or what the finding says instead. */
  readonly workflow: string;
  /** ACTIVE or ARCHIVED. */
  readonly record: string;
  /** PASSED, WARNING, FAILED, NOT_AVAILABLE; empty for findings that are no checks. */
  readonly compliance: string;
  readonly sample: boolean;
  readonly title: string;
  readonly description: string;
  readonly type: string;
  readonly control: string;
  readonly generator: string;
  readonly resources: readonly string[];
  readonly resourceType: string;
  /** What has tags: its resources, as they are written. */
  readonly tagged: readonly Json[];
  readonly remedy: Remedy | null;
  /** Of the finding's page at its provider. */
  readonly url: string;
  /** What the provider adds in names of its own. */
  readonly stated: { readonly [name: string]: string | undefined };
  readonly detail: Json;
  /** How the severity was found, where the finding did not plainly say it. */
  readonly why: readonly Why[];
}

/** The remedy in a finding's text and address; null when it has neither. */
export function remedyFrom(words: string | null, url: string | null): Remedy | null {
  if (!words && !url) return null;
  return { text: (words || 'The provider documents how to repair this.').slice(0, 2000), url };
}

/**
 * The label that a normalised severity stands for: 90–100 CRITICAL, 70–89 HIGH, 40–69 MEDIUM, 1–39 LOW, 0
 * INFORMATIONAL; null outside of that
 * (https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Severity.html).
 */
export function labelOfNormalized(value: number | null): Label | null {
  if (value === null || value < 0 || value > 100) return null;
  if (value >= 90) return 'CRITICAL';
  if (value >= 70) return 'HIGH';
  if (value >= 40) return 'MEDIUM';
  return value >= 1 ? 'LOW' : 'INFORMATIONAL';
}

/** The label that a word names, in any case; null for other words. */
export function labelNamed(word: string | null): Label | null {
  const upper = word?.trim().toUpperCase();
  return LABELS.find((label) => label === upper) ?? null;
}
