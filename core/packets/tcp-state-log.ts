import type { TcpState, TcpSummary } from './tcp-events.ts';
import { tcpStates } from './tcp-events.ts';
import { tcpLimits } from './tcp-limits.ts';

export const stateNumbers = {
  unknown: 0,
  synSent: 1,
  synReceived: 2,
  established: 3,
  finWait: 4,
  closeWait: 5,
  closing: 6,
  closed: 7,
  reset: 8,
} as const;

/** When each end came into which state: the first 32 changes, one number each. */
export class TcpStateLog {
  private startedAtUs = 0;
  private readonly entries: number[] = [];

  add(end: 0 | 1, state: number, atUs: number): void {
    if (this.entries.length >= tcpLimits.statesMax) return;
    if (this.entries.length === 0) this.startedAtUs = atUs;
    this.entries.push(Math.round(atUs - this.startedAtUs) * 32 + end * 16 + state);
  }

  list(): TcpSummary['states'] {
    return this.entries.map((entry) => {
      const since = Math.floor(entry / 32);
      const code = entry - since * 32;
      return {
        atUs: this.startedAtUs + since,
        end: code >= 16 ? ('b' as const) : ('a' as const),
        state: stateName(code & 15),
      };
    });
  }
}

export function stateName(number: number): TcpState {
  return tcpStates[number] ?? 'unknown';
}
