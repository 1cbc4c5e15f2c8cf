import { Buffer } from 'node:buffer';
import type { HeadLine } from '../../../core/model/head-text.ts';
import type { Http2Event, Http2Head } from '../../../core/observers/http2-events.ts';
import {
  createHttp2Observer,
  type Http2Limits,
  type Http2ObserverOptions,
} from '../../../core/observers/http2.ts';
import type { Sender, StreamEnd } from '../../../core/observers/observer.ts';
import { nodePlatform } from '../../support/platform.ts';
import { bytesOf, type Step, STEP_US, textOf } from './http1-script.ts';

export const FLAGS = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 0x20 } as const;

export const PREFACE = bytesOf('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

export function frame(
  type: number,
  flags: number,
  h2Stream: number,
  payload: Uint8Array = bytesOf(''),
): Uint8Array {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header.writeUInt8(type, 3);
  header.writeUInt8(flags, 4);
  header.writeUInt32BE(h2Stream, 5);
  return join(header, payload);
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export function word(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** An HPACK integer (RFC 7541 section 5.1): `first` holds what stands before the prefix of `prefixBits`. */
export function integer(value: number, prefixBits: number, first: number): Uint8Array {
  const mask = 2 ** prefixBits - 1;
  if (value < mask) return Uint8Array.of(first | value);
  const bytes = [first | mask];
  let rest = value - mask;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Uint8Array.from([...bytes, rest]);
}

export function string(text: string): Uint8Array {
  return join(integer(text.length, 7, 0), bytesOf(text));
}

/** A literal field, name and value in plain octets. */
export function literal(name: string, value: string, how: 'indexed' | 'plain' = 'plain'): Uint8Array {
  return join(Uint8Array.of(how === 'indexed' ? 0x40 : 0), string(name), string(value));
}

export function indexed(index: number): Uint8Array {
  return integer(index, 7, 0x80);
}

export function tableSize(sizeBytes: number): Uint8Array {
  return integer(sizeBytes, 5, 0x20);
}

export function block(lines: readonly HeadLine[], how: 'indexed' | 'plain' = 'plain'): Uint8Array {
  return join(...lines.map(([name, value]) => literal(name, value, how)));
}

export function requestLines(path: string, method = 'GET'): HeadLine[] {
  return [
    [':method', method],
    [':scheme', 'https'],
    [':authority', 'h'],
    [':path', path],
  ];
}

export function headers(h2Stream: number, octets: Uint8Array, endStream = false, moreFlags = 0): Uint8Array {
  return frame(1, FLAGS.endHeaders | (endStream ? FLAGS.endStream : 0) | moreFlags, h2Stream, octets);
}

export function get(h2Stream: number, path = '/'): Uint8Array {
  return headers(h2Stream, block(requestLines(path)), true);
}

export function post(h2Stream: number, path = '/'): Uint8Array {
  return headers(h2Stream, block(requestLines(path, 'POST')));
}

export function answer(h2Stream: number, status = '200', endStream = false): Uint8Array {
  return headers(h2Stream, block([[':status', status]]), endStream);
}

export function data(h2Stream: number, text: string, endStream = false): Uint8Array {
  return frame(0, endStream ? FLAGS.endStream : 0, h2Stream, bytesOf(text));
}

export function rst(h2Stream: number, code: number): Uint8Array {
  return frame(3, 0, h2Stream, word(code));
}

export function settings(...values: readonly (readonly [identifier: number, value: number])[]): Uint8Array {
  return frame(
    4,
    0,
    0,
    join(...values.map(([id, value]) => join(Uint8Array.of(id >> 8, id & 255), word(value)))),
  );
}

export const ACK = frame(4, FLAGS.ack, 0);

export function windowUpdate(h2Stream: number, increment: number): Uint8Array {
  return frame(8, 0, h2Stream, word(increment));
}

export function goaway(lastStream: number, code = 0, debug = ''): Uint8Array {
  return frame(7, 0, 0, join(word(lastStream), word(code), bytesOf(debug)));
}

export function client(...parts: readonly Uint8Array[]): Step {
  return { sender: 'client', bytes: join(...parts) };
}

export function server(...parts: readonly Uint8Array[]): Step {
  return { sender: 'server', bytes: join(...parts) };
}

/** Both sides have said and acknowledged their SETTINGS; nothing of it is of interest. */
export const HELLO: readonly Step[] = [client(PREFACE, settings(), ACK), server(settings(), ACK)];

export interface PlayOptions extends Http2ObserverOptions {
  readonly limits?: Partial<Http2Limits>;
}

/**
 * Plays the steps, each cut by `chunksOf`. A step begins at a multiple of `STEP_US`, and each of its bytes takes a
 * microsecond. Chunks are overwritten afterwards, so that a view kept by mistake shows.
 */
export function playInChunks(
  steps: readonly Step[],
  chunksOf: (bytes: Uint8Array) => Uint8Array[],
  options: PlayOptions = {},
): Http2Event[] {
  const events: Http2Event[] = [];
  const observer = createHttp2Observer(
    nodePlatform,
    (event) => void events.push('data' in event ? { ...event, data: new Uint8Array(event.data) } : event),
    options.limits,
    options,
  );
  for (const [index, step] of steps.entries()) {
    let atUs = (index + 1) * STEP_US;
    if ('ends' in step) {
      observer.end(step.sender, step.ends, atUs);
      continue;
    }
    for (const chunk of chunksOf(step.bytes)) {
      const copy = Buffer.from(chunk);
      atUs += copy.length;
      observer.bytes(step.sender, copy, atUs);
      copy.fill(0x2a);
    }
  }
  return events;
}

export function play(steps: readonly Step[], options?: PlayOptions): Http2Event[] {
  return playInChunks(steps, (bytes) => [bytes], options);
}

/** The events as lines to read, without acknowledgements and empty SETTINGS; adjacent body bytes are one line. */
export function told(steps: readonly Step[], options?: PlayOptions): string[] {
  return joinBodies(play(steps, options))
    .filter((event) => event.type !== 'settings' || event.settings.length > 0)
    .map(describe);
}

export function joinBodies(events: readonly Http2Event[]): Http2Event[] {
  const joined: Http2Event[] = [];
  for (const event of events) {
    const last = joined.at(-1);
    if (
      'data' in event &&
      last !== undefined &&
      'data' in last &&
      last.type === event.type &&
      last.h2Stream === event.h2Stream
    ) {
      joined[joined.length - 1] = { ...last, atUs: event.atUs, data: join(last.data, event.data) };
    } else {
      joined.push(event);
    }
  }
  return joined;
}

export function describe(event: Http2Event): string {
  switch (event.type) {
    case 'request-head': {
      const { method, path, protocol } = event.head;
      return words(
        `client ${event.h2Stream} head ${method} ${path}`,
        protocol === null ? '' : `protocol=${protocol}`,
        fieldsOf(event.head),
        event.endStream ? 'end' : '',
      );
    }
    case 'response-head':
      return words(
        `server ${event.h2Stream} ${event.interim ? 'interim' : 'head'} ${event.head.status}`,
        fieldsOf(event.head),
        event.endStream ? 'end' : '',
      );
    case 'request-trailers':
    case 'response-trailers':
      return words(
        `${senderOf(event.type)} ${event.h2Stream} trailers`,
        fieldsOf(event.head),
        event.endStream ? 'end' : '',
      );
    case 'push-promise':
      return words(
        `server ${event.h2Stream} promises ${event.promised} ${event.head.method} ${event.head.path}`,
        fieldsOf(event.head),
      );
    case 'request-body':
    case 'response-body':
      return `${senderOf(event.type)} ${event.h2Stream} body ${shown(textOf(event.data))}`;
    case 'request-end':
    case 'response-end':
      return words(
        `${senderOf(event.type)} ${event.h2Stream} end`,
        event.complete ? '' : 'incomplete',
        event.defect === null ? '' : `[${event.defect.code}] ${event.defect.message}`,
      );
    case 'reset':
      return `${event.sender} ${event.h2Stream} reset ${event.errorName}`;
    case 'priority':
      return words(
        `${event.sender} ${event.h2Stream} priority by ${event.from}`,
        event.dependency === null
          ? ''
          : `parent=${event.dependency.parent}${event.dependency.exclusive ? '!' : ''} weight=${event.dependency.weight}`,
        event.value ?? '',
      );
    case 'settings':
      return `${event.sender} settings ${event.settings.map(([name, value]) => `${name}=${value}`).join(' ')}`;
    case 'ping':
      return words(
        `${event.sender} ${event.ack ? 'pong' : 'ping'}`,
        event.roundTripUs === null ? '' : `after ${event.roundTripUs}`,
      );
    case 'goaway':
      return words(`${event.sender} goaway ${event.lastStream} ${event.errorName}`, event.debug);
    case 'starvation':
      return `${event.sender} ${event.h2Stream} starved from ${event.fromUs} to ${event.toUs}`;
    case 'defect':
      return `${event.sender} ${event.h2Stream} defect [${event.defect.code}] ${event.defect.message}`;
    case 'unreadable':
      return `${event.sender} unreadable from ${event.from} [${event.defect.code}] ${event.defect.message}`;
  }
}

function fieldsOf(head: Http2Head): string {
  return words(
    ...head.headers
      .filter(([name]) => !name.startsWith(':'))
      .map(([name, value]) => `${name}=${shown(value)}`),
    ...head.defects.map((defect) => `[${defect.code}]`),
  );
}

function shown(text: string): string {
  return text.length > 40 ? `${text.slice(0, 5)}…(${text.length})` : text;
}

export function senderOf(type: string): Sender {
  return type.startsWith('request') ? 'client' : 'server';
}

function words(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}

/**
 * What holds for the events of any bytes: a side begins before it has a body and ends once, its raw head says what
 * its fields say, and a sender that became unreadable is silent but for the ends. Returns the first breach, or null.
 */
export function breach(
  events: readonly Http2Event[],
  ended: Readonly<Record<Sender, StreamEnd | null>>,
  upgraded = false,
): string | null {
  const open = { client: new Set<number>(), server: new Set<number>(upgraded ? [1] : []) };
  const heads = { client: new Set<number>(), server: new Set<number>() };
  const silent = { client: false, server: false };
  for (const event of events) {
    if ('head' in event) {
      const wrong = headBreach(event.head);
      if (wrong !== null) return wrong;
    }
    switch (event.type) {
      case 'request-head':
        if (silent.client || heads.client.has(event.h2Stream)) return 'a second request';
        heads.client.add(event.h2Stream);
        open.client.add(event.h2Stream);
        open.server.add(event.h2Stream);
        break;
      case 'push-promise':
        open.server.add(event.promised);
        break;
      case 'response-head':
        if (silent.server || !open.server.has(event.h2Stream) || heads.server.has(event.h2Stream))
          return 'a response that is not awaited';
        if (!event.interim) heads.server.add(event.h2Stream);
        break;
      case 'request-body':
      case 'response-body':
      case 'request-trailers':
      case 'response-trailers': {
        const sender = senderOf(event.type);
        if (silent[sender] || !open[sender].has(event.h2Stream)) return `${event.type} outside a message`;
        if (!heads[sender].has(event.h2Stream)) return `${event.type} before the head`;
        if ('data' in event && event.data.length === 0) return 'an empty body event';
        break;
      }
      case 'request-end':
      case 'response-end':
        if (!open[senderOf(event.type)].delete(event.h2Stream)) return `${event.type} twice or of nothing`;
        if (event.complete !== (event.defect === null)) return 'an incomplete end without a reason';
        break;
      case 'starvation':
        if (event.toUs <= event.fromUs || event.atUs < event.toUs) return 'starved backwards';
        break;
      case 'unreadable':
        if (silent[event.sender] || !event.defect.fatal) return 'unreadable twice, or not fatal';
        silent[event.sender] = true;
        break;
      case 'reset':
      case 'priority':
      case 'settings':
      case 'ping':
      case 'goaway':
      case 'defect':
        if (silent[event.sender]) return `${event.type} after unreadable`;
        break;
      default:
        event satisfies never;
    }
  }
  for (const sender of ['client', 'server'] as const) {
    if ((silent[sender] || ended[sender] !== null) && open[sender].size > 0) return `${sender} left open`;
  }
  return null;
}

/** Heads found to be right: many events share one. */
const rightHeads = new WeakSet<Http2Head>();

function headBreach(head: Http2Head): string | null {
  if (rightHeads.has(head)) return null;
  const text = textOf(head.raw);
  const lines = head.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  if (!text.endsWith(`${lines}\r\n`)) return 'raw bytes without the fields';
  const first = text.slice(0, text.length - lines.length - 2);
  if (first !== '' && !/^[^\r\n\0]+\r\n$/.test(first)) return 'a first line that is not one';
  rightHeads.add(head);
  return null;
}
