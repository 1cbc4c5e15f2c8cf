import type { Http1Event, RequestHeadEvent } from '../../../core/observers/http1-events.ts';
import type { ExchangeDraft, Recorder } from './exchange-draft.ts';
import { contentTypeOf, createAppReader, refusedHttp3 } from './head-facts.ts';
import type { SeenLeg } from './leg.ts';

/** Where a request goes, as the row shows it. */
export interface RequestPlace {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

/**
 * The exchanges of one client connection: turns http1 events into drafts. The owner says when bytes were handed
 * on, since only it knows; everything else is in the events.
 */
export interface HttpExchanges {
  readonly begin: (event: RequestHeadEvent, place: RequestPlace) => ExchangeDraft;
  /** Every event but `request-head`. `handedOnAtUs`: when the bytes of this event were given to the other leg. */
  readonly on: (event: Http1Event, handedOnAtUs: number | null) => void;
  readonly get: (message: number) => ExchangeDraft | undefined;
  /** The client's socket took the last response byte of this message. */
  readonly taken: (message: number, atUs: number) => void;
  /** This exchange is somebody else's from here on; gives it. */
  readonly release: (message: number) => ExchangeDraft | null;
  /** Ends every open exchange with this failure. */
  readonly failAll: (code: string, message: string) => void;
}

interface Entry {
  readonly draft: ExchangeDraft;
  requestOver: boolean;
  /** Null until the client took the last response byte. */
  takenAtUs: number | null;
}

export function createHttpExchanges(recorder: Recorder, clientLeg: SeenLeg): HttpExchanges {
  const entries = new Map<number, Entry>();

  const appOf = createAppReader(clientLeg);
  const settle = (message: number, entry: Entry): void => {
    if (!entry.requestOver || entry.takenAtUs === null) return;
    entries.delete(message);
    entry.draft.finish(entry.takenAtUs);
  };

  return {
    begin: (event, place) => {
      const draft = recorder.begin({
        protocol: protocolOf(event.version),
        method: event.method,
        scheme: place.scheme,
        host: place.host,
        port: place.port,
        path: place.path,
        startedAtUs: event.firstByteAtUs,
        clientLeg,
        app: appOf(event.headers),
      });
      draft.putHead('request', event.raw, event.atUs);
      draft.bodies.head('request', event.headers);
      entries.set(event.message, { draft, requestOver: false, takenAtUs: null });
      return draft;
    },
    on: (event, handedOnAtUs) => {
      const entry = event.message === null ? undefined : entries.get(event.message);
      if (entry === undefined || event.type === 'request-head') return;
      const { draft } = entry;
      const { fields } = draft;
      switch (event.type) {
        case 'request-body':
          draft.appendBody('request', event.data, event.atUs);
          return;
        case 'request-trailers':
          draft.putHead('request-trailers', event.raw, event.atUs);
          return;
        case 'request-end':
          fields.requestEndedAtUs = event.atUs;
          draft.bodies.end('request', event.atUs);
          entry.requestOver = true;
          if (event.complete) settle(event.message, entry);
          return;
        case 'response-head':
          if (event.interim) {
            draft.putHead('interim', event.raw, event.atUs);
            return;
          }
          draft.putHead('response', event.raw, event.atUs);
          draft.bodies.head('response', event.headers);
          fields.status = event.status;
          fields.statusText = event.statusText;
          fields.contentType = contentTypeOf(event.headers);
          draft.addNote(refusedHttp3(clientLeg, event.headers));
          fields.responseFromUs = event.firstByteAtUs;
          fields.clientFromUs = handedOnAtUs;
          return;
        case 'response-body':
          draft.appendBody('response', event.data, event.atUs);
          return;
        case 'response-trailers':
          draft.putHead('response-trailers', event.raw, event.atUs);
          draft.bodies.trailers(event.headers);
          return;
        case 'response-end':
          draft.bodies.end('response', event.atUs);
          if (event.complete) {
            fields.responseToUs = event.atUs;
          } else if (fields.errorCode === null) {
            fields.responseToUs = event.atUs;
            entries.delete(event.message);
            draft.fail(
              fields.status === null ? 'no-response' : 'response-truncated',
              event.defect?.message ?? 'The server ended the connection before its answer was over.',
            );
          }
          return;
        case 'hand-over':
          fields.protocol = event.to;
          return;
        case 'unreadable':
          fields.note = event.defect.message;
          return;
        default:
          event satisfies never;
      }
    },
    get: (message) => entries.get(message)?.draft,
    taken: (message, atUs) => {
      const entry = entries.get(message);
      if (entry === undefined) return;
      entry.takenAtUs = atUs;
      settle(message, entry);
    },
    release: (message) => {
      const draft = entries.get(message)?.draft ?? null;
      entries.delete(message);
      return draft;
    },
    failAll: (code, message) => {
      for (const { draft, takenAtUs } of entries.values()) {
        if (takenAtUs !== null) draft.finish(takenAtUs);
        else draft.fail(code, message);
      }
      entries.clear();
    },
  };
}

function protocolOf(version: string): string {
  if (version === 'HTTP/1.1') return 'http/1.1';
  return version === '' ? 'http/0.9' : version.toLowerCase();
}
