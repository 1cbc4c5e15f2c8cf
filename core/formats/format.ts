import type { ByteSource, Pieces } from '../encoding/byte-source.ts';
import type { MarkColor } from '../filter/node.ts';
import {
  noLegFacts,
  noStreamFacts,
  type ConversationRecord,
  type ExchangeRecord,
} from '../model/exchange-record.ts';
import type { MessageRecord } from '../model/message-record.ts';
import type { Platform } from '../model/platform.ts';

/** What formats know of an exchange: everything but the ids of one session. */
export type FormatRecord = Omit<ExchangeRecord, 'id' | 'clientConversation' | 'serverConversation'>;

export type FormatConversation = Omit<ConversationRecord, 'id'>;

/** One leg. Exchanges with the same `key` and role went over the same conversation. */
export interface FormatLeg {
  readonly key: string;
  /** Null: the conversation of this key as an earlier exchange told it; nothing is known if none did. */
  readonly conversation: FormatConversation | null;
}

/** Exact bytes as ISO 8859-1 text, with the empty line at the end. Null, or none, where they are not known. */
export interface FormatHeads {
  readonly request: string | null;
  readonly interim: readonly string[];
  readonly response: string | null;
  readonly requestTrailers: readonly string[];
  readonly responseTrailers: readonly string[];
}

/** A body that is read piece by piece, once or more often, never as a whole. */
export interface FormatBody {
  /** As it was received, without framing. Null where the source has only its content. */
  readonly wire: (() => Pieces) | null;
  /** With content codings undone. Null where nobody here can undo them. */
  readonly content: (() => Pieces) | null;
}

export const noBody: FormatBody = { wire: emptyPieces, content: emptyPieces };

// eslint-disable-next-line @typescript-eslint/require-await
async function* emptyPieces(): Pieces {
  yield* [];
  return null;
}

/** A message, and what it says: null for a part of a message, and where nobody asks for it. */
export interface FormatMessage {
  readonly record: MessageRecord;
  readonly data: Uint8Array | null;
}

/** In the order they ended; read once or more often, never as a whole. */
export type FormatMessages = () => AsyncGenerator<FormatMessage>;

/** One exchange between a session and a format, in either direction. */
export interface FormatExchange {
  readonly record: FormatRecord;
  readonly clientLeg: FormatLeg | null;
  readonly serverLeg: FormatLeg | null;
  readonly heads: FormatHeads;
  readonly requestBody: FormatBody;
  readonly responseBody: FormatBody;
  /** Messages inside it; left out where there are none, or the source does not tell them. */
  readonly messages?: FormatMessages;
  /** The person's own words and marks. */
  readonly comment: string | null;
  readonly color: MarkColor | null;
  readonly pinned: boolean;
}

/** Every field of a record that nothing is known of. */
export const unknownRecord: FormatRecord = {
  app: null,
  state: 'done',
  protocol: 'http/1.1',
  method: '',
  scheme: 'http',
  host: '',
  port: 0,
  path: '',
  status: null,
  statusText: null,
  contentType: null,
  errorCode: null,
  errorMessage: null,
  recorded: 'full',
  note: null,
  startedAtUs: 0,
  requestEndedAtUs: null,
  sentFromUs: null,
  sentToUs: null,
  responseFromUs: null,
  responseToUs: null,
  clientFromUs: null,
  endedAtUs: null,
  requestBytes: 0,
  responseBytes: 0,
  addedUs: null,
  blockedUs: null,
  dnsUs: null,
  connectUs: null,
  tlsUs: null,
  sendUs: null,
  waitUs: null,
  receiveUs: null,
  clientStallUs: 0,
  serverStallUs: 0,
  clientReused: false,
  serverReused: false,
  ...noStreamFacts,
};

