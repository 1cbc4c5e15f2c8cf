import { createBoundedMap } from './bounded-map.ts';

/** Clients remembered. */
const clientsMax = 1000;

/** Which clients have taken a certificate of ours, so that one that refuses another can be told from one that trusts none. */
export interface CaAcceptance {
  /** `client`: its address and fingerprint. */
  readonly accepted: (client: string, host: string) => void;
  /** It has taken one for another host than this. */
  readonly hasAccepted: (client: string, host: string) => boolean;
}

export function createCaAcceptance(): CaAcceptance {
  /** The host of the newest, and of the newest for another host than that. */
  const clients = createBoundedMap<readonly string[]>(clientsMax);
  return {
    accepted: (client, host) => {
      const others = (clients.get(client) ?? []).filter((each) => each !== host);
      clients.set(client, [host, ...others].slice(0, 2));
    },
    hasAccepted: (client, host) => (clients.get(client) ?? []).some((each) => each !== host),
  };
}
