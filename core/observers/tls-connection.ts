import { sameBytes } from '../encoding/same-bytes.ts';
import { alertNames } from '../model/tls-names.ts';
import type { Platform } from '../model/platform.ts';
import type { Sender } from './observer.ts';
import {
  earlyEpochs,
  epochOf,
  tls13,
  updatedEpoch,
  type Epoch,
  type Negotiated,
  type NoEpoch,
  type SecretSource,
} from './tls-epochs.ts';
import type { TlsEvents } from './tls-events.ts';
import { beginsMessage } from './tls-handshake.ts';
import { lockedReasons } from './tls-locked.ts';
import { TlsHellos } from './tls-hellos.ts';
import type { OpenedRecord } from './tls-protection.ts';
import { recordHeaderBytes, type RecordFate, type RecordTaker } from './tls-records.ts';
import { TlsSide } from './tls-side.ts';

const content = { cipherChange: 20, alert: 21, handshake: 22, application: 23 } as const;
const message = {
  clientHello: 1,
  serverHello: 2,
  endOfEarlyData: 5,
  encryptedExtensions: 8,
  certificate: 11,
  serverKeyExchange: 12,
  finished: 20,
  keyUpdate: 24,
  compressedCertificate: 25,
} as const;

/** Records in a row that may stay unopened before the keys are held to be wrong. */
const unopenedMax = 64;
/** Numbers that one record is tried under after a gap, and in all of a connection together. */
const trialsMax = 4_096;
const trialsOfConnectionMax = 65_536;
/** The same in bytes. */
const trialBytesMax = 256 * 1024 * 1024;
/** The least that a protected record takes: header, type and tag. */
const recordBytesMin = 22;

/** Finds the secrets of a connection by its client random. */
export type FindSecrets = (clientRandom: Uint8Array) => SecretSource | null;

/** Both sides of one connection, record by record; what comes while keys are missing is kept by its owner. */
export class TlsConnection {
  readonly client: TlsSide;
  readonly server: TlsSide;
  readonly #platform: Platform;
  readonly #findSecrets: FindSecrets;
  readonly #events: TlsEvents;
  readonly #hellos: TlsHellos;
  /** Whether keys may still come. */
  #mayWait: boolean;
  #locked = false;
  #handshakeEnded = false;
  #trials = 0;
  #trialBytes = 0;

  constructor(platform: Platform, findSecrets: FindSecrets, events: TlsEvents, mayWait: boolean) {
    this.#platform = platform;
    this.#findSecrets = findSecrets;
    this.#events = events;
    this.#mayWait = mayWait;
    this.#hellos = new TlsHellos(platform, events);
    this.client = this.#side('client');
    this.server = this.#side('server');
  }

  side(sender: Sender): TlsSide {
    return sender === 'client' ? this.client : this.server;
  }

  /** The first byte of the connection came. */
  began(atUs: number): void {
    this.#hellos.began(atUs);
  }

  /** No keys will come any more. */
  stopWaiting(): void {
    this.#mayWait = false;
  }

