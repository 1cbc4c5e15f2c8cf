import type { PhaseKind } from './timings.ts';

export interface PhaseWords {
  readonly name: string;
  /** One letter: the second sign beside the colour. */
  readonly letter: string;
  /** One sentence for a person who meets the term for the first time. */
  readonly meaning: string;
}

/** Phases of the server leg (proxy ↔ origin). */
const server: Readonly<Record<PhaseKind, PhaseWords>> = {
  blocked: {
    name: 'Blocked',
    letter: 'B',
    meaning: 'The request waited before anything could be sent for it, for instance for a free connection.',
  },
  dns: { name: 'DNS', letter: 'D', meaning: 'The host name was looked up to find its addresses.' },
  connect: {
    name: 'TCP connect',
    letter: 'C',
    meaning:
      'The TCP connection to the server was made: one round trip on the network, more when packets are lost.',
  },
  tls: {
    name: 'TLS handshake',
    letter: 'T',
    meaning: 'Encryption was agreed and the certificate shown: one or two round trips and some computing.',
  },
  send: {
    name: 'Send',
    letter: 'S',
    meaning: 'The request was handed to the server, from its first byte to its last.',
  },
  wait: {
    name: 'Wait',
    letter: 'W',
    meaning:
      'From the last request byte sent to the first response byte received (time to first byte): the server at work, plus one round trip.',
  },
  receive: {
    name: 'Receive',
    letter: 'R',
    meaning: 'The response arrived, from its first byte to its last.',
  },
  stall: {
    name: 'Stall',
    letter: '!',
    meaning: 'The server did not take the bytes of the request, so sending had to pause.',
  },
  proxy: {
    name: 'Proxy',
    letter: 'P',
    meaning: 'Time Plumbline itself added between what arrived on one leg and what left on the other.',
  },
  pass: {
    name: 'Passed through',
    letter: '=',
    meaning: 'Bytes went both ways unread for as long as the tunnel was open.',
  },
};

const client: typeof server = {
  ...server,
  tls: {
    ...server.tls,
    meaning:
      'The application and Plumbline agreed on encryption; includes waiting for the server’s own handshake.',
  },
  send: { ...server.send, meaning: 'The application sent its request, from the first byte to the last.' },
  wait: {
    ...server.wait,
    meaning: 'The application had sent everything and no response byte had come from the server yet.',
  },
  receive: {
    ...server.receive,
    name: 'Deliver',
    meaning: 'The response was handed to the application, from its first byte to its last.',
  },
  stall: {
    ...server.stall,
    meaning: 'The application did not take bytes fast enough, so reading from the server had to pause.',
  },
};

export function phaseWords(kind: PhaseKind, leg: 'client' | 'server'): PhaseWords {
  return leg === 'client' ? client[kind] : server[kind];
}
