import type { Epoch } from './tls-epochs.ts';
import type { OpenedRecord } from './tls-protection.ts';
import { HandshakeMessages } from './tls-handshake.ts';
import { TlsRecords, type RecordTaker } from './tls-records.ts';
import type { Sender } from './observer.ts';

/** What is known of the records of one sender. */
export class TlsSide {
  readonly sender: Sender;
  readonly records: TlsRecords;
  readonly handshake: HandshakeMessages;
  /** Null while records are in clear, and while the next keys were not looked for. */
  epoch: Epoch | null = null;
  /** Of TLS 1.3: which keys protect the next record when `epoch` is null. */
  stage: 'early' | 'handshake' | 'application' = 'handshake';
  /** Of TLS 1.2: what follows is protected. */
  cipherChanged = false;
  finished = false;
  /** Number of the next record under `epoch`. */
  sequence = 0;
  /** Records since then that could not be opened. */
  unopened = 0;
  /** End of the last record that was read, in the stream. */
  readTo = 0;
  /** Bytes of the stream that were not read and are not told as missing yet. */
  missing = 0;
  #hasBegun = false;

  constructor(
    sender: Sender,
    taker: RecordTaker,
    take: (type: number, body: Uint8Array, atUs: number) => void,
  ) {
    this.sender = sender;
    this.records = new TlsRecords(taker);
    this.handshake = new HandshakeMessages(take);
  }

  /** `stage`: what to look for when the next record comes. */
  forget(stage: 'early' | 'handshake' | 'application'): void {
    this.stage = stage;
    this.use(null, 0);
  }

  use(epoch: Epoch | null, sequence: number): void {
    this.epoch = epoch;
    this.sequence = sequence;
    this.unopened = 0;
  }

  /** Opens the next record, or one behind records that could not be opened; under `next` when the sender has changed its keys since. */
  open(record: Uint8Array, next: () => Epoch | null): OpenedRecord | null {
    const { epoch } = this;
    if (epoch === null) return null;
    const opened = epoch.open(record, this.sequence);
    if (opened !== null) return this.#opened(epoch, this.sequence, opened);
    if (this.unopened > 0) {
      const at = this.sequence + this.unopened;
      const later = epoch.open(record, at);
      if (later !== null) return this.#opened(epoch, at, later);
    }
    const following = next();
    const begun = following?.open(record, 0) ?? null;
    if (following !== null && begun !== null) return this.#opened(following, 0, begun);
    this.unopened++;
    return null;
  }

  /** Tries a record under numbers from `from` on, at most `trials` of them. */
  openSomewhere(epoch: Epoch, record: Uint8Array, from: number, trials: number): OpenedRecord | null {
    for (let trial = 0; trial < trials; trial++) {
      const opened = epoch.open(record, from + trial);
      if (opened !== null) return this.#opened(epoch, from + trial, opened);
    }
    return null;
  }

  /** The record just opened is the first under the keys of application data: before it, none can have been sent but early data. */
  beginsAnew(): boolean {
    const stage = this.epoch?.stage;
    if (this.#hasBegun || (stage !== 'application' && stage !== 'session')) return false;
    this.#hasBegun = true;
    return this.sequence === 1;
  }

  #opened(epoch: Epoch, sequence: number, opened: OpenedRecord): OpenedRecord {
    this.use(epoch, sequence + 1);
    return opened;
  }
}
