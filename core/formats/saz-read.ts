import { collectPieces, onePiece, type Pieces } from '../encoding/byte-source.ts';
import { unchunked } from '../encoding/chunked.ts';
import { fieldValue, readHeadText } from '../model/head-text.ts';
import { appFromUserAgent } from '../model/app-name.ts';
import type { HeaderFields } from '../model/header-fields.ts';
import type { Platform } from '../model/platform.ts';
import { readWebSocketExtensions } from '../model/websocket-extensions.ts';
import {
  noBody,
  unknownConversation,
  unknownRecord,
  type FormatBody,
  type FormatExchange,
  type FormatLeg,
  type FormatRecord,
  type NamedEntry,
  type ReadContext,
} from './format.ts';
import { readSazMessages, type SazMessages } from './saz-messages.ts';
import { markOf, metadataBytesMax, readSazSession, timesOfSession } from './saz-session.ts';

/** Longest name of a program that is kept. */
const appCharsMax = 64;
/** Longer heads are none. A message up to this size is read once, a longer one twice. */
const headBytesMax = 1024 * 1024;

/** A file of messages that holds none is an empty line. */
const emptyBytesMax = 16;

interface Parts {
  request?: NamedEntry;
  response?: NamedEntry;
  metadata?: NamedEntry;
  sockets?: NamedEntry;
}

const partNames = { c: 'request', s: 'response', m: 'metadata', w: 'sockets' } as const;

/** The sessions of a Session Archive Zip in the order of their numbers. Names outside `raw/` are passed over. */
export async function* readSaz(
  entries: readonly NamedEntry[],
  context: ReadContext,
): AsyncGenerator<FormatExchange> {
  const sessions = new Map<number, Parts>();
  for (const entry of entries) {
    const [, number = '', letter = ''] = /^raw[/\\](\d{1,9})_([csmw])\.(?:txt|xml)$/i.exec(entry.name) ?? [];
    const part = partNames[letter.toLowerCase() as keyof typeof partNames] as keyof Parts | undefined;
    if (part === undefined) continue;
    const parts = sessions.get(Number(number)) ?? {};
    parts[part] = entry;
    sessions.set(Number(number), parts);
  }
  const numbers = [...sessions.keys()].sort((first, second) => first - second);
  const seen = new Set<string>();
  for (const [index, number] of numbers.entries()) {
    const read = await readSession(sessions.get(number) ?? {}, number, seen, context.platform);
    if (typeof read === 'string') context.report.skip(index, `Session ${number} of the archive: ${read}`);
    else yield read;
  }
}

