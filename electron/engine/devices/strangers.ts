import type { StrangerView } from '../../../core/contract/devices.ts';
import { deviceFromUserAgent } from '../../../core/model/client-device.ts';

/** Addresses that are remembered, and connections that are open, of devices that are not paired. */
const strangersMax = 50;
const connectionsMax = 64;
/** Connections of one of them. */
const ownConnectionsMax = 16;

/** Devices that came without a code, the newest first. They last as long as the engine. */
export interface Strangers {
  readonly list: () => readonly StrangerView[];
  readonly has: (address: string) => boolean;
  readonly userAgentOf: (address: string) => string;
  readonly refused: (address: string, userAgent: string, usesProxy: boolean, hasWrongCode: boolean) => void;
  readonly forget: (address: string) => void;
  /** Null: no more connections are answered now, of this address or of all. Else to be called once when this one has ended. */
  readonly enters: (address: string) => (() => void) | null;
}

export function createStrangers(nowUs: () => number, changed: () => void): Strangers {
  let list: readonly (StrangerView & { readonly userAgent: string })[] = [];
  const connections: string[] = [];
  const find = (address: string): (typeof list)[number] | undefined =>
    list.find((each) => each.address === address);
  return {
    list: () =>
      list.map(({ address, system, count, seenAtUs, hasWrongCode, usesProxy }) => ({
        ...{ address, system, count, seenAtUs, hasWrongCode, usesProxy },
      })),
    has: (address) => find(address) !== undefined,
    userAgentOf: (address) => find(address)?.userAgent ?? '',
    refused: (address, userAgent, usesProxy, hasWrongCode) => {
      const before = find(address);
      const next = {
        address,
        userAgent: userAgent === '' ? (before?.userAgent ?? '') : userAgent,
        system: deviceFromUserAgent(userAgent) ?? before?.system ?? null,
        count: (before?.count ?? 0) + 1,
        seenAtUs: nowUs(),
        hasWrongCode,
        usesProxy: usesProxy || (before?.usesProxy ?? false),
      };
      list = [next, ...list.filter((each) => each !== before)].slice(0, strangersMax);
      changed();
    },
    forget: (address) => {
      list = list.filter((each) => each.address !== address);
      changed();
    },
    enters: (address) => {
      const own = connections.filter((each) => each === address).length;
      if (connections.length >= connectionsMax || own >= ownConnectionsMax) return null;
      connections.push(address);
      return () => void connections.splice(connections.indexOf(address), 1);
    },
  };
}
