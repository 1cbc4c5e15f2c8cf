/** Which endpoint of a conversation sent the bytes. `client` opened the conversation. */
export type Sender = 'client' | 'server';

/** How a stream ended: `fin` orderly, `reset` by RST or a local abort. */
export type StreamEnd = 'fin' | 'reset';

/**
 * A pure state machine that turns the bytes of one conversation into events of one protocol.
 *
 * Never throws, whatever the bytes. Never keeps a reference to `chunk` after `bytes` has returned.
 * The events do not depend on how the bytes were cut into chunks, but for body data, which is reported as it
 * comes, and times, which are those of the chunk that held the byte in question.
 */
export interface Observer {
  /** `atUs`: arrival of this chunk, µs since the Unix epoch. */
  readonly bytes: (sender: Sender, chunk: Uint8Array, atUs: number) => void;
  /** At most once per sender; no `bytes` of that sender follows. */
  readonly end: (sender: Sender, how: StreamEnd, atUs: number) => void;
}

/**
 * The same for the body of one side of an exchange, its transfer framing taken off. `end`: at most once, no `bytes`
 * follow.
 */
export interface BodyObserver {
  readonly bytes: (chunk: Uint8Array, atUs: number) => void;
  readonly end: (atUs: number) => void;
}

/**
 * An observer of streams that were pieced together from packets, where bytes may be missing. After a gap it goes on at the next place where a
 * message can begin, and says what it lost; it never guesses.
 */
export interface GapObserver extends Observer {
  readonly gap: (sender: Sender, bytes: number, atUs: number) => void;
}

/** The same for datagrams: each is whole, none is sure to arrive. Never throws; keeps no reference. */
export interface DatagramObserver {
  readonly datagram: (sender: Sender, bytes: Uint8Array, atUs: number) => void;
  /** Nothing more is to be expected: what is open is told as ended. */
  readonly end: (atUs: number) => void;
  /** Nothing is open: another observer could take over, which would only tell less of what comes a second time. Without it, none ever could. */
  readonly isIdle?: () => boolean;
}

/** Whether the first bytes of a conversation are of a protocol. `client` opened it; either may be empty. */
export type Looks = 'yes' | 'no' | 'need-more';
