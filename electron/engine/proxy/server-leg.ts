import type { DialFailure, DialReport } from './dial.ts';
import { createLeg, type Leg } from './leg.ts';
import type { WayDial, WayOutcome } from './upstream/dial-through.ts';

type Reached = Extract<WayOutcome, { readonly ok: true }>;

/** The leg on a way that was made. `hostName`: what was asked for. */
export function createServerLeg({ socket, wire, report }: Reached, hostName: string): Leg {
  return createLeg({ role: 'server', raw: socket, wire, dialled: report, hostName });
}

/** Waits for the way to a server, which is given up when the client goes away. */
export async function reachServer(
  client: Leg,
  dialling: WayDial,
  hostName: string,
): Promise<
  | { readonly ok: true; readonly server: Leg }
  | { readonly ok: false; readonly error: DialFailure; readonly report: DialReport }
> {
  client.raw.once('close', dialling.cancel);
  const outcome = await dialling.outcome;
  client.raw.removeListener('close', dialling.cancel);
  return outcome.ok ? { ok: true, server: createServerLeg(outcome, hostName) } : outcome;
}
