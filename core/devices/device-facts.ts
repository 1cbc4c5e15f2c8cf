/** How a device took a certificate of ours: it said `unknown_ca` or refused it by another alert, or it left without a word. */
export type RefusalHow = 'unknown-ca' | 'refused' | 'closed';

export interface Refusal {
  readonly host: string;
  readonly how: RefusalHow;
  readonly atUs: number;
  /** Times in a row. */
  readonly count: number;
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
  /** The newest proof that certificates of ours are trusted: the portal was read over TLS, or servers of two names. */
  readonly trustedAtUs: number | null;
  /** The portal was read over TLS. */
  readonly probedAtUs: number | null;
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
  probedAtUs: null,
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
  /** The portal was read over TLS with our certificate. */
  | { readonly type: 'took-certificate' }
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
      return { ...withTrust(facts, atUs), probedAtUs: atUs, proxiedAtUs: atUs, probeRefusal: null };
    case 'refused-certificate': {
      const { host, how, isPortal } = event;
      // Connections that are only made in advance end without a word, too.
      if (how === 'closed' && isPortal && facts.trustedAtUs !== null) return facts;
      const before = isPortal ? facts.probeRefusal : facts.refusals.find((each) => each.host === host);
      const refusal = { host, how, atUs, count: (before?.count ?? 0) + 1 };
      if (isPortal) return { ...facts, probeRefusal: refusal };
      return { ...facts, refusals: [refusal, ...without(facts.refusals, host)].slice(0, refusalsMax) };
    }
    case 'request': {
      const { host, scheme } = event;
      if (scheme !== 'https') return { ...facts, plain: { host, atUs } };
      // One app may read whatever it is given; two servers are believed.
      const isProof =
        facts.trustedAtUs !== null || (facts.decrypted !== null && facts.decrypted.host !== host);
      const known = isProof ? withTrust(facts, atUs) : facts;
      return { ...known, decrypted: { host, atUs }, refusals: without(known.refusals, host) };
    }
    case 'around-proxy':
      return { ...facts, aroundProxy: { host: event.host, atUs } };
    default:
      return event satisfies never;
  }
}

/** What was refused before anything was trusted says nothing of pins. */
function withTrust(facts: DeviceFacts, atUs: number): DeviceFacts {
  const begins = !isTrusted(facts);
  return { ...facts, trustedAtUs: atUs, refusals: begins ? [] : facts.refusals };
}

/** Certificates of ours are trusted, as far as the newest word goes. */
export function isTrusted({ trustedAtUs, probeRefusal }: DeviceFacts): boolean {
  return trustedAtUs !== null && (probeRefusal === null || probeRefusal.atUs < trustedAtUs);
}

function without(refusals: readonly Refusal[], host: string): readonly Refusal[] {
  return refusals.some((each) => each.host === host)
    ? refusals.filter((each) => each.host !== host)
    : refusals;
}
