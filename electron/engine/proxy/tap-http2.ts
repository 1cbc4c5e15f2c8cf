import { createHttp2Observer } from '../../../core/observers/http2.ts';
import type { Http2Event } from '../../../core/observers/http2-events.ts';
import { nowUs } from './clock.ts';
import type { ExchangeDraft } from './exchange-draft.ts';
import { createHttp2Exchanges, type Passing } from './http2-exchanges.ts';
import { createHttp2Notes } from './http2-notes.ts';
import { nodePlatform } from './platform.ts';
import { closeFailure, type Handed, type TapOptions, type TapReader } from './tap-reader.ts';

/**
 * HTTP/2 on joined legs. `upgraded`: the exchange that an upgrade from HTTP/1.1 carried over (RFC 7540 section 3.2): its
 * request is stream 1.
 */
export function createHttp2Reader(
  options: TapOptions,
  serverPump: Handed,
  upgraded: ExchangeDraft | null = null,
): TapReader {
  const passing: Passing = { atUs: 0, handedOnAtUs: 0, chunk: 0 };
  const exchanges = createHttp2Exchanges(options, passing);
  const note = createHttp2Notes((h2Notes) => options.server.note({ h2Notes }));
  const onEvent = (event: Http2Event): void => {
    exchanges.on(event);
    note(event);
  };
  const observer = createHttp2Observer(nodePlatform, onEvent, {}, { upgraded: upgraded !== null });
  if (upgraded !== null) exchanges.adopt(upgraded);
  let isOver = false;

  return {
    bytes: (sender, chunk, atUs, handedOnAtUs) => {
      passing.atUs = atUs;
      passing.handedOnAtUs = handedOnAtUs;
      passing.chunk = serverPump.handedOn();
      observer.bytes(sender, chunk, atUs);
    },
    end: (sender, atUs) => {
      passing.atUs = atUs;
      passing.handedOnAtUs = atUs;
      observer.end(sender, 'fin', atUs);
    },
    insideMessage: exchanges.areOpen,
    taken: (chunks) => {
      exchanges.taken(chunks, nowUs());
    },
    stalled: exchanges.stalled,
    closed: (by) => {
      if (isOver) return;
      isOver = true;
      exchanges.failAll(...closeFailure(by));
    },
  };
}
