import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { readUdpCounts, type UdpCounts } from '../../../core/model/udp-counts.ts';

/** A connection whose client believes to speak with `destination`. */
export interface RedirectedConnection {
  /**
   * As a listener's `connection` event gives them: `noDelay`, half-open allowed, nothing read by anybody else. It is
   * the client's own socket, so how it is closed, reset or left unread is what the client sees.
   */
  readonly socket: Socket;
  /** Where it was going: an IP address as text, and a port. */
  readonly destination: { readonly address: string; readonly port: number };
  /**
   * Already connected to `destination`, because that is inside a network that cannot be reached from here: the program
   * on its own loopback. Null: dial it.
   */
  readonly reached: Socket | null;
}

/** What the helper says; the messages are listed in native/plumbline-redirect/channel.c. */
export interface ChannelListener {
  readonly onReady: (ready: { readonly port: number; readonly program: number }) => void;
  readonly onFailed: (failure: { readonly code: string; readonly message: string }) => void;
  readonly onConnection: (connection: RedirectedConnection) => void;
  /** The program itself ended; what it started may go on. */
  readonly onEnded: (exitCode: number) => void;
  /** A connection that went nowhere, as one sentence. */
  readonly onTrouble: (sentence: string) => void;
}

export interface RedirectChannel {
  /** Datagrams refused and dropped so far, or by the time the helper ended; null where that is not counted. */
  readonly udpCounts: () => Promise<UdpCounts | null>;
  /** Nothing more will come: answers what still waits. */
  readonly close: () => void;
}

/** Reads the messages of a helper that was started with an `ipc` channel. */
export function readChannel(helper: ChildProcess, listener: ChannelListener): RedirectChannel {
  let reached: Socket | null = null;
  let asking: ((counts: UdpCounts | null) => void)[] = [];
  let lastCounts: UdpCounts | null = null;
  let closed = false;

  const answer = (counts: UdpCounts | null): void => {
    for (const each of asking) each(counts);
    asking = [];
  };

  const takeConnection = (message: Message, socket: Socket): void => {
    const inside = reached;
    reached = null;
    if (message['reached'] === true && inside === null) {
      socket.resetAndDestroy();
      listener.onTrouble('A connection was reset: there was no room for a second socket.');
      return;
    }
    const destination = { address: String(message['address']), port: Number(message['port']) };
    listener.onConnection({ socket: prepared(socket), destination, reached: inside });
  };

  helper.on('message', (raw, handle) => {
    const message = raw as Message;
    const socket = handle instanceof Socket ? handle : null;
    switch (message['event']) {
      case 'ready':
        listener.onReady({ port: Number(message['port']), program: Number(message['program']) });
        return;
      case 'failed':
        listener.onFailed({ code: String(message['code']), message: String(message['message']) });
        return;
      case 'connection':
        if (socket !== null) takeConnection(message, socket);
        return;
      case 'reached':
        reached?.destroy();
        reached = socket === null ? null : prepared(socket);
        return;
      case 'counters':
        lastCounts = readUdpCounts(message['nft']);
        answer(lastCounts);
        return;
      case 'ended':
        listener.onEnded(Number(message['code']));
        return;
      case 'lost':
        listener.onTrouble('A connection was closed: this process has too many open files.');
        return;
      case 'stray':
        listener.onTrouble(
          `A connection to ${String(message['address'])} was reset: it came to the port for redirected connections by itself. Programs that know about a proxy use the proxy's port.`,
        );
        return;
      default:
        return;
    }
  });

  return {
    udpCounts: () =>
      new Promise((resolve) => {
        if (closed || !helper.connected) {
          resolve(lastCounts);
          return;
        }
        asking.push(resolve);
        if (asking.length > 1) return;
        helper.send('ask-counters', (error) => {
          if (error !== null) answer(lastCounts);
        });
      }),
    close: () => {
      closed = true;
      reached?.destroy();
      reached = null;
      answer(lastCounts);
    },
  };
}

type Message = Readonly<Record<string, unknown>>;

/** Before anything was read from it: nothing can have ended yet. */
function prepared(socket: Socket): Socket {
  socket.allowHalfOpen = true;
  socket.setNoDelay(true);
  return socket;
}
