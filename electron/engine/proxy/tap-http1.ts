import { createHttp1Observer } from '../../../core/observers/http1.ts';
import type { HandOverEvent, Http1Event, RequestHeadEvent } from '../../../core/observers/http1-events.ts';
import type { Observer } from '../../../core/observers/observer.ts';
import { nowUs } from './clock.ts';
import type { ExchangeDraft } from './exchange-draft.ts';
import { createHttpExchanges, type RequestPlace } from './http-exchanges.ts';
import { nodePlatform } from './platform.ts';
import { closeFailure, type Handed, type TapOptions, type TapReader } from './tap-reader.ts';

/** HTTP/1 on joined legs. */
export function createHttp1Reader(options: TapOptions, serverPump: Handed): TapReader {
  const { recorder, client, server } = options;
  const exchanges = createHttpExchanges(recorder, client);
  const placeOf = createPlaceReader(options);
  /** Messages whose last byte was in this chunk, waiting for the client's socket to take it. */
  const waiting: { message: number; chunk: number }[] = [];
  let handedOnAtUs = 0;
  let chunkAtUs = 0;
  let ownUs = options.ownUs;
  let handedOver: ExchangeDraft | null = null;
  let handOver: HandOverEvent | null = null;
  const streamBytes = { client: 0, server: 0 };
  let takenChunks = 0;
  let announced: number | null = null;
  const current = new Set<ExchangeDraft>();

  const onEvent = (event: Http1Event): void => {
    switch (event.type) {
      case 'request-head': {
        const draft = exchanges.begin(event, placeOf(event));
        draft.attachServer(server);
        draft.fields.sentFromUs = event.firstByteAtUs === chunkAtUs ? handedOnAtUs : event.firstByteAtUs;
        draft.addOwn(draft.fields.sentFromUs - event.firstByteAtUs + ownUs);
        ownUs = 0;
        current.add(draft);
        return;
      }
      case 'request-end': {
        const draft = exchanges.get(event.message);
        if (draft !== undefined) draft.fields.sentToUs = handedOnAtUs;
        exchanges.on(event, handedOnAtUs);
        return;
      }
      case 'response-head':
        if (!event.interim)
          announced = event.framing === 'length' || event.framing === 'chunked' ? event.message : null;
        exchanges.on(event, handedOnAtUs);
        return;
      case 'response-end': {
        announced = null;
        const draft = exchanges.get(event.message);
        exchanges.on(event, handedOnAtUs);
        if (draft === undefined) return;
        draft.addOwn(handedOnAtUs - chunkAtUs);
        if (draft.isOver()) current.delete(draft);
        else if (handedOver === null) {
          waiting.push({ message: event.message, chunk: serverPump.handedOn() });
          settleTaken();
        }
        return;
      }
      case 'hand-over': {
        exchanges.on(event, handedOnAtUs);
        handedOver = exchanges.get(event.message) ?? null;
        handOver = event;
        waiting.length = 0;
        return;
      }
      default:
        exchanges.on(event, handedOnAtUs);
    }
  };
  const observer: Observer = createHttp1Observer(nodePlatform, onEvent);
  let ended = false;

  const settleTaken = (): void => {
    for (let first = waiting[0]; first !== undefined && first.chunk <= takenChunks; first = waiting[0]) {
      waiting.shift();
      const draft = exchanges.get(first.message);
      exchanges.taken(first.message, nowUs());
      if (draft?.isOver() === true) current.delete(draft);
    }
  };
  const keep = (sender: 'client' | 'server', bytes: Uint8Array, atUs: number): void => {
    if (bytes.length > 0) handedOver?.appendBody(sender === 'client' ? 'request' : 'response', bytes, atUs);
  };
  /** The bytes of the new protocol that came before it was known, and those behind the head in this chunk. */
  const keepFirst = (
    { early, clientOffset, serverOffset }: HandOverEvent,
    sender: 'client' | 'server',
    chunk: Buffer,
    atUs: number,
  ): void => {
    for (const piece of early) keep(piece.sender, piece.data, piece.atUs);
    const from = streamBytes[sender] - chunk.length;
    keep(
      sender,
      chunk.subarray(Math.max(0, (sender === 'client' ? clientOffset : serverOffset) - from)),
      atUs,
    );
  };

  return {
    bytes: (sender, chunk, atUs, handedAtUs) => {
      handedOnAtUs = handedAtUs;
      chunkAtUs = atUs;
      if (handOver !== null) {
        keep(sender, chunk, atUs);
        return;
      }
      streamBytes[sender] += chunk.length;
      observer.bytes(sender, chunk, atUs);
      if (isHandedOver(handOver)) keepFirst(handOver, sender, chunk, atUs);
    },
    end: (sender, atUs) => {
      observer.end(sender, 'fin', atUs);
    },
    insideMessage: () => announced !== null,
    taken: (chunks) => {
      takenChunks = chunks;
      settleTaken();
    },
    stalled: (leg, us) => {
      for (const draft of current) {
        if (leg === 'client') draft.fields.clientStallUs += us;
        else draft.fields.serverStallUs += us;
      }
    },
    closed: (by) => {
      if (ended) return;
      ended = true;
      if (handedOver !== null && by === 'fin') {
        handedOver.finish(nowUs());
        return;
      }
      exchanges.failAll(...closeFailure(by));
    },
  };
}

/** The compiler does not see that the observer's events set it. */
function isHandedOver(event: HandOverEvent | null): event is HandOverEvent {
  return event !== null;
}

/** Where the requests of this connection go; the name in the Host field, which mostly stays the same, is read once. */
function createPlaceReader(options: TapOptions): (event: RequestHeadEvent) => RequestPlace {
  const { scheme, port } = options;
  let lastField: string | undefined;
  let lastHost = options.host;
  return ({ headers, target }) => {
    const field = headers.find(([name]) => name.length === 4 && name.toLowerCase() === 'host')?.[1];
    if (field !== lastField) {
      lastField = field;
      lastHost = hostOf(field) ?? options.host;
    }
    return { scheme, host: lastHost, port, path: target };
  };
}

/** The name in a Host field (RFC 9110 section 7.2), lower case and without brackets; null if there is none. */
function hostOf(field: string | undefined): string | null {
  const name = field === undefined ? null : /^(\[[^\]]+\]|[^:]+)(?::\d+)?$/.exec(field)?.[1];
  return name == null || name === '' ? null : name.replace(/^\[|\]$/g, '').toLowerCase();
}
