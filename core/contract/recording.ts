import { z } from 'zod';
import { hostPattern } from '../model/settings.ts';
import { method, service } from './define.ts';

/** The proxy's state and the settings that decide what happens to a connection. */
export const recordingState = z.object({
  recording: z.boolean(),
  /** `127.0.0.1:8888`, null while stopped. */
  listener: z.string().nullable(),
  /** Why recording is off or limited, in one sentence; null when all is well. */
  problem: z.string().nullable(),
  /** When this recording began, µs since the epoch; null while stopped. */
  startedAtUs: z.number().nullable(),
  /** The proxy works but nothing is stored for the moment; `problem` says why. */
  paused: z.boolean(),
  passThroughHosts: z.array(z.string()),
  insecureHosts: z.array(z.string()),
  /** Reverse proxies that are wanted while there is recording. */
  reverse: z.array(
    z.object({
      /** As it was asked for, and where it listens: null while it cannot, `problem` saying why. */
      listen: z.string(),
      address: z.string().nullable(),
      upstream: z.string(),
      host: z.enum(['keep', 'rewrite']),
      problem: z.string().nullable(),
    }),
  ),
});
export type RecordingState = z.infer<typeof recordingState>;

export const recordingService = service({
  methods: {
    state: method(z.object({}), recordingState),
    start: method(z.object({ listen: z.string().max(300).optional() }), recordingState),
    stop: method(z.object({}), recordingState),
    /** Accept an untrusted certificate of this host from now on, or no longer. */
    acceptHost: method(z.object({ host: hostPattern, accept: z.boolean() }), recordingState),
    /** Pass connections to this host through unread from now on, or no longer. */
    passThroughHost: method(z.object({ host: hostPattern, passThrough: z.boolean() }), recordingState),
  },
  events: { changed: recordingState },
});