export const unknownConversation: FormatConversation = {
  role: 'server',
  localAddress: '',
  localPort: 0,
  remoteAddress: '',
  remotePort: 0,
  hostName: null,
  openedAtUs: 0,
  closedAtUs: null,
  closedBy: null,
  dnsFromUs: null,
  dnsToUs: null,
  connectFromUs: null,
  connectToUs: null,
  tlsFromUs: null,
  tlsToUs: null,
  tlsVersion: null,
  tlsCipher: null,
  alpn: null,
  serverName: null,
  bytesIn: 0,
  bytesOut: 0,
  dialAttempts: [],
  chain: [],
  trustProblem: null,
  ...noLegFacts,
};

/** Why an import left something out, or took it differently. Lists are bounded, counts are not. */
export interface ImportReport {
  /** Entry `index` (from 0) of the file does not come in. */
  readonly skip: (index: number, reason: string) => void;
  /** Something a person should know once, however often it happens. */
  readonly warn: (sentence: string) => void;
  /** The file ends in the middle of something. */
  readonly cut: () => void;
}

/** A file inside an archive. */
export interface NamedEntry {
  readonly name: string;
  /** As the archive says; what is read decides. */
  readonly sizeBytes: number;
  readonly read: () => Pieces;
}

/** What an export makes of an archive. */
export interface WrittenEntry {
  readonly name: string;
  readonly pieces: () => Pieces;
}

export interface ReadContext {
  readonly platform: Platform;
  readonly report: ImportReport;
}

export interface WriteContext {
  readonly platform: Platform;
  /** Replace credentials by `[redacted]`. */
  readonly redact: boolean;
  readonly programVersion: string;
}

/** Reads exchanges in the order of the file. Nothing in the file makes it throw; the bodies of an exchange may be read until the next is asked for. */
export type FileReader = (source: ByteSource, context: ReadContext) => AsyncGenerator<FormatExchange>;
export type ArchiveReader = (
  entries: readonly NamedEntry[],
  context: ReadContext,
) => AsyncGenerator<FormatExchange>;
export type FileWriter = (
  exchanges: AsyncIterable<FormatExchange>,
  context: WriteContext,
) => AsyncGenerator<string>;
export type ArchiveWriter = (
  exchanges: AsyncIterable<FormatExchange>,
  context: WriteContext,
) => AsyncGenerator<WrittenEntry>;

/** One request as a snippet shows it. Header text is ISO 8859-1: one character a byte. */
export interface SnippetRequest {
  readonly method: string;
  /** Absolute, ASCII. */
  readonly url: string;
  /** `HTTP/1.1` */
  readonly version: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: SnippetBody;
}

/** `file`: the body is no text, or too long for one, and is to be put beside the snippet under this name. */
export type SnippetBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly name: string };

export type Snippet = (request: SnippetRequest) => string;

/** Fields that a client writes itself, or that belong to the connection recorded and not to the request. */
const ownFields = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'proxy-connection',
  'proxy-authorization',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'expect',
]);

/** The fields to repeat; `host` stays where it is not the URL's own. */
export function snippetHeaders({ headers, url }: SnippetRequest): readonly (readonly [string, string])[] {
  const authority = /^[a-z]+:\/\/([^/?#]*)/i.exec(url)?.[1] ?? '';
  return headers.filter(([name, value]) => {
    const lower = name.toLowerCase();
    if (lower === 'host') return value.toLowerCase() !== authority.toLowerCase();
    return !ownFields.has(lower) && !lower.startsWith(':');
  });
}

/** Fields of one name joined as one list (RFC 9110 section 5.3), for clients that take each name once. */
export function joinedHeaders(
  headers: readonly (readonly [string, string])[],
): readonly (readonly [string, string])[] {
  const joined = new Map<string, [string, string]>();
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    const before = joined.get(lower);
    if (before === undefined) joined.set(lower, [name, value]);
    else before[1] = `${before[1]}${lower === 'cookie' ? '; ' : ', '}${value}`;
  }
  return [...joined.values()];
}
