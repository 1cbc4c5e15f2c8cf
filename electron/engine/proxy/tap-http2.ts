import { createHttp2Observer, type Http2ObserverOptions } from '../../../core/observers/http2.ts';
import type { Http2Event } from '../../../core/observers/http2-events.ts';
import type { ExchangeDraft } from './exchange-draft.ts';
import { createHttp2Exchanges, type Passing } from './http2-exchanges.ts';
import { createHttp2Notes } from './http2-notes.ts';
import { nodePlatform } from './platform.ts';
import { closeFailure, type Handed, type ReaderOptions, type TapReader } from './tap-reader.ts';

/** An upgrade from HTTP/1.1 (RFC 7540 section 3.2). */
export interface UpgradedHttp2 {
  /** The exchange that it carried over: its request is stream 1. */
  readonly draft: ExchangeDraft;
  /** The client's first SETTINGS, which came with that request; null when they are not known. */
  readonly settings: Uint8Array | null;
}

/** HTTP/2 on joined legs. */
export function createHttp2Reader(
  options: ReaderOptions,
  serverPump: Handed,
  upgraded: UpgradedHttp2 | null = null,
): TapReader {
  const passing: Passing = { atUs: 0, handedOnAtUs: 0, chunk: 0 };
  const exchanges = createHttp2Exchanges(options, passing);
  const note = createHttp2Notes((h2Notes) => options.server.note({ h2Notes }));
  const onEvent = (event: Http2Event): void => {
    exchanges.on(event);
    note(event);
  };
  const observer = createHttp2Observer(nodePlatform, onEvent, {}, beginning(upgraded));
  if (upgraded !== null) exchanges.adopt(upgraded.draft);
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
      exchanges.taken(chunks, options.recorder.nowUs());
    },
    stalled: exchanges.stalled,
    closed: (by) => {
      if (isOver) return;
      isOver = true;
      exchanges.failAll(...closeFailure(by));
    },
  };
}

function beginning(upgraded: UpgradedHttp2 | null): Http2ObserverOptions {
  if (upgraded?.settings == null) return { upgraded: upgraded !== null };
  const { draft, settings } = upgraded;
  return { upgraded: true, upgradeSettings: settings, upgradedAtUs: draft.fields.startedAtUs };
}
