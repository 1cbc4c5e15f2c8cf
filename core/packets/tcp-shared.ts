import { tcpLimits } from './tcp-limits.ts';

/**
 * What the conversations of one capture have in common: the bound of all held bytes, and figures of the packet that was analysed last, so that
 * none is allocated for it. Positions are relative to the initial sequence number (0 is the SYN) and do not wrap.
 */
export class TcpShared {
  readonly heldBytesMax: number;
  heldBytes = 0;

  seq = 0;
  /** 0 without an ACK. */
  ack = 0;
  /** As the packet offers it, scaled where the scale is known. */
  window = 0;
  /** Sent by the packet's end and not acknowledged yet, this packet included. */
  inFlight = 0;
  /** The sample of the round trip that its ACK gave, µs; -1 for none. */
  rttUs = -1;

  constructor(heldBytesMax: number = tcpLimits.allHeldBytesMax) {
    this.heldBytesMax = heldBytesMax;
  }
}
