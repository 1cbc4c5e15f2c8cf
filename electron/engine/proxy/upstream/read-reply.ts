import type { Socket } from 'node:net';
import { fail, succeed, type Result } from '../../../../core/model/result.ts';

/** What a reader makes of the bytes so far: more are needed, the reply and its length, or that it is none. */
export type Reading<T> =
  | { readonly state: 'need-more' }
  | { readonly state: 'complete'; readonly value: T; readonly length: number }
  | { readonly state: 'invalid'; readonly why: string };

/**
 * Reads one reply from a paused socket. What follows it is put back; the socket is paused and without listeners of
 * ours when this resolves. Failures: `reply-closed`, `reply-reset`, `reply-timeout`, `reply-invalid`.
 */
export function readReply<T>(
  socket: Socket,
  read: (bytes: Buffer) => Reading<T>,
  bytesMax: number,
  timeoutMs: number,
): Promise<Result<T>> {
  return new Promise((resolve) => {
    let held: Buffer = Buffer.alloc(0);
    const settle = (result: Result<T>): void => {
      clearTimeout(timer);
      socket.removeListener('data', onData);
      socket.removeListener('end', onEnd);
      socket.removeListener('close', onEnd);
      socket.removeListener('error', onError);
      socket.pause();
      resolve(result);
    };
    const timer = setTimeout(() => {
      settle(fail('reply-timeout', `it did not answer within ${timeoutMs / 1000} s`));
    }, timeoutMs);
    const onData = (chunk: Buffer): void => {
      held = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk]);
      const reading = read(held);
      switch (reading.state) {
        case 'need-more':
          if (held.length > bytesMax)
            settle(fail('reply-invalid', `it answered with more than ${bytesMax} bytes`));
          return;
        case 'invalid':
          settle(fail('reply-invalid', reading.why));
          return;
        case 'complete':
          settle(succeed(reading.value));
          if (held.length > reading.length) socket.unshift(held.subarray(reading.length));
          return;
        default:
          reading satisfies never;
      }
    };
    const onEnd = (): void => {
      settle(fail('reply-closed', 'it closed the connection instead of answering'));
    };
    const onError = (error: NodeJS.ErrnoException): void => {
      settle(fail('reply-reset', `the connection broke (${error.code ?? error.message})`));
    };
    socket.on('error', onError);
    socket.once('end', onEnd);
    socket.once('close', onEnd);
    socket.on('data', onData);
    socket.resume();
  });
}
