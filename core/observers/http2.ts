import type { Platform } from '../model/platform.ts';
import type { Http2Event } from './http2-events.ts';
import type { Observer, Sender, StreamEnd } from './observer.ts';
import { createHttp2Context } from './http2-context.ts';
import { createHttp2Control, type Http2Control } from './http2-control.ts';
import { createHttp2Direction, type Http2Direction } from './http2-direction.ts';
import { HTTP2_LIMITS, type Http2Limits } from './http2-limits.ts';

export { looksLikeHttp2Preface } from './http2-detect.ts';
export { readUpgradeSettings, type UpgradeSettings } from './http2-upgrade.ts';
export { HTTP2_LIMITS, type Http2Limits } from './http2-limits.ts';

export interface Http2ObserverOptions {
  /**
   * After `Upgrade: h2c` (RFC 7540 section 3.2): stream 1 is open already, its request was HTTP/1 and is over.
   * Nothing is told of that request; its response is.
   */
  readonly upgraded?: boolean;
  /**
   * With `upgraded`: the octets that the `HTTP2-Settings` field stands for (`readUpgradeSettings`), if they are known.
   * They are told as SETTINGS of the client, which nobody acknowledges.
   */
  readonly upgradeSettings?: Uint8Array;
  /** When they came, µs since the Unix epoch; 0 if not given. */
  readonly upgradedAtUs?: number;
}

/**
 * Observes both directions of an HTTP/2 connection (RFC 9113), each from its first byte on: the client's preface,
 * with prior knowledge or after an upgrade, and the server's first SETTINGS.
 *
 * Bytes that begin otherwise are `unreadable`; so is what follows a frame that breaks framing. A header block that
 * cannot be decoded costs the fields in it, and later ones that refer to it, and nothing else: see `HpackDecoder`.
 * What RFC 9113 forbids but can be followed is told as a `defect` and followed.
 */
export function createHttp2Observer(
  platform: Platform,
  emit: (event: Http2Event) => void,
  limits?: Partial<Http2Limits>,
  options?: Http2ObserverOptions,
): Observer {
  const context = createHttp2Context(platform, emit, { ...HTTP2_LIMITS, ...limits });
  const clientControl: Http2Control = createHttp2Control(
    context,
    'client',
    () => serverControl,
    (frameBytes) => server.allowFrameBytes(frameBytes),
  );
  const serverControl: Http2Control = createHttp2Control(
    context,
    'server',
    () => clientControl,
    (frameBytes) => client.allowFrameBytes(frameBytes),
  );
  const client: Http2Direction = createHttp2Direction(context, 'client', clientControl);
  const server: Http2Direction = createHttp2Direction(context, 'server', serverControl);

  if (options?.upgraded === true) {
    if (options.upgradeSettings !== undefined) {
      clientControl.applySettings(options.upgradeSettings, options.upgradedAtUs ?? 0);
    }
    const stream = context.streams.open(1);
    if (stream !== null) stream.client.phase = 'ended';
  }

  function bytes(sender: Sender, chunk: Uint8Array, atUs: number): void {
    if (sender === 'client') client.bytes(chunk, atUs);
    else server.bytes(chunk, atUs);
  }

  function end(sender: Sender, how: StreamEnd, atUs: number): void {
    if (sender === 'client') client.end(how, atUs);
    else server.end(how, atUs);
  }

  return { bytes, end };
}
