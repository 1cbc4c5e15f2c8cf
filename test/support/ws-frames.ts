import { Writable } from 'node:stream';
import * as ws from 'ws';
import type { Sender as Side } from '../../core/observers/observer.ts';

/** What of the package ws its types leave out: its writer of frames, and its permessage-deflate. */
interface WsParts {
  readonly Sender: new (socket: Writable, extensions: Record<string, WsDeflate>) => WsSender;
  readonly PerMessageDeflate: new (options: object) => WsDeflate;
}

interface WsDeflate {
  readonly accept: (parameters: readonly Record<string, unknown>[]) => unknown;
}

interface WsSender {
  readonly send: (data: Buffer, options: SendOptions, done: () => void) => void;
  readonly ping: (data: Buffer, mask: boolean, done: () => void) => void;
  readonly pong: (data: Buffer, mask: boolean, done: () => void) => void;
  readonly close: (code: number | undefined, data: string, mask: boolean, done: () => void) => void;
}

interface SendOptions {
  readonly binary: boolean;
  readonly compress: boolean;
  readonly fin: boolean;
  readonly mask: boolean;
}

const parts = ws as unknown as WsParts;

export interface WsEncoder {
  readonly send: (data: Buffer | string, options?: Partial<SendOptions>) => Promise<void>;
  readonly ping: (data: string) => Promise<void>;
  readonly pong: (data: string) => Promise<void>;
  readonly close: (code?: number, reason?: string) => Promise<void>;
  /** Everything written so far. */
  readonly bytes: () => Uint8Array;
}

/** Writes frames as the package ws does. `deflate`: agreed parameters as it spells them, null for none. */
export function wsEncoder(side: Side, deflate: Record<string, unknown> | null): WsEncoder {
  const written: Buffer[] = [];
  const socket = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      written.push(Buffer.from(chunk));
      done();
    },
  });
  const mask = side === 'client';
  const sender = new parts.Sender(socket, extensionsFor(side, deflate));
  const waiting = (start: (done: () => void) => void): Promise<void> => new Promise(start);
  return {
    send: (data, options) =>
      waiting((done) =>
        sender.send(
          Buffer.from(data),
          { binary: typeof data !== 'string', compress: deflate !== null, fin: true, mask, ...options },
          done,
        ),
      ),
    ping: (data) => waiting((done) => sender.ping(Buffer.from(data), mask, done)),
    pong: (data) => waiting((done) => sender.pong(Buffer.from(data), mask, done)),
    close: (code, reason = '') => waiting((done) => sender.close(code, reason, mask, done)),
    bytes: () => new Uint8Array(Buffer.concat(written)),
  };
}

function extensionsFor(side: Side, deflate: Record<string, unknown> | null): Record<string, WsDeflate> {
  if (deflate === null) return {};
  const isServer = side === 'server';
  const extension = new parts.PerMessageDeflate({ threshold: 0, isServer });
  const asLists = Object.entries(deflate).map(([name, value]) => [name, [value]]);
  extension.accept([Object.fromEntries(asLists) as Record<string, unknown>]);
  return { 'permessage-deflate': extension };
}
