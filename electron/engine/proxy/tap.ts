import { createHttp1Observer, looksLikeHttp1Request } from '../../../core/observers/http1.ts';
import type { HandOverEvent, Http1Event, RequestHeadEvent } from '../../../core/observers/http1-events.ts';
import type { Observer } from '../../../core/observers/observer.ts';
import { nowUs } from './clock.ts';
import type { ExchangeDraft, Recorder } from './exchange-draft.ts';
import { createHttpExchanges, type RequestPlace } from './http-exchanges.ts';
import type { Leg } from './leg.ts';
import { nodePlatform } from './platform.ts';
import { linkClosing, pump, type ClosedBy } from './pump.ts';

/** Two legs to be joined, and what is known about the connection. */
export interface TapOptions {
  readonly recorder: Recorder;
  readonly client: Leg;
  readonly server: Leg;
  readonly host: string;
  readonly port: number;
  /** `http`/`https` when the bytes turn out to be HTTP. */
  readonly scheme: 'http' | 'https';
  /** Bytes that either side sent before the legs were joined. */
  readonly clientFirst: Buffer | null;
  readonly serverFirst: Buffer | null;
  /** Time the proxy itself cost before the first byte, µs; it is put down to the first exchange. */
  readonly ownUs: number;
  /** Null: look at the bytes. A sentence: pass everything through unread, for this reason. */
  readonly unread: string | null;
}

/**
 * Joins the legs: bytes are handed on as they came, observers watch. HTTP/1 is recognised by the client's first
 * bytes; everything else, and every connection where the server speaks first, is one `tunnel` exchange.
 */
export function tap(options: TapOptions): void {
  const { client, server } = options;
  let reader: TapReader | null = options.unread === null ? null : createTunnelReader(options, options.unread);
  let first: Buffer[] = [];

  const recognise = (chunk: Buffer): TapReader | null => {
    first.push(chunk);
    const bytes = first.length === 1 ? chunk : Buffer.concat(first);
    switch (looksLikeHttp1Request(bytes, bytes.length)) {
      case 'yes':
        return createHttpReader(options, serverPump);
      case 'no':
        return createTunnelReader(options, null);
      case 'need-more':
        first = [Buffer.from(bytes)];
        return null;
    }
  };

  const fromClient = (chunk: Buffer, atUs: number, handedOnAtUs: number): void => {
    if (reader === null) {
      reader = recognise(chunk);
      if (reader === null) return;
      const joined = Buffer.concat(first);
      first = [];
      reader.bytes('client', joined, atUs, handedOnAtUs);
      return;
    }
    reader.bytes('client', chunk, atUs, handedOnAtUs);
  };
  const fromServer = (chunk: Buffer, atUs: number, handedOnAtUs: number): void => {
    reader ??= createTunnelReader(options, null);
    if (first.length > 0) {
      const held = Buffer.concat(first);
      first = [];
      reader.bytes('client', held, atUs, handedOnAtUs);
    }
    reader.bytes('server', chunk, atUs, handedOnAtUs);
  };

  const clientPump = pump(client, server, {
    bytes: fromClient,
    end: (atUs) => {
      reader?.end('client', atUs);
      return false;
    },
    stalled: (us) => reader?.stalled('server', us),
  });
  const serverPump = pump(server, client, {
    bytes: fromServer,
    end: (atUs) => {
      const truncated = reader?.insideMessage() ?? false;
      reader?.end('server', atUs);
      return truncated;
    },
    taken: (chunks) => reader?.taken(chunks),
    stalled: (us) => reader?.stalled('client', us),
  });
  linkClosing(client, server, (by) => {
    reader ??= createTunnelReader(options, null);
    reader.closed(by);
  });
  clientPump.start(options.clientFirst);
  serverPump.start(options.serverFirst);
}

interface TapReader {
  readonly bytes: (sender: 'client' | 'server', chunk: Buffer, atUs: number, handedOnAtUs: number) => void;
  readonly end: (sender: 'client' | 'server', atUs: number) => void;
  /** True while the server owes a part of a message whose end it announced. */
  readonly insideMessage: () => boolean;
  readonly taken: (chunks: number) => void;
  readonly stalled: (leg: 'client' | 'server', us: number) => void;
  readonly closed: (by: ClosedBy) => void;
}

interface Handed {
  readonly handedOn: () => number;
}

function createHttpReader(options: TapOptions, serverPump: Handed): TapReader {
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

export function closeFailure(by: ClosedBy): [code: string, message: string] {
  switch (by) {
    case 'client':
      return ['client-reset', 'The client reset the connection before the answer was over.'];
    case 'server':
      return ['server-reset', 'The server reset the connection before the answer was over.'];
    case 'fin':
      return ['client-closed', 'The connection was closed before the answer was over.'];
  }
}

function createTunnelReader(options: TapOptions, note: string | null): TapReader {
  const { recorder, client, server, host, port } = options;
  const draft = recorder.begin({
    protocol: 'tunnel',
    method: '',
    scheme: options.scheme === 'https' ? 'tls' : 'tcp',
    host,
    port,
    path: '',
    startedAtUs: nowUs(),
    clientLeg: client,
  });
  draft.attachServer(server);
  draft.addOwn(options.ownUs);
  const { fields } = draft;
  fields.note = note ?? 'Neither HTTP nor TLS: passed through as it came.';
  fields.recorded = 'Only counted: the content of a tunnel is not stored.';
  let over = false;
  return {
    bytes: (sender, chunk, atUs) => {
      if (sender === 'client') {
        fields.sentFromUs ??= atUs;
        fields.sentToUs = atUs;
        fields.requestEndedAtUs = atUs;
        fields.requestBytes += chunk.length;
      } else {
        fields.responseFromUs ??= atUs;
        fields.responseToUs = atUs;
        fields.clientFromUs ??= atUs;
        fields.responseBytes += chunk.length;
      }
      draft.changed();
    },
    end: () => undefined,
    insideMessage: () => false,
    taken: () => undefined,
    stalled: (leg, us) => {
      if (leg === 'client') fields.clientStallUs += us;
      else fields.serverStallUs += us;
    },
    closed: (by) => {
      if (over) return;
      over = true;
      if (by === 'fin') draft.finish(nowUs());
      else draft.fail(...closeFailure(by));
    },
  };
}
