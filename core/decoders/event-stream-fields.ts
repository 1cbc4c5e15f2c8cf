import { decodeUtf8 } from './utf8.ts';

/** What one block of an event stream says (WHATWG HTML section 9.2.6). */
export interface ServerSentEvent {
  /** `message` when the block names no type. */
  readonly event: string;
  /** Lines of data joined by LF; null without any: a browser delivers nothing then. */
  readonly data: string | null;
  /** Sent back as Last-Event-ID when the connection is made again. */
  readonly id: string | null;
  /** ms to wait before that, as digits. */
  readonly retry: string | null;
  /** Comment lines in order, without white space around them. */
  readonly comments: readonly string[];
}

/** A block that is being read. */
export interface EventDraft {
  type: string;
  data: string[];
  id: string | null;
  retry: string | null;
  comments: string[];
}

export function newEventDraft(): EventDraft {
  return { type: 'message', data: [], id: null, retry: null, comments: [] };
}

export const eventLineEnd = /\r\n|\n|\r/;

/** Adds a line that is not empty. Fields that the standard ignores, and values it does not take, are passed over. */
export function takeEventLine(draft: EventDraft, line: string): void {
  const colon = line.indexOf(':');
  if (colon === 0) {
    draft.comments.push(line.slice(1).trim());
    return;
  }
  const name = colon === -1 ? line : line.slice(0, colon);
  const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (name === 'data') draft.data.push(value);
  else if (name === 'event') draft.type = value === '' ? 'message' : value;
  else if (name === 'id' && !value.includes('\0')) draft.id = value;
  else if (name === 'retry' && /^\d+$/.test(value)) draft.retry = value;
}

/** Reads the bytes of one block, its byte order mark left out, its empty line there or not. Any bytes give a value. */
export function readServerSentEvent(block: Uint8Array): ServerSentEvent {
  const draft = newEventDraft();
  for (const line of decodeUtf8(block).split(eventLineEnd)) if (line !== '') takeEventLine(draft, line);
  const { type, data, id, retry, comments } = draft;
  return { event: type, data: data.length === 0 ? null : data.join('\n'), id, retry, comments };
}
