import { z } from 'zod';
import { method, service } from './define.ts';

export const sessionState = z.object({
  path: z.string(),
  /** File name without folder and ending. */
  name: z.string(),
  exchanges: z.number(),
  /** Bytes of the file and its log. */
  diskBytes: z.number(),
  /** What was lost when an engine died earlier, in one sentence, else null. */
  notice: z.string().nullable(),
});
export type SessionState = z.infer<typeof sessionState>;

export const sessionService = service({
  methods: {
    state: method(z.object({}), sessionState),
    /** Starts a fresh session; the old one stays where it is. No path: a new file in the data folder. */
    create: method(z.object({ path: z.string().min(1).max(4096).optional() }), sessionState),
    open: method(z.object({ path: z.string().min(1).max(4096) }), sessionState),
    /** Newest first, at most 20; only files that are still there. */
    recent: method(
      z.object({}),
      z.object({
        sessions: z.array(z.object({ path: z.string(), name: z.string(), modifiedAtMs: z.number() })),
      }),
    ),
  },
  events: {
    /** Another session is now current: views are gone, open new ones. */
    replaced: sessionState,
    /** At most twice a second. */
    changed: sessionState,
  },
});
