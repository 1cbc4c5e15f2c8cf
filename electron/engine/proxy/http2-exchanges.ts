import { fieldValue } from '../../../core/model/header-fields.ts';
import type {
  Http2Defect,
  Http2EndEvent,
  Http2Event,
  Http2RequestHead,
  Http2ResponseHeadEvent,
  Http2ResetEvent,
  Http2StarvationEvent,
} from '../../../core/observers/http2-events.ts';
import type { ExchangeDraft } from './exchange-draft.ts';
import { contentTypeOf, createAppReader, refusedHttp3 } from './head-facts.ts';
import { createPlaceReader, serverReadyAtUs, type ReaderOptions } from './tap-reader.ts';
import { watchWebSocket } from './watch-websocket.ts';

/** When the bytes that are being read were handed on, and as which chunk of those towards the client. */
export interface Passing {
  atUs: number;
  handedOnAtUs: number;
  chunk: number;
}

/** The exchanges of one HTTP/2 connection: one for each request and each promised one. */
export interface Http2Exchanges {
  /** Every event of a stream. */
  readonly on: (event: Http2Event) => void;
  /** The client's socket has taken so many chunks. */
  readonly taken: (chunks: number, atUs: number) => void;
  readonly stalled: (leg: 'client' | 'server', us: number) => void;
  /** Whether the server owes a part of an answer. */
  readonly areOpen: () => boolean;
  readonly failAll: (code: string, message: string) => void;
  /** The exchange that an upgrade from HTTP/1.1 carried over goes on as stream 1. */
  readonly adopt: (draft: ExchangeDraft) => void;
}

class Stream {
  readonly draft: ExchangeDraft;
  requestIsOver = false;
  responseIsOver = false;
  /** The chunk that held the end of the answer. */
  lastChunk = Infinity;
  takenAtUs: number | null = null;
  /** Bytes of the answer's body that its head announced, null for none. */
  announced: number | null = null;
  lastBodyAtUs = 0;
  /** Up to when its waiting for a window is counted: the stream and the connection can be without one at once. */
  private requestStarvedToUs = 0;
  private responseStarvedToUs = 0;

  constructor(draft: ExchangeDraft) {
    this.draft = draft;
  }

  starved({ sender, fromUs, toUs }: Http2StarvationEvent): void {
    const { fields } = this.draft;
    if (sender === 'client' && !this.requestIsOver) {
      fields.requestStarvedUs += Math.max(0, toUs - Math.max(fromUs, this.requestStarvedToUs));
      this.requestStarvedToUs = toUs;
    } else if (sender === 'server' && !this.responseIsOver) {
      fields.responseStarvedUs += Math.max(0, toUs - Math.max(fromUs, this.responseStarvedToUs));
      this.responseStarvedToUs = toUs;
    }
  }
}

