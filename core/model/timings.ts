import type { ConversationRecord, ExchangeRecord } from './exchange-record.ts';

export type PhaseKind =
  'blocked' | 'dns' | 'connect' | 'tls' | 'send' | 'wait' | 'receive' | 'stall' | 'proxy' | 'pass';

/** A stretch of one leg's time, µs since the epoch. `connect` is TCP alone: TLS is a phase of its own. */
export interface Phase {
  readonly leg: 'client' | 'server';
  readonly kind: PhaseKind;
  readonly fromUs: number;
  readonly toUs: number;
  /** It was over before the first byte of the request came, e.g. the connection made at CONNECT. */
  readonly early: boolean;
}

export interface ExchangeTimings {
  /** First request byte. Early phases lie before it. */
  readonly startUs: number;
  /** The end, or `nowUs` while the exchange is open. */
  readonly endUs: number;
  readonly running: boolean;
  /** Server leg first, each leg in order of time. A stall lies over the phase it belongs to, at its end. */
  readonly phases: readonly Phase[];
}

export interface Legs {
  readonly client: ConversationRecord | null;
  readonly server: ConversationRecord | null;
}

const noLegs: Legs = { client: null, server: null };

/**
 * The phases of an exchange on both legs. With the legs, connection phases stand where they happened; without,
 * they are placed by their durations: inside the request if there is room, else before it.
 */
export function exchangeTimings(
  exchange: ExchangeRecord,
  nowUs: number,
  legs: Legs = noLegs,
): ExchangeTimings {
  const startUs = exchange.startedAtUs;
  const running = exchange.state === 'open';
  const last = lastKnownUs(exchange);
  const endUs = Math.max(running ? nowUs : (exchange.endedAtUs ?? last), last, startUs);
  const phases = [
    ...serverPhases(exchange, endUs, legs.server),
    ...clientPhases(exchange, endUs, legs.client),
  ]
    .filter((phase) => phase.toUs > phase.fromUs)
    .map((phase) => ({ ...phase, early: phase.toUs <= startUs }));
  return { startUs, endUs, running, phases };
}

/** First request byte to the end, or to now while open. */
export function exchangeDurationUs(exchange: ExchangeRecord, nowUs: number): number {
  const endUs = exchange.state === 'open' ? nowUs : (exchange.endedAtUs ?? lastKnownUs(exchange));
  return Math.max(0, endUs - exchange.startedAtUs);
}

type Stretch = Omit<Phase, 'early'>;

function serverPhases(exchange: ExchangeRecord, endUs: number, leg: ConversationRecord | null): Stretch[] {
  const { startedAtUs, sentFromUs, sentToUs, responseFromUs, responseToUs } = exchange;
  const part = (kind: PhaseKind, fromUs: number, toUs: number): Stretch => ({
    leg: 'server',
    kind,
    fromUs,
    toUs,
  });
  const connection = connectionPhases(exchange, endUs, leg);
  const phases = [...connection];
  const connectedUs = Math.max(startedAtUs, ...connection.map((phase) => phase.toUs));

  if (isTunnel(exchange)) return [...phases, part('pass', connectedUs, endUs)];
  if (sentFromUs === null) {
    return [...phases, part('blocked', connectedUs, responseFromUs ?? endUs), ...answer()];
  }
  const blockedUs = exchange.blockedUs ?? 0;
  const firstConnectUs = connection.find((phase) => phase.toUs > startedAtUs)?.fromUs ?? sentFromUs;
  const blockedToUs = Math.min(startedAtUs + blockedUs, Math.max(firstConnectUs, startedAtUs), sentFromUs);
  phases.unshift(part('blocked', startedAtUs, blockedToUs));
  phases.push(part('proxy', Math.max(connectedUs, blockedToUs), sentFromUs));

  const sendToUs = sentToUs ?? responseFromUs ?? endUs;
  phases.push(part('send', sentFromUs, sendToUs));
  phases.push(part('stall', Math.max(sentFromUs, sendToUs - exchange.serverStallUs), sendToUs));
  if (sentToUs !== null) phases.push(part('wait', sentToUs, responseFromUs ?? endUs));
  return [...phases, ...answer()];

  function answer(): Stretch[] {
    return responseFromUs === null ? [] : [part('receive', responseFromUs, responseToUs ?? endUs)];
  }
}

