import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import type { DevicesState, PairedDevice } from '../../../core/contract/devices.ts';
import type { ConversationRow } from '../../../core/contract/packets.ts';
import { deviceChecks, type DeviceCheck } from '../../../core/devices/device-checks.ts';
import { firewallOf, type FirewallWords } from '../../../core/devices/firewall.ts';
import { isInNetwork, networkOf, type NetworkOffer } from '../../../core/devices/lan-networks.ts';
import { pairingPath, spacedCode } from '../../../core/devices/pairing-code.ts';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { portalPlatformOf } from '../../../core/portal/portal-platform.ts';
import { normalizeAddress } from '../proxy/destination.ts';
import type { ProxyListener } from '../proxy/proxy.ts';
import { knownMax, loadDevices, saveDevices } from './device-file.ts';
import { createLanListener } from './lan-listener.ts';
import type { Neighbours } from './neighbours.ts';
import { createPairedDevices, type DevicePlace, type PairedOne } from './paired-devices.ts';
import { createPairing } from './pairing.ts';
import { createStrangers } from './strangers.ts';
import { watchAroundProxy } from './watch-around-proxy.ts';
import type { Admission, DeviceGate, PairingRefusal, Visitor } from './visitor.ts';

export interface DevicesOptions {
  readonly dataDir: string;
  readonly nowUs: () => number;
  readonly neighbours: Neighbours;
  /** The networks of this machine that phones may be in, the likeliest first. */
  readonly networks: () => readonly NetworkOffer[];
  readonly isOwnAddress: (address: string) => boolean;
  /** Everybody may use the proxy, paired or not. */
  readonly admitsAnybody: () => boolean;
  readonly listen: (host: string, port: number) => Promise<Result<ProxyListener>>;
  /** The proxy's own listener; null while nothing is recorded. */
  readonly main: () => ProxyListener | null;
  readonly caName: () => string;
  readonly passesThrough: (host: string) => boolean;
  readonly lookForFirewall: () => Promise<FirewallWords>;
  /** Conversations of an address in the packets that are captured now, the newest of them; null while none are. */
  readonly captured: (address: string) => Promise<readonly ConversationRow[]> | null;
  /** Whether it may listen on the network beside the proxy's own listener, and keeps the file of devices. */
  readonly mayOpen: boolean;
}

/** Phones and other devices that use the proxy over the network: who may, where they reach it, and how far each is. */
export interface Devices extends DeviceGate {
  readonly events: EventEmitter<{ changed: [DevicesState] }>;
  readonly state: () => DevicesState;
  /** The listener on the network, while it is open beside the proxy's own. */
  readonly listener: () => ProxyListener | null;
  /** `holder` adds a phone from now on. Failure: `no-network`. */
  readonly beginPairing: (holder: object, another: boolean) => Promise<Result<DevicesState>>;
  readonly endPairing: (holder: object) => Promise<DevicesState>;
  /** It adds no phone any more, nor will it. */
  readonly leave: (holder: object) => Promise<void>;
  /** The proxy's own listener is to be opened there: ours makes way if it stands there. `mainChanged` follows. */
  readonly makeWay: (host: string, port: number) => Promise<void>;
  /** Failure: `no-such-network`. */
  readonly chooseNetwork: (address: string) => Promise<Result<DevicesState>>;
  /** Failures: `no-such-device`, `too-many-devices`. */
  readonly allow: (address: string) => Promise<Result<DevicesState>>;
  /** Failures: `no-such-device`, `name-taken`. */
  readonly rename: (id: string, name: string) => Result<DevicesState>;
  /** Failure: `no-such-device`. */
  readonly remove: (id: string) => Promise<Result<DevicesState>>;
  readonly forget: (id: string) => Result<DevicesState>;
  /** The proxy's own listener was opened, moved or closed. */
  readonly mainChanged: () => Promise<void>;
  readonly authorityChanged: () => void;
  /** Other hosts are passed through from now on. */
  readonly hostsChanged: () => void;
  readonly close: () => Promise<void>;
}

/** Changes are told, and slight ones are saved, after this. */
const tellAfterMs = 250;
const saveAfterMs = 30_000;
/** The networks of this machine are looked at this often while phones may come. */
const lookEveryMs = 2000;

