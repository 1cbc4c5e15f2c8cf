import { connect, type Socket, type TcpNetConnectOpts } from 'node:net';

/** What one read takes at most, as in libuv. */
const readBytes = 65_536;
/** Reads up to this size are copied out, and their buffer serves the next read at once. */
const smallBytes = 4096;
/** Buffers kept for the next large read, of all sockets together: 2 MiB. */
const keptMax = 32;

const kept: Buffer[] = [];
/** Chunks that fill a buffer of their own, until they are given back. */
const lent = new WeakMap<Buffer, Buffer>();

/**
 * Connects like `net.connect`, but reads into buffers that are used again: the runtime's own read allocates 64 KiB
 * each time, and what waits for its garbage collector grew the engine by some 60 MB in one large download. `data`
 * is emitted as usual; nothing is read before the first `resume`. A receiver that is done with a chunk may `giveBack`
 * it; one that is not given back is collected as usual.
 */
export function connectPooled(options: TcpNetConnectOpts): Socket {
  let buffer: Buffer | null = null;
  const socket = connect({
    ...options,
    onread: {
      buffer: () => (buffer ??= kept.pop() ?? Buffer.allocUnsafeSlow(readBytes)),
      callback: (length, bytes) => {
        const from = bytes as Buffer;
        const chunk = length <= smallBytes ? Buffer.from(from.subarray(0, length)) : from.subarray(0, length);
        if (length > smallBytes) {
          lent.set(chunk, from);
          buffer = null;
        }
        socket.emit('data', chunk);
        return true;
      },
    },
  });
  socket.once('close', () => {
    if (buffer !== null && kept.length < keptMax) kept.push(buffer);
    buffer = null;
  });
  socket.pause();
  return socket;
}

/** The chunk's bytes are needed no longer, by nobody. A part of a chunk, or any other buffer, is left alone. */
export function giveBack(chunk: Buffer): void {
  const buffer = lent.get(chunk);
  if (buffer === undefined) return;
  lent.delete(chunk);
  if (kept.length < keptMax) kept.push(buffer);
}
