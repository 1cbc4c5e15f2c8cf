/** How a device took a certificate of ours: it said `unknown_ca` or refused it by another alert, or it left without a word. */
export type RefusalHow = 'unknown-ca' | 'refused' | 'closed';

export interface Refusal {
  readonly host: string;
  readonly how: RefusalHow;
  readonly atUs: number;
}

/** Hosts whose refusal is remembered of one device, the newest first. */
export const refusalsMax = 8;

/** What one device has really done, as far as its set-up is concerned. Times are µs since the epoch; null: never. */
export interface DeviceFacts {
  /** The portal's page, asked for without the proxy, and through it. */
  readonly directAtUs: number | null;
  readonly proxiedPageAtUs: number | null;
  /** Anything through the proxy. */
  readonly proxiedAtUs: number | null;
  /** The certificate, or a profile with it, was downloaded. */
  readonly certificateAtUs: number | null;
  /** A certificate of ours was taken, for whatever host; and the host's name of the newest. */
  readonly trustedAtUs: number | null;
  /** The portal's own host was refused, and how. */
  readonly probeRefusal: Refusal | null;
  /** Other hosts that were refused and not read since. */
  readonly refusals: readonly Refusal[];
  /** An encrypted request that was read. */
  readonly decrypted: { readonly host: string; readonly atUs: number } | null;
  /** A request without encryption, to another server than the portal. */
  readonly plain: { readonly host: string; readonly atUs: number } | null;
  /** HTTP/3 that went around the proxy, seen in captured packets. */
  readonly aroundProxy: { readonly host: string; readonly atUs: number } | null;
}

export const noDeviceFacts: DeviceFacts = {
  directAtUs: null,
  proxiedPageAtUs: null,
  proxiedAtUs: null,
  certificateAtUs: null,
  trustedAtUs: null,
  probeRefusal: null,
  refusals: [],
  decrypted: null,
  plain: null,
  aroundProxy: null,
};

/** What a device was seen doing. */
export type DeviceEvent =
  | { readonly type: 'page'; readonly isThroughProxy: boolean }
  | { readonly type: 'certificate-downloaded' }
  | { readonly type: 'proxied' }
  /** A TLS handshake with our certificate was completed; `isPortal`: for the portal's own host. */
  | { readonly type: 'took-certificate'; readonly host: string; readonly isPortal: boolean }
  | {
      readonly type: 'refused-certificate';
      readonly host: string;
      readonly isPortal: boolean;
      readonly how: RefusalHow;
    }
  | { readonly type: 'request'; readonly scheme: string; readonly host: string }
  | { readonly type: 'around-proxy'; readonly host: string };

/** The facts after an event. */
export function afterDeviceEvent(facts: DeviceFacts, event: DeviceEvent, atUs: number): DeviceFacts {
  switch (event.type) {
    case 'page':
      return event.isThroughProxy
        ? { ...facts, proxiedPageAtUs: atUs, proxiedAtUs: atUs }
        : { ...facts, directAtUs: atUs };
    case 'certificate-downloaded':
      return { ...facts, certificateAtUs: atUs };
    case 'proxied':
      return { ...facts, proxiedAtUs: atUs };
    case 'took-certificate':
      return { ...facts, trustedAtUs: atUs, probeRefusal: event.isPortal ? null : facts.probeRefusal };
    case 'refused-certificate': {
      const { host, how, isPortal } = event;
      const refusal = { host, how, atUs };
      if (isPortal) return { ...facts, probeRefusal: refusal };
      return { ...facts, refusals: [refusal, ...without(facts.refusals, host)].slice(0, refusalsMax) };
    }
    case 'request': {
      const { host, scheme } = event;
      if (scheme !== 'https') return { ...facts, plain: { host, atUs } };
      return { ...facts, decrypted: { host, atUs }, refusals: without(facts.refusals, host) };
    }
    case 'around-proxy':
      return { ...facts, aroundProxy: { host: event.host, atUs } };
    default:
      return event satisfies never;
  }
}

function without(refusals: readonly Refusal[], host: string): readonly Refusal[] {
  return refusals.some((each) => each.host === host)
    ? refusals.filter((each) => each.host !== host)
    : refusals;
}
