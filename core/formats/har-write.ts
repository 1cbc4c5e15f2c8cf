import { joinBytes, onePiece, type Pieces } from '../encoding/byte-source.ts';
import { base64Texts, escapedTexts } from '../encoding/json-text.ts';
import { createUtf8Check } from '../encoding/utf8.ts';
import { isoMicros } from '../model/exchange-json.ts';
import { exchangeUrl } from '../model/exchange-url.ts';
import { fieldValue, readHeadText, redactHeadText, redacted, type HeadText } from '../model/head-text.ts';
import type { Platform } from '../model/platform.ts';
import {
  unknownConversation,
  unknownRecord,
  type FormatBody,
  type FormatExchange,
  type FormatHeads,
  type FormatLeg,
  type FormatRecord,
  type WriteContext,
} from './format.ts';
import { differing, ownVersion, type OwnFields, type OwnLeg } from './har-own.ts';
import { asciiUrl, formPairs, harHeaders, readable, requestCookies, responseCookies } from './har-parts.ts';
import { ownMessages, webSocketMessages } from './har-messages.ts';
import { harPhases, harStartUs, harTotalUs } from './har-timings.ts';

/** A body up to this size is kept between looking at it and writing it; a larger one is read twice. */
const keptBytesMax = 1024 * 1024;
/** Conversations remembered as written; beyond, they are written once more. */
const conversationsMax = 1_000_000;

const withoutCredentials = `Credentials are left out: the values of Authorization, Proxy-Authorization, Cookie and Set-Cookie fields were replaced by ${redacted}.`;
const withCredentials =
  'Credentials are included: whoever has this file has the cookies and authorisations in it.';

/**
 * HAR 1.2, one entry a line, bodies piece by piece. What HAR cannot say stands in `_plumbline` of the log and of each
 * entry (har-own.ts), so that reading it back gives the same exchanges.
 */
export async function* writeHar(
  exchanges: AsyncIterable<FormatExchange>,
  context: WriteContext,
): AsyncGenerator<string> {
  const creator = { name: 'Plumbline', version: context.programVersion };
  const comment = context.redact ? withoutCredentials : withCredentials;
  const start = { version: '1.2', creator, pages: [], comment, _plumbline: { version: ownVersion } };
  yield `{"log":${JSON.stringify(start).slice(0, -1)},"entries":[`;
  const legs = createLegWriter();
  let separator = '\n';
  for await (const exchange of exchanges) {
    yield separator;
    yield* writeEntry(exchange, legs, context);
    separator = ',\n';
  }
  yield '\n]}}\n';
}

async function* writeEntry(
  exchange: FormatExchange,
  legs: LegWriter,
  { platform, redact }: WriteContext,
): AsyncGenerator<string> {
  const { record, heads, serverLeg } = exchange;
  const phases = harPhases(record);
  const own = ownFields(exchange, legs, redact);
  const { localPort, remoteAddress } = legs.lastServer(serverLeg);
  const requestHead = readHeadText(heads.request ?? '');
  const responseHead = readHeadText(heads.response ?? '');

  yield `{"startedDateTime":"${isoTime(harStartUs(record, phases))}","time":${ms(harTotalUs(phases))},"request":`;
  yield inner(requestFields(record, heads, requestHead, redact));
  yield* requestBody(exchange.requestBody, requestHead, platform);
  yield '},"response":';
  yield inner(responseFields(record, heads, responseHead, redact));
  yield ',"content":';
  yield* responseContent(exchange, responseHead, platform);
  yield '},';
  yield JSON.stringify({
    cache: {},
    timings: {
      blocked: msOrNone(phases.blocked),
      dns: msOrNone(phases.dns),
      connect: msOrNone(phases.connect),
      ssl: msOrNone(phases.ssl),
      send: ms(phases.send),
      wait: ms(phases.wait),
      receive: ms(phases.receive),
    },
    ...(isAddress(remoteAddress) ? { serverIPAddress: remoteAddress } : {}),
    ...(own.serverLeg === undefined
      ? {}
      : { connection: localPort > 0 ? String(localPort) : own.serverLeg.key }),
    ...(exchange.comment === null ? {} : { comment: exchange.comment }),
    ...(record.errorCode === null ? {} : { _error: record.errorMessage ?? record.errorCode }),
    _plumbline: own,
  }).slice(1, -1);
  // A content coding is undone here, which moves the places of messages.
  if (exchange.messages !== undefined && fieldValue(responseHead.headers, 'content-encoding') === null) {
    if (record.longLived === 'websocket') yield* webSocketMessages(exchange.messages, platform);
    yield* ownMessages(exchange.messages);
  }
  yield '}';
}

