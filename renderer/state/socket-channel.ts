import type { Channel, EngineMessage } from '../../core/contract/wire.ts';
import { decodeFrame, encodeFrame, type TextCodec } from '../../core/contract/ws-codec.ts';
import type { ChannelEvents } from './channel-events.ts';

const retryMs = [100, 250, 500, 1000, 2000] as const;
/** Handshakes that may fail in a row, without one that succeeded, before the token is to blame. */
const refusalsMax = 2;

const text: TextCodec = {
  encode: (value) => new TextEncoder().encode(value),
  decode: (bytes) => new TextDecoder().decode(bytes),
};

/** Browser tab: a WebSocket to the host the page came from. Its cookie says who we are. */
export function startSocketChannels(events: ChannelEvents): void {
  let failures = 0;
  let everOpened = false;

  const connect = () => {
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/control`);
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => {
      failures = 0;
      everOpened = true;
      events.opened(socketChannel(socket));
    });
    socket.addEventListener('close', () => {
      failures += 1;
      if (!everOpened && failures === refusalsMax) events.refused();
      setTimeout(connect, retryMs[Math.min(failures, retryMs.length) - 1]);
    });
  };
  connect();
}

function socketChannel(socket: WebSocket): Channel {
  return {
    send: (message) => {
      const frame = encodeFrame(message, text);
      if (socket.readyState === WebSocket.OPEN) socket.send(frame);
    },
    onMessage: (listener) =>
      socket.addEventListener('message', (event: MessageEvent<string | ArrayBuffer>) => {
        const frame = typeof event.data === 'string' ? event.data : new Uint8Array(event.data);
        const message = decodeFrame(frame, text);
        if (message !== null && message.kind !== 'call') listener(message satisfies EngineMessage);
      }),
    onClose: (listener) => socket.addEventListener('close', listener, { once: true }),
    close: () => socket.close(),
  };
}
