import { recogniseStream, type StreamProtocol } from '../../../core/observers/streams.ts';
import type { Sender, StreamEnd } from '../../../core/observers/observer.ts';
import type { StreamTaker } from '../../../core/packets/tcp-events.ts';
import type { ExchangeDraft, Recorder } from '../proxy/exchange-draft.ts';
import type { SeenLeg } from '../proxy/leg.ts';
import { createHttp1Reader } from '../proxy/tap-http1.ts';
import { createHttp2Reader } from '../proxy/tap-http2.ts';
import { closeFailure, type Handed, type ReaderOptions, type TapReader } from '../proxy/tap-reader.ts';
import type { SessionSink } from '../session/session-api.ts';
import type { PacketLeg } from './packet-leg.ts';

/** Bytes of one side that are kept while nobody knows what is spoken; beyond, nobody will. */
const undecidedBytesMax = 16 * 1024;
/** A hole that is filled with zeros, so that a body of known length goes on behind it. */
const filledBytesMax = 16 * 1024 * 1024;

/** What a reader of one conversation needs. `client` and `server` are made when the first exchange begins. */
export interface StreamContext {
  readonly recorder: Recorder;
  readonly sink: SessionSink;
  readonly legs: () => { readonly client: SeenLeg; readonly server: PacketLeg };
  readonly host: () => string;
  readonly serverPort: number;
  /** Why what is in its TLS cannot be read, in a sentence or two. */
  readonly locked: (reason: string) => void;
  /** It is encrypted, and its keys may come when it is over. */
  readonly waitsForKeys: () => void;
  /** Somebody else reads this conversation already. */
  readonly isRead: () => boolean;
  /** What is spoken became known. */
  readonly recognised: (protocol: StreamProtocol, overTls: boolean) => void;
  /** An exchange begins. */
  readonly began: () => void;
}

/** Reads one protocol; times are those of the packets. */
export interface PlainReader {
  readonly bytes: (sender: Sender, chunk: Buffer, atUs: number) => void;
  readonly gap: (sender: Sender, bytes: number, atUs: number) => void;
  readonly end: (sender: Sender, how: StreamEnd, atUs: number) => void;
  /** The capture is over. */
  readonly close: () => void;
}

/** Makes readers for what was recognised; null for what nobody reads. */
export type ReaderFactory = (
  protocol: StreamProtocol,
  context: StreamContext,
  overTls: boolean,
) => PlainReader | null;

interface Held {
  readonly sender: Sender;
  readonly chunk: Buffer;
  readonly atUs: number;
}

/** The streams of one conversation: what is spoken is recognised by its first bytes, then read. */
export class StreamReader implements StreamTaker {
  private readonly context: StreamContext;
  private readonly create: ReaderFactory;
  private readonly overTls: boolean;
  private reader: PlainReader | null = null;
  private held: Held[] = [];
  private heldBytes = 0;
  private isLost = false;
  private readonly ended = { client: false, server: false };

  /** `known`: what was agreed on before the first byte. */
  constructor(
    context: StreamContext,
    create: ReaderFactory,
    overTls = false,
    known: StreamProtocol | null = null,
  ) {
    this.context = context;
    this.create = create;
    this.overTls = overTls;
    if (known !== null) this.use(known);
  }

  bytes(sender: Sender, chunk: Uint8Array, atUs: number): void {
    const buffer = asBuffer(chunk);
    if (this.reader !== null) {
      this.reader.bytes(sender, buffer, atUs);
      return;
    }
    if (this.isLost) {
      this.regain(sender, buffer, atUs);
      return;
    }
    const alone = this.held.length === 0;
    const protocol = recogniseStream(
      this.joined('client', sender, buffer),
      this.joined('server', sender, buffer),
      this.context.serverPort,
    );
    if (protocol === 'need-more') {
      this.heldBytes += chunk.length;
      if (this.heldBytes > undecidedBytesMax) this.giveUp();
      else this.held.push({ sender, chunk: Buffer.from(chunk), atUs });
      return;
    }
    if (protocol === 'unknown') {
      this.giveUp();
      return;
    }
    this.use(protocol);
    // An answer in front of the first request belongs to one that was sent before the capture began.
    if (protocol === 'http1') this.dropAnswers();
    if (!alone) this.replay();
    (this.reader as PlainReader | null)?.bytes(sender, buffer, atUs);
  }

  gap(sender: Sender, bytes: number, atUs: number): void {
    if (this.reader !== null) this.reader.gap(sender, bytes, atUs);
    else this.giveUp();
  }

  end(sender: Sender, how: StreamEnd, atUs: number): void {
    if (this.ended[sender]) return;
    this.ended[sender] = true;
    this.reader?.end(sender, how, atUs);
  }

  /** The capture is over, or the conversation is taken for over. */
  close(): void {
    this.reader?.close();
    this.held = [];
  }