/** An object without its closing brace. */
function inner(value: object): string {
  return JSON.stringify(value).slice(0, -1);
}

function requestFields(record: FormatRecord, heads: FormatHeads, head: HeadText, redact: boolean): object {
  const isTunnel = record.method === '';
  return {
    method: isTunnel ? 'CONNECT' : readable(record.method),
    url: asciiUrl(absoluteUrl(record)),
    httpVersion: versionOf(record.protocol, head.startLine),
    cookies: redact ? [] : requestCookies(head.headers),
    headers: harHeaders(head.headers, redact),
    queryString: formPairs(queryOf(record.path)),
    headersSize: heads.request?.length ?? -1,
    bodySize: record.requestBytes,
  };
}

/** Tunnels have no scheme of HTTP, and HAR wants one. */
function absoluteUrl(record: FormatRecord): string {
  const url = exchangeUrl(record);
  return url.includes('://') ? url : `${record.scheme.replace(/[^a-z]/g, '') || 'tcp'}://${url}`;
}

function responseFields(record: FormatRecord, heads: FormatHeads, head: HeadText, redact: boolean): object {
  return {
    status: record.status ?? 0,
    statusText: readable(record.statusText ?? ''),
    httpVersion: versionOf(record.protocol, head.startLine),
    cookies: redact ? [] : responseCookies(head.headers),
    headers: harHeaders(head.headers, redact),
    redirectURL: asciiUrl(readable(fieldValue(head.headers, 'location') ?? '')),
    headersSize: heads.response?.length ?? -1,
    bodySize: record.responseBytes,
    ...(record.errorCode === null ? {} : { _error: record.errorMessage ?? record.errorCode }),
  };
}

/** `,"postData":{…}`; nothing where there is no body. What is no UTF-8 stands in `_content`, which HAR lacks. */
async function* requestBody(
  body: FormatBody,
  { headers }: HeadText,
  platform: Platform,
): AsyncGenerator<string> {
  const found = await inspect(body);
  if (found.sizeBytes === 0) return;
  const mimeType = readable(fieldValue(headers, 'content-type') ?? '');
  if (!found.isText) {
    const content = { mimeType, text: '', comment: 'Not text: see _content.' };
    yield `,"postData":${JSON.stringify(content)},"_content":`;
    yield inner({ size: found.sizeBytes, ...codedField(found), encoding: 'base64' });
    yield ',"text":"';
    yield* base64Texts(found.pieces(), platform);
    yield '"}';
    return;
  }
  const isForm = /^application\/x-www-form-urlencoded/i.test(mimeType) && found.kept !== null;
  const params = isForm ? { params: formPairs(platform.utf8(found.kept, 0, found.kept.length)) } : {};
  yield `,"postData":${inner({ mimeType, ...params, ...codedField(found) })},"text":"`;
  yield* escapedTexts(found.pieces(), platform);
  yield '"}';
}

async function* responseContent(
  { record, responseBody }: FormatExchange,
  { headers }: HeadText,
  platform: Platform,
): AsyncGenerator<string> {
  const found = await inspect(responseBody);
  const isCoded = fieldValue(headers, 'content-encoding') !== null;
  const fields = {
    size: found.sizeBytes,
    ...(isCoded && !found.coded ? { compression: found.sizeBytes - record.responseBytes } : {}),
    mimeType: readable(fieldValue(headers, 'content-type') ?? record.contentType ?? ''),
    ...(found.isText ? {} : { encoding: 'base64' }),
    ...codedField(found),
    ...(record.recorded === 'full' ? {} : { comment: record.recorded }),
  };
  yield `${inner(fields)},"text":"`;
  yield* found.isText ? escapedTexts(found.pieces(), platform) : base64Texts(found.pieces(), platform);
  yield '"}';
}

interface Inspected {
  readonly sizeBytes: number;
  readonly isText: boolean;
  /** Content codings are still on, since they cannot be undone. */
  readonly coded: boolean;
  readonly kept: Uint8Array | null;
  readonly pieces: () => Pieces;
}

function codedField({ coded }: Inspected): object {
  return coded ? { _coded: true } : {};
}