async function readSession(
  parts: Parts,
  number: number,
  seen: Set<string>,
  platform: Platform,
): Promise<FormatExchange | string> {
  if (parts.request === undefined) return 'its request is missing.';
  const request = await readMessage(parts.request, platform);
  if (request.problem !== null) return request.problem;
  const response = parts.response === undefined ? null : await readMessage(parts.response, platform);
  if (response !== null && response.problem !== null && response.head === null) return response.problem;
  const session = readSazSession(await metadataText(parts.metadata, platform));
  const { flags } = session;
  const line = /^(\S+) (\S+)(?: (\S*))?/.exec(request.head ?? '');
  const [, method = '', target = ''] = line ?? [];
  const place = placeOf(method, target, request.head ?? '', flags);
  if (line === null || place === null) return 'its request line names no server.';

  const { times, server, clientOpenedAtUs } = timesOfSession(session);
  const [, version = '', code = '', statusText = ''] =
    /^(HTTP\/[\d.]+) (\d{3}) ?([^\r\n]*)/i.exec(response?.head ?? '') ?? [];
  const headers = readHeadText(response?.head ?? '').headers;
  const type = (fieldValue(headers, 'content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const isTunnel = method === 'CONNECT';
  const answered = response?.body ?? noBody;
  const sockets = await readSockets(parts.sockets, headers, request.body, answered, platform);
  const note = [flags['x-plumbline-note'] ?? '', sockets.note];
  const responseBody = sockets.messages?.body('response') ?? sockets.unread ?? answered;
  const record: FormatRecord = {
    ...unknownRecord,
    ...times,
    ...failureOf(flags, code === '' && !isTunnel),
    ...place,
    app: appOf(flags, request.head ?? ''),
    method: isTunnel ? '' : method,
    protocol: sockets.messages !== null ? 'websocket' : isTunnel ? 'tunnel' : protocolOf(version),
    longLived: sockets.messages === null ? null : 'websocket',
    status: code === '' || isTunnel ? null : Number(code),
    statusText: code === '' || isTunnel ? null : statusText,
    contentType: type === '' ? null : type,
    recorded: flags['x-plumbline-recorded'] ?? 'full',
    note: note.filter((text) => text !== '').join(' ') || null,
    requestBytes: countOf(flags['x-plumbline-request-bytes']) ?? (await lengthOf(request.body)),
    responseBytes: countOf(flags['x-plumbline-response-bytes']) ?? (await lengthOf(answered)),
  };
  const serverPort = Number(flags['x-egressport'] ?? '');
  const serverKey = `server ${flags['x-hostip'] ?? ''} ${serverPort > 0 ? serverPort : `#${number}`}`;
  const isKnown = record.serverReused && seen.has(serverKey);
  seen.add(serverKey);
  return {
    record,
    clientLeg: clientLeg(flags, clientOpenedAtUs ?? record.startedAtUs, seen),
    serverLeg: {
      key: serverKey,
      conversation: isKnown
        ? null
        : {
            ...server,
            remoteAddress: (flags['x-hostip'] ?? '').slice(0, 100),
            remotePort: record.port,
            localPort: serverPort > 0 ? serverPort : 0,
            hostName: record.host,
          },
    },
    heads: {
      request: shownHead(request.head, target, place.path),
      interim: [],
      response: response?.head === '' ? null : (response?.head ?? null),
      requestTrailers: request.trailers(),
      responseTrailers: response?.trailers() ?? [],
    },
    requestBody: sockets.messages?.body('request') ?? request.body,
    responseBody,
    ...(sockets.messages === null ? {} : { messages: sockets.messages.messages }),
    comment: flags['ui-comments'] ?? null,
    color: markOf(flags['ui-color']),
    pinned: flags['x-plumbline-pinned'] === 'true',
  };
}

interface Sockets {
  readonly messages: SazMessages | null;
  /** The file as it is, where its messages cannot be told apart. */
  readonly unread: FormatBody | null;
  readonly note: string;
}

/** Messages take the place of both bodies, which are empty behind a 101. */
async function readSockets(
  entry: NamedEntry | undefined,
  headers: HeaderFields,
  request: FormatBody,
  answered: FormatBody,
  platform: Platform,
): Promise<Sockets> {
  const none = { messages: null, unread: null, note: '' };
  if (entry === undefined) return none;
  if (!(await isEmpty(answered)) || !(await isEmpty(request)))
    return { ...none, note: 'The WebSocket messages of the archive are left out.' };
  const extensions = readWebSocketExtensions(fieldValue(headers, 'sec-websocket-extensions'));
  const messages = await readSazMessages(entry, extensions, platform);
  if (messages !== null) return { ...none, messages };
  const start = await collectPieces(entry.read(), emptyBytesMax);
  if (start.bytes.every((byte) => byte === 10 || byte === 13)) return none;
  return {
    ...none,
    unread: entryBody(entry),
    note: 'The response body holds the WebSocket messages as the archive has them.',
  };
}

/** A client never writes `https://` into a request line: Fiddler does, for us. */
function shownHead(head: string | null, target: string, path: string): string | null {
  if (head === null || !/^https:/i.test(target)) return head;
  return head.replace(target, () => path);
}

interface SazMessage {
  readonly head: string | null;
  readonly body: FormatBody;
  /** Known when the body was read. */
  readonly trailers: () => string[];
  readonly problem: string | null;
}

async function readMessage(entry: NamedEntry, platform: Platform): Promise<SazMessage> {
  const start = await collectPieces(entry.read(), headBytesMax);
  const none = { head: null, body: noBody, trailers: () => [] };
  if (start.bytes.length === 0) return { ...none, head: '', problem: start.problem };
  const end = headEnd(start.bytes);
  if (end === null) return { ...none, problem: start.problem ?? 'its head has no end.' };
  const head = platform.latin1(start.bytes, 0, end);
  const { headers } = readHeadText(head);
  const isChunked = /\bchunked\s*$/i.test(fieldValue(headers, 'transfer-encoding') ?? '');
  const framed = (): Pieces =>
    start.whole ? memoryPieces(start.bytes.subarray(end), start.problem) : skipped(entry.read(), end);
  const sections: string[] = [];
  const open = (): Pieces => {
    if (!isChunked) return framed();
    return unchunked(framed(), platform, (section) => {
      if (sections.length === 0 && section !== '') sections.push(section);
    });
  };
  if (isChunked) for await (const _ of open());
  const coding = fieldValue(headers, 'content-encoding');
  const isCoded = coding !== null && !/^(identity)?$/i.test(coding.trim());
  return {
    head,
    body: { wire: open, content: isCoded ? null : open },
    trailers: () => sections,
    problem: null,
  };
}

async function* memoryPieces(bytes: Uint8Array, problem: string | null): Pieces {
  yield* onePiece(bytes);
  return problem;
}

async function* skipped(pieces: Pieces, bytes: number): Pieces {
  let left = bytes;
  for (;;) {
    const step = await pieces.next();
    if (step.done === true) return step.value;
    const { value } = step;
    if (left < value.length) yield value.subarray(left);
    left = Math.max(0, left - value.length);
  }
}

/** Where the body begins, null without an empty line. */
function headEnd(bytes: Uint8Array): number | null {
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at + 1] === 10) return at + 2;
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return at + 3;
  }
  return null;
}

