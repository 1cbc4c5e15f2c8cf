import { hexText } from '../encoding/hex.ts';
import { u16At, u32At } from '../encoding/network-order.ts';
import { ipv4Text } from '../model/ip-address.ts';
import type { Platform } from '../model/platform.ts';
import type { QueryEvent } from '../model/query-events.ts';
import { askedAgain, noAnswer, WaitingQuestions, type WaitingQuestion } from '../model/waiting-questions.ts';
import type { DatagramObserver } from './observer.ts';

/** RFC 5905 section 7.3. */
const packetBytes = 48;
const symmetric = 1;
const clientMode = 3;
const serverMode = 4;
const broadcastMode = 5;
/** Requests that wait at once; beyond it the oldest is told as unanswered. */
const waitingMax = 100;
/** Seconds from 1900 to 1970. */
const unixEpoch = 2_208_988_800;

interface Waiting extends WaitingQuestion {
  readonly atUs: number;
}

/** A packet of NTP: a known version, a mode, and a length that leaves place for what may follow the header. */
export function looksLikeNtp(bytes: Uint8Array): boolean {
  const first = bytes[0] ?? 0;
  const version = (first >> 3) & 7;
  const mode = first & 7;
  return (
    bytes.length >= packetBytes &&
    bytes.length % 4 === 0 &&
    version >= 1 &&
    version <= 4 &&
    mode >= symmetric &&
    mode <= broadcastMode &&
    (bytes[1] ?? 0) <= 16
  );
}

/**
 * Observes NTP (RFC 5905): requests and answers, which carry the request's transmit time. Offset and delay are computed from the server's times and those
 * of the capture: they speak of the clock that captured.
 */
export function createNtpObserver(platform: Platform, emit: (event: QueryEvent) => void): DatagramObserver {
  const waiting = new WaitingQuestions<Waiting>(emit, waitingMax, noAnswer);
  let questions = 0;
  let hasBroadcast = false;

  function ask(bytes: Uint8Array, atUs: number): void {
    const key = hexText(bytes, 40, 48);
    const same = waiting.get(key);
    if (same !== null) return askedAgain(same, atUs - same.atUs);
    waiting.makeRoom(atUs);
    questions += 1;
    waiting.add(key, { question: questions, atUs, facts: [] });
    const statement = `NTP version ${((bytes[0] ?? 0) >> 3) & 7}`;
    emit({
      ...{ type: 'question', question: questions, firstAtUs: atUs, atUs, verb: 'time', statement },
      ...{ normalised: statement, parameters: [], bytes: bytes.length },
    });
  }

  function answer(bytes: Uint8Array, atUs: number): void {
    const entry = waiting.take(hexText(bytes, 24, 32));
    if (entry === null) return;
    const { question } = entry;
    const stratum = bytes[1] ?? 0;
    const reference = referenceText(platform, bytes, stratum);
    emit({ type: 'answer-begin', question, atUs });
    emit({
      type: 'answer-end',
      question,
      atUs,
      rows: null,
      bytes: bytes.length,
      status: stratum === 0 ? '' : `stratum ${stratum}`,
      error: stratum === 0 ? { code: reference, message: kissText(reference) } : null,
      preview: null,
      facts: stratum === 0 ? entry.facts : [...entry.facts, ...timeFacts(bytes, entry.atUs, atUs, reference)],
    });
  }

  return {
    datagram: (_sender, bytes, atUs) => {
      if (!looksLikeNtp(bytes)) return;
      const mode = (bytes[0] ?? 0) & 7;
      if (mode === clientMode) ask(bytes, atUs);
      else if (mode === serverMode) answer(bytes, atUs);
      else if (mode === broadcastMode && !hasBroadcast) {
        hasBroadcast = true;
        emit({ type: 'fact', atUs, name: 'broadcast', value: `the time, stratum ${bytes[1] ?? 0}` });
      }
    },
    end: (atUs) => waiting.end(atUs),
  };
}

/** Offset and delay by the four times (RFC 5905 section 8). */
function timeFacts(
  bytes: Uint8Array,
  askedAtUs: number,
  answeredAtUs: number,
  reference: string,
): readonly (readonly [string, string])[] {
  const received = unixUs(bytes, 32);
  const sent = unixUs(bytes, 40);
  const offset = (received - askedAtUs + (sent - answeredAtUs)) / 2;
  const delay = answeredAtUs - askedAtUs - (sent - received);
  const leap = (bytes[0] ?? 0) >> 6;
  return [
    ['reference', reference],
    ['offset from the clock of the capture', `${offset > 0 ? '+' : ''}${(offset / 1000).toFixed(3)} ms`],
    ['delay on the way', `${(delay / 1000).toFixed(3)} ms`],
    ['time at the server', `${((sent - received) / 1000).toFixed(3)} ms`],
    ['root delay', `${shortMs(bytes, 4)} ms`],
    ['root dispersion', `${shortMs(bytes, 8)} ms`],
    ...(leap === 3 ? ([['clock', 'not synchronised']] as const) : []),
  ];
}

/** µs since the Unix epoch of a timestamp; what lies before 1968 is taken to be of the era that begins in 2036. */
function unixUs(bytes: Uint8Array, at: number): number {
  const seconds = u32At(bytes, at);
  const era = seconds < 0x8000_0000 ? 4_294_967_296 : 0;
  return (seconds + era - unixEpoch) * 1e6 + (u32At(bytes, at + 4) / 4_294_967_296) * 1e6;
}

/** 16 bits of seconds, 16 of their fraction. */
function shortMs(bytes: Uint8Array, at: number): string {
  return ((u16At(bytes, at) + u16At(bytes, at + 2) / 65_536) * 1000).toFixed(2);
}

/** Four characters of a clock or a kiss code, or the address of the server it follows. */
function referenceText(platform: Platform, bytes: Uint8Array, stratum: number): string {
  if (stratum > 1) return ipv4Text(bytes.subarray(12, 16));
  const text = platform.latin1(bytes, 12, 16).replace(/\0+$/, '');
  return /^[\x21-\x7e]+$/.test(text) ? text : hexText(bytes, 12, 16);
}

/** RFC 5905 section 7.4. */
function kissText(code: string): string {
  switch (code) {
    case 'RATE':
      return 'The server asks for fewer questions.';
    case 'DENY':
    case 'RSTR':
      return 'The server refuses to answer this client.';
    default:
      return 'The server does not give its time.';
  }
}