export async function createDevices(options: DevicesOptions): Promise<Devices> {
  const { dataDir, nowUs, neighbours } = options;
  const { file, problem: fileProblem } = await loadDevices(dataDir);
  const events = new EventEmitter<{ changed: [DevicesState] }>();
  let { port, network: chosenName, known } = file;
  let saveProblem: string | null = fileProblem;
  let telling: NodeJS.Timeout | null = null;
  let saving: NodeJS.Timeout | null = null;
  let saved: Promise<void> = Promise.resolve();
  let networks = options.networks();
  let hasVisitor = false;
  let pairedNow: string | null = null;
  let isClosed = false;
  /** Read when somebody begins to add a phone. */
  let firewallWords: FirewallWords | null = null;

  const tell = (): void => {
    if (isClosed) return;
    telling ??= setTimeout(() => {
      telling = null;
      events.emit('changed', state());
    }, tellAfterMs).unref();
  };
  const save = (): void => {
    if (saving !== null) clearTimeout(saving);
    saving = null;
    // A recording on the command line, of which there may be several, leaves the file to the program that adds phones.
    if (!options.mayOpen) return;
    saved = saved.then(async () => {
      const devices = paired.list().map(({ record }) => record);
      const former = [...paired.former()];
      const before = saveProblem;
      const file = { version: 1, port, network: chosenName, known, devices, former } as const;
      saveProblem = await saveDevices(dataDir, { ...file, known: [...known] });
      if (saveProblem !== before) tell();
    });
  };
  const changed = (isSlight: boolean): void => {
    tell();
    if (!isSlight) save();
    else if (!isClosed) saving ??= setTimeout(save, saveAfterMs).unref();
  };
  const paired = createPairedDevices(file, nowUs, changed);
  const pairing = createPairing();
  const strangers = createStrangers(nowUs, tell);
  const lan = createLanListener(options.listen);

  /** Unasked, only a network that devices were paired in is opened to. */
  const chosen = (): NetworkOffer | null => {
    const offered =
      pairing.code() === null ? networks.filter((each) => known.includes(networkId(each))) : networks;
    return offered.find(({ name }) => name === chosenName) ?? offered[0] ?? null;
  };
  const sync = async (): Promise<void> => {
    const main = options.main();
    const network = chosen();
    const isNeeded = options.mayOpen && (pairing.code() !== null || paired.list().length > 0);
    const wanted = main === null || network === null || !isNeeded ? null : { network, main, port };
    await lan.set(wanted, paired.list().length === 0);
    const reached = lan.own();
    if (reached !== null && reached.port !== port) {
      port = reached.port;
      save();
    }
    tell();
  };
  const look = setInterval(() => {
    if (!options.mayOpen) return;
    const now = options.networks();
    if (JSON.stringify(now) === JSON.stringify(networks) && lan.problem() === null) return;
    networks = now;
    void sync();
  }, lookEveryMs);
  look.unref();

  const stopWatching = watchAroundProxy(paired, options.captured, nowUs);

  const checksOf = ({ record }: PairedOne): readonly DeviceCheck[] => {
    const reached = lan.reached();
    const network = chosen();
    const isElsewhere = network !== null && !isInNetwork(record.address, network);
    return deviceChecks(record.facts, {
      system: portalPlatformOf(record.userAgent)?.system ?? null,
      proxyHost: reached?.host ?? network?.address ?? '',
      proxyPort: reached?.port ?? port ?? 0,
      caName: options.caName(),
      otherNetwork: isElsewhere ? record.address : null,
      passesThrough: options.passesThrough,
    });
  };
  const viewOf = (one: PairedOne): PairedDevice => {
    const { id, name, system, address, hardware, pairedAtUs, seenAtUs } = one.record;
    const shown = { id, name, system, address, hardware, pairedAtUs, seenAtUs };
    const checks = checksOf(one).map((check) => ({ ...check }));
    return { ...shown, connections: one.sockets.size, requests: one.requests, checks };
  };
  const pairingView = (): DevicesState['pairing'] => {
    const code = pairing.code();
    const reached = lan.reached();
    if (code === null) return null;
    const url = reached === null ? '' : `http://${reached.address}${pairingPath(code)}`;
    return { url, code: spacedCode(code), beganAtUs: pairing.beganAtUs(), hasVisitor, paired: pairedNow };
  };
  const elsewhere = (): string | null => {
    const isWanted = options.main() !== null && options.mayOpen && paired.list().length > 0;
    if (!isWanted || networks.length === 0 || chosen() !== null) return null;
    return 'This computer is in another network than the one its devices were paired in. The proxy stays closed here until you add a phone.';
  };
  const state = (): DevicesState => ({
    listener: lan.reached()?.address ?? null,
    problem: lan.problem() ?? elsewhere(),
    saveProblem,
    networks: networks.map((network) => ({ ...network })),
    chosen: chosen()?.address ?? null,
    firewall: firewallWords === null ? null : firewallOf(firewallWords, lan.reached()?.port ?? port ?? 0),
    pairing: pairingView(),
    devices: paired.list().map(viewOf),
    former: paired.former().map(({ id, name, system, removedAtUs, hasCertificate, usesProxy }) => ({
      ...{ id, name, system, removedAtUs, hasCertificate, usesProxy },
    })),
    strangers: [...strangers.list()],
  });

  const placeOf = async (socket: Socket): Promise<DevicePlace> => {
    const address = normalizeAddress(socket.remoteAddress ?? '');
    return { address, hardware: await neighbours.hardwareOf(address) };
  };
  const know = (network: NetworkOffer | null): void => {
    if (network !== null) known = [...new Set([networkId(network), ...known])].slice(0, knownMax);
  };
  /** Whoever adds a phone is told of it, and the proxy may be opened in this network from now on. */
  const cameByCode = (one: PairedOne): void => {
    know(chosen());
    visitorCame();
    pairedNow = one.record.id;
    tell();
  };
  const visitors = new WeakMap<PairedOne, Visitor>();
  const visitorOf = (one: PairedOne): Visitor => {
    const known = visitors.get(one);
    if (known !== undefined) return known;
    const visitor: Visitor = {
      name: () => one.record.name,
      note: (event) => paired.note(one, event),
      introduce: (userAgent) => paired.introduce(one, userAgent),
      checks: () => checksOf(one),
      scanned: (code) => {
        if (pairing.check(one.record.address, code) !== null) return;
        cameByCode(one);
        save();
        void sync();
      },
    };
    visitors.set(one, visitor);
    return visitor;
  };
  const enterAs = (one: PairedOne, socket: Socket): Admission => {
    one.sockets.add(socket);
    socket.once('close', () => {
      one.sockets.delete(socket);
      tell();
    });
    tell();
    return { who: 'device', visitor: visitorOf(one) };
  };
  /** Open connections of devices that are not paired, and the former device that each is of. */
  const strange = new Map<Socket, string | null>();
  const visitorCame = (): void => {
    if (hasVisitor) return;
    hasVisitor = true;
    tell();
  };

  const found = (id: string): Result<PairedOne> => {
    const one = paired.get(id);
    return one === null ? fail('no-such-device', 'This device is no longer paired.') : succeed(one);
  };
  const pairAt = (place: DevicePlace, userAgent: string, by: Socket | null): PairedOne | null => {
    const one = paired.pair(place, userAgent);
    if (one === null) return null;
    // A browser may have opened others in advance: what it asks for on them would be asked by a stranger.
    for (const socket of strange.keys()) {
      if (socket !== by && normalizeAddress(socket.remoteAddress ?? '') === place.address) socket.destroy();
    }
    cameByCode(one);
    strangers.forget(place.address);
    return one;
  };
  /** Windows that have left. */
  const gone = new WeakSet<object>();
  await sync();

  return {
    events,
    state,
    listener: lan.own,
    admit: (socket) => {
      const remote = normalizeAddress(socket.remoteAddress ?? '');
      const isHere =
        remote === normalizeAddress(socket.localAddress ?? '') ||
        remote.startsWith('127.') ||
        remote === '::1' ||
        options.isOwnAddress(remote);
      if (isHere) return { who: 'anybody' };
      return placeOf(socket).then((place) => {
        // Whoever left meanwhile is not to be remembered: its end has been told.
        if (socket.destroyed) return { who: 'stranger' };
        const one = paired.at(place);
        if (one !== null) return enterAs(one, socket);
        if (options.admitsAnybody()) return { who: 'anybody' };
        const left = paired.formerAt(place);
        strange.set(socket, left?.id ?? null);
        socket.once('close', () => strange.delete(socket));
        return { who: 'stranger' };
      });
    },
    pair: async (socket, code, userAgent): Promise<PairingRefusal | null> => {
      const place = await placeOf(socket);
      const problem = code === null ? 'wrong-code' : pairing.check(place.address, code);
      if (problem !== null) {
        strangers.refused(place.address, userAgent, false, problem !== 'not-open');
        return problem;
      }
      if (pairAt(place, userAgent, socket) === null) return 'too-many-devices';
      await sync();
      return null;
    },
    refused: (socket, userAgent, usesProxy) => {
      const address = normalizeAddress(socket.remoteAddress ?? '');
      if (!usesProxy) visitorCame();
      const id = strange.get(socket) ?? null;
      const left = paired.former().find((each) => each.id === id);
      strangers.refused(address, userAgent, usesProxy, false);
      if (left !== undefined && usesProxy) paired.noteFormer(left);
    },
    enters: (socket) => {
      const left = strangers.enters(normalizeAddress(socket.remoteAddress ?? ''));
      if (left === null) return null;
      return () => {
        left();
        strange.delete(socket);
      };
    },
    beginPairing: async (holder, another) => {
      networks = options.networks();
      if (networks.length === 0) {
        return fail(
          'no-network',
          'This computer is in no network that a phone could be in. Join a Wi-Fi or plug in a cable, then try again.',
        );
      }
      if (another || pairing.code() === null) {
        hasVisitor = false;
        pairedNow = null;
      }
      // Its window has left while this was on its way.
      if (!gone.has(holder)) pairing.begin(holder, nowUs(), another);
      void options.lookForFirewall().then((words) => {
        firewallWords = words;
        tell();
      });
      await sync();
      return succeed(state());
    },
    leave: async (holder) => {
      gone.add(holder);
      pairing.end(holder);
      await sync();
    },
    endPairing: async (holder) => {
      pairing.end(holder);
      await sync();
      return state();
    },
    chooseNetwork: async (address) => {
      const wanted = networks.find((each) => each.address === address);
      if (wanted === undefined) {
        return fail(
          'no-such-network',
          `This computer no longer has the address ${address}. Choose another network.`,
        );
      }
      chosenName = wanted.name;
      know(wanted);
      save();
      await sync();
      return succeed(state());
    },
    allow: async (address) => {
      if (!strangers.has(address)) {
        return fail(
          'no-such-device',
          `Nobody came from ${address} since the program started. Open a page on the device again.`,
        );
      }
      const place = { address, hardware: await neighbours.hardwareOf(address) };
      if (pairAt(place, strangers.userAgentOf(address), null) === null) {
        return fail('too-many-devices', 'There are 64 paired devices. Remove one first.');
      }
      await sync();
      return succeed(state());
    },
    rename: (id, name) => {
      const one = found(id);
      if (!one.ok) return one;
      if (!paired.rename(one.value, name)) {
        return fail('name-taken', `Another device is called “${name}”. Choose another name.`);
      }
      return succeed(state());
    },
    remove: async (id) => {
      const one = found(id);
      if (!one.ok) return one;
      paired.remove(one.value);
      await sync();
      return succeed(state());
    },
    forget: (id) => {
      if (!paired.forget(id)) return fail('no-such-device', 'This device is no longer listed.');
      return succeed(state());
    },
    makeWay: lan.makeWay,
    mainChanged: sync,
    authorityChanged: paired.distrustAll,
    hostsChanged: tell,
    close: async () => {
      isClosed = true;
      clearInterval(look);
      stopWatching();
      if (telling !== null) clearTimeout(telling);
      if (saving !== null) save();
      await saved;
      await lan.close();
    },
  };
}

/** The same network, whichever of its addresses this computer has: `192.168.1.0/24`. */
function networkId({ address, prefix }: NetworkOffer): string {
  return `${networkOf(address, prefix)}/${prefix}`;
}
