import { looksLikeHttp1Request } from './http1.ts';
import { looksLikeHttp2Preface } from './http2.ts';

/** A protocol that joined legs can be read as; `unknown` is passed through and counted. */
export type Recognised = 'http1' | 'http2' | 'unknown';

/**
 * What the first bytes of a conversation are, `need-more` while more of them would tell. Clients speak first in every
 * protocol known here, but an HTTP/2 server may send its SETTINGS before it has heard anything.
 */
export function recognise(client: Uint8Array, server: Uint8Array): Recognised | 'need-more' {
  if (server.length > 0 && startsLikeSettings(server) === 'no') return 'unknown';
  if (client.length === 0) return 'need-more';
  const http2 = looksLikeHttp2Preface(client, client.length);
  if (http2 !== 'no') return http2 === 'yes' ? 'http2' : http2;
  if (server.length > 0) return 'unknown';
  const http1 = looksLikeHttp1Request(client, client.length);
  return http1 === 'need-more' ? http1 : http1 === 'yes' ? 'http1' : 'unknown';
}

/** Longest SETTINGS frame that a server is believed to begin with: more than 80 settings. */
const settingsBytesMax = 500;

/** A SETTINGS frame on stream 0 that acknowledges nothing (RFC 9113 section 6.5). */
function startsLikeSettings(bytes: Uint8Array): 'maybe' | 'no' {
  const length = ((bytes[0] ?? 0) << 16) | ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0);
  if (bytes.length >= 3 && (length % 6 !== 0 || length > settingsBytesMax)) return 'no';
  const rest = [4, 0, 0, 0, 0, 0];
  return (bytes[0] ?? 0) === 0 && rest.every((byte, index) => (bytes[3 + index] ?? byte) === byte)
    ? 'maybe'
    : 'no';
}
