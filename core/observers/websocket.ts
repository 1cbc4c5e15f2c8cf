import type { MessageRecord } from '../model/message-record.ts';
import { closedWithoutFrame, type CloseFrame } from '../model/websocket-close.ts';
import type { WebSocketExtensions } from '../model/websocket-extensions.ts';
import type { Observer, Sender } from './observer.ts';
import { createWebSocketSide } from './websocket-side.ts';

export interface WebSocketObserver extends Observer {
  readonly closeState: () => CloseState;
}

/** Which whole close frames were seen so far. */
export interface CloseState {
  readonly client: CloseFrame | null;
  readonly server: CloseFrame | null;
  /** Who sent the first one; null while there is none. */
  readonly first: Sender | null;
}

/**
 * Observes the frames of a WebSocket (RFC 6455 section 5) from the first byte behind the 101, or of the DATA of an
 * extended CONNECT (RFC 8441), whose frames are the same.
 *
 * A record is emitted with the last byte of its frame; a frame inside which its stream ends is emitted by `end` with
 * `cut`. Payloads are passed over, whatever their size: 14 bytes of a header and at most 125 of a close frame are kept
 * for each side.
 *
 * Marked `defective` (RFC 6455 sections 5.1 to 5.5, 7.4; RFC 7692 section 6): reserved bits and opcodes that no agreed
 * extension explains, a mask missing or too many, control frames that are fragmented or longer than 125 bytes, a
 * message begun inside another, a continuation of nothing, a length that is not written in its shortest form, a close
 * frame with a forbidden code or a reason that is no text, and whatever follows a close frame. A length of 2^53 bytes
 * and more is not to be trusted: its record ends with its length, and nothing more of that side is reported.
 */
export function createWebSocketObserver(
  extensions: WebSocketExtensions,
  emit: (record: MessageRecord) => void,
): WebSocketObserver {
  let first: Sender | null = null;
  const client = createWebSocketSide('client', extensions, emit, () => (first ??= 'client'));
  const server = createWebSocketSide('server', extensions, emit, () => (first ??= 'server'));
  return {
    bytes: (sender, chunk, atUs) => (sender === 'client' ? client : server).bytes(chunk, atUs),
    end: (sender) => (sender === 'client' ? client : server).end(),
    closeState: () => ({ client: client.closed(), server: server.closed(), first }),
  };
}

/** What the connection was closed with, once it is over: the code of the first close frame, else 1006. */
export function closingCode({ client, server, first }: CloseState): number {
  return (first === 'client' ? client : server)?.code ?? closedWithoutFrame;
}
