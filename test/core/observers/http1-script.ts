import { Buffer } from 'node:buffer';
import type { EarlyBytes, Http1Event } from '../../../core/observers/http1-events.ts';
import { createHttp1Observer, type Http1Limits } from '../../../core/observers/http1.ts';
import type { Sender, StreamEnd } from '../../../core/observers/observer.ts';
import { nodePlatform } from '../../support/platform.ts';

/** One step of a conversation: one sender sends bytes, or its stream ends. */
export type Step =
  | { readonly sender: Sender; readonly bytes: Uint8Array }
  | { readonly sender: Sender; readonly ends: StreamEnd };

export function client(text: string): Step {
  return { sender: 'client', bytes: bytesOf(text) };
}

export function server(text: string): Step {
  return { sender: 'server', bytes: bytesOf(text) };
}

export function ends(sender: Sender, how: StreamEnd = 'fin'): Step {
  return { sender, ends: how };
}

export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

export function textOf(bytes: Uint8Array): string {
  return nodePlatform.latin1(bytes, 0, bytes.length);
}

/** Each step takes this much of the time line; a chunk arrives at its step's start plus the offset of its end in the step. */
export const STEP_US = 1_000_000_000;

/** When the bytes of one sender up to `to` had arrived. */
export interface Arrival {
  readonly to: number;
  readonly atUs: number;
}

export interface Played {
  readonly events: Http1Event[];
  readonly arrivals: Readonly<Record<Sender, Arrival[]>>;
  readonly endsAtUs: Readonly<Record<Sender, number | null>>;
}

/** Plays the steps and returns all events. */
export function play(steps: readonly Step[], limits?: Partial<Http1Limits>): Http1Event[] {
  return playInChunks(steps, (bytes) => [bytes], limits).events;
}

/**
 * Plays the steps, each cut by `chunksOf`. Chunks are overwritten after they were handed in, so that a view kept
 * by mistake shows. `passesBodies`: chunks that are body alone are passed, and stand among the events as if they had been told; heads are views.
 */
export function playInChunks(
  steps: readonly Step[],
  chunksOf: (bytes: Uint8Array) => Uint8Array[],
  limits?: Partial<Http1Limits>,
  passesBodies = false,
): Played {
  const events: Http1Event[] = [];
  const arrivals: Record<Sender, Arrival[]> = { client: [], server: [] };
  const endsAtUs: Record<Sender, number | null> = { client: null, server: null };
  const keep = (event: Http1Event): Http1Event => {
    if ('data' in event) return { ...event, data: new Uint8Array(event.data) };
    return passesBodies && 'raw' in event ? { ...event, raw: new Uint8Array(event.raw) } : event;
  };
  const observer = createHttp1Observer(nodePlatform, (event) => void events.push(keep(event)), {
    ...limits,
    headViews: passesBodies,
  });
  for (const [index, step] of steps.entries()) {
    let atUs = (index + 1) * STEP_US;
    if ('ends' in step) {
      observer.end(step.sender, step.ends, atUs);
      endsAtUs[step.sender] = atUs;
      continue;
    }
    for (const chunk of chunksOf(step.bytes)) {
      const copy = Buffer.from(chunk);
      atUs += copy.length;
      const from = arrivals[step.sender].at(-1)?.to ?? 0;
      const to = from + copy.length;
      arrivals[step.sender].push({ to, atUs });
      const message = passesBodies ? observer.passBody(step.sender, copy.length) : -1;
      const type = step.sender === 'client' ? 'request-body' : 'response-body';
      if (message >= 0) events.push({ type, message, from, to, atUs, data: new Uint8Array(copy) });
      else observer.bytes(step.sender, copy, atUs);
      copy.fill(0x2a);
    }
  }
  return { events, arrivals, endsAtUs };
}

/** The events as lines to read; adjacent body bytes are one line. */
export function told(steps: readonly Step[], limits?: Partial<Http1Limits>): string[] {
  return joinBodies(play(steps, limits)).map(describe);
}

export function joinBodies(events: readonly Http1Event[]): Http1Event[] {
  const joined: Http1Event[] = [];
  for (const event of events) {
    const last = joined.at(-1);
    if ('data' in event && last !== undefined && 'data' in last && last.type === event.type) {
      const data = new Uint8Array([...last.data, ...event.data]);
      if (last.to === event.from && last.message === event.message) {
        joined[joined.length - 1] = { ...last, to: event.to, atUs: event.atUs, data };
        continue;
      }
    }
    joined.push(event);
  }
  return joined;
}

