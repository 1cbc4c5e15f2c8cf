import type { Socket } from 'node:net';
import { createHttp1Requests } from '../../../core/observers/http1.ts';
import type { Http1Event, RequestHeadEvent } from '../../../core/observers/http1-events.ts';
import { nowUs } from './clock.ts';
import { nodePlatform } from './platform.ts';

/** Requests that one connection is answered. */
const answeredMax = 64;
/** How long a client may be silent, a connection may last, and one that has been ended may be left open by the client. */
const idleMs = 15_000;
const lifeMs = 120_000;
const leavingMs = 5000;

/** An answer of ours; `ends`: the connection is closed behind it. */
export interface OwnAnswer {
  readonly bytes: Buffer;
  readonly ends: boolean;
}

/**
 * Answers HTTP/1.1 on a connection by ourselves, one request after the other, `first` being its first bytes. Bodies are read and dropped. `answer` hears
 * whether nothing may follow its answer.
 */
export function servePages(
  socket: Socket,
  first: Buffer | null,
  answer: (request: RequestHeadEvent, isLast: boolean) => OwnAnswer | Promise<OwnAnswer>,
): void {
  let answered = 0;
  let isOver = false;
  let turn: Promise<void> = Promise.resolve();
  const destroyAfter = (ms: number): void => {
    const timer = setTimeout(() => socket.destroy(), ms);
    socket.once('close', () => clearTimeout(timer));
  };
  const end = (): void => {
    if (!isOver) destroyAfter(leavingMs);
    isOver = true;
    requests.stop();
    socket.end();
    socket.resume();
  };
  const give = async (request: RequestHeadEvent, isLast: boolean): Promise<void> => {
    const { bytes, ends } = await answer(request, isLast);
    if (socket.destroyed) return;
    const isTaken = socket.write(bytes);
    if (ends || isLast) end();
    // Answers do not pile up for a client that does not read.
    else if (!isTaken) await new Promise<void>((taken) => onceTaken(socket, taken));
  };
  const onEvent = (event: Http1Event): void => {
    if (isOver) return;
    if (event.type === 'unreadable') {
      turn = turn.then(end);
      return;
    }
    if (event.type !== 'request-head') return;
    answered += 1;
    const isLast =
      event.close || event.expectsContinue || event.defects.length > 0 || answered >= answeredMax;
    if (answered > answeredMax) return;
    turn = turn.then(() => (isOver ? undefined : give(event, isLast)));
  };
  const requests = createHttp1Requests(nodePlatform, onEvent);
  const onData = (chunk: Buffer): void => {
    if (!isOver) requests.bytes(chunk, nowUs());
  };
  socket.on('error', () => undefined);
  socket.setTimeout(idleMs, () => socket.destroy());
  destroyAfter(lifeMs);
  socket.on('data', onData);
  socket.once('end', () => void turn.then(end));
  if (first !== null) onData(first);
  socket.resume();
}

function onceTaken(socket: Socket, taken: () => void): void {
  const over = (): void => {
    socket.removeListener('drain', over);
    socket.removeListener('close', over);
    taken();
  };
  socket.on('drain', over);
  socket.on('close', over);
}
