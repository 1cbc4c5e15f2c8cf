import { z } from 'zod';
import type { MessageKind } from '../model/message-record.ts';
import { bodyPageBytesMax } from './bodies.ts';
import { method, service } from './define.ts';

/** Rows of one answer of `messages.list`. */
export const messageRowsMax = 200;
/** Characters of a message that a row shows. */
export const previewCharsMax = 200;
/** Of a message this much is decoded; `cut` says that there is more. */
export const messageBytesMax = 16_777_216;

const place = {
  /** Left out: the session that is recorded into. */
  sessionId: z.number().int().nonnegative().optional(),
  exchangeId: z.number().int().positive(),
};

/** Which messages are listed; what is empty or null asks for nothing. */
export const messageFilter = z.object({
  /** Looked for in the content, decoded, whatever the case of its ASCII letters. */
  text: z.string().max(200),
  side: z.enum(['request', 'response']).nullable(),
  /** `data`: what carries content; `control`: pings, closes, comments, trailers. */
  sort: z.enum(['data', 'control']).nullable(),
});
export type MessageFilter = z.infer<typeof messageFilter>;

/**
 * How much of a message is there. `cut`: only its beginning. `not-stored`: the disk could not keep up, or a body has a
 * limit. `undecodable`: its compression cannot be undone, mostly because an earlier part is missing.
 */
export const messageStates = ['whole', 'cut', 'not-stored', 'undecodable', 'damaged'] as const;

export const messageRow = z.object({
  /** From 0, in the order in which messages ended, both sides together. */
  index: z.number(),
  side: z.enum(['request', 'response']),
  kind: z.custom<MessageKind>(),
  /** What it is in one word: `text`, `ping`, `close`, the name of an event, `message`. */
  name: z.string(),
  /** It carries content, unlike pings, comments or trailers. */
  isData: z.boolean(),
  compressed: z.boolean(),
  /** It breaks a rule of its protocol. */
  defective: z.boolean(),
  /** A later part of a message that was sent in several frames; the row of the first part shows all of it. */
  isPart: z.boolean(),
  /** Header included, as it came on the wire. */
  wireBytes: z.number(),
  /** Of the whole message, decoded; null while it is not known without decoding all of it. */
  contentBytes: z.number().nullable(),
  /** WebSocket close frames: the close code, else 0. */
  closeCode: z.number(),
  /** Arrival of its first and last byte, µs since the epoch. */
  firstAtUs: z.number(),
  lastAtUs: z.number(),
  /** The beginning of its content as one line of text, at most `previewCharsMax` characters. */
  preview: z.string(),
  state: z.enum(messageStates),
});
export type MessageRow = z.infer<typeof messageRow>;

export const messageContent = z.object({
  bytes: z.custom<Uint8Array>(),
  totalBytes: z.number(),
  /** What is known of the content besides its bytes: a media type for those who decode it, null for none. */
  contentType: z.string().nullable(),
  /** What was undone, in order, such as `['permessage-deflate']`. */
  codings: z.array(z.string()),
  state: z.enum(messageStates),
  /** Why it is not whole, one sentence; null when it is. */
  problem: z.string().nullable(),
  /** What belongs to it and is no content, in order: the reason of a close, the id of an event. */
  facts: z.array(z.tuple([z.string(), z.string()])),
  /** Frames that its content was sent in. */
  frames: z.number(),
});
export type MessageContent = z.infer<typeof messageContent>;

/** Messages inside a long exchange: WebSocket frames, server-sent events, gRPC messages. They grow while it is open. */
export const messagesService = service({
  methods: {
    /**
     * Messages `from` … `from + limit - 1` of those that the filter leaves. `count`: how many it leaves of the `looked`
     * first ones of all `total`; while `looked` is less than `total`, asking again goes on looking. Where decoding takes
     * long there are fewer rows than that: ask again for those that follow.
     */
    list: method(
      z.object({
        ...place,
        from: z.number().int().nonnegative(),
        limit: z.number().int().positive().max(messageRowsMax),
        filter: messageFilter.optional(),
      }),
      z.object({
        rows: z.array(messageRow),
        count: z.number(),
        looked: z.number(),
        total: z.number(),
        /** The first close frame of a WebSocket; null while there is none. */
        close: z.object({ side: z.enum(['request', 'response']), code: z.number() }).nullable(),
      }),
    ),
    /**
     * A page of one message. Decoded: a WebSocket message across its frames, unmasked, its compression undone; the data
     * of an event; the payload of a gRPC message. Else its bytes on the wire. Failure `no-such-message`.
     */
    get: method(
      z.object({
        ...place,
        index: z.number().int().nonnegative(),
        decoded: z.boolean(),
        from: z.number().int().nonnegative(),
        limit: z.number().int().positive().max(bodyPageBytesMax),
      }),
      messageContent,
    ),
    /**
     * A gRPC message with the names of the `.proto` files in the settings, as JSON. Without an index: the only message
     * of that side. `type` null: none of the files has the method, or there is not exactly one message.
     */
    named: method(
      z.object({
        ...place,
        at: z.union([
          z.object({ index: z.number().int().nonnegative() }),
          z.object({ only: z.enum(['request', 'response']) }),
        ]),
      }),
      z.object({
        /** Of the message, with its package. */
        type: z.string().nullable(),
        json: z.string(),
        problem: z.string().nullable(),
      }),
    ),
    /** Reads the `.proto` files in the settings again; at most 100 problems, a sentence for each file. */
    checkProtos: method(
      z.object({}),
      z.object({
        files: z.number(),
        services: z.number(),
        problems: z.array(z.object({ path: z.string(), message: z.string() })),
      }),
    ),
  },
  events: {},
});
