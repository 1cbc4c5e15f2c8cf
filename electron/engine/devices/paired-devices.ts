import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { deviceNameMax } from '../../../core/contract/devices.ts';
import { afterDeviceEvent, noDeviceFacts, type DeviceEvent } from '../../../core/devices/device-facts.ts';
import { deviceFromUserAgent } from '../../../core/model/client-device.ts';
import { createBoundedMap, type BoundedMap } from '../proxy/bounded-map.ts';
import { devicesMax, type DeviceRecord, type FormerRecord } from './device-file.ts';

/** What is kept of a User-Agent field, characters. */
const userAgentCharsMax = 1024;

/** Where a device is: its address and, if it is known, its hardware's. */
export interface DevicePlace {
  readonly address: string;
  readonly hardware: string | null;
}

/** One paired device while the engine runs. */
export interface PairedOne {
  record: DeviceRecord;
  readonly sockets: Set<Socket>;
  requests: number;
  /** Hosts whose requests were read: a connection to them that ends without a word says nothing. */
  readonly read: BoundedMap<true>;
}

/** What is kept of the name of a host, characters: more than any has (RFC 1035 section 2.3.4). */
const hostCharsMax = 255;
/** Hosts of one device that are remembered. */
const readMax = 500;

/** The devices that may use the proxy, and those that may no longer. */
export interface PairedDevices {
  readonly list: () => readonly PairedOne[];
  readonly former: () => readonly FormerRecord[];
  readonly get: (id: string) => PairedOne | null;
  /** The device at this place; one that is known by its hardware and has moved is at its new address from now on. */
  readonly at: (place: DevicePlace) => PairedOne | null;
  readonly formerAt: (place: DevicePlace) => FormerRecord | null;
  /** Null: there are too many. A device that is there already stays the same one. */
  readonly pair: (place: DevicePlace, userAgent: string) => PairedOne | null;
  readonly note: (one: PairedOne, event: DeviceEvent) => void;
  readonly introduce: (one: PairedOne, userAgent: string) => void;
  /** Says whether another one has the name. */
  readonly rename: (one: PairedOne, name: string) => boolean;
  /** Its connections are cut at once. */
  readonly remove: (one: PairedOne) => void;
  readonly noteFormer: (former: FormerRecord) => void;
  readonly forget: (id: string) => boolean;
  /** Another CA is in use: no device has its certificate. */
  readonly distrustAll: () => void;
}

/** `changed`: `isSlight` changes need not be on the disk at once. */
export function createPairedDevices(
  initial: { readonly devices: readonly DeviceRecord[]; readonly former: readonly FormerRecord[] },
  nowUs: () => number,
  changed: (isSlight: boolean) => void,
): PairedDevices {
  const devices: PairedOne[] = initial.devices.map(enter);
  let former = [...initial.former];

  const isAt = (known: DevicePlace, { address, hardware }: DevicePlace): boolean =>
    known.hardware === null ? known.address === address : known.hardware === hardware;
  const at = (place: DevicePlace): PairedOne | null => {
    const found = devices.find(({ record }) => isAt(record, place));
    if (found === undefined) return null;
    const { record } = found;
    if (record.address !== place.address || (record.hardware === null && place.hardware !== null)) {
      found.record = { ...record, address: place.address, hardware: record.hardware ?? place.hardware };
      changed(false);
    }
    return found;
  };
  const introduce = (one: PairedOne, userAgent: string): void => {
    const cut = userAgent.slice(0, userAgentCharsMax);
    if (cut === '' || one.record.userAgent === cut) return;
    const system = deviceFromUserAgent(userAgent) ?? one.record.system;
    one.record = { ...one.record, userAgent: cut, system };
    changed(true);
  };

  return {
    list: () => devices,
    former: () => former,
    get: (id) => devices.find(({ record }) => record.id === id) ?? null,
    at,
    formerAt: (place) => former.find((each) => isAt(each, place)) ?? null,
    pair: (place, userAgent) => {
      const atUs = nowUs();
      const known = at(place);
      if (known !== null) {
        introduce(known, userAgent);
        known.record = { ...known.record, seenAtUs: atUs };
        changed(false);
        return known;
      }
      if (devices.length >= devicesMax) return null;
      const system = deviceFromUserAgent(userAgent);
      const one = enter({
        id: randomBytes(8).toString('hex'),
        name: freeName(
          devices.map(({ record }) => record.name),
          system,
        ),
        system,
        userAgent: userAgent.slice(0, userAgentCharsMax),
        ...place,
        pairedAtUs: atUs,
        seenAtUs: atUs,
        facts: { ...noDeviceFacts, refusals: [] },
      });
      devices.push(one);
      former = former.filter((each) => !isAt(each, place));
      changed(false);
      return one;
    },
    note: (one, told) => {
      const event = 'host' in told ? { ...told, host: told.host.slice(0, hostCharsMax) } : told;
      const atUs = nowUs();
      if (event.type === 'request') {
        one.requests += 1;
        if (event.scheme === 'https') one.read.set(event.host, true);
      }
      const isIdle = event.type === 'refused-certificate' && event.how === 'closed';
      if (isIdle && one.read.get(event.host) === true) return;
      const facts = afterDeviceEvent(one.record.facts, event, atUs);
      one.record = { ...one.record, seenAtUs: atUs, facts: { ...facts, refusals: [...facts.refusals] } };
      changed(true);
    },
    introduce,
    rename: (one, name) => {
      if (devices.some((each) => each !== one && each.record.name === name)) return false;
      one.record = { ...one.record, name };
      changed(false);
      return true;
    },
    remove: (one) => {
      const { id, name, system, address, hardware, facts } = one.record;
      devices.splice(devices.indexOf(one), 1);
      for (const socket of one.sockets) socket.destroy();
      one.sockets.clear();
      const left = {
        ...{ id, name, system, address, hardware, removedAtUs: nowUs() },
        hasCertificate: facts.trustedAtUs !== null || facts.certificateAtUs !== null,
        usesProxy: facts.proxiedAtUs !== null,
      };
      if (left.hasCertificate || left.usesProxy) former = [left, ...former].slice(0, devicesMax);
      changed(false);
    },
    noteFormer: (seen) => {
      if (seen.usesProxy) return;
      former = former.map((each) => (each.id === seen.id ? { ...each, usesProxy: true } : each));
      changed(true);
    },
    forget: (id) => {
      const before = former.length;
      former = former.filter((each) => each.id !== id);
      if (former.length !== before) changed(false);
      return former.length !== before;
    },
    distrustAll: () => {
      for (const one of devices) {
        const facts = { ...one.record.facts, trustedAtUs: null, probedAtUs: null };
        const nothing = { certificateAtUs: null, probeRefusal: null };
        one.record = { ...one.record, facts: { ...facts, ...nothing, refusals: [] } };
      }
      changed(false);
    },
  };
}

function enter(record: DeviceRecord): PairedOne {
  return { record, sockets: new Set(), requests: 0, read: createBoundedMap<true>(readMax) };
}

/** `iPhone`, `Pixel 8`, `Android 14`; `iPhone (2)` where that name is taken. */
function freeName(taken: readonly string[], system: string | null): string {
  const name = (system?.split(' · ').at(-1) ?? 'Device').slice(0, deviceNameMax - 5);
  for (let number = 2, tried = name; ; number += 1) {
    if (!taken.includes(tried)) return tried;
    tried = `${name} (${number})`;
  }
}