/** `passing` is that of the chunk under way at each call; `ownUs` is put down to the first exchange. */
export function createHttp2Exchanges(options: ReaderOptions, passing: Passing): Http2Exchanges {
  const { recorder, client, server } = options;
  const streams = new Map<number, Stream>();
  /** Streams whose answer is over and not yet taken, in that order. */
  const untaken: { readonly id: number; readonly stream: Stream }[] = [];
  const appOf = createAppReader(client);
  const placeOf = createPlaceReader(options);
  let ownUs = options.ownUs;

  function begin(id: number, head: Http2RequestHead, firstByteAtUs: number, atUs: number): Stream {
    const isTunnel = head.method === 'CONNECT' && head.protocol === null;
    const place = placeOf(head.authority === '' ? undefined : head.authority, head.path);
    const draft = recorder.begin({
      protocol: head.protocol ?? (isTunnel ? 'tunnel' : 'h2'),
      method: head.method,
      ...place,
      startedAtUs: firstByteAtUs,
      clientLeg: client,
      app: appOf(head.headers),
    });
    const { fields } = draft;
    fields.h2Stream = id;
    draft.putHead('request', head.raw, atUs);
    draft.bodies.head('request', head.headers);
    draft.attachServer(server);
    noteDefects(draft, head.defects);
    const stream = new Stream(draft);
    streams.set(id, stream);
    return stream;
  }

  function answer(stream: Stream, { head, interim, firstByteAtUs, atUs }: Http2ResponseHeadEvent): void {
    const { draft } = stream;
    const { fields } = draft;
    if (interim) {
      draft.putHead('interim', head.raw, atUs);
      return;
    }
    draft.putHead('response', head.raw, atUs);
    draft.bodies.head('response', head.headers);
    if (fields.protocol === 'websocket' && head.status >= 200 && head.status <= 299)
      watchWebSocket(draft, fieldValue(head.headers, 'sec-websocket-extensions'));
    fields.status = head.status === 0 ? null : head.status;
    fields.contentType = contentTypeOf(head.headers);
    const announced = fieldValue(head.headers, 'content-length') ?? '';
    stream.announced = /^\d{1,15}$/.test(announced) ? Number(announced) : null;
    draft.addNote(refusedHttp3(client, head.headers));
    fields.responseFromUs = firstByteAtUs;
    fields.clientFromUs = passing.handedOnAtUs;
    noteDefects(draft, head.defects);
    draft.changed();
  }

  function endRequest(stream: Stream, id: number, event: Http2EndEvent): void {
    const { fields } = stream.draft;
    fields.requestEndedAtUs = event.atUs;
    stream.draft.bodies.end('request', event.atUs);
    if (event.complete) fields.sentToUs = passing.handedOnAtUs;
    stream.requestIsOver = true;
    settle(stream, id);
  }

  function endResponse(stream: Stream, id: number, event: Http2EndEvent): void {
    const { draft } = stream;
    const { fields } = draft;
    fields.responseToUs = event.atUs;
    draft.bodies.end('response', event.atUs);
    stream.responseIsOver = true;
    if (!event.complete) {
      streams.delete(id);
      draft.fail(...incomplete(fields.status, event.defect));
      return;
    }
    draft.addOwn(passing.handedOnAtUs - passing.atUs);
    stream.lastChunk = passing.chunk;
    untaken.push({ id, stream });
  }

  function settle(stream: Stream, id: number): void {
    if (!stream.requestIsOver || stream.takenAtUs === null) return;
    streams.delete(id);
    stream.draft.finish(stream.takenAtUs);
  }

  function reset(id: number, stream: Stream, { sender, errorName, atUs }: Http2ResetEvent): void {
    if (sender === 'client' && !stream.responseIsOver && hasAnnounced(stream)) {
      // It has all that the head announced, and does not wait for a frame that says no more than that nothing follows (curl before 8).
      stream.draft.fields.responseToUs = stream.lastBodyAtUs;
      stream.draft.bodies.end('response', stream.lastBodyAtUs);
      stream.responseIsOver = true;
      stream.takenAtUs = atUs;
    }
    if (stream.responseIsOver) {
      // The answer is whole: a server that needs no more of the request says so with NO_ERROR (RFC 9113 section 8.1).
      stream.requestIsOver = true;
      settle(stream, id);
      return;
    }
    streams.delete(id);
    stream.draft.fail(...resetFailure(sender, errorName));
  }

  return {
    on: (event) => {
      switch (event.type) {
        case 'request-head': {
          const { draft } = begin(event.h2Stream, event.head, event.firstByteAtUs, event.atUs);
          const sentFromUs =
            event.firstByteAtUs === passing.atUs ? passing.handedOnAtUs : event.firstByteAtUs;
          draft.fields.sentFromUs = sentFromUs;
          const canLeaveFromUs = Math.max(event.firstByteAtUs, serverReadyAtUs(server));
          draft.addOwn(Math.max(0, sentFromUs - canLeaveFromUs) + ownUs);
          ownUs = 0;
          return;
        }
        case 'push-promise': {
          const stream = begin(event.promised, event.head, event.firstByteAtUs, event.atUs);
          const { fields } = stream.draft;
          fields.note = `Pushed by the server on account of stream ${event.h2Stream}: the client did not ask for it.`;
          fields.requestEndedAtUs = event.atUs;
          fields.sentFromUs = event.atUs;
          fields.sentToUs = event.atUs;
          stream.requestIsOver = true;
          return;
        }
        case 'settings':
        case 'ping':
        case 'goaway':
        case 'unreadable':
          return;
        case 'starvation':
          if (event.h2Stream > 0) break;
          for (const each of streams.values())
            if (each.draft.fields.startedAtUs < event.toUs) each.starved(event);
          return;
        default:
      }
      const stream = streams.get(event.h2Stream);
      if (stream === undefined) return;
      const { draft } = stream;
      switch (event.type) {
        case 'response-head':
          answer(stream, event);
          return;
        case 'request-body':
          draft.appendBody('request', event.data, event.atUs);
          return;
        case 'response-body':
          draft.appendBody('response', event.data, event.atUs);
          stream.lastBodyAtUs = event.atUs;
          return;
        case 'request-trailers':
        case 'response-trailers':
          draft.putHead(event.type, event.head.raw, event.atUs);
          if (event.type === 'response-trailers') draft.bodies.trailers(event.head.headers);
          return;
        case 'request-end':
          endRequest(stream, event.h2Stream, event);
          return;
        case 'response-end':
          endResponse(stream, event.h2Stream, event);
          return;
        case 'reset':
          reset(event.h2Stream, stream, event);
          return;
        case 'starvation':
          stream.starved(event);
          return;
        case 'defect':
          noteDefects(draft, [event.defect]);
          return;
        case 'priority':
          return;
        default:
          event satisfies never;
      }
    },
    taken: (chunks, atUs) => {
      for (
        let first = untaken[0];
        first !== undefined && first.stream.lastChunk <= chunks;
        first = untaken[0]
      ) {
        untaken.shift();
        first.stream.takenAtUs = atUs;
        settle(first.stream, first.id);
      }
    },
    stalled: (leg, us) => {
      for (const { draft } of streams.values()) {
        if (leg === 'client') draft.fields.clientStallUs += us;
        else draft.fields.serverStallUs += us;
      }
    },
    areOpen: () => {
      for (const { responseIsOver } of streams.values()) if (!responseIsOver) return true;
      return false;
    },
    failAll: (code, message) => {
      for (const { draft, takenAtUs } of streams.values()) {
        if (takenAtUs !== null) draft.finish(takenAtUs);
        else draft.fail(code, message);
      }
      streams.clear();
      untaken.length = 0;
    },
    adopt: (draft) => {
      draft.fields.h2Stream = 1;
      draft.fields.protocol = 'h2';
      const stream = new Stream(draft);
      stream.requestIsOver = true;
      streams.set(1, stream);
    },
  };
}

