import { onePiece, type Pieces } from '../encoding/byte-source.ts';
import { chunked } from '../encoding/chunked.ts';
import { exchangeUrl } from '../model/exchange-url.ts';
import { fieldValue, readHeadText, redactHeadText } from '../model/head-text.ts';
import {
  noBody,
  type FormatBody,
  type FormatExchange,
  type WriteContext,
  type WrittenEntry,
} from './format.ts';
import { holdsFrames, sazMessages } from './saz-messages-write.ts';
import { dialText, timersOf, xmlText } from './saz-session.ts';

const contentTypes = `<?xml version="1.0" encoding="utf-8" ?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="htm" ContentType="text/html" /><Default Extension="xml" ContentType="application/xml" /><Default Extension="txt" ContentType="text/plain" /></Types>`;

/** `SessionFlags.IsWebSocketTunnel` of Fiddler: the archive has `N_w.txt`. */
const webSocketFlag = 262_144;

/** Lines of `_index.htm`, which is for people; the exchanges themselves have no such bound. */
const indexRowsMax = 20_000;

/** A Session Archive Zip: request, response, metadata and WebSocket messages of each exchange under `raw/`, an index for people last. */
export async function* writeSaz(
  exchanges: AsyncIterable<FormatExchange>,
  context: WriteContext,
): AsyncGenerator<WrittenEntry> {
  const { platform } = context;
  const file = (name: string, text: string): WrittenEntry => ({
    name,
    pieces: () => onePiece(platform.bytesOfUtf8(text)),
  });
  const rows: string[] = [];
  let number = 0;
  yield file('[Content_Types].xml', contentTypes);
  for await (const exchange of exchanges) {
    number += 1;
    const name = (letter: string, ending: string): string =>
      `raw/${String(number).padStart(3, '0')}_${letter}.${ending}`;
    const { heads } = exchange;
    const isSocket = holdsFrames(exchange);
    const requestBody = isSocket ? noBody : exchange.requestBody;
    const responseBody = isSocket ? noBody : exchange.responseBody;
    const request = requestHead(exchange);
    const response = heads.response ?? '';
    yield {
      name: name('c', 'txt'),
      pieces: () => message(request, requestBody, heads.requestTrailers, context),
    };
    yield {
      name: name('s', 'txt'),
      pieces: () => message(response, responseBody, heads.responseTrailers, context),
    };
    yield file(name('m', 'xml'), metadata(exchange, number));
    if (isSocket) yield { name: name('w', 'txt'), pieces: () => sazMessages(exchange, platform) };
    if (rows.length < indexRowsMax) rows.push(indexRow(exchange, number));
  }
  yield file('_index.htm', index(rows));
}

/** Fiddler's way: the request line names scheme and host, for TLS too. */
function requestHead({ record, heads }: FormatExchange): string {
  const method = record.method === '' ? 'CONNECT' : record.method;
  const target = record.method === '' ? `${record.host}:${record.port}` : exchangeUrl(record);
  if (heads.request === null) return `${method} ${target} HTTP/1.1\r\n\r\n`;
  const lineEnd = heads.request.indexOf('\n');
  const line = heads.request.slice(0, lineEnd < 0 ? undefined : lineEnd);
  const version = / (HTTP\/[\d.]+\s*)$/.exec(line)?.[1] ?? '';
  if (record.method === '' || version === '') return heads.request;
  return `${method} ${target} ${version}${heads.request.slice(line.length)}`;
}

async function* message(
  head: string,
  body: FormatBody,
  trailers: readonly string[],
  { platform, redact }: WriteContext,
): Pieces {
  const text = redact ? redactHeadText(head) : head;
  if (text !== '') yield platform.bytesOfLatin1(text);
  const open = body.wire ?? body.content;
  if (open === null) return null;
  const { headers } = readHeadText(head);
  const isChunked = /\bchunked\s*$/i.test(fieldValue(headers, 'transfer-encoding') ?? '');
  if (!isChunked) return yield* open();
  const shown = redact ? trailers.map(redactHeadText) : trailers;
  return yield* chunked(open(), shown, platform);
}

function metadata(exchange: FormatExchange, number: number): string {
  const { record, clientLeg, serverLeg, comment, color, pinned } = exchange;
  const timers = Object.entries(timersOf(exchange)).map(([name, value]) => `${name}="${value}"`);
  const client = clientLeg?.conversation ?? null;
  const server = serverLeg?.conversation ?? null;
  const isOver = record.state === 'done' || record.state === 'failed';
  const isWhole = record.recorded === 'full';
  const flags: readonly (readonly [string, string | null])[] = [
    ['x-clientip', client === null ? null : client.remoteAddress],
    ['x-clientport', client === null ? null : String(client.remotePort)],
    ['x-hostip', server === null ? null : server.remoteAddress],
    ['x-egressport', server === null ? null : String(server.localPort)],
    ['ui-comments', comment],
    ['ui-color', color],
    ['x-plumbline-scheme', record.scheme],
    ['x-plumbline-error', record.errorCode],
    ['x-plumbline-error-text', record.errorMessage],
    ['x-plumbline-recorded', record.recorded === 'full' ? null : record.recorded],
    ['x-plumbline-note', record.note],
    ['x-plumbline-app', record.app],
    ['x-plumbline-dial-us', dialText(record)],
    ['x-plumbline-pinned', pinned ? 'true' : null],
    ['x-plumbline-state', isOver ? null : record.state],
    ['x-plumbline-request-bytes', isWhole ? null : String(record.requestBytes)],
    ['x-plumbline-response-bytes', isWhole ? null : String(record.responseBytes)],
  ];
  const lines = flags
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `<SessionFlag N="${name}" V="${xmlText(value ?? '')}" />`);
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<Session SID="${number}" BitFlags="${holdsFrames(exchange) ? webSocketFlag : 0}">`,
    `<SessionTimers ${timers.join(' ')} />`,
    `<PipeInfo${record.clientReused ? ' CltReuse="true"' : ''}${record.serverReused ? ' Reused="true"' : ''} />`,
    '<SessionFlags>',
    ...lines,
    '</SessionFlags>',
    '</Session>',
  ].join('\n');
}

function indexRow({ record }: FormatExchange, number: number): string {
  const name = String(number).padStart(3, '0');
  const link = (letter: string, ending: string): string =>
    `<a href="raw/${name}_${letter}.${ending}">${letter.toUpperCase()}</a>`;
  const cells = [
    `${link('c', 'txt')} ${link('s', 'txt')} ${link('m', 'xml')}`,
    String(number),
    xmlText(record.status === null ? '-' : String(record.status)),
    xmlText(record.method === '' ? 'CONNECT' : record.method),
    xmlText(exchangeUrl(record)),
    String(record.responseBytes),
    xmlText(record.contentType ?? ''),
  ];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function index(rows: readonly string[]): string {
  const head = ['', '#', 'Result', 'Method', 'URL', 'Body', 'Content-Type'].map((name) => `<th>${name}</th>`);
  return `<html><head><meta charset="utf-8"></head><body><table><thead><tr>${head.join('')}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table></body></html>\n`;
}
