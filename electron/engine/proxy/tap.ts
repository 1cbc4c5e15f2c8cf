import { createHostRewriter } from '../../../core/observers/http1-host.ts';
import { recognise } from '../../../core/observers/index.ts';
import type { Sender } from '../../../core/observers/observer.ts';
import { nodePlatform } from './platform.ts';
import { linkClosing, pump } from './pump.ts';
import { createHttp1Reader } from './tap-http1.ts';
import { createHttp2Reader } from './tap-http2.ts';
import type { TapOptions, TapReader } from './tap-reader.ts';
import { createTunnelReader } from './tap-tunnel.ts';

/** Bytes that are waited with, of both sides together, before a conversation counts as of no known protocol. */
const undecidedBytesMax = 64 * 1024;

/**
 * Joins the legs: bytes are handed on as they came, a reader watches. What was agreed on by ALPN, or else the first
 * bytes, decide which; what nobody knows is one `tunnel` exchange.
 */
export function tap(given: TapOptions): void {
  const { client, server } = given;
  const rewriter =
    given.rewriteHost === undefined ? null : createHostRewriter(nodePlatform, given.rewriteHost);
  const options: TapOptions = {
    ...given,
    switched: () => {
      for (const held of rewriter?.stop() ?? []) server.socket().write(held);
    },
  };
  let reader: TapReader | null = options.unread === null ? null : createTunnelReader(options, options.unread);
  let waiting: { sender: Sender; chunk: Buffer; atUs: number; handedOnAtUs: number }[] = [];

  const createReader = (): TapReader | null => {
    if (options.reader !== undefined) return options.reader(options, serverPump);
    if (client.tls()?.alpn === 'h2') return createHttp2Reader(options, serverPump);
    const of = (sender: Sender): Buffer =>
      Buffer.concat(waiting.flatMap((each) => (each.sender === sender ? [each.chunk] : [])));
    const [fromClient, fromServer] = [of('client'), of('server')];
    const protocol = recognise(fromClient, fromServer);
    switch (protocol) {
      case 'http1':
        return createHttp1Reader(options, serverPump);
      case 'http2':
        return createHttp2Reader(options, serverPump);
      case 'unknown':
        return createTunnelReader(options, null);
      case 'need-more':
        return fromClient.length + fromServer.length > undecidedBytesMax
          ? createTunnelReader(options, null)
          : null;
    }
  };
  const read = (sender: Sender, chunk: Buffer, atUs: number, handedOnAtUs: number): void => {
    if (reader !== null) {
      reader.bytes(sender, chunk, atUs, handedOnAtUs);
      return;
    }
    waiting.push({ sender, chunk, atUs, handedOnAtUs });
    reader = createReader();
    if (reader === null) {
      // What was handed on may be overwritten.
      waiting[waiting.length - 1] = { sender, chunk: Buffer.from(chunk), atUs, handedOnAtUs };
      return;
    }
    const held = waiting;
    waiting = [];
    for (const each of held) reader.bytes(each.sender, each.chunk, each.atUs, each.handedOnAtUs);
  };
  const readUnknown = (): TapReader => {
    reader = createTunnelReader(options, null);
    for (const each of waiting) reader.bytes(each.sender, each.chunk, each.atUs, each.handedOnAtUs);
    waiting = [];
    return reader;
  };

  const clientPump = pump(client, server, {
    bytes: (chunk, atUs, handedOnAtUs) => read('client', chunk, atUs, handedOnAtUs),
    end: (atUs) => {
      reader?.end('client', atUs);
      return false;
    },
    stalled: (us) => reader?.stalled('server', us),
    ...(rewriter === null ? {} : { rewrite: rewriter.bytes, rest: rewriter.stop }),
  });
  const serverPump = pump(server, client, {
    bytes: (chunk, atUs, handedOnAtUs) => read('server', chunk, atUs, handedOnAtUs),
    end: (atUs) => {
      const truncated = reader?.insideMessage() ?? false;
      reader?.end('server', atUs);
      return truncated;
    },
    taken: (chunks) => reader?.taken(chunks),
    stalled: (us) => reader?.stalled('client', us),
  });
  linkClosing(client, server, (by) => {
    (reader ?? options.reader?.(options, serverPump) ?? readUnknown()).closed(by);
  });
  clientPump.start(options.clientFirst, options.clientFirstAtUs);
  serverPump.start(options.serverFirst);
}
