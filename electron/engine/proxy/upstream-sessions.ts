import type { ChainCertificate } from '../../../core/model/exchange-record.ts';
import { createBoundedMap } from './bounded-map.ts';

/** Servers whose sessions are kept, and sessions of each. */
const serversMax = 1000;
const sessionsMax = 2;

/** A session with a server that can be gone on with, and what a resumed handshake does not repeat. */
export interface UpstreamSession {
  readonly session: Buffer;
  /** `TLSv1.3`: to be used once (RFC 8446 appendix C.4). */
  readonly version: string | null;
  readonly chain: readonly ChainCertificate[];
  readonly subjectAltName: string | undefined;
}

/** Sessions with servers that were believed, by what they were made with. */
export interface UpstreamSessions {
  readonly take: (key: string) => UpstreamSession | null;
  readonly put: (key: string, session: UpstreamSession) => void;
  readonly forget: (key: string) => void;
}

export function createUpstreamSessions(): UpstreamSessions {
  const servers = createBoundedMap<readonly UpstreamSession[]>(serversMax);
  return {
    take: (key) => {
      const newest = servers.get(key)?.[0];
      if (newest === undefined) return null;
      if (newest.chain.some(({ validTo }) => Date.parse(validTo) < Date.now())) {
        servers.delete(key);
        return null;
      }
      if (newest.version === 'TLSv1.3') servers.set(key, servers.get(key)?.slice(1) ?? []);
      return newest;
    },
    put: (key, session) => {
      servers.set(key, [session, ...(servers.get(key) ?? [])].slice(0, sessionsMax));
    },
    forget: (key) => {
      servers.delete(key);
    },
  };
}
