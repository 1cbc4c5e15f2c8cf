import { z } from 'zod';
import { method, service } from './define.ts';

/** Largest page of `bodies.read`. */
export const bodyPageBytesMax = 262_144;

export const bodiesService = service({
  methods: {
    /**
     * A page of a body. Raw: the bytes on the wire without framing. Decoded: content codings undone
     * (RFC 9110 section 8.4); if that fails `decodeError` says why and the bytes before the defect are given.
     * `totalBytes` is null for a decoded body whose end was not reached yet. `done`: nothing follows this page.
     */
    read: method(
      z.object({
        /** Left out: the session that is recorded into. */
        sessionId: z.number().int().nonnegative().optional(),
        exchangeId: z.number().int(),
        side: z.enum(['request', 'response']),
        decoded: z.boolean(),
        from: z.number().int().nonnegative(),
        limit: z.number().int().positive().max(bodyPageBytesMax),
      }),
      z.object({
        bytes: z.custom<Uint8Array>(),
        totalBytes: z.number().nullable(),
        done: z.boolean(),
        /** Codings undone, in order, e.g. `['gzip']`. */
        codings: z.array(z.string()),
        decodeError: z.string().nullable(),
        contentType: z.string().nullable(),
      }),
    ),
  },
  events: {},
});
