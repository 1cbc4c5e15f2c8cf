import type { Recorder } from './exchange-draft.ts';
import type { RequestPlace } from './http-exchanges.ts';
import type { Leg } from './leg.ts';
import type { ClosedBy } from './pump.ts';

/** Two legs to be joined, and what is known about the connection. */
export interface TapOptions {
  readonly recorder: Recorder;
  readonly client: Leg;
  readonly server: Leg;
  readonly host: string;
  readonly port: number;
  /** `http`/`https` when the bytes turn out to be HTTP. */
  readonly scheme: 'http' | 'https';
  /** Bytes that either side sent before the legs were joined. */
  readonly clientFirst: Buffer | null;
  readonly serverFirst: Buffer | null;
  /** When the client's came; the present if left out. */
  readonly clientFirstAtUs?: number;
  /** Time the proxy itself cost before the first byte, µs; it is put down to the first exchange. */
  readonly ownUs: number;
  /** Null: look at the bytes. A sentence: pass everything through unread, for this reason. */
  readonly unread: string | null;
  /** Rows name this host, whatever requests say. */
  readonly hostIsFixed?: boolean;
  /** What HTTP/1 requests get as their Host field on their way to the server. */
  readonly rewriteHost?: string;
  /** Called when the two sides go on in another protocol. */
  readonly switched?: () => void;
  /** Who reads it, where that is known. */
  readonly reader?: (options: TapOptions, serverPump: Handed) => TapReader;
}

/** Reads what passes between two joined legs. Every call comes after the bytes were handed on. */
export interface TapReader {
  readonly bytes: (sender: 'client' | 'server', chunk: Buffer, atUs: number, handedOnAtUs: number) => void;
  readonly end: (sender: 'client' | 'server', atUs: number) => void;
  /** True while the server owes a part of a message whose end it announced. */
  readonly insideMessage: () => boolean;
  readonly taken: (chunks: number) => void;
  readonly stalled: (leg: 'client' | 'server', us: number) => void;
  readonly closed: (by: ClosedBy) => void;
}

/** The pump towards the client, as far as a reader asks. */
export interface Handed {
  readonly handedOn: () => number;
}

/** From when on bytes could be handed to the server: what came earlier waited for the server, not for the proxy. */
export function serverReadyAtUs(server: Leg): number {
  return server.tls()?.toUs ?? server.dialled?.connectToUs ?? 0;
}

export function closeFailure(by: ClosedBy): [code: string, message: string] {
  switch (by) {
    case 'client':
      return ['client-reset', 'The client reset the connection before the answer was over.'];
    case 'server':
      return ['server-reset', 'The server reset the connection before the answer was over.'];
    case 'fin':
      return ['client-closed', 'The connection was closed before the answer was over.'];
  }
}

/** Where the requests of this connection go; the name in Host or `:authority`, which mostly stays the same, is read once. */
export function createPlaceReader(
  options: TapOptions,
): (authority: string | undefined, path: string) => RequestPlace {
  const { scheme, host, port } = options;
  if (options.hostIsFixed === true) return (_, path) => ({ scheme, host, port, path });
  let lastField: string | undefined;
  let lastHost = options.host;
  return (field, path) => {
    if (field !== lastField) {
      lastField = field;
      lastHost = hostOf(field) ?? options.host;
    }
    return { scheme, host: lastHost, port, path };
  };
}

/** The name in a Host field (RFC 9110 section 7.2), lower case and without brackets; null if there is none. */
function hostOf(field: string | undefined): string | null {
  const name = field === undefined ? null : /^(\[[^\]]+\]|[^:]+)(?::\d+)?$/.exec(field)?.[1];
  return name == null || name === '' ? null : name.replace(/^\[|\]$/g, '').toLowerCase();
}
