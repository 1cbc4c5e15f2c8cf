import { looksLikeHttp1Request } from '../../../core/observers/http1.ts';
import { linkClosing, pump } from './pump.ts';
import { createHttp1Reader } from './tap-http1.ts';
import type { TapOptions, TapReader } from './tap-reader.ts';
import { createTunnelReader } from './tap-tunnel.ts';

/**
 * Joins the legs: bytes are handed on as they came, observers watch. HTTP/1 is recognised by the client's first
 * bytes; everything else, and every connection where the server speaks first, is one `tunnel` exchange.
 */
export function tap(options: TapOptions): void {
  const { client, server } = options;
  let reader: TapReader | null = options.unread === null ? null : createTunnelReader(options, options.unread);
  let first: Buffer[] = [];

  const recognise = (chunk: Buffer): TapReader | null => {
    first.push(chunk);
    const bytes = first.length === 1 ? chunk : Buffer.concat(first);
    switch (looksLikeHttp1Request(bytes, bytes.length)) {
      case 'yes':
        return createHttp1Reader(options, serverPump);
      case 'no':
        return createTunnelReader(options, null);
      case 'need-more':
        first = [Buffer.from(bytes)];
        return null;
    }
  };

  const fromClient = (chunk: Buffer, atUs: number, handedOnAtUs: number): void => {
    if (reader === null) {
      reader = recognise(chunk);
      if (reader === null) return;
      const joined = Buffer.concat(first);
      first = [];
      reader.bytes('client', joined, atUs, handedOnAtUs);
      return;
    }
    reader.bytes('client', chunk, atUs, handedOnAtUs);
  };
  const fromServer = (chunk: Buffer, atUs: number, handedOnAtUs: number): void => {
    reader ??= createTunnelReader(options, null);
    if (first.length > 0) {
      const held = Buffer.concat(first);
      first = [];
      reader.bytes('client', held, atUs, handedOnAtUs);
    }
    reader.bytes('server', chunk, atUs, handedOnAtUs);
  };

  const clientPump = pump(client, server, {
    bytes: fromClient,
    end: (atUs) => {
      reader?.end('client', atUs);
      return false;
    },
    stalled: (us) => reader?.stalled('server', us),
  });
  const serverPump = pump(server, client, {
    bytes: fromServer,
    end: (atUs) => {
      const truncated = reader?.insideMessage() ?? false;
      reader?.end('server', atUs);
      return truncated;
    },
    taken: (chunks) => reader?.taken(chunks),
    stalled: (us) => reader?.stalled('client', us),
  });
  linkClosing(client, server, (by) => {
    reader ??= createTunnelReader(options, null);
    reader.closed(by);
  });
  clientPump.start(options.clientFirst);
  serverPump.start(options.serverFirst);
}
