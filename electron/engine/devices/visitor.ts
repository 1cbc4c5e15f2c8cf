import type { Socket } from 'node:net';
import type { DeviceCheck } from '../../../core/devices/device-checks.ts';
import type { DeviceEvent } from '../../../core/devices/device-facts.ts';

/** A paired device at the other end of a connection. */
export interface Visitor {
  readonly name: () => string;
  readonly note: (event: DeviceEvent) => void;
  /** What its browser says it is (RFC 9110 section 10.1.5). */
  readonly introduce: (userAgent: string) => void;
  readonly checks: () => readonly DeviceCheck[];
  /** It came with a code although it is paired: if that is the one shown now, whoever shows it is told. */
  readonly scanned: (code: string) => void;
}

/** Who came to the proxy's listener: somebody on this machine, or anybody where that is allowed; a paired device; somebody else. */
export type Admission =
  | { readonly who: 'anybody' }
  | { readonly who: 'device'; readonly visitor: Visitor }
  | { readonly who: 'stranger' };

/** Why a code did not pair a device: it is another one, nobody adds a device now, this address tried too often, there are too many devices. */
export type PairingRefusal = 'wrong-code' | 'not-open' | 'too-often' | 'too-many-devices';

/** What strangers hear and do. */
export interface StrangerDoor {
  /** Null: paired, and its next connection is served. */
  readonly pair: (socket: Socket, code: string | null, userAgent: string) => Promise<PairingRefusal | null>;
  /** It was refused; `usesProxy`: its request was for another server. */
  readonly refused: (socket: Socket, userAgent: string, usesProxy: boolean) => void;
}

/** Decides who may use the proxy's listener. */
export interface DeviceGate extends StrangerDoor {
  /** Null: no more connections of strangers are answered now. Else it is to be called once when this one has ended, or is no stranger's any more. */
  readonly enters: (socket: Socket) => (() => void) | null;
  /** At once where nothing has to be looked up. A device's connection is cut when the device is removed. */
  readonly admit: (socket: Socket) => Admission | Promise<Admission>;
}
