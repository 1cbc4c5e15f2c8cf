import { latin1OfHeader } from '../encoding/utf8.ts';

export interface HarUrl {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
}

const schemes: Readonly<Record<string, readonly [scheme: string, port: number]>> = {
  http: ['http', 80],
  https: ['https', 443],
  ws: ['http', 80],
  wss: ['https', 443],
};

/** Null for what is no address of a server that speaks HTTP (`data:`, `blob:`, extensions). */
export function readUrl(text: string): HarUrl | null {
  const parts = /^([a-z]+):\/\/(?:[^/?#@]*@)?(\[[^\]/?#]*\]|[^/?#:]*)(?::(\d{1,5}))?(?=[/?#]|$)([^#]*)/i.exec(
    text,
  );
  const [, name = '', host = '', port, rest = ''] = parts ?? [];
  const known = schemes[name.toLowerCase()];
  const number = port === undefined ? known?.[1] : Number(port);
  if (known === undefined || host === '' || number === undefined || number > 65_535) return null;
  const path = latin1OfHeader(rest).replace(/[\0-\x20\x7f]/g, (unit) => encodeURIComponent(unit));
  return {
    scheme: known[0],
    host: host.replace(/^\[|\]$/g, '').toLowerCase(),
    port: number,
    path: path.startsWith('/') ? path : `/${path}`,
  };
}