  /** Nobody is reading it: its bytes need not be put in order. */
  get isIdle(): boolean {
    return this.isLost && this.reader === null;
  }

  private joined(side: Sender, sender: Sender, chunk: Buffer): Buffer {
    if (this.held.length === 0) return side === sender ? chunk : nothing;
    const parts = this.held.filter((each) => each.sender === side).map((each) => each.chunk);
    if (side === sender) parts.push(chunk);
    return Buffer.concat(parts);
  }

  private use(protocol: StreamProtocol): void {
    this.context.recognised(protocol, this.overTls);
    this.reader = this.context.isRead() ? null : this.create(protocol, this.context, this.overTls);
    if (this.reader === null) this.giveUp();
  }

  private dropAnswers(): void {
    const from = this.held.findIndex((each) => each.sender === 'client');
    this.held = from === -1 ? [] : this.held.slice(from);
  }

  private replay(): void {
    const { held } = this;
    this.held = [];
    for (const { sender, chunk, atUs } of held) this.reader?.bytes(sender, chunk, atUs);
  }

  private giveUp(): void {
    this.isLost = true;
    this.held = [];
  }

  /** Captured from the middle on: a request that begins a packet is where HTTP/1 can be read again. */
  private regain(sender: Sender, chunk: Buffer, atUs: number): void {
    if (sender !== 'client' || recogniseStream(chunk, nothing, this.context.serverPort) !== 'http1') return;
    this.isLost = false;
    this.use('http1');
    this.reader?.bytes(sender, chunk, atUs);
  }
}

const nothing = Buffer.alloc(0);

function asBuffer(chunk: Uint8Array): Buffer {
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
}

/** HTTP, read as the proxy reads it. */
export function createHttpReader(
  version: 'http1' | 'http2',
  context: StreamContext,
  overTls: boolean,
  createReader: ReaderFactory,
): PlainReader {
  const { client, server } = context.legs();
  let chunks = 0;
  const handed: Handed = { handedOn: () => chunks + 1 };
  const options: ReaderOptions = {
    recorder: { ...context.recorder, begin: (start) => (context.began(), context.recorder.begin(start)) },
    client,
    server,
    host: context.host(),
    port: context.serverPort,
    scheme: overTls ? 'https' : 'http',
    ownUs: 0,
    tunnel: (draft) => createTunnelReader(draft, new StreamReader(context, createReader)),
  };
  const create = (): TapReader =>
    version === 'http1' ? createHttp1Reader(options, handed) : createHttp2Reader(options, handed);
  let tap = create();
  let isOver = false;

  function read(sender: Sender, chunk: Buffer, atUs: number): void {
    tap.bytes(sender, chunk, atUs, atUs);
    // What was captured has been taken already, or will be: nobody waits for anybody here. But only when all of it was read, since what follows a
    // head may say that the exchange goes on.
    chunks += 1;
    tap.taken(chunks);
  }

  return {
    bytes: (sender, chunk, atUs) => {
      if (!isOver) read(sender, chunk, atUs);
    },
    gap: (sender, bytes, atUs) => {
      if (isOver) return;
      if (version === 'http1' && bytes <= filledBytesMax && sender === 'server' && tap.insideMessage()) {
        for (let left = bytes; left > 0; left -= zeros.length) {
          read(sender, left < zeros.length ? zeros.subarray(0, left) : zeros, atUs);
        }
        return;
      }
      tap.closed('gap');
      if (version === 'http1') tap = create();
      else isOver = true;
    },
    end: (sender, how, atUs) => {
      if (isOver) return;
      if (how === 'fin') {
        tap.end(sender, atUs);
        chunks += 1;
        tap.taken(chunks);
        return;
      }
      isOver = true;
      tap.closed(sender);
    },
    close: () => {
      if (isOver) return;
      isOver = true;
      tap.closed('capture');
    },
  };
}

/** What goes through a CONNECT is a conversation like any other; the request for it ends with it. */
function createTunnelReader(draft: ExchangeDraft, inner: StreamReader): TapReader {
  const { fields } = draft;
  fields.recorded = 'Only counted: what is in the tunnel is listed by itself where it can be read.';
  return {
    bytes: (sender, chunk, atUs) => {
      if (sender === 'client') fields.requestBytes += chunk.length;
      else fields.responseBytes += chunk.length;
      fields.responseToUs = atUs;
      inner.bytes(sender, chunk, atUs);
    },
    end: (sender, atUs) => inner.end(sender, 'fin', atUs),
    insideMessage: () => false,
    taken: () => undefined,
    stalled: () => undefined,
    closed: (by) => {
      inner.close();
      if (by === 'fin' || by === 'capture') draft.finish(fields.responseToUs ?? fields.startedAtUs);
      else draft.fail(...closeFailure(by));
    },
  };
}

const zeros = Buffer.alloc(64 * 1024);
