import type { TreeNode } from '../../../core/contract/packets.ts';
import type { Result } from '../../../core/model/result.ts';

/** Packets to take apart. Frames are counted from 1 in the order of the file. */
export interface CaptureToDissect {
  /** Two with the same key have the same bytes: the second one need not be read again. Empty: like no other. */
  readonly key: string;
  /** A capture file, pcap or pcapng with the secrets it needs in front; at most `captureBytesMax`. */
  readonly bytes: Uint8Array;
  readonly decodeAs: readonly DecodeAsRule[];
}

/** One capture file that is given to a dissector. */
export const captureBytesMax = 128 * 1024 * 1024;

/** Packets with this port on either side are read as this protocol. */
export interface DecodeAsRule {
  readonly table: 'tcp.port' | 'udp.port';
  readonly port: number;
  /** As `protocols` names it. */
  readonly protocol: string;
}

export interface DissectedFrame {
  /** The frame first, then what was made of it. */
  readonly sources: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly tree: readonly TreeNode[];
}

export interface FollowedPiece {
  readonly frame: number;
  readonly fromServer: boolean;
  readonly bytes: Uint8Array;
}

export interface ExpertEntry {
  readonly frame: number;
  readonly severity: 'chat' | 'note' | 'warning' | 'error';
  /** Such as `Sequence`, `Malformed`. */
  readonly group: string;
  readonly summary: string;
  /** As a display filter calls it, such as `tcp`. */
  readonly protocol: string;
  /** A display filter for frames with the same entry. */
  readonly filter: string;
}

/**
 * Takes packets apart. Never throws and always answers: what fails is a failure with one sentence, and the next question is answered
 * anew. Failures: `dissection-slow` and `dissection-crashed` (these packets were too much), `dissection-missing` (the program is not
 * there or does not start), `dissection-stopped` (the signal, or `close`), `bad-capture`, `no-such-frame`, `bad-filter`, `bad-rule`.
 */
export interface Dissector {
  /** Starts it where it must be started; gives its name and version, such as `Wireshark 4.4.5`. */
  readonly up: () => Promise<Result<string>>;
  readonly tree: (capture: CaptureToDissect, frame: number) => Promise<Result<DissectedFrame>>;
  /** Frames that a display filter selects, ascending. */
  readonly filter: (
    capture: CaptureToDissect,
    filter: string,
    signal?: AbortSignal,
  ) => Promise<Result<Uint32Array>>;
  /** What is wrong with a display filter; null for nothing. */
  readonly checkFilter: (filter: string) => Promise<Result<string | null>>;
  /** Fields whose name begins like this. */
  readonly fields: (
    prefix: string,
    limit: number,
  ) => Promise<Result<readonly { readonly name: string; readonly label: string }[]>>;
  /** What two ends said to each other in `protocol` (`TCP`, `UDP`, `TLS`, `HTTP`, `HTTP2`, `QUIC`), as the filter selects one of them (`tcp.stream eq 0`). */
  readonly follow?: (
    capture: CaptureToDissect,
    protocol: string,
    filter: string,
  ) => Promise<Result<readonly FollowedPiece[]>>;
  /** What is remarkable, of the first `framesMax` frames that have such an entry. */
  readonly expert?: (capture: CaptureToDissect, framesMax: number) => Promise<Result<readonly ExpertEntry[]>>;
  /** Names that a rule can have. */
  readonly protocols: () => Promise<Result<readonly string[]>>;
  /** Ends what it started. */
  readonly close: () => void;
}
