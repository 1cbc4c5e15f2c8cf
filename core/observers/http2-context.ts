import type { Platform } from '../model/platform.ts';
import type { Http2Defect, Http2Event } from './http2-events.ts';
import type { Http2Limits } from './http2-limits.ts';
import type { Sender } from './observer.ts';
import { createHttp2Streams, type Http2Streams } from './http2-streams.ts';
import { createSendWindows, type SendWindows } from './http2-windows.ts';

/** SETTINGS_HEADER_TABLE_SIZE before anybody says otherwise (RFC 9113 section 6.5.2). */
export const TABLE_BYTES_DEFAULT = 4096;

/** What both directions of a connection know of one sender. */
export interface Http2Peer {
  readonly sender: Sender;
  /** The windows this sender sends into. */
  readonly windows: SendWindows;
  /** Most octets of the table of this sender's encoder, as the other side allows and this one has acknowledged. */
  tableBytesAllowed: number;
  /** Streams that this sender began above this number were not taken by the other side: its GOAWAY says so. */
  takenMax: number;
  /** Why nothing of this sender is read any more; null while it is. */
  over: Http2Defect | null;
}

export interface Http2Context {
  readonly platform: Platform;
  readonly emit: (event: Http2Event) => void;
  readonly limits: Http2Limits;
  readonly streams: Http2Streams;
  readonly client: Http2Peer;
  readonly server: Http2Peer;
  /** Tells a defect that does not end the reading; at most `defectsMax` of one sender. */
  readonly report: (
    sender: Sender,
    h2Stream: number,
    code: Http2Defect['code'],
    message: string,
    atUs: number,
  ) => void;
}

export function createHttp2Context(
  platform: Platform,
  emit: (event: Http2Event) => void,
  limits: Http2Limits,
): Http2Context {
  const reported = { client: 0, server: 0 };
  const client = createPeer('client');
  const server = createPeer('server');
  const streams: Http2Streams = createHttp2Streams(emit, limits.streamsMax, (stream) => {
    client.windows.forget(stream.client);
    server.windows.forget(stream.server);
  });

  function createPeer(sender: Sender): Http2Peer {
    return {
      sender,
      windows: createSendWindows(sender, emit, () => streams, limits.timedStreamsMax),
      tableBytesAllowed: TABLE_BYTES_DEFAULT,
      takenMax: 2 ** 31 - 1,
      over: null,
    };
  }

  function report(
    sender: Sender,
    h2Stream: number,
    code: Http2Defect['code'],
    message: string,
    atUs: number,
  ): void {
    reported[sender] += 1;
    if (reported[sender] > limits.defectsMax) return;
    const last = reported[sender] === limits.defectsMax ? ' Further defects are not told.' : '';
    emit({ type: 'defect', sender, h2Stream, atUs, defect: { code, message: message + last, fatal: false } });
  }

  return { platform, emit, limits, streams, client, server, report };
}