function noteDefects({ fields }: ExchangeDraft, [first]: readonly Http2Defect[]): void {
  if (first !== undefined) fields.note ??= first.message;
}

function incomplete(status: number | null, defect: Http2Defect | null): [code: string, message: string] {
  if (defect?.code === 'goaway') {
    return [
      'server-goaway',
      'The server closed the connection with GOAWAY and had not taken this request: the client may send it again.',
    ];
  }
  return [
    status === null ? 'no-response' : 'response-truncated',
    defect?.message ?? 'The server ended the connection before its answer was over.',
  ];
}

function hasAnnounced({ announced, draft }: Stream): boolean {
  return announced !== null && announced > 0 && draft.fields.responseBytes >= announced;
}

function resetFailure(sender: 'client' | 'server', errorName: string): [code: string, message: string] {
  if (sender === 'client') {
    return errorName === 'CANCEL' || errorName === 'NO_ERROR'
      ? ['client-cancelled', 'The client cancelled the request before the answer was over.']
      : ['client-reset', `The client reset the stream before the answer was over (${errorName}).`];
  }
  return errorName === 'REFUSED_STREAM'
    ? [
        'server-refused-stream',
        'The server refused the stream and did nothing with the request: the client may send it again.',
      ]
    : ['server-reset', `The server reset the stream before its answer was over (${errorName}).`];
}