/** Reads a body once to know its size and whether it is text; the wire form where the content is defective. */
async function inspect({ wire, content }: FormatBody): Promise<Inspected> {
  const found = content === null ? null : await look(content, false);
  if (found !== null && (found.problem === null || wire === null)) return found;
  return look(wire ?? noPieces, true);
}

async function look(open: () => Pieces, coded: boolean): Promise<Inspected & { problem: string | null }> {
  const check = createUtf8Check();
  let kept: Uint8Array[] | null = [];
  let sizeBytes = 0;
  const pieces = open();
  for (;;) {
    const step = await pieces.next();
    if (step.done === true) {
      const bytes = kept === null ? null : joinBytes(kept);
      const again = bytes === null ? open : () => onePiece(bytes);
      return { sizeBytes, isText: check.end(), coded, kept: bytes, pieces: again, problem: step.value };
    }
    check.add(step.value);
    sizeBytes += step.value.length;
    if (sizeBytes > keptBytesMax) kept = null;
    kept?.push(step.value);
  }
}

function noPieces(): Pieces {
  return onePiece(new Uint8Array(0));
}

function ownFields(exchange: FormatExchange, legs: LegWriter, redact: boolean): OwnFields {
  const { record, heads, clientLeg, serverLeg, color, pinned } = exchange;
  const text = redact ? redactHeadText : (head: string): string => head;
  const client = legs.write('client', clientLeg);
  const server = legs.write('server', serverLeg);
  return {
    record: differing(record, unknownRecord),
    ...(client === null ? {} : { clientLeg: client }),
    ...(server === null ? {} : { serverLeg: server }),
    heads: {
      ...(heads.request === null ? {} : { request: text(heads.request) }),
      ...(heads.interim.length === 0 ? {} : { interim: heads.interim.map(text) }),
      ...(heads.response === null ? {} : { response: text(heads.response) }),
      ...(heads.requestTrailers.length === 0 ? {} : { requestTrailers: heads.requestTrailers.map(text) }),
      ...(heads.responseTrailers.length === 0 ? {} : { responseTrailers: heads.responseTrailers.map(text) }),
    },
    ...(color === null ? {} : { color }),
    ...(pinned ? { pinned } : {}),
  };
}

interface LegWriter {
  readonly write: (role: 'client' | 'server', leg: FormatLeg | null) => OwnLeg | null;
  /** The server conversation that was written for this leg, now or earlier. */
  readonly lastServer: (leg: FormatLeg | null) => { localPort: number; remoteAddress: string };
}

/** Numbers conversations in the order they come, and writes each once. */
function createLegWriter(): LegWriter {
  const written = new Map<string, { key: string; localPort: number; remoteAddress: string }>();
  let count = 0;
  return {
    write: (role, leg) => {
      if (leg === null) return null;
      const name = `${role} ${leg.key}`;
      const before = written.get(name);
      if (before !== undefined) return { key: before.key };
      if (written.size >= conversationsMax) written.clear();
      const key = String(++count);
      const { localPort, remoteAddress } = leg.conversation ?? unknownConversation;
      written.set(name, { key, localPort, remoteAddress });
      return leg.conversation === null
        ? { key }
        : { key, conversation: differing(leg.conversation, { ...unknownConversation, role }) };
    },
    lastServer: (leg) => (leg === null ? undefined : written.get(`server ${leg.key}`)) ?? unknownConversation,
  };
}

function versionOf(protocol: string, startLine: string): string {
  const said = /^HTTP\/[\d.]+|HTTP\/[\d.]+$/.exec(startLine)?.[0];
  if (said !== undefined) return said;
  return protocol === 'h2' ? 'HTTP/2' : protocol === 'h3' ? 'HTTP/3' : protocol.toUpperCase();
}

function queryOf(path: string): string {
  const at = path.indexOf('?');
  return at < 0 ? '' : path.slice(at + 1);
}

function ms(us: number): number {
  return us / 1000;
}

function msOrNone(us: number | null): number {
  return us === null ? -1 : us / 1000;
}

const timeUsMax = 253_402_300_799_000_000;

/** A time that no calendar has (a forged file) becomes the epoch. */
function isoTime(us: number): string {
  return isoMicros(us >= 0 && us <= timeUsMax ? us : 0);
}

/** What the schema takes for `serverIPAddress`: an address without brackets and zone. */
function isAddress(text: string): boolean {
  return /^(\d{1,3}\.){3}\d{1,3}$/.test(text) || (/^[0-9a-f:.]+$/i.test(text) && text.includes(':'));
}
