import { z } from 'zod';
import { method, service } from './define.ts';

export const sessionState = z.object({
  sessionId: z.number(),
  path: z.string(),
  /** File name without folder and ending. */
  name: z.string(),
  exchanges: z.number(),
  /** Bytes of the file and its log. */
  diskBytes: z.number(),
  /**
   * What was lost when an engine died earlier, and with the one recorded into what the start of the program could not
   * open again; one line, else null.
   */
  notice: z.string().nullable(),
  /** New exchanges go there. */
  recorded: z.boolean(),
  /** Nothing in it can be changed: the file is read-only, or another Plumbline writes it. */
  readOnly: z.boolean(),
  /** How far text search knows the bodies without reading them, in exchanges; null when it knows all it ever will. */
  bodyIndex: z.object({ done: z.number(), total: z.number() }).nullable(),
});
export type SessionState = z.infer<typeof sessionState>;

const path = z.string().min(1).max(4096);
const sessionId = z.number().int().nonnegative();

export const sessionService = service({
  methods: {
    /** Left out: the session that is recorded into. */
    state: method(z.object({ sessionId: sessionId.optional() }), sessionState),
    /** In the order they were opened. */
    list: method(z.object({}), z.object({ sessions: z.array(sessionState) })),
    /** A fresh session, recorded into from now on; the one before stays open. No path: a new file in the data folder. */
    create: method(z.object({ path: path.optional() }), sessionState),
    /** Opens a file beside those that are open. One that cannot be written to is opened for reading. */
    open: method(z.object({ path }), sessionState),
    /** Records into this session from now on. */
    record: method(z.object({ sessionId }), sessionState),
    /** Not the one that is recorded into. What was removed from it leaves the file for good. */
    close: method(z.object({ sessionId }), z.object({})),
    /**
     * Writes the file as it is at this moment, without what was removed from it, to another place (0600): a transfer
     * (transfers.ts), with its progress and a way to cancel it. An existing file is kept unless `overwrite` is true.
     */
    saveCopy: method(
      z.object({ sessionId: sessionId.optional(), path, overwrite: z.boolean().default(false) }),
      z.object({ transferId: z.number().int().positive() }),
    ),
    /** Newest first, at most 20; only files that are still there. */
    recent: method(
      z.object({}),
      z.object({
        sessions: z.array(
          z.object({ path: z.string(), name: z.string(), modifiedAtMs: z.number(), sizeBytes: z.number() }),
        ),
      }),
    ),
  },
  events: {
    /** A session was opened, closed, or is recorded into from now on. */
    listChanged: z.object({ sessions: z.array(sessionState) }),
    /** Figures of one session: each at most once a second. */
    changed: sessionState,
  },
});