  #side(sender: Sender): TlsSide {
    const taker: RecordTaker = {
      record: (record, atUs, from) => this.#record(side, record, atUs, from),
      resume: (record, atUs, from) => this.#resume(side, record, atUs, from),
      broken: (atUs) => this.#broken(side, atUs),
    };
    const side: TlsSide = new TlsSide(sender, taker, (type, body, atUs) => {
      this.#message(side, type, body, atUs);
    });
    return side;
  }

  #record(side: TlsSide, record: Uint8Array, atUs: number, from: number): RecordFate {
    if (this.#locked) return this.#blindly(side, record, atUs);
    if (side.cipherChanged) return this.#protected(side, record, atUs, from);
    const { negotiated } = this.#hellos;
    switch (record[0]) {
      case content.cipherChange:
        // Middleboxes are shown one in TLS 1.3 (RFC 8446 appendix D.4), before the server has said anything too.
        if (negotiated !== null && negotiated.version !== tls13) side.cipherChanged = true;
        break;
      case content.application:
        return this.#applicationRecord(side, record, atUs, from);
      default:
        this.#dispatch(side, record[0] ?? 0, record.subarray(recordHeaderBytes), atUs, from, record.length);
    }
    side.readTo = from + record.length;
    return 'taken';
  }

  /** Looks protected; in TLS 1.2 it is not before the cipher was changed. */
  #applicationRecord(side: TlsSide, record: Uint8Array, atUs: number, from: number): RecordFate {
    const { negotiated, clientHello } = this.#hellos;
    if (negotiated?.version === tls13) return this.#protected(side, record, atUs, from);
    if (negotiated === null && side.sender === 'client' && side.stage === 'early') {
      return this.#earlyRecord(side, record, atUs, from);
    }
    const reason = clientHello === null ? lockedReasons.midstream : lockedReasons.handshakeMissing;
    return this.#lock(side, record, reason, atUs);
  }

  /** Before the server has said which suite it takes, early data can be of any that the client offers. */
  #earlyRecord(side: TlsSide, record: Uint8Array, atUs: number, from: number): RecordFate {
    if (side.epoch !== null) return this.#protected(side, record, atUs, from);
    for (const epoch of earlyEpochs(this.#platform, this.#secrets(), this.#hellos.offeredCiphers())) {
      const opened = side.openSomewhere(epoch, record, side.unopened, 1);
      if (opened !== null) return this.#opened(side, opened, atUs, from, record.length);
    }
    side.unopened++;
    return 'taken';
  }

  #protected(side: TlsSide, record: Uint8Array, atUs: number, from: number): RecordFate {
    const missing = side.epoch === null ? this.#findEpoch(side) : null;
    if (missing !== null) return this.#without(missing, side, record, atUs);
    const opened = side.open(record, () => this.#followingEpoch(side));
    if (opened !== null) return this.#opened(side, opened, atUs, from, record.length);
    if (side.unopened > unopenedMax) return this.#lock(side, record, lockedReasons.wrongKeys, atUs);
    // A handshake that the log has no keys of comes before the first record of the application's.
    if (side.epoch?.stage === 'application' && side.sequence === 0 && side.stage === 'handshake') {
      side.readTo = from + record.length;
    }
    return 'taken';
  }

  #opened(side: TlsSide, opened: OpenedRecord, atUs: number, from: number, length: number): RecordFate {
    if (side.epoch?.stage === 'application' && side.sender === 'client') this.#endHandshake(atUs);
    side.missing += from - side.readTo;
    if (side.beginsAnew() && !this.#mayHaveEarlyData(side)) side.missing = 0;
    this.#dispatch(side, opened.type, opened.bytes, atUs, from, length);
    side.readTo = from + length;
    return 'taken';
  }

  #dispatch(
    side: TlsSide,
    type: number,
    bytes: Uint8Array,
    atUs: number,
    from: number,
    length: number,
  ): void {
    switch (type) {
      case content.cipherChange:
        side.use(null, 0);
        break;
      case content.alert:
        this.#alert(side, bytes, atUs);
        break;
      case content.handshake:
        side.handshake.bytes(bytes, atUs);
        break;
      case content.application:
        if (side.missing > 0) this.#events.missing(side.sender, side.missing, atUs);
        side.missing = 0;
        if (bytes.length > 0) this.#events.plain(side.sender, bytes, atUs, from, from + length);
        break;
      default:
        break;
    }
  }

  #alert(side: TlsSide, bytes: Uint8Array, atUs: number): void {
    const code = bytes[1];
    if (code === undefined) return;
    const name = alertNames.get(code) ?? `alert ${code}`;
    this.#events.alert(side.sender, { fatal: bytes[0] === 2, code, name }, atUs);
  }

  #message(side: TlsSide, type: number, body: Uint8Array, atUs: number): void {
    const isClient = side.sender === 'client';
    const is13 = this.#hellos.negotiated?.version === tls13;
    switch (type) {
      case message.clientHello:
        if (isClient && this.#hellos.client(body, atUs)) this.client.finished = this.server.finished = false;
        if (isClient && this.#hellos.offersEarlyData()) side.stage = 'early';
        break;
      case message.serverHello:
        if (!isClient && this.#hellos.server(body, atUs) === 'retry') this.client.forget('handshake');
        break;
      case message.encryptedExtensions:
        if (!isClient && is13) this.#hellos.encryptedExtensions(body, atUs);
        break;
      case message.certificate:
      case message.compressedCertificate:
        this.#hellos.certificates(side.sender, body, type === message.compressedCertificate, atUs);
        break;
      case message.serverKeyExchange:
        if (!isClient) this.#hellos.serverKeyExchange(body, atUs);
        break;
      case message.endOfEarlyData:
        if (isClient && is13) side.forget('handshake');
        break;
      case message.keyUpdate:
        if (is13) this.#keyUpdate(side, atUs);
        break;
      case message.finished:
        this.#finished(side, is13, atUs);
        break;
      default:
        break;
    }
  }

  #finished(side: TlsSide, is13: boolean, atUs: number): void {
    side.finished = true;
    if (is13 && side.epoch?.stage === 'handshake') side.forget('application');
    if (is13 ? side.sender === 'client' : this.client.finished && this.server.finished)
      this.#endHandshake(atUs);
  }

  #keyUpdate(side: TlsSide, atUs: number): void {
    const following = this.#followingEpoch(side);
    if (following === null || side.epoch?.stage !== 'application') return;
    side.use(following, 0);
    this.#events.keyUpdate(side.sender, atUs);
  }

  /** What the server refuses, the client sends again. */
  #mayHaveEarlyData(side: TlsSide): boolean {
    return side.sender === 'client' && this.#hellos.offersEarlyData() && !this.#hellos.earlyDataRefused;
  }

  #endHandshake(atUs: number): void {
    if (this.#handshakeEnded) return;
    this.#handshakeEnded = true;
    this.#events.handshakeEnded(atUs);
  }

  /** Puts the next keys of a side to use; says why where there are none. */
  #findEpoch(side: TlsSide): NoEpoch | null {
    const { negotiated } = this.#hellos;
    if (negotiated === null || this.#hellos.clientHello === null) {
      return { wait: false, reason: lockedReasons.handshakeMissing };
    }
    if (side.stage === 'early') side.stage = 'handshake';
    const stage = negotiated.version === tls13 ? side.stage : 'session';
    const found = epochOf(this.#platform, this.#secrets(), negotiated, side.sender, stage);
    if ('wait' in found) return found;
    side.use(found, 0);
    return null;
  }

  #without({ wait, reason }: NoEpoch, side: TlsSide, record: Uint8Array, atUs: number): RecordFate {
    return wait && this.#mayWait ? 'wait' : this.#lock(side, record, reason, atUs);
  }

  /** The keys that come after those in use, where they are known: what a sender may have gone on to unseen. */
  #followingEpoch(side: TlsSide): Epoch | null {
    const { negotiated } = this.#hellos;
    const { epoch } = side;
    if (negotiated === null || epoch === null) return null;
    if (epoch.stage === 'application') return updatedEpoch(this.#platform, negotiated.cipher, epoch);
    const stage = { early: 'handshake', handshake: 'application', session: 'session' } as const;
    const found = this.#known(negotiated, side, stage[epoch.stage]);
    return found === null || sameBytes(found.secret, epoch.secret) ? null : found;
  }

  #known(
    negotiated: Negotiated,
    side: TlsSide,
    stage: 'handshake' | 'application' | 'session',
  ): Epoch | null {
    const found = epochOf(this.#platform, this.#secrets(), negotiated, side.sender, stage);
    return 'wait' in found ? null : found;
  }

  #secrets(): SecretSource | null {
    const { clientHello } = this.#hellos;
    return clientHello === null ? null : this.#findSecrets(clientHello.random);
  }

  /** Without a way to read on, what is left to see is when the handshake ends. */
  #blindly(side: TlsSide, record: Uint8Array, atUs: number): RecordFate {
    if (this.#hellos.negotiated?.version === tls13) {
      if (side.sender === 'client' && record[0] === content.application) this.#endHandshake(atUs);
    } else if (side.cipherChanged) {
      side.finished = true;
      if (this.client.finished && this.server.finished) this.#endHandshake(atUs);
    } else if (record[0] === content.cipherChange) {
      side.cipherChanged = true;
    }
    return this.#handshakeEnded ? 'stop' : 'taken';
  }

  /** Tells so, once. What is seen of the rest is when the handshake ends. */
  #lock(side: TlsSide, record: Uint8Array, reason: string, atUs: number): RecordFate {
    this.#tellLocked(reason, atUs);
    if (!this.#handshakeEnded && this.#hellos.negotiated !== null) return this.#blindly(side, record, atUs);
    this.client.records.stop();
    this.server.records.stop();
    return 'stop';
  }

  #tellLocked(reason: string, atUs: number): void {
    if (this.#locked) return;
    this.#locked = true;
    this.#events.locked(reason, atUs);
  }

  #broken(side: TlsSide, atUs: number): RecordFate {
    const { clientHello, negotiated } = this.#hellos;
    if (negotiated === null) {
      const isAnswer = clientHello !== null && side.sender === 'server';
      return this.#lock(side, noBytes, isAnswer ? lockedReasons.answer : lockedReasons.notTls, atUs);
    }
    side.handshake.gap();
    return 'taken';
  }

  #resume(side: TlsSide, record: Uint8Array, atUs: number, from: number): RecordFate | 'not-one' {
    if (this.#locked) return this.#blindly(side, record, atUs);
    const { negotiated, clientHello } = this.#hellos;
    side.handshake.gap();
    const is13 = negotiated?.version === tls13;
    const isProtected = side.cipherChanged || (is13 && record[0] === content.application);
    if (!isProtected && isPlainRecord(record)) return this.#record(side, record, atUs, from);
    if (negotiated === null || clientHello === null) {
      if (record[0] !== content.application) return 'not-one';
      return this.#lock(side, record, lockedReasons.handshakeMissing, atUs);
    }
    const missing = side.epoch === null ? this.#findEpoch(side) : null;
    if (missing !== null) return this.#without(missing, side, record, atUs);
    const opened = this.#search(side, record, from - side.readTo);
    if (opened !== null) {
      side.cipherChanged = !is13;
      return this.#opened(side, opened, atUs, from, record.length);
    }
    const isSpent = this.#trials > trialsOfConnectionMax || this.#trialBytes > trialBytesMax;
    return isSpent ? this.#lock(side, record, lockedReasons.gap, atUs) : 'not-one';
  }

  /** Under the keys in use, or those after them, as far as so many bytes can hold records. */
  #search(side: TlsSide, record: Uint8Array, lostBytes: number): OpenedRecord | null {
    const range = Math.min(trialsMax, 2 + Math.floor(lostBytes / recordBytesMin));
    for (const epoch of [side.epoch, this.#followingEpoch(side)]) {
      if (epoch === null) continue;
      this.#trials += range;
      this.#trialBytes += range * record.length;
      const from = epoch === side.epoch ? side.sequence : 0;
      const opened = side.openSomewhere(epoch, record, from, range);
      if (opened !== null) return opened;
    }
    return null;
  }
}

/** A record in clear that may be believed where nothing proves it. */
function isPlainRecord(record: Uint8Array): boolean {
  const body = record.subarray(recordHeaderBytes);
  switch (record[0]) {
    case content.cipherChange:
      return body.length === 1 && body[0] === 1;
    case content.alert:
      return body.length === 2 && (body[0] === 1 || body[0] === 2);
    case content.handshake:
      return beginsMessage(body);
    default:
      return false;
  }
}

const noBytes = new Uint8Array(0);
