import type { DecodedPacket } from '../../../core/packets/decoded-packet.ts';
import type { ProtocolName } from '../../../core/packets/protocol-codes.ts';
import { createTlsKeys, type TlsKeys } from '../../../core/packets/tls-keys.ts';
import {
  createDatagramObservers,
  recogniseDatagram,
  type DatagramProtocol,
} from '../../../core/observers/datagrams.ts';
import { createDnsStreamObserver } from '../../../core/observers/dns.ts';
import { createMongodbObserver } from '../../../core/observers/mongodb.ts';
import { createMysqlObserver, type MysqlCapabilities } from '../../../core/observers/mysql.ts';
import { createQuicObserver, looksLikeQuic } from '../../../core/observers/quic.ts';
import type { DatagramObserver } from '../../../core/observers/observer.ts';
import { createPostgresObserver } from '../../../core/observers/postgres.ts';
import { createRedisObserver } from '../../../core/observers/redis.ts';
import { nodePlatform } from '../proxy/platform.ts';
import { createQueryExchanges } from './query-exchanges.ts';
import { createQueryReader } from './query-reader.ts';
import {
  createHttpReader,
  type PlainReader,
  type ReaderFactory,
  type StreamContext,
} from './stream-reader.ts';
import { createTlsReader } from './tls-reader.ts';

/** The secrets that captured TLS is decrypted with. */
export interface ReaderKeys {
  readonly store: TlsKeys;
  readonly keysMayCome: boolean;
  /** Those who wait for secrets. */
  readonly waiting: Set<() => void>;
  /** More lines of a key log; whoever waits for them tries again. */
  readonly add: (keyLog: string) => void;
}

/** `keysMayCome`: packets are read while they are sent, so that their keys may come later. */
export function createReaderKeys(keysMayCome: boolean): ReaderKeys {
  const store = createTlsKeys();
  const waiting = new Set<() => void>();
  return {
    store,
    keysMayCome,
    waiting,
    add: (keyLog) => {
      if (store.add(keyLog) > 0) for (const again of waiting) again();
    },
  };
}

/** Everything that reads what conversations carry. */
export interface Readers {
  readonly create: ReaderFactory;
  /** Null for a protocol that nobody reads. `recognised` is told what it is. */
  readonly datagrams: (
    first: DecodedPacket,
    context: StreamContext,
    recognised: (application: string, name: ProtocolName) => void,
  ) => DatagramObserver | null;
  /** Of a datagram that is the first of its conversation: whether a server sent it. */
  readonly isFromServer: (first: DecodedPacket) => boolean;
}

/** What packets of these protocols are called in lists. */
const datagramNames: Readonly<Record<DatagramProtocol, ProtocolName>> = {
  dns: 'DNS',
  mdns: 'MDNS',
  llmnr: 'LLMNR',
  rtc: 'STUN',
  dhcp: 'DHCP',
  ntp: 'NTP',
};

/** `learnName` takes what name servers answered. */
export function createReaders(keys: ReaderKeys, learnName: (address: string, name: string) => void): Readers {
  const onAnswer = (name: string, _type: string, address: string): void => learnName(address, name);
  const observe = createDatagramObservers(nodePlatform, onAnswer);
  const tls = (
    context: StreamContext,
    inside: 'postgres' | 'mysql' | null,
    createInside: ReaderFactory = create,
  ): PlainReader => createTlsReader(context, createInside, { ...keys, keys: keys.store }, inside);

  /** `afterTls`: what the server could do, of a login that goes on within TLS. */
  function mysql(context: StreamContext, afterTls?: MysqlCapabilities): PlainReader {
    let known: MysqlCapabilities | undefined;
    return createQueryReader(context, {
      protocol: 'mysql',
      observe: (emit, onHandOver) =>
        createMysqlObserver(nodePlatform, emit, {
          ...(afterTls === undefined ? {} : { afterTls }),
          onHandOver: (to, clientFrom, serverFrom, server) => {
            known = server;
            onHandOver(to, clientFrom, serverFrom);
          },
        }),
      tls: () =>
        tls(context, 'mysql', (protocol, within, overTls) =>
          protocol === 'mysql' ? mysql(within, known) : create(protocol, within, overTls),
        ),
    });
  }

  const create: ReaderFactory = (protocol, context, overTls) => {
    switch (protocol) {
      case 'http1':
      case 'http2':
        return createHttpReader(protocol, context, overTls, create);
      case 'tls':
        return tls(context, null);
      case 'postgres':
        return createQueryReader(context, {
          protocol,
          observe: (emit, onHandOver) => createPostgresObserver(nodePlatform, emit, { onHandOver }),
          tls: () => tls(context, 'postgres'),
        });
      case 'mysql':
        return mysql(context);
      case 'mongodb':
        return createQueryReader(context, {
          protocol,
          observe: (emit) => createMongodbObserver(nodePlatform, emit),
          tls: () => tls(context, null),
        });
      case 'redis':
        return createQueryReader(context, {
          protocol,
          observe: (emit) => createRedisObserver(nodePlatform, emit),
          tls: () => tls(context, null),
        });
      case 'dns':
        return createQueryReader(context, {
          protocol,
          observe: (emit) => createDnsStreamObserver(nodePlatform, emit, { onAnswer }),
          tls: () => tls(context, null),
        });
      default:
        return protocol satisfies never;
    }
  };

  return {
    create,
    datagrams: (first, context, recognised) => {
      const { sourcePort, destinationPort } = first;
      const fromServer = isFromServer(first);
      const [clientPort, serverPort] = fromServer
        ? [destinationPort, sourcePort]
        : [sourcePort, destinationPort];
      const payload = payloadOf(first);
      const protocol = recogniseDatagram(clientPort, serverPort, payload, fromServer);
      const isQuic = protocol === null && looksLikeQuic(payload) === 'yes';
      if ((protocol === null && !isQuic) || context.isRead()) return null;
      recognised(protocol ?? 'quic', protocol === null ? 'QUIC' : datagramNames[protocol]);
      const { client, server } = context.legs();
      const { on, close } = createQueryExchanges({
        recorder: context.recorder,
        sink: context.sink,
        client,
        server,
        protocol: protocol ?? 'quic',
        host: context.host(),
        port: context.serverPort,
        began: context.began,
      });
      const observer =
        protocol === null ? createQuicObserver({ platform: nodePlatform, emit: on }) : observe(protocol, on);
      return {
        datagram: observer.datagram,
        end: (atUs) => {
          observer.end(atUs);
          // Datagrams have no end but the capture's.
          close(false);
        },
        isIdle: () => observer.isIdle?.() === true,
      };
    },
    isFromServer,
  };
}

/** Systems give clients ports from here on. */
const clientPortMin = 32_768;

/** Servers have the lower port, nearly always; where both are as clients have them, who spoke first tells more. */
function isFromServer({ sourcePort, destinationPort }: DecodedPacket): boolean {
  return sourcePort < destinationPort && sourcePort < clientPortMin;
}

function payloadOf({ bytes, payloadFrom, payloadCaptured }: DecodedPacket): Uint8Array {
  return bytes.subarray(payloadFrom, payloadFrom + payloadCaptured);
}
