import { fieldValue } from '../../../core/model/header-fields.ts';
import { createHttp1Observer } from '../../../core/observers/http1.ts';
import type { HandOverEvent, Http1Event } from '../../../core/observers/http1-events.ts';
import { readUpgradeSettings, type UpgradeSettings } from '../../../core/observers/http2.ts';
import type { ExchangeDraft } from './exchange-draft.ts';
import { asksHttp2, fieldOf } from './head-facts.ts';
import { createHttpExchanges } from './http-exchanges.ts';
import { nodePlatform } from './platform.ts';
import {
  closeFailure,
  createPlaceReader,
  serverReadyAtUs,
  type Handed,
  type ReaderOptions,
  type TapReader,
} from './tap-reader.ts';
import { createUpgradedReader } from './upgraded-reader.ts';

/** HTTP/1 on joined legs. */
export function createHttp1Reader(options: ReaderOptions, serverPump: Handed): TapReader {
  const { recorder, client, server } = options;
  const exchanges = createHttpExchanges(recorder, client);
  const placeOf = createPlaceReader(options);
  /** Messages whose last byte was in this chunk, waiting for the client's socket to take it. */
  const waiting: { message: number; chunk: number }[] = [];
  let handedOnAtUs = 0;
  let chunkAtUs = 0;
  let ownUs = options.ownUs;
  /** Reads the protocol that both sides have switched to. */
  let next: TapReader | null = null;
  let handOver: HandOverEvent | null = null;
  let webSocketExtensions: string | null = null;
  /** Of requests that ask for HTTP/2 and are not answered yet. */
  const http2Settings = new Map<number, UpgradeSettings>();
  const streamBytes = { client: 0, server: 0 };
  let takenChunks = 0;
  let announced: number | null = null;
  const current = new Set<ExchangeDraft>();

  const onEvent = (event: Http1Event): void => {
    switch (event.type) {
      case 'request-head': {
        const draft = exchanges.begin(
          event,
          placeOf(fieldOf(event.headers, 'host') ?? undefined, event.target),
        );
        draft.attachServer(server);
        draft.fields.sentFromUs = event.firstByteAtUs === chunkAtUs ? handedOnAtUs : event.firstByteAtUs;
        const canLeaveFromUs = Math.max(event.firstByteAtUs, serverReadyAtUs(server));
        draft.addOwn(Math.max(0, draft.fields.sentFromUs - canLeaveFromUs) + ownUs);
        if (options.rewriteHost !== undefined) {
          draft.fields.note = `The server got "${options.rewriteHost}" as the Host field.`;
        }
        ownUs = 0;
        current.add(draft);
        if (asksHttp2(event.headers))
          http2Settings.set(event.message, readUpgradeSettings(event.headers, nodePlatform));
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
        if (event.status === 101) webSocketExtensions = fieldValue(event.headers, 'sec-websocket-extensions');
        else if (!event.interim) http2Settings.delete(event.message);
        exchanges.on(event, handedOnAtUs);
        return;
      case 'response-end': {
        announced = null;
        const draft = exchanges.get(event.message);
        exchanges.on(event, handedOnAtUs);
        if (draft === undefined) return;
        draft.addOwn(handedOnAtUs - chunkAtUs);
        if (draft.isOver()) current.delete(draft);
        else if (handOver === null) {
          waiting.push({ message: event.message, chunk: serverPump.handedOn() });
          settleTaken();
        }
        return;
      }
      case 'hand-over': {
        exchanges.on(event, handedOnAtUs);
        handOver = event;
        options.switched?.();
        waiting.length = 0;
        const draft = exchanges.release(event.message);
        if (draft === null) return;
        current.delete(draft);
        const upgrade = {
          ...{ to: event.to, webSocketExtensions },
          http2Settings: http2Settings.get(event.message) ?? null,
        };
        http2Settings.clear();
        next = createUpgradedReader(upgrade, draft, options, serverPump);
        return;
      }
      default:
        exchanges.on(event, handedOnAtUs);
    }
  };
  const observer = createHttp1Observer(nodePlatform, onEvent, { headViews: true });
  let ended = false;

  const settleTaken = (): void => {
    for (let first = waiting[0]; first !== undefined && first.chunk <= takenChunks; first = waiting[0]) {
      waiting.shift();
      const draft = exchanges.get(first.message);
      exchanges.taken(first.message, recorder.nowUs());
      if (draft?.isOver() === true) current.delete(draft);
    }
  };
  /** The bytes of the new protocol that came before it was known, and those behind the head in this chunk. */
  const readFirst = (
    { early, clientOffset, serverOffset }: HandOverEvent,
    sender: 'client' | 'server',
    chunk: Buffer,
    atUs: number,
  ): void => {
    for (const piece of early) next?.bytes(piece.sender, Buffer.from(piece.data), piece.atUs, handedOnAtUs);
    const from = streamBytes[sender] - chunk.length;
    const rest = chunk.subarray(Math.max(0, (sender === 'client' ? clientOffset : serverOffset) - from));
    if (rest.length > 0) next?.bytes(sender, rest, atUs, handedOnAtUs);
  };

  return {
    bytes: (sender, chunk, atUs, handedAtUs) => {
      handedOnAtUs = handedAtUs;
      chunkAtUs = atUs;
      if (handOver !== null) {
        next?.bytes(sender, chunk, atUs, handedAtUs);
        return;
      }
      streamBytes[sender] += chunk.length;
      // Most chunks are a part of a body and nothing else.
      const message = observer.passBody(sender, chunk.length);
      if (message >= 0) {
        exchanges.get(message)?.appendBody(sender === 'client' ? 'request' : 'response', chunk, atUs);
        return;
      }
      observer.bytes(sender, chunk, atUs);
      if (isHandedOver(handOver)) readFirst(handOver, sender, chunk, atUs);
    },
    end: (sender, atUs) => {
      if (handOver === null) observer.end(sender, 'fin', atUs);
      else next?.end(sender, atUs);
    },
    insideMessage: () => next?.insideMessage() ?? announced !== null,
    taken: (chunks) => {
      takenChunks = chunks;
      settleTaken();
      next?.taken(chunks);
    },
    stalled: (leg, us) => {
      next?.stalled(leg, us);
      for (const draft of current) {
        if (leg === 'client') draft.fields.clientStallUs += us;
        else draft.fields.serverStallUs += us;
      }
    },
    closed: (by) => {
      if (ended) return;
      ended = true;
      next?.closed(by);
      exchanges.failAll(...closeFailure(by));
    },
  };
}

/** The compiler does not see that the observer's events set it. */
function isHandedOver(event: HandOverEvent | null): event is HandOverEvent {
  return event !== null;
}