/** An exchange that was imported from a program's own view has no client leg, and no phases of one. */
function clientPhases(exchange: ExchangeRecord, endUs: number, leg: ConversationRecord | null): Stretch[] {
  if (exchange.clientConversation === null) return [];
  const { startedAtUs, requestEndedAtUs, responseFromUs, clientFromUs } = exchange;
  const part = (kind: PhaseKind, fromUs: number, toUs: number): Stretch => ({
    leg: 'client',
    kind,
    fromUs,
    toUs,
  });
  const phases: Stretch[] = [];
  if (leg !== null && !exchange.clientReused && leg.tlsFromUs !== null) {
    phases.push(part('tls', leg.tlsFromUs, leg.tlsToUs ?? startedAtUs));
  }
  if (isTunnel(exchange)) return [...phases, part('pass', startedAtUs, endUs)];

  const sendToUs = requestEndedAtUs ?? clientFromUs ?? endUs;
  phases.push(part('send', startedAtUs, sendToUs));
  const waitToUs = Math.min(responseFromUs ?? endUs, clientFromUs ?? endUs);
  phases.push(part('wait', sendToUs, waitToUs));
  if (clientFromUs === null) return phases;
  phases.push(part('proxy', Math.max(waitToUs, sendToUs), clientFromUs));
  phases.push(part('receive', clientFromUs, endUs));
  phases.push(part('stall', Math.max(clientFromUs, endUs - exchange.clientStallUs), endUs));
  return phases;
}

function connectionPhases(
  exchange: ExchangeRecord,
  endUs: number,
  leg: ConversationRecord | null,
): Stretch[] {
  if (exchange.serverReused) return [];
  const part = (kind: PhaseKind, fromUs: number, toUs: number): Stretch => ({
    leg: 'server',
    kind,
    fromUs,
    toUs,
  });
  if (leg !== null) {
    const known: [PhaseKind, number | null, number | null][] = [
      ['dns', leg.dnsFromUs, leg.dnsToUs],
      ['connect', leg.connectFromUs, leg.connectToUs],
      ...upstreamSteps(leg),
      ['tls', leg.tlsFromUs, leg.tlsToUs],
    ];
    return known.flatMap(([kind, from, to]) => (from === null ? [] : [part(kind, from, to ?? endUs)]));
  }
  const dnsUs = exchange.dnsUs ?? 0;
  const tlsUs = exchange.tlsUs ?? 0;
  const tcpUs = Math.max(0, (exchange.connectUs ?? 0) - tlsUs);
  const sumUs = dnsUs + tcpUs + tlsUs;
  if (sumUs === 0) return [];
  const roomUs = (exchange.sentFromUs ?? endUs) - exchange.startedAtUs;
  const blockedUs = Math.min(exchange.blockedUs ?? 0, Math.max(0, roomUs - sumUs));
  const fromUs = exchange.startedAtUs + (sumUs <= roomUs ? blockedUs : -sumUs);
  return [
    part('dns', fromUs, fromUs + dnsUs),
    part('connect', fromUs + dnsUs, fromUs + dnsUs + tcpUs),
    part('tls', fromUs + dnsUs + tcpUs, fromUs + sumUs),
  ];
}

/** What an upstream proxy took before it handed bytes on: HAR counts it as blocked. */
function upstreamSteps({ dialAttempts }: ConversationRecord): [PhaseKind, number, number][] {
  return dialAttempts
    .filter(({ step, error }) => step !== undefined && error === null)
    .map(({ fromUs, toUs }) => ['blocked', fromUs, toUs]);
}

function isTunnel(exchange: ExchangeRecord): boolean {
  return exchange.method === '';
}

function lastKnownUs(exchange: ExchangeRecord): number {
  return Math.max(
    exchange.startedAtUs,
    exchange.requestEndedAtUs ?? 0,
    exchange.sentToUs ?? exchange.sentFromUs ?? 0,
    exchange.responseToUs ?? exchange.responseFromUs ?? 0,
    exchange.clientFromUs ?? 0,
  );
}
