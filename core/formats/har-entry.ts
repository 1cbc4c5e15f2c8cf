import type { ByteSource } from '../encoding/byte-source.ts';
import type { JsonRange } from '../encoding/json-skim.ts';
import { latin1OfHeader } from '../encoding/utf8.ts';
import { appFromUserAgent } from '../model/app-name.ts';
import { fieldValue, writeHeadText, type HeadLine } from '../model/head-text.ts';
import { noBody, unknownRecord, type FormatExchange, type FormatRecord, type ReadContext } from './format.ts';
import { createEntryBodies, objectOf, textOf, type Json } from './har-body.ts';
import type { HarCreator } from './har-creators.ts';
import { readOwnMessages, readWebSocketMessages } from './har-messages.ts';
import { isObject, readOwnFields } from './har-own.ts';
import { readTimes } from './har-times.ts';
import { readUrl } from './har-url.ts';

/** Reads one entry; a sentence where it cannot be an exchange. */
export type EntryReader = (entry: Json, ranges: readonly JsonRange[]) => FormatExchange | string;

const messageCharsMax = 500;
/** Fields of one head; further ones are left out. */
const headersMax = 10_000;

export function createEntryReader(
  source: ByteSource,
  creator: HarCreator,
  useOwn: boolean,
  { platform, report }: ReadContext,
): EntryReader {
  const times = readTimes(creator, report);

  return (entry, ranges) => {
    const bodies = createEntryBodies(source, platform, ranges);
    const request = objectOf(entry['request']);
    const response = objectOf(entry['response']);
    const content = objectOf(response['content']);
    const comment = textOf(entry['comment']) || null;
    const own = useOwn ? readOwnFields(entry['_plumbline']) : null;
    const told = bodies.unread(entry['_plumblineMessages']);
    if (own !== null) {
      return {
        ...own,
        comment,
        requestBody: bodies.request(request, own.heads.request),
        responseBody: bodies.content(content, own.heads.response),
        ...(told === null ? {} : { messages: readOwnMessages(source, told, platform) }),
      };
    }
    const written = textOf(request['url']);
    const url = readUrl(written);
    if (url === null) return `The entry has no address of http or https, but “${written.slice(0, 60)}”.`;

    const method = textOf(request['method']).replace(/[^\x21-\x7e]/g, '') || 'GET';
    const version = versionText(response['httpVersion']) ?? versionText(request['httpVersion']) ?? 'HTTP/1.1';
    const requestHeaders = headerLines(request['headers']);
    const responseHeaders = headerLines(response['headers']);
    const status = statusOf(response['status']);
    const statusText = latin1OfHeader(textOf(response['statusText'])).replace(/[\r\n]/g, ' ');
    const heads = {
      request: writeHeadText(`${method} ${url.path} ${version}`, requestHeaders),
      interim: [],
      response: status === null ? null : writeHeadText(`${version} ${status} ${statusText}`, responseHeaders),
      requestTrailers: [],
      responseTrailers: [],
    };
    const answered = bodies.content(content, heads.response);
    const messages = bodies.unread(entry['_webSocketMessages']);
    const socket = messages === null ? null : readWebSocketMessages(source, messages, platform);
    const responseBody = socket === null || answered !== noBody ? answered : socket.body('response');
    const { record, serverLeg, note } = times(entry, url);
    const size = sizeOf(content['size']) ?? 0;
    const isMissing = responseBody === noBody && size > 0;
    const exchange: FormatRecord = {
      ...unknownRecord,
      ...record,
      ...failureOf(entry, request, response, status),
      ...url,
      app: appFromUserAgent(fieldValue(requestHeaders, 'user-agent') ?? ''),
      protocol: protocolOf(version),
      method,
      status,
      statusText: status === null ? null : statusText,
      contentType: mediaType(
        textOf(content['mimeType']) || (fieldValue(responseHeaders, 'content-type') ?? ''),
      ),
      longLived: socket === null ? null : 'websocket',
      recorded: isMissing ? 'The file that was imported does not hold the response body.' : 'full',
      note: [note, ...notesOf(entry, response)].filter((each) => each !== '').join(' ') || null,
      requestBytes: sizeOf(request['bodySize']) ?? 0,
      responseBytes: receivedBytes(response, size),
    };
    return {
      record: exchange,
      clientLeg: null,
      serverLeg,
      heads,
      requestBody: socket?.body('request') ?? bodies.request(request, heads.request),
      responseBody,
      ...(socket === null || answered !== noBody ? {} : { messages: socket.messages }),
      comment,
      color: null,
      pinned: false,
    };
  };
}

