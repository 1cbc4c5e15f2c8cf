/** What a line says of a packet besides the packet itself. */
export interface PacketInfoContext {
  /** Initial sequence numbers of who sent it and of the other end, null where no SYN was seen: raw numbers are shown then. */
  readonly initialSeq: number | null;
  readonly otherInitialSeq: number | null;
  /** Shift count of the sender's window; null where it is not known. */
  readonly windowScale: number | null;
  /** Sum of `packetTroubles`. */
  readonly troubles: number;
  /** What is spoken in its conversation, by the names of `protocolNames`; empty where that is not known. */
  readonly protocol: string;
  /** What was negotiated, such as `TLSv1.3`; null where it is not known. */
  readonly tlsVersion: string | null;
}

export const noContext: PacketInfoContext = {
  initialSeq: null,
  otherInitialSeq: null,
  windowScale: null,
  troubles: 0,
  protocol: '',
  tlsVersion: null,
};
