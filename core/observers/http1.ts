import type { HeaderLine, Http1Event, ResponseHeadEvent } from './http1-events.ts';
import type { Observer, Sender, StreamEnd } from './observer.ts';
import type { Platform } from '../model/platform.ts';
import { createEarlyKeeper } from './http1-early.ts';
import { fatalDefect, listMembers } from './http1-head.ts';
import { HTTP1_LIMITS, type Http1Limits } from './http1-limits.ts';
import { createHttp1Requests } from './http1-requests.ts';
import { createHttp1Responses } from './http1-responses.ts';

export { looksLikeHttp1Request } from './http1-detect.ts';
export { HTTP1_LIMITS, type Http1Limits } from './http1-limits.ts';
export { createHttp1Requests, type Http1Requests } from './http1-requests.ts';
export { createHttp1Responses, type Http1Responses } from './http1-responses.ts';

export interface Http1Observer extends Observer {
  /**
   * In place of `bytes`, for a chunk of which nothing but data of a body can be told: gives the message whose body it is, and no event follows. -1 where
   * more is to be told: then nothing has happened, and it is a chunk for `bytes`.
   */
  readonly passBody: (sender: Sender, bytes: number) => number;
}

/**
 * Observes HTTP/1.0 and 1.1 in both directions of a conversation.
 *
 * What follows a CONNECT is kept until its answer says whether it is HTTP. After `hand-over` nothing more is
 * reported, and the ends of the streams are not either.
 */
export function createHttp1Observer(
  platform: Platform,
  emit: (event: Http1Event) => void,
  limits?: Partial<Http1Limits>,
): Http1Observer {
  const bounds = { ...HTTP1_LIMITS, ...limits };
  const requests = createHttp1Requests(platform, fromClient, bounds);
  const responses = createHttp1Responses(platform, fromServer, bounds);
  const earlyClient = createEarlyKeeper('client', bounds.earlyBytesMax);
  const earlyServer = createEarlyKeeper('server', bounds.earlyBytesMax);

  let clientBytes = 0;
  let serverBytes = 0;
  let clientEnd: { how: StreamEnd; atUs: number } | null = null;
  /** The request whose body is under way. */
  let openRequest: number | null = null;
  /** A CONNECT that waits for its answer, and where it ends. */
  let connect: { message: number; to: number } | null = null;
  /** The protocol of the last 101. */
  let upgradeTo = '';
  /** A 101 that came before its request was over, and where it ends. */
  let earlySwitch: { message: number; serverOffset: number } | null = null;
  let serverIsDone = false;
  let isOver = false;

  function bytes(sender: Sender, chunk: Uint8Array, atUs: number): void {
    if (isOver) return;
    if (sender === 'client') {
      clientBytes += chunk.length;
      readClient(chunk, clientBytes - chunk.length, atUs);
    } else {
      serverBytes += chunk.length;
      readServer(chunk, serverBytes - chunk.length, atUs);
    }
  }

  function passBody(sender: Sender, bytes: number): number {
    // While it is open what follows a head, every byte counts.
    if (isOver || connect !== null || earlySwitch !== null) return -1;
    if (sender === 'client') {
      const message = requests.passBody(bytes);
      if (message >= 0) clientBytes += bytes;
      return message;
    }
    const message = responses.passBody(bytes);
    if (message >= 0) serverBytes += bytes;
    return message;
  }

  function readClient(chunk: Uint8Array, from: number, atUs: number): void {
    requests.bytes(chunk, atUs);
    if (connect === null || serverIsDone) return;
    const skip = Math.max(0, connect.to - from);
    if (skip < chunk.length) earlyClient.keep(chunk.subarray(skip), from + skip, atUs);
  }

  function readServer(chunk: Uint8Array, from: number, atUs: number): void {
    responses.bytes(chunk, atUs);
    if (earlySwitch === null) return;
    const skip = Math.max(0, earlySwitch.serverOffset - from);
    if (skip < chunk.length) earlyServer.keep(chunk.subarray(skip), from + skip, atUs);
  }

  function end(sender: Sender, how: StreamEnd, atUs: number): void {
    if (isOver) return;
    if (sender === 'client') {
      clientEnd = { how, atUs };
      requests.end(how, atUs);
    } else {
      responses.end(how, atUs);
      abandonServer();
    }
  }

  function fromClient(event: Http1Event): void {
    emit(event);
    switch (event.type) {
      case 'request-head':
        openRequest = event.message;
        responses.expect(event.message, event.method);
        return;
      case 'request-end':
        openRequest = null;
        if (requests.handedOver) connect = { message: event.message, to: event.to };
        if (event.message !== earlySwitch?.message) return;
        if (event.complete)
          handOver(event.message, upgradeTo, event.to, earlySwitch.serverOffset, event.atUs);
        else isOver = true;
        return;
      case 'unreadable':
        openRequest = null;
        if (earlySwitch !== null) isOver = true;
        return;
      default:
    }
  }

  function fromServer(event: Http1Event): void {
    emit(event);
    switch (event.type) {
      case 'response-head':
        if (event.status === 101) upgradeTo = upgradeToken(event.headers);
        else if (event.message === connect?.message && refuses(event)) resumeClient();
        return;
      case 'response-end':
        if (responses.handedOver) switchAfter(event.message, event.to, event.atUs);
        return;
      case 'unreadable':
        abandonServer();
        return;
      default:
    }
  }

  function switchAfter(message: number, serverOffset: number, atUs: number): void {
    if (message === openRequest) {
      earlySwitch = { message, serverOffset };
    } else {
      const to = message === connect?.message && upgradeTo === '' ? 'tunnel' : upgradeTo;
      handOver(message, to, connect?.to ?? clientBytes, serverOffset, atUs);
    }
  }

  function handOver(
    message: number,
    to: string,
    clientOffset: number,
    serverOffset: number,
    atUs: number,
  ): void {
    isOver = true;
    requests.stop();
    const early = [...earlyClient.take(), ...earlyServer.take()];
    emit({ type: 'hand-over', message, to, clientOffset, serverOffset, atUs, early });
  }

  /** The CONNECT was refused: what the client has sent since is HTTP. */
  function resumeClient(): void {
    connect = null;
    const lostAtUs = earlyClient.lostAtUs();
    const pieces = earlyClient.take();
    requests.resume();
    for (const piece of pieces) readClient(piece.data, piece.from, piece.atUs);
    if (lostAtUs !== null) {
      const sentence = `More than ${bounds.earlyBytesMax} bytes came before the answer to CONNECT; the rest is not kept.`;
      if (requests.handedOver) earlyClient.lose(lostAtUs);
      else requests.giveUp(fatalDefect('not-kept', sentence), lostAtUs);
    }
    if (clientEnd !== null) requests.end(clientEnd.how, clientEnd.atUs);
  }

  /** No answer to a waiting CONNECT can come any more. */
  function abandonServer(): void {
    serverIsDone = true;
    earlyClient.take();
  }

  return { bytes, end, passBody };
}

function refuses(head: ResponseHeadEvent): boolean {
  return !head.interim && (head.status < 200 || head.status > 299);
}

/** The protocol a 101 response switches to, in lower case: its first Upgrade token (RFC 9110 section 7.8). */
export function upgradeToken(headers: readonly HeaderLine[]): string {
  const line = headers.find(([name]) => name.toLowerCase() === 'upgrade');
  return (line && listMembers(line[1])[0]) ?? 'unknown';
}
