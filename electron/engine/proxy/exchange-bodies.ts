import { grpcStatus, grpcTrailersFlag, isGrpc } from '../../../core/decoders/grpc-call.ts';
import type { BodySide, ExchangeRecord } from '../../../core/model/exchange-record.ts';
import { fieldValue, type HeaderFields } from '../../../core/model/header-fields.ts';
import { isEventStream, longLived } from '../../../core/model/long-lived.ts';
import type { MessageRecord } from '../../../core/model/message-record.ts';
import { observeBody } from '../../../core/observers/index.ts';
import type { BodyObserver } from '../../../core/observers/observer.ts';

type Fields = { -readonly [K in keyof ExchangeRecord]: ExchangeRecord[K] };

const noHeaders: HeaderFields = [];

/** A shorter exchange does not last on purpose, or nobody minds. */
const askedFromUs = 1_000_000;

/** The gRPC messages of one side; frames of trailers are none. */
interface Calls {
  messages: number;
  /** First byte of the first one. */
  firstAtUs: number | null;
  /** The body they are in is over. */
  endedAtUs: number | null;
}

const noCalls: Readonly<Calls> = { messages: 0, firstAtUs: null, endedAtUs: null };

/** What is watched inside the bodies of one exchange, and what that says about the whole of it. */
export class ExchangeBodies {
  private readonly fields: Fields;
  private readonly emit: (message: MessageRecord) => void;
  private requestHeaders = noHeaders;
  private responseHeaders = noHeaders;
  private requestObserver: BodyObserver | null = null;
  private responseObserver: BodyObserver | null = null;
  private trailersWithin: (() => HeaderFields | null) | null = null;
  /** Only of a gRPC call. */
  private calls: Record<BodySide, Calls> | null = null;

  constructor(fields: Fields, emit: (message: MessageRecord) => void) {
    this.fields = fields;
    this.emit = emit;
  }

  /** The head in front of a body. */
  head(side: BodySide, headers: HeaderFields): void {
    const { observer, reason, trailers } = observeBody(side, headers, this.emit);
    if (reason !== null) this.fields.note ??= reason;
    if (side === 'request') {
      this.requestHeaders = headers;
      this.requestObserver = observer;
      if (observer !== null && isGrpc(fieldValue(headers, 'content-type')))
        this.calls = { request: { ...noCalls }, response: { ...noCalls } };
      return;
    }
    this.responseHeaders = headers;
    this.responseObserver = observer;
    this.trailersWithin = trailers;
    if (observer !== null && isEventStream(headers)) this.fields.longLived = 'event-stream';
    this.trailers(headers);
  }

  /** Something else than what the head says reads the bodies from here on. */
  observe(request: BodyObserver, response: BodyObserver): void {
    this.requestObserver = request;
    this.responseObserver = response;
  }

  bytes(side: BodySide, chunk: Uint8Array, atUs: number): void {
    if (side === 'request') this.requestObserver?.bytes(chunk, atUs);
    else this.responseObserver?.bytes(chunk, atUs);
  }

  /** The body of that side is over. */
  end(side: BodySide, atUs: number): void {
    if (this.calls !== null) this.calls[side].endedAtUs ??= atUs;
    if (side === 'request') {
      this.requestObserver?.end(atUs);
      this.requestObserver = null;
      return;
    }
    this.responseObserver?.end(atUs);
    this.responseObserver = null;
    const within = this.trailersWithin?.() ?? null;
    if (within !== null) this.trailers(within);
  }

  /** Fields behind the response's body, or of a response that is nothing else. */
  trailers(headers: HeaderFields): void {
    if (this.calls !== null) this.fields.grpcStatus = grpcStatus(headers) ?? this.fields.grpcStatus;
  }

  message({ side, code, firstAtUs }: MessageRecord): void {
    if (this.calls === null || (code & grpcTrailersFlag) !== 0) return;
    const calls = this.calls[side];
    calls.messages += 1;
    calls.firstAtUs ??= firstAtUs;
    if (calls.messages > 1) this.fields.longLived ??= 'grpc-stream';
  }

  /** The exchange ended, or is looked at while it is open: whether it lasts on purpose. */
  settle(nowUs: number): void {
    const { fields, requestHeaders, responseHeaders } = this;
    if (fields.longLived !== null || nowUs - fields.startedAtUs < askedFromUs) return;
    const { request, response } = this.calls ?? { request: noCalls, response: noCalls };
    const answeredUs = fields.responseToUs ?? nowUs;
    fields.longLived = longLived({
      method: fields.method,
      path: fields.path,
      requestHeaders,
      responseHeaders,
      status: fields.status,
      requestMessages: request.messages,
      responseMessages: response.messages,
      openAfterMessageMs: Math.max(openMs(request, nowUs), openMs(response, nowUs)),
      heldMs: fields.requestEndedAtUs === null ? 0 : (answeredUs - fields.requestEndedAtUs) / 1000,
    });
  }
}

/** How long a body stayed open from its first message on. */
function openMs({ firstAtUs, endedAtUs }: Calls, nowUs: number): number {
  return firstAtUs === null ? 0 : ((endedAtUs ?? nowUs) - firstAtUs) / 1000;
}
