import type { SecureContext } from 'node:tls';
import type { Minter } from '../certificates/minter.ts';
import type { ClientFinder } from '../system/client-finder.ts';
import type { DeviceGate, Visitor } from '../devices/visitor.ts';
import type { RefuseAddress } from './dial.ts';
import type { Recorder } from './exchange-draft.ts';
import type { CaAcceptance } from './ca-acceptance.ts';
import type { HostSet } from './host-policy.ts';
import type { Router } from './upstream/router.ts';
import type { OwnHellos } from './own-hello.ts';
import type { ClientIdentity, UpstreamContexts } from './upstream-contexts.ts';
import type { UpstreamSessions } from './upstream-sessions.ts';
import type { Credentials } from './proxy-auth.ts';
import type { PortalCertificate } from './serve-portal.ts';

/** What every connection of one proxy shares. */
export interface ProxyContext {
  readonly recorder: Recorder;
  readonly minter: Minter;
  /** All roots that servers are checked against, in one context (it costs up to 40 ms to make). */
  readonly upstreamContext: SecureContext;
  readonly tls: TlsContext;
  readonly passThroughHosts: HostSet;
  readonly insecureHosts: HostSet;
  /** Directly, or through an upstream proxy. */
  readonly router: Router;
  /** Names the processes of clients on this machine; null while that is not wanted. */
  readonly clientFinder: () => ClientFinder | null;
  /** Whom the listener serves; reverse proxies ask nobody. */
  readonly credentials: Credentials;
  /** What devices are given to trust us. */
  readonly portal: () => PortalCertificate;
  /** Who may use the proxy's listener; reverse proxies and redirected clients are not asked about. */
  readonly gate: DeviceGate;
  /** The paired device whose connection this is; null for anybody else. */
  readonly visitor: Visitor | null;
  /** The portal is for who gives the password only: a stranger of the network. */
  readonly portalWantsPassword: boolean;
  /** Refuses our own listener and control door. */
  readonly refuse: RefuseAddress;
}

/** What the legs' TLS is made with and remembered by. */
export interface TlsContext {
  readonly contexts: UpstreamContexts;
  readonly sessions: UpstreamSessions;
  readonly ownHellos: OwnHellos;
  readonly acceptance: CaAcceptance;
  /** The certificate for a server that asks for one; null: none. */
  readonly identityFor: (host: string) => ClientIdentity | null;
  /** Whether the keys of connections are kept with the session. */
  readonly keepKeys: () => boolean;
  /** How long either side may take for a handshake. */
  readonly handshakeTimeoutMs: number;
}
