import type { SecureContext } from 'node:tls';
import type { Minter } from '../certificates/minter.ts';
import type { ClientFinder } from '../system/client-finder.ts';
import type { RefuseAddress } from './dial.ts';
import type { Recorder } from './exchange-draft.ts';
import type { HostSet } from './host-policy.ts';

/** What every connection of one proxy shares. */
export interface ProxyContext {
  readonly recorder: Recorder;
  readonly minter: Minter;
  /** All roots that servers are checked against, in one context (it costs up to 40 ms to make). */
  readonly upstreamContext: SecureContext;
  readonly passThroughHosts: HostSet;
  readonly insecureHosts: HostSet;
  /** Names the processes of clients on this machine; null while that is not wanted. */
  readonly clientFinder: () => ClientFinder | null;
  /** Refuses our own listener and control door. */
  readonly refuse: RefuseAddress;
}