function headerLines(value: unknown): HeadLine[] {
  if (!Array.isArray(value)) return [];
  return value
    .slice(0, headersMax)
    .filter(isObject)
    .map(({ name, value: text }): HeadLine => [latin1OfHeader(textOf(name)), latin1OfHeader(textOf(text))])
    .filter(([name]) => name !== '' && !name.startsWith(':'));
}

/** As a start line has it; null where the file does not say. */
function versionText(value: unknown): string | null {
  const text = textOf(value).toLowerCase();
  if (/^(h2|http\/2)/.test(text)) return 'HTTP/2.0';
  if (/^(h3|http\/3|quic)/.test(text)) return 'HTTP/3.0';
  return /^http\/1\.[01]$/.test(text) ? text.toUpperCase() : null;
}

function protocolOf(version: string): string {
  if (version === 'HTTP/2.0') return 'h2';
  return version === 'HTTP/3.0' ? 'h3' : version.toLowerCase();
}

function statusOf(value: unknown): number | null {
  const status = Number(value);
  return Number.isInteger(status) && status >= 100 && status <= 999 ? status : null;
}

function failureOf(
  entry: Json,
  request: Json,
  response: Json,
  status: number | null,
): Pick<FormatRecord, 'state' | 'errorCode' | 'errorMessage'> {
  const told = [response, request, entry]
    .flatMap((part) => [textOf(part['_error']), textOf(part['_failureText'])])
    .find((text) => text !== '');
  if (told !== undefined) {
    return { state: 'failed', errorCode: 'imported-error', errorMessage: told.slice(0, messageCharsMax) };
  }
  if (status !== null) return { state: 'done', errorCode: null, errorMessage: null };
  return { state: 'failed', errorCode: 'no-response', errorMessage: 'The imported file holds no answer.' };
}

function mediaType(text: string): string | null {
  const type = (text.split(';', 1)[0] ?? '').trim().toLowerCase();
  return type === '' || type === 'x-unknown' ? null : type;
}

function sizeOf(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER
    ? Math.floor(value)
    : null;
}

/** Body bytes as received; browsers say -1 or 0 where they know only the transfer's, or the content's. */
function receivedBytes(response: Json, contentBytes: number): number {
  const body = sizeOf(response['bodySize']) ?? 0;
  if (body > 0) return body;
  const transfer = sizeOf(response['_transferSize']) ?? 0;
  const head = sizeOf(response['headersSize']) ?? 0;
  return transfer > head ? transfer - head : contentBytes;
}

/** What browsers say besides, in sentences. */
function notesOf(entry: Json, response: Json): string[] {
  const type = textOf(entry['_resourceType']);
  const initiator = objectOf(entry['_initiator']);
  const from = [textOf(initiator['type']), textOf(initiator['url'])].filter((text) => text !== '').join(' ');
  const cache = textOf(entry['_fromCache']);
  const viaWorker = response['_fetchedViaServiceWorker'] === true;
  const sentences = [
    type === '' ? '' : `Resource type: ${type}.`,
    from === '' ? '' : `Initiator: ${from}.`,
    cache === '' ? '' : `It came from the ${cache} cache of the browser.`,
    viaWorker ? 'A service worker answered it.' : '',
  ];
  return sentences.map((text) => text.slice(0, messageCharsMax));
}
