import type { DevicesState, PairedDevice } from '../../core/contract/devices.ts';
import type { Failure } from '../../core/model/result.ts';

/** How far the adding of a phone is. */
export type PairingStep =
  /** The engine has not made a code yet. */
  | { readonly kind: 'making' }
  /** Nothing can be done before something else is. */
  | { readonly kind: 'no-network' }
  | { readonly kind: 'not-recording' }
  | { readonly kind: 'closed'; readonly problem: string }
  | { readonly kind: 'failed'; readonly problem: string }
  /** Nobody has come; `hasVisitor`: somebody has, and is not paired. */
  | { readonly kind: 'waiting'; readonly pairing: Pairing; readonly hasVisitor: boolean }
  | { readonly kind: 'setting-up'; readonly pairing: Pairing; readonly device: PairedDevice }
  | { readonly kind: 'works'; readonly pairing: Pairing; readonly device: PairedDevice };

export type Pairing = NonNullable<DevicesState['pairing']>;

/** `refusal`: why the engine did not begin; `isRecording` is null while it is not known. */
export function pairingStep(
  state: DevicesState,
  refusal: Failure | null,
  isRecording: boolean | null,
): PairingStep {
  const { pairing, problem } = state;
  if (refusal !== null) {
    return refusal.code === 'no-network'
      ? { kind: 'no-network' }
      : { kind: 'failed', problem: refusal.message };
  }
  if (pairing === null) return { kind: 'making' };
  if (state.chosen === null) return { kind: 'no-network' };
  if (isRecording === false) return { kind: 'not-recording' };
  if (state.listener === null && problem !== null) return { kind: 'closed', problem };
  // It is reached nowhere yet.
  if (pairing.url === '') return { kind: 'making' };
  const device = state.devices.find(({ id }) => id === pairing.paired);
  if (device === undefined) return { kind: 'waiting', pairing, hasVisitor: pairing.hasVisitor };
  return { kind: isSetUp(device) ? 'works' : 'setting-up', pairing, device };
}

/** All steps of its set-up are done. */
export function isSetUp({ checks }: Pick<PairedDevice, 'checks'>): boolean {
  return checks.every(({ state }) => state === 'done');
}

/** The part of the three that the heading counts: 1 scan, 2 set up, 3 it works; null where it cannot begin. */
export function pairingPart({ kind }: PairingStep): 1 | 2 | 3 | null {
  switch (kind) {
    case 'making':
    case 'waiting':
      return 1;
    case 'setting-up':
      return 2;
    case 'works':
      return 3;
    case 'no-network':
    case 'not-recording':
    case 'closed':
    case 'failed':
      return null;
    default:
      return kind satisfies never;
  }
}

/** Where a phone finds the page and the proxy, from the link of the code: what stands in the one is typed as the other. */
export function pairingAddress({ url }: Pick<Pairing, 'url'>): {
  readonly address: string;
  readonly host: string;
  readonly port: string;
} {
  const { origin, hostname, port } = new URL(url);
  return { address: origin, host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? '80' : port };
}
