import type { SecureContext } from 'node:tls';
import type { Minter } from '../certificates/minter.ts';
import type { RefuseAddress } from './dial.ts';
import type { Recorder } from './exchange-draft.ts';
import type { HostSet } from './host-policy.ts';
import type { Credentials } from './proxy-auth.ts';

/** What every connection of one proxy shares. */
export interface ProxyContext {
  readonly recorder: Recorder;
  readonly minter: Minter;
  /** All roots that servers are checked against, in one context (it costs up to 40 ms to make). */
  readonly upstreamContext: SecureContext;
  readonly passThroughHosts: HostSet;
  readonly insecureHosts: HostSet;
  /** Whom the listener serves; reverse proxies ask nobody. */
  readonly credentials: Credentials;
  /** Refuses our own listener and control door. */
  readonly refuse: RefuseAddress;
}
