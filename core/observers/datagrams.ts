import { millisecondsText } from '../encoding/cut-text.ts';
import type { Platform } from '../model/platform.ts';
import type { QueryEvent } from '../model/query-events.ts';
import { createDhcpObserver, looksLikeDhcp } from './dhcp.ts';
import {
  createDnsObserver,
  createDnsReaders,
  looksLikeDns,
  looksLikeDnsQuery,
  type OnDnsAnswer,
} from './dns.ts';
import { createDtlsObserver, looksLikeDtls } from './dtls.ts';
import { createNtpObserver, looksLikeNtp } from './ntp.ts';
import type { DatagramObserver } from './observer.ts';
import { createStunObserver, looksLikeStun } from './stun.ts';

/** A protocol that datagrams can be read as; `rtc` is STUN and DTLS and media on the same two ports (RFC 7983). */
export type DatagramProtocol = 'dns' | 'mdns' | 'llmnr' | 'rtc' | 'dhcp' | 'ntp';

const ports = { dns: 53, dhcpServer: 67, dhcpClient: 68, ntp: 123, mdns: 5353, llmnr: 5355 } as const;

/**
 * What a conversation is, by its ports and its first datagram; null for what is not read here. A name is given only where the bytes bear it out. By their
 * bytes alone are known: STUN, DTLS, and a question of DNS.
 */
export function recogniseDatagram(
  clientPort: number,
  serverPort: number,
  first: Uint8Array,
  fromServer: boolean,
): DatagramProtocol | null {
  const isAt = (port: number): boolean => clientPort === port || serverPort === port;
  if (isAt(ports.mdns) && looksLikeDns(first)) return 'mdns';
  if (isAt(ports.llmnr) && looksLikeDns(first)) return 'llmnr';
  if (isAt(ports.dns) && looksLikeDns(first)) return 'dns';
  if ((isAt(ports.dhcpServer) || isAt(ports.dhcpClient)) && looksLikeDhcp(first)) return 'dhcp';
  if (isAt(ports.ntp) && looksLikeNtp(first)) return 'ntp';
  if (looksLikeStun(first) || looksLikeDtls(first)) return 'rtc';
  return !fromServer && looksLikeDnsQuery(first) ? 'dns' : null;
}

/** Makes the observer of a conversation that was recognised. */
export type DatagramObservers = (
  protocol: DatagramProtocol,
  emit: (event: QueryEvent) => void,
) => DatagramObserver;

/** For all conversations of a capture, which read DNS with the same reader. `onAnswer`: addresses of names, see `DnsOptions`. */
export function createDatagramObservers(
  platform: Platform,
  onAnswer: OnDnsAnswer = () => {},
): DatagramObservers {
  const readers = createDnsReaders(platform);
  return (protocol, emit) => {
    switch (protocol) {
      case 'dns':
      case 'mdns':
      case 'llmnr':
        return createDnsObserver(platform, emit, { kind: protocol, onAnswer, readers });
      case 'rtc':
        return observeRtc(platform, emit);
      case 'dhcp':
        return createDhcpObserver(platform, emit);
      case 'ntp':
        return createNtpObserver(platform, emit);
      default:
        return protocol satisfies never;
    }
  };
}

/**
 * STUN and DTLS that share two ports with media, told apart by the first byte (RFC 7983 section 7), their questions counted together. Facts say how long
 * it took to set WebRTC up: from the first check of ICE to the nominated pair, to the end of the DTLS handshake, to the first media.
 */
function observeRtc(platform: Platform, emit: (event: QueryEvent) => void): DatagramObserver {
  let questions = 0;
  let beganAtUs: number | null = null;
  let isSecure = false;
  let hasMedia = false;

  /** The numbers of one protocol's questions within the conversation. */
  function renumbered(): (event: QueryEvent) => void {
    const numbers = new Map<number, number>();
    return (event) => {
      if (event.type === 'fact') return emit(event);
      if (event.type === 'question') numbers.set(event.question, ++questions);
      const question = numbers.get(event.question) ?? 0;
      if (event.type === 'answer-end') numbers.delete(event.question);
      emit({ ...event, question });
    };
  }

  function since(atUs: number, name: string): void {
    if (beganAtUs !== null)
      emit({ type: 'fact', atUs, name, value: `after ${millisecondsText(atUs - beganAtUs)}` });
  }

  const stun = createStunObserver(platform, renumbered(), {
    onBegin: (atUs) => (beganAtUs = atUs),
    onNominated: once((atUs) => since(atUs, 'WebRTC: addresses chosen')),
  });
  const dtls = createDtlsObserver(platform, renumbered(), {
    onFinished: once((atUs) => {
      isSecure = true;
      since(atUs, 'WebRTC: secured');
    }),
  });

  return {
    datagram: (sender, bytes, atUs) => {
      const first = bytes[0] ?? 0;
      if (first < 4) stun.datagram(sender, bytes, atUs);
      else if (first >= 20 && first < 64) dtls.datagram(sender, bytes, atUs);
      else if (first >= 128 && first < 192 && isSecure && !hasMedia) {
        hasMedia = true;
        since(atUs, 'WebRTC: first media');
      }
    },
    end: (atUs) => {
      stun.end(atUs);
      dtls.end(atUs);
    },
  };
}

function once(call: (atUs: number) => void): (atUs: number) => void {
  let wasCalled = false;
  return (atUs) => {
    if (!wasCalled) call(atUs);
    wasCalled = true;
  };
}
