import { readArn } from './arns.ts';
import { digest, facts, say, signalId } from './say.ts';
import type { Envelope, Source } from './source.ts';
import { clip } from './words.ts';

/** A person reads the mail; what a machine needs stands in lines of their own, `Budget Name: orders`. */
const HEAD = /^\s*AWS Budget Notification\b/;
const LINE =
  /^[ \t]*(Budget Name|Budget Type|Budgeted Amount|Alert Type|Alert Threshold|ACTUAL Amount|FORECASTED Amount)[ \t]*:[ \t]*(.{1,200})$/gim;
/** Longer than any budget's mail. */
const LONGEST = 20_000;

/**
 * AWS Budgets: the text that it sends to an SNS topic when a threshold is crossed. It never says that one is
 * uncrossed; the next month begins without a word.
 * https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html
 */
export const budgets: Source = {
  name: 'budgets',
  about: { title: 'AWS Budgets', reads: ['SNS: budget alerts (text)'], ends: 'quiet' },
  accepts: ({ kind, detail }) => kind === '' && typeof detail === 'string' && HEAD.test(detail.slice(0, 200)),
  read: (event) => [toSignal(event, typeof event.detail === 'string' ? event.detail.slice(0, LONGEST) : '')],
};

function toSignal(event: Envelope, mail: string) {
  const said = new Map(
    [...mail.matchAll(LINE)].map(([, key, value]) => [(key ?? '').toLowerCase(), (value ?? '').trim()]),
  );
  const name = said.get('budget name') ?? '';
  const type = said.get('alert type')?.toUpperCase() ?? '';
  const budgeted = amountIn(said.get('budgeted amount'));
  const spent = amountIn(said.get('actual amount') ?? said.get('forecasted amount'));
  const account = /\bAWS Account (\d{12})\b/.exec(mail)?.[1] ?? '';
  return say(event, {
    source: 'budgets',
    kind: 'budget alert',
    // What a budget says of one month may be what it says of the next, letter by letter.
    id: signalId('budgets', account, digest(mail), dayOf(event.time ?? event.receivedAt)),
    status: 'firing',
    lifecycle: 'quiet',
    time: event.time ?? event.receivedAt,
    account: account || event.account,
    region: event.region || (readArn(event.topicArn)?.region ?? ''),
    service: 'budgets',
    resource: name || null,
    title: titleOf(name, type, said),
    message: clip(mail.trim()),
    identity: { by: 'source', key: `${account} ${name || digest(mail)}` },
    places: [{ is: 'console', page: 'budgets', names: [] }],
    fields: facts({
      budget: name,
      alert: type,
      amount: spent,
      budgeted,
      percent:
        spent === null || budgeted === null || budgeted === 0 ? null : Math.round((100 * spent) / budgeted),
    }),
    why: [],
  });
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function titleOf(name: string, type: string, said: ReadonlyMap<string, string>): string {
  const spent = said.get('actual amount') ?? said.get('forecasted amount') ?? '';
  const of = said.get('budgeted amount') ?? '';
  const what = `Budget ${name || 'alert'}`;
  if (spent === '' || of === '') return `${what}: threshold ${said.get('alert threshold') ?? 'crossed'}`;
  return type === 'FORECASTED' ? `${what}: ${spent} of ${of} forecast` : `${what}: ${spent} of ${of} spent`;
}

/** `$1,234.50`, `1234.5 GB`; null when there is no number. */
function amountIn(text: string | undefined): number | null {
  const found = /\d[\d,]{0,20}(?:\.\d{1,10})?/.exec(text ?? '');
  return found === null ? null : Number(found[0].replaceAll(',', ''));
}
