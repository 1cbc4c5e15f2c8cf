import { z } from 'zod';
import type { PacketMore } from '../../../../core/packets/capture-events.ts';

const shape = z.object({
  comment: z.string().nullable(),
  direction: z.enum(['in', 'out']).nullable(),
  processId: z.number().nullable(),
  threadId: z.number().nullable(),
  droppedBefore: z.number().nullable(),
});

/** What `packet_more` says of a packet; null for what is none: a session file is hostile input. */
export function readMore(json: string): PacketMore | null {
  try {
    return shape.safeParse(JSON.parse(json)).data ?? null;
  } catch {
    return null;
  }
}
