import type { ExchangeDraft, Recorder } from './exchange-draft.ts';
import type { RequestPlace } from './http-exchanges.ts';
import type { Leg, SeenLeg } from './leg.ts';
import type { ClosedBy } from './pump.ts';

/** What a reader knows about the connection it reads. */
export interface ReaderOptions {
  readonly recorder: Recorder;
  readonly client: SeenLeg;
  readonly server: SeenLeg;
  readonly host: string;
  readonly port: number;
  /** `http`/`https` when the bytes turn out to be HTTP. */
  readonly scheme: 'http' | 'https';
  /** Time the proxy itself cost before the first byte, µs; it is put down to the first exchange. */
  readonly ownUs: number;
  /** Rows name this host, whatever requests say. */
  readonly hostIsFixed?: boolean;
  /** What HTTP/1 requests get as their Host field on their way to the server. */
  readonly rewriteHost?: string;
  /** Called when the two sides go on in another protocol. */
  readonly switched?: () => void;
  /** Reads what is in a tunnel that a request asked for; nobody if left out. */
  readonly tunnel?: (draft: ExchangeDraft) => TapReader;
}

/** Two legs to be joined. */
export interface TapOptions extends ReaderOptions {
  readonly client: Leg;
  readonly server: Leg;
  /** Bytes that either side sent before the legs were joined. */
  readonly clientFirst: Buffer | null;
  readonly serverFirst: Buffer | null;
  /** When the client's came; the present if left out. */
  readonly clientFirstAtUs?: number;
  /** Null: look at the bytes. A sentence: pass everything through unread, for this reason. */
  readonly unread: string | null;
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
  readonly closed: (by: ReadEnd) => void;
}

/** The pump towards the client, as far as a reader asks. */
export interface Handed {
  readonly handedOn: () => number;
}

/** From when on bytes could be handed to the server: what came earlier waited for the server, not for the proxy. */
export function serverReadyAtUs(server: SeenLeg): number {
  return server.tls()?.toUs ?? server.dialled?.connectToUs ?? 0;
}

/** How what is read ended; of captured packets, the capture may end first, or lack some of them. */
export type ReadEnd = ClosedBy | 'capture' | 'gap';

export function closeFailure(by: ReadEnd): [code: string, message: string] {
  switch (by) {
    case 'capture':
      return ['capture-ended', 'The capture ended before the answer was over.'];
    case 'gap':
      return [
        'packets-missing',
        'Packets of this conversation are missing from the capture, so the rest of this exchange is not known.',
      ];
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
  options: ReaderOptions,
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
