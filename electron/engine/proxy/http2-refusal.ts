import { nowUs } from './clock.ts';
import type { Leg } from './leg.ts';
import type { ProxyContext } from './proxy-context.ts';

/** HTTP_1_1_REQUIRED (RFC 9113 section 7). */
const http11Required = 0x0d;
const settingsFrame = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
const words = 'Speak HTTP/1.1 with this proxy. HTTP/2 passes within CONNECT.';

/** A client that speaks HTTP/2 with the proxy itself: it is told to use HTTP/1.1 instead, and a row says so. */
export function refuseHttp2(context: ProxyContext, client: Leg, startedAtUs: number): void {
  const { raw, local } = client;
  client.note({ way: 'proxy' });
  const draft = context.recorder.begin({
    protocol: 'h2',
    method: '',
    scheme: 'http',
    host: local.address,
    port: local.port,
    path: '',
    startedAtUs,
    clientLeg: client,
  });
  raw.end(Buffer.concat([settingsFrame, goAway(words)]));
  raw.resume();
  draft.fields.responseFromUs = nowUs();
  draft.fail(
    'http2-to-proxy',
    'The client spoke HTTP/2 with the proxy itself, which takes HTTP/1.1 only. Set the client to HTTP/1.1 for its proxy; HTTP/2 with the server passes within CONNECT.',
  );
}

/** A GOAWAY frame (RFC 9113 section 6.8) that says that no stream was looked at. */
function goAway(text: string): Buffer {
  const debug = Buffer.from(text, 'latin1');
  const frame = Buffer.alloc(9 + 8);
  frame.writeUIntBE(8 + debug.length, 0, 3);
  frame[3] = 7;
  frame.writeUInt32BE(http11Required, 13);
  return Buffer.concat([frame, debug]);
}