async function metadataText(entry: NamedEntry | undefined, platform: Platform): Promise<string> {
  if (entry === undefined) return '';
  const { bytes } = await collectPieces(entry.read(), metadataBytesMax);
  return platform.utf8(bytes, 0, bytes.length);
}

function entryBody(entry: NamedEntry): FormatBody {
  return { wire: entry.read, content: entry.read };
}

async function isEmpty(body: FormatBody): Promise<boolean> {
  if (body.wire === null) return true;
  const { bytes } = await collectPieces(body.wire(), 1);
  return bytes.length === 0;
}

async function lengthOf({ wire }: FormatBody): Promise<number> {
  let bytes = 0;
  if (wire !== null) for await (const piece of wire()) bytes += piece.length;
  return bytes;
}

type Place = Pick<FormatRecord, 'scheme' | 'host' | 'port' | 'path'>;

function placeOf(
  method: string,
  target: string,
  head: string,
  flags: Readonly<Record<string, string>>,
): Place | null {
  const isTunnel = method === 'CONNECT';
  const absolute = /^([a-z]+):\/\/([^/?#]*)(.*)$/i.exec(target);
  const authority = isTunnel
    ? target
    : (absolute?.[2] ?? fieldValue(readHeadText(head).headers, 'host') ?? '');
  const [, bracketed, plain, port] =
    /^(?:[^@]*@)?(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(authority) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port ?? 0) > 65_535) return null;
  const scheme = isTunnel
    ? flags['x-plumbline-scheme'] === 'tls'
      ? 'tls'
      : 'tcp'
    : (absolute?.[1] ?? 'http');
  const isSecure = /^(https|wss)$/i.test(scheme);
  const shown = isTunnel ? scheme : isSecure ? 'https' : 'http';
  const rest = absolute === null ? target : (absolute[3] ?? '');
  const path = isTunnel ? '' : rest.startsWith('/') || rest === '*' ? rest : `/${rest}`;
  return {
    scheme: shown,
    host: host.toLowerCase(),
    port: Number(port ?? (isSecure || isTunnel ? 443 : 80)),
    path,
  };
}

function failureOf(
  flags: Readonly<Record<string, string>>,
  unanswered: boolean,
): Pick<FormatRecord, 'state' | 'errorCode' | 'errorMessage'> {
  const code = flags['x-plumbline-error'];
  const own = flags['x-plumbline-state'];
  const state = own === 'open' || own === 'interrupted' ? own : null;
  if (code !== undefined) {
    return {
      state: state ?? 'failed',
      errorCode: code.slice(0, 60),
      errorMessage: flags['x-plumbline-error-text'] ?? '',
    };
  }
  if (state !== null) return { state, errorCode: null, errorMessage: null };
  return unanswered
    ? { state: 'failed', errorCode: 'no-response', errorMessage: 'The imported archive holds no answer.' }
    : { state: 'done', errorCode: null, errorMessage: null };
}

/** What Fiddler saw of the process (`chrome:6152`), else what the request says. */
function appOf(flags: Readonly<Record<string, string>>, head: string): string | null {
  const process = flags['x-plumbline-app'] ?? (flags['x-processinfo'] ?? '').replace(/:\d+$/, '');
  return (
    process.slice(0, appCharsMax) ||
    appFromUserAgent(fieldValue(readHeadText(head).headers, 'user-agent') ?? '')
  );
}

function countOf(text: string | undefined): number | null {
  return /^\d{1,15}$/.test(text ?? '') ? Number(text) : null;
}

function protocolOf(version: string): string {
  if (/^http\/2/i.test(version)) return 'h2';
  return version === '' ? 'http/1.1' : version.toLowerCase();
}

/** `seen`: connections that an earlier session of the archive told. */
function clientLeg(
  flags: Readonly<Record<string, string>>,
  openedAtUs: number,
  seen: Set<string>,
): FormatLeg | null {
  const address = flags['x-clientip'];
  const port = Number(flags['x-clientport'] ?? '');
  if (address === undefined || !(port > 0 && port <= 65_535)) return null;
  const remoteAddress = address.replace(/^::ffff:/i, '').slice(0, 100);
  const key = `client ${remoteAddress} ${port}`;
  if (seen.has(key)) return { key, conversation: null };
  seen.add(key);
  return {
    key,
    conversation: { ...unknownConversation, role: 'client', remoteAddress, remotePort: port, openedAtUs },
  };
}
