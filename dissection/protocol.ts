/**
 * What is said over the pipe. Both ways a message is: length of the head as 32-bit big-endian number, length of the body likewise, the head
 * as JSON in UTF-8, the body as bytes. Every question is answered once, in the order they were asked.
 */
export type Question = { readonly id: number } & (
  | { readonly ask: 'version' }
  /** The body is a capture file, pcap or pcapng, gzip allowed. What was loaded before is forgotten, also when this one cannot be read. */
  | { readonly ask: 'load' }
  | { readonly ask: 'tree'; readonly frame: number }
  | { readonly ask: 'filter'; readonly filter: string }
  | { readonly ask: 'check'; readonly filter: string }
  | { readonly ask: 'fields'; readonly prefix: string; readonly limit: number }
  | { readonly ask: 'follow'; readonly protocol: string; readonly filter: string }
  | { readonly ask: 'expert'; readonly framesMax: number }
  /** Protocols by port for the captures loaded from now on. Only once in the life of a process, unless it was refused. */
  | { readonly ask: 'decode-as'; readonly rules: readonly PortRule[] }
  | { readonly ask: 'protocols' }
);

export interface PortRule {
  readonly table: 'tcp.port' | 'udp.port';
  readonly port: number;
  readonly protocol: string;
}

/** `code`: `no-capture`, `bad-capture`, `no-such-frame`, `bad-filter`, `bad-rule`, `bad-question`. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

export type Answer = { readonly id: number; readonly memoryBytes: number } & (
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: Refusal }
);

/** Answer to `load`. */
export interface LoadedValue {
  readonly frames: number;
}

/** Answer to `tree`; the body is the bytes of all sources, one after another. */
export interface TreeValue {
  readonly sources: readonly { readonly name: string; readonly bytes: number }[];
  readonly tree: readonly Node[];
  /** Nodes that were left out because there were more than `nodesMax`. */
  readonly leftOut: boolean;
}

/** Of one tree: nodes, levels, and characters of a label and of a filter. */
export const nodesMax = 50_000;
export const depthMax = 100;
export const labelCharsMax = 2000;
export const filterCharsMax = 4096;

export interface Node {
  readonly label: string;
  /** Name of its field, empty for none. */
  readonly field: string;
  /** What selects it, empty for nothing. */
  readonly filter: string;
  /** Index into the sources, -1 for none. */
  readonly source: number;
  readonly from: number;
  readonly bytes: number;
  readonly severity: Severity | null;
  /** The frame that it names, absent for none. */
  readonly packet?: number;
  readonly children: readonly Node[];
}

export type Severity = 'chat' | 'note' | 'warning' | 'error';

/** Answer to `filter`; the body is the numbers of the frames as 32-bit little-endian numbers, ascending. */
export interface FilterValue {
  readonly matched: number;
}

/** Answer to `check`. */
export interface CheckValue {
  readonly problem: string | null;
}

/** Answer to `fields`. */
export interface FieldsValue {
  readonly fields: readonly { readonly name: string; readonly label: string }[];
}

/** Answer to `follow`; the body is the bytes of all pieces, one after another. */
export interface FollowValue {
  readonly pieces: readonly {
    readonly frame: number;
    readonly fromServer: boolean;
    readonly bytes: number;
  }[];
}

/** Answer to `expert`. */
export interface ExpertValue {
  readonly entries: readonly {
    readonly frame: number;
    readonly severity: Severity;
    readonly group: string;
    readonly summary: string;
    readonly protocol: string;
    /** Selects frames with the same entry. */
    readonly filter: string;
  }[];
  /** Frames that have such an entry; `entries` speaks of the first `framesMax`. */
  readonly frames: number;
}

/** Answer to `protocols`: names that a rule can have. */
export interface ProtocolsValue {
  readonly tcp: readonly string[];
  readonly udp: readonly string[];
}
