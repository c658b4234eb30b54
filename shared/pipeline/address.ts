import type { Address } from '../model/decision.ts';
import type { CallName } from '../model/incident.ts';
import type { AddressState, Outcome } from '../model/telling.ts';
import type { Clock, Log, MakeNonce, Metrics, Store } from './ports.ts';

/** About one message a second and channel (docs.slack.dev, rate limits). */
export const PACE_MS = 1_000;
/**
 * How long a call may wait for its slot. Who may wait longer finds a slot that the others had to leave: resolves go
 * before openings, SEV1 and SEV2 before both, so that a storm that ends never makes them wait; a count that has
 * moved takes only a slot that is free: nobody waits for it.
 */
const PATIENCE_MS = { first: 4_300, soon: 2_200, later: 1_100, spare: 0 } as const;
export type Haste = keyof typeof PATIENCE_MS;
/** Those that find no slot come again after this, spread so that they do not come at once; SEV1 and SEV2 soon. */
const COME_AGAIN_MS = { first: 1_000, soon: 4_000, later: 4_000, spare: 4_000 } as const;
const SPREAD_MS = { first: 3_000, soon: 12_000, later: 12_000, spare: 12_000 } as const;
/** A broken address is tried again this often: it works again soon after somebody mends it. */
const BROKEN_RETRY_MS = 240_000;
const ATTEMPTS = 6;

interface GateDeps {
  readonly kind: 'slack' | 'pagerduty';
  readonly store: Store;
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
  readonly nonce: MakeNonce;
}

export type Gate =
  | { readonly is: 'open' }
  | { readonly is: 'later'; readonly until: number; readonly because: string };

/**
 * Whether this address may be called now; takes a slot of its pace (Slack: one message a second) if so. `taken`: one
 * that was taken has not been used.
 */
export async function gate(
  state: AddressState,
  haste: Haste,
  deps: GateDeps,
  now: number,
  taken = false,
): Promise<Gate> {
  const closed = closedUntil(state, now);
  if (closed !== null) return closed;
  return deps.kind === 'slack' && !taken ? takeSlot(state, haste, deps) : { is: 'open' };
}

function closedUntil(state: AddressState, now: number): Gate | null {
  if (state.blockedUntil > now)
    return { is: 'later', until: state.blockedUntil, because: 'asked to wait (429)' };
  if (state.broken !== null && state.broken.retryAt > now) {
    return {
      is: 'later',
      until: state.broken.retryAt,
      because: `${state.broken.code}: ${state.broken.hint}`,
    };
  }
  return null;
}

async function takeSlot(first: AddressState, haste: Haste, deps: GateDeps): Promise<Gate> {
  let state = first;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const now = deps.clock();
    const slot = Math.max(now, state.nextFreeAt);
    if (slot - now > PATIENCE_MS[haste]) return comeAgain(now, haste, deps);
    if ((await deps.store.saveAddress({ ...state, nextFreeAt: slot + PACE_MS })) === 'saved') {
      if (slot > now) await deps.sleep(slot - now);
      return { is: 'open' };
    }
    state = await deps.store.loadAddress(state.address);
    const closed = closedUntil(state, deps.clock());
    if (closed !== null) return closed;
  }
  return comeAgain(deps.clock(), haste, deps);
}

function comeAgain(now: number, haste: Haste, { nonce }: GateDeps): Gate {
  const spread =
    Number.parseInt(
      nonce()
        .replaceAll(/[^0-9a-f]/g, '')
        .slice(0, 6) || '0',
      16,
    ) % SPREAD_MS[haste];
  return {
    is: 'later',
    until: now + COME_AGAIN_MS[haste] + spread,
    because: 'the channel takes one message a second',
  };
}

/** What an outcome says about the address as a whole, for every incident that is told there. */
export async function afterOutcome(
  address: Address,
  call: CallName,
  outcome: Outcome,
  deps: GateDeps & { readonly log: Log; readonly metrics: Metrics },
): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const state = await deps.store.loadAddress(address);
    const after = learn(state, call, outcome, deps.clock());
    if (after === state) return;
    if ((await deps.store.saveAddress(after)) === 'conflict') continue;
    if (after.broken !== null) deps.metrics.count('AddressBroken', 1, { address });
    if (state.broken !== null && after.broken === null) deps.log.info('address mended', { address });
    return;
  }
}

/** Pure: the address after an outcome. The same object when it learned nothing. */
export function learn(state: AddressState, call: CallName, outcome: Outcome, now: number): AddressState {
  switch (outcome.is) {
    case 'told': {
      const channelId = outcome.handle.includes('/') ? (outcome.handle.split('/')[0] ?? null) : null;
      const known = channelId === null || channelId === state.channelId;
      // A call that was under way when another was told to wait says nothing about the wait.
      return known && state.broken === null
        ? state
        : { ...state, channelId: channelId ?? state.channelId, broken: null };
    }
    case 'wait':
      // Look-ups have a limit of their own, and a low one: it must not keep messages from being sent.
      if (call === 'find') return state;
      return { ...state, blockedUntil: Math.max(state.blockedUntil, now + outcome.ms) };
    case 'broken':
      // A look-up or a removal that lacks its scope does not keep messages from being sent.
      return call === 'find' || call === 'remove'
        ? state
        : {
            ...state,
            broken: {
              since: state.broken?.since ?? now,
              retryAt: now + BROKEN_RETRY_MS,
              code: outcome.code,
              hint: outcome.hint,
            },
          };
    case 'found':
    case 'absent':
    case 'retry':
    case 'unsettled':
    case 'gone':
    case 'too-big':
      return state;
  }
}
