import type { Done } from './run.ts';

const SIGNS = { subscribe: '+', change: '~', remove: '-', nothing: '=', leave: ' ', refuse: '!' } as const;
const DONE = { subscribe: 'subscribed', change: 'changed', remove: 'removed' } as const;
const TO_DO = { subscribe: 'to subscribe', change: 'to change', remove: 'to remove' } as const;

/** One line a group, then what it comes to. */
export function subscribeTable(steps: readonly Done[], dryRun: boolean): string {
  const width = Math.min(60, Math.max(...steps.map(({ group }) => group.length)));
  const rows = steps.map((step) => `${sign(step)} ${step.group.padEnd(width)}  ${said(step, dryRun)}`);
  const end = dryRun ? ' Nothing was changed (--dry-run).' : '';
  return [...rows, '', `${summary(steps, dryRun)}.${end}`].join('\n');
}

/** Whether every group that was asked for is heard (or unheard, when removing) or was left out on purpose. */
export function succeeded(steps: readonly Done[]): boolean {
  return steps.every((step) => step.failed === undefined && step.do !== 'refuse');
}

function sign(step: Done): string {
  return step.failed === undefined ? SIGNS[step.do] : '!';
}

function said(step: Done, dryRun: boolean): string {
  if (step.failed !== undefined) return `failed: ${step.failed}`;
  switch (step.do) {
    case 'subscribe':
    case 'change':
    case 'remove':
      return (dryRun ? TO_DO : DONE)[step.do];
    case 'nothing':
      return step.because;
    case 'leave':
      return `left out: ${step.because}`;
    case 'refuse':
      return `not possible: ${step.because}`;
  }
}

function summary(steps: readonly Done[], dryRun: boolean): string {
  const acted = dryRun ? TO_DO : DONE;
  const parts = [
    ...(['subscribe', 'change', 'remove'] as const).map((what) => [acted[what], of(steps, what)] as const),
    ['as it should be', of(steps, 'nothing')] as const,
    ['left out', of(steps, 'leave')] as const,
    ['not possible', of(steps, 'refuse')] as const,
    ['failed', steps.filter(({ failed }) => failed !== undefined).length] as const,
  ];
  return parts
    .filter(([, n]) => n > 0)
    .map(([what, n]) => `${n} ${what}`)
    .join(', ');
}

function of(steps: readonly Done[], what: Done['do']): number {
  return steps.filter((step) => step.do === what && step.failed === undefined).length;
}