function describe(event: Http1Event): string {
  switch (event.type) {
    case 'request-head':
      return words(
        `client ${event.message} head ${event.method} ${event.target} ${event.version}`,
        bodyOf(event.framing, event.contentLength),
        event.expectsContinue ? 'expects-continue' : '',
        event.close ? 'close' : '',
        ...event.defects.map((defect) => `[${defect.code}${defect.fatal ? ' fatal' : ''}]`),
      );
    case 'response-head':
      return words(
        `server ${event.message} ${event.interim ? 'interim' : 'head'} ${event.status} ${event.statusText}`.trim(),
        bodyOf(event.framing, event.contentLength),
        event.close ? 'close' : '',
        ...event.defects.map((defect) => `[${defect.code}${defect.fatal ? ' fatal' : ''}]`),
      );
    case 'request-body':
    case 'response-body':
      return `${senderOf(event.type)} ${event.message} body ${textOf(event.data)}`;
    case 'request-trailers':
    case 'response-trailers':
      return `${senderOf(event.type)} ${event.message} trailers ${event.headers.map(([name, value]) => `${name}=${value}`).join(' ')}`;
    case 'request-end':
    case 'response-end':
      return words(
        `${senderOf(event.type)} ${event.message} end`,
        event.complete ? '' : 'incomplete',
        event.defect === null ? '' : `[${event.defect.code}] ${event.defect.message}`,
      );
    case 'hand-over':
      return words(
        `hand-over ${event.message} to ${event.to} at ${event.clientOffset}/${event.serverOffset}`,
        ...event.early.map(describeEarly),
      );
    case 'unreadable':
      return `${event.sender} ${event.message ?? '-'} unreadable from ${event.from} [${event.defect.code}] ${event.defect.message}`;
  }
}

function describeEarly(early: EarlyBytes): string {
  return `early ${early.sender}@${early.from} ${textOf(early.data)}`;
}

function bodyOf(framing: string, contentLength: number | null): string {
  return framing === 'length' ? `length=${contentLength}` : framing;
}

function senderOf(type: string): Sender {
  return type.startsWith('request') ? 'client' : 'server';
}

function words(...parts: string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}

/**
 * What holds for the events of any bytes: offsets grow, messages begin in order and end once, and a sender that
 * became unreadable is silent. Returns the first breach, or null.
 */
export function breach(events: readonly Http1Event[], sent: Readonly<Record<Sender, number>>): string | null {
  const reached = { client: 0, server: 0 };
  const silent = { client: false, server: false };
  const ended = { client: new Set<number>(), server: new Set<number>() };
  let requests = 0;
  let handedOver = false;
  for (const event of events) {
    if (handedOver) return `${event.type} after hand-over`;
    if (event.type === 'hand-over') {
      handedOver = true;
      if (event.clientOffset > sent.client || event.serverOffset > sent.server)
        return 'hand-over past the bytes';
      if (event.clientOffset < reached.client || event.serverOffset < reached.server)
        return 'hand-over goes back';
      continue;
    }
    const sender = event.type === 'unreadable' ? event.sender : senderOf(event.type);
    if (silent[sender]) return `${event.type} after unreadable`;
    if (event.type === 'unreadable') {
      silent[sender] = true;
      if (event.from < reached[sender] || event.from > sent[sender]) return `unreadable from ${event.from}`;
      if (event.message !== null && ended[sender].has(event.message)) return `unreadable after the end`;
      if (!event.defect.fatal && event.defect.code !== 'truncated')
        return 'unreadable without a fatal defect';
      continue;
    }
    if (ended[sender].has(event.message)) return `${event.type} after the end of ${event.message}`;
    if ('from' in event) {
      if (event.from < reached[sender] || event.to <= event.from) return `${event.type} at ${event.from}`;
      if ('data' in event && event.data.length !== event.to - event.from) return 'data of another length';
      if ('raw' in event && event.raw.length !== event.to - event.from) return 'raw of another length';
    }
    if (event.to < reached[sender] || event.to > sent[sender]) return `${event.type} up to ${event.to}`;
    reached[sender] = event.to;
    if (event.type === 'request-head' && event.message !== requests++) return 'request out of order';
    if (event.message >= requests) return `${event.type} before its request`;
    if (event.type === 'request-end' || event.type === 'response-end') {
      ended[sender].add(event.message);
      if (!event.complete && event.defect === null) return 'incomplete without a defect';
    }
  }
  return null;
}

/** Whole random numbers from 0 up to `below`, the same ones for the same seed (mulberry32). */
export function createRandom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Cuts bytes into chunks of 1 to `chunkBytesMax` bytes, with an empty one now and then. */
export function cutter(seed: number, chunkBytesMax: number): (bytes: Uint8Array) => Uint8Array[] {
  const random = createRandom(seed);
  return (bytes) => {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      const length = random(16) === 0 ? 0 : 1 + random(chunkBytesMax);
      chunks.push(bytes.subarray(at, at + length));
      at += length;
    }
    return chunks;
  };
}
