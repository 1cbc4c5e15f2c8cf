import type { PhaseKind } from './timings.ts';

export interface PhaseWords {
  readonly name: string;
  /** One letter: the second sign beside the colour. */
  readonly letter: string;
  /** One sentence for a person who meets the term for the first time. */
  readonly meaning: string;
  /** Its name in HAR 1.2 `timings`; null for what HAR does not tell apart, and on the client leg. */
  readonly har: string | null;
  /** Its name in Chrome's DevTools; null as for `har`. */
  readonly devTools: string | null;
}

/** Phases of the server leg (proxy ↔ origin). */
const server: Readonly<Record<PhaseKind, PhaseWords>> = {
  blocked: {
    name: 'Blocked',
    letter: 'B',
    meaning: 'The request waited before anything could be sent for it, for instance for a free connection.',
    har: 'blocked',
    devTools: 'Queueing, Stalled',
  },
  dns: {
    name: 'DNS',
    letter: 'D',
    meaning: 'The host name was looked up to find its addresses.',
    har: 'dns',
    devTools: 'DNS Lookup',
  },
  connect: {
    name: 'TCP connect',
    letter: 'C',
    meaning:
      'The TCP connection to the server was made: one round trip on the network, more when packets are lost.',
    har: 'connect (with ssl in it)',
    devTools: 'Initial connection (with SSL in it)',
  },
  tls: {
    name: 'TLS handshake',
    letter: 'T',
    meaning: 'Encryption was agreed and the certificate shown: one or two round trips and some computing.',
    har: 'ssl',
    devTools: 'SSL',
  },
  send: {
    name: 'Send',
    letter: 'S',
    meaning: 'The request was handed to the server, from its first byte to its last.',
    har: 'send',
    devTools: 'Request sent',
  },
  wait: {
    name: 'Wait',
    letter: 'W',
    meaning:
      'From the last request byte sent to the first response byte received (time to first byte): the server at work, plus one round trip.',
    har: 'wait',
    devTools: 'Waiting for server response (TTFB)',
  },
  receive: {
    name: 'Receive',
    letter: 'R',
    meaning: 'The response arrived, from its first byte to its last.',
    har: 'receive',
    devTools: 'Content Download',
  },
  stall: {
    name: 'Stall',
    letter: '!',
    meaning: 'The server did not take the bytes of the request, so sending had to pause.',
    har: null,
    devTools: null,
  },
  proxy: {
    name: 'Proxy',
    letter: 'P',
    meaning: 'Time Plumbline itself added between what arrived on one leg and what left on the other.',
    har: null,
    devTools: null,
  },
  pass: {
    name: 'Passed through',
    letter: '=',
    meaning: 'Bytes went both ways unread for as long as the tunnel was open.',
    har: null,
    devTools: null,
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
  return leg === 'client' ? { ...client[kind], har: null, devTools: null } : server[kind];
}
