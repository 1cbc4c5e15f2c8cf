import { z } from 'zod';
import { method, service } from './define.ts';

export const engineStatus = z.object({
  version: z.string(),
  runtime: z.string(),
  dataDir: z.string(),
  /** Exchanges that ended in the last second. */
  exchangesPerSecond: z.number(),
  /** p99 of the event-loop delay over the last second, ms. */
  loopDelayMs: z.number(),
  /** Bytes waiting for the disk, and the bound at which bodies are no longer recorded. */
  queueBytes: z.number(),
  queueBytesMax: z.number(),
  memoryBytes: z.number(),
});
export type EngineStatus = z.infer<typeof engineStatus>;

export const authorityView = z.object({
  certificatePath: z.string(),
  certificatePem: z.string(),
  fingerprintSha256: z.string(),
  notAfter: z.string(),
});
export type AuthorityView = z.infer<typeof authorityView>;

export const engineService = service({
  methods: {
    status: method(z.object({}), engineStatus),
    authority: method(z.object({}), authorityView),
  },
  events: { status: engineStatus },
});
