import { millisecondsText } from '../encoding/cut-text.ts';
import { u16At } from '../encoding/network-order.ts';
import type { Platform } from '../model/platform.ts';
import type { QueryEvent } from '../model/query-events.ts';
import { alertNames, cipherNames } from '../model/tls-names.ts';
import { createDtlsFragments } from './dtls-flight.ts';
import { dtlsVersionName, readDtlsHello, srtpProfileName, type DtlsHello } from './dtls-hello.ts';
import type { DatagramObserver, Sender } from './observer.ts';

export interface DtlsOptions {
  /** A handshake is over; not called for one that failed. */
  readonly onFinished?: (atUs: number) => void;
}

const recordBytes = 13;
const changeCipherSpec = 20;
const alert = 21;
const handshake = 22;
const applicationData = 23;
const clientHello = 1;
const serverHello = 2;
const helloVerifyRequest = 3;
const fatal = 2;

/** A datagram that begins with a record of DTLS 1.0 to 1.2 in clear: what a conversation begins with. */
export function looksLikeDtls(bytes: Uint8Array): boolean {
  const type = bytes[0] ?? 0;
  const version = u16At(bytes, 1);
  return (
    bytes.length >= recordBytes &&
    type >= changeCipherSpec &&
    type <= applicationData &&
    (version === 0xfeff || version === 0xfefd) &&
    u16At(bytes, 11) > 0 &&
    (type !== handshake || u16At(bytes, 3) > 0 || (bytes[recordBytes] ?? 0) <= 24)
  );
}

/** A handshake that is under way: who asked, and how far each side is. */
interface Handshake {
  readonly question: number;
  readonly asker: Sender;
  readonly random: string;
  readonly facts: (readonly [string, string])[];
  readonly isEncrypted: Record<Sender, boolean>;
  lastAtUs: number;
  isBegun: boolean;
  version: number;
}

/**
 * Observes DTLS (RFC 6347, RFC 9147): a handshake is one question, from the first ClientHello until both sides have sent under the new keys. For 1.3, where
 * nothing shows what is sent under them, that is the first record of the client behind the server's. Other datagrams are passed over.
 */
export function createDtlsObserver(
  platform: Platform,
  emit: (event: QueryEvent) => void,
  { onFinished }: DtlsOptions = {},
): DatagramObserver {
  const fragments = { client: createDtlsFragments(), server: createDtlsFragments() };
  let questions = 0;
  let open: Handshake | null = null;
  let answerBytes = 0;

  function datagram(sender: Sender, bytes: Uint8Array, atUs: number): void {
    for (let at = 0; at < bytes.length;) {
      const type = bytes[at] as number;
      // The unified header of 1.3 hides everything (RFC 9147 section 4); what follows in this datagram is of the same keys.
      if (type >> 5 === 1) return encrypted(sender, atUs);
      const from = at + recordBytes;
      const to = from + u16At(bytes, at + 11);
      if (type < changeCipherSpec || type > applicationData || to > bytes.length) return;
      if (u16At(bytes, at + 3) > 0) encrypted(sender, atUs);
      else if (type === handshake) messages(sender, bytes, from, to, atUs);
      else if (type === alert && bytes[from] === fatal) fail(bytes[from + 1] ?? 0, atUs);
      at = to;
    }
  }

  function messages(sender: Sender, bytes: Uint8Array, from: number, to: number, atUs: number): void {
    for (let at = from; at + 12 <= to;) {
      const type = bytes[at] as number;
      const end = at + 12 + ((bytes[at + 9] ?? 0) << 16) + u16At(bytes, at + 10);
      if (end > to) return;
      if (type === clientHello || type === serverHello) {
        const body = fragments[sender].add(bytes, at, end);
        if (body !== null)
          hello(sender, readDtlsHello(platform, body, type === clientHello), type, body.length, atUs);
      } else if (type === helloVerifyRequest && open !== null && sender !== open.asker)
        fact(open, 'cookie', 'the server asked for the hello once more, with a cookie');
      at = end;
    }
  }

  function hello(sender: Sender, said: DtlsHello, type: number, bytes: number, atUs: number): void {
    if (type === clientHello) return ask(sender, said, bytes, atUs);
    if (open === null || sender === open.asker) return;
    begin(open, atUs);
    open.version = said.version;
    answerBytes = bytes;
    fact(open, 'version', dtlsVersionName(said.version));
    const [cipher] = said.ciphers;
    if (cipher !== undefined) fact(open, 'cipher', cipherNames.get(cipher) ?? `0x${cipher.toString(16)}`);
    const [profile] = said.srtp;
    if (profile !== undefined) fact(open, 'SRTP', srtpProfileName(profile));
    if (said.protocols.length > 0) fact(open, 'ALPN chosen', said.protocols.join(', '));
  }

  function ask(sender: Sender, said: DtlsHello, bytes: number, atUs: number): void {
    if (open !== null && open.asker === sender && open.random === said.random) {
      if (!said.hasCookie) fact(open, 'asked again', `after ${millisecondsText(atUs - open.lastAtUs)}`);
      open.lastAtUs = atUs;
      return;
    }
    if (open !== null) giveUp(open, atUs);
    questions += 1;
    const isEncrypted = { client: false, server: false };
    open = {
      ...{ question: questions, asker: sender, random: said.random, facts: [], isEncrypted },
      ...{ lastAtUs: atUs, isBegun: false, version: said.version },
    };
    fact(open, 'offered', `DTLS ${dtlsVersionName(said.version)}`);
    if (said.protocols.length > 0) fact(open, 'ALPN', said.protocols.join(', ').slice(0, 500));
    if (said.srtp.length > 0)
      fact(open, 'SRTP offered', said.srtp.map(srtpProfileName).join(', ').slice(0, 500));
    emit({
      type: 'question',
      question: questions,
      firstAtUs: atUs,
      atUs,
      verb: 'DTLS',
      statement: said.serverName === null ? 'DTLS handshake' : `DTLS handshake ${said.serverName}`,
      normalised: 'DTLS handshake',
      parameters: [],
      bytes,
    });
  }

  /** A record under keys: the end of a handshake shows only by it. */
  function encrypted(sender: Sender, atUs: number): void {
    if (open?.isBegun !== true) return;
    const isThirteen = open.version === 0xfefc;
    const other = sender === 'client' ? 'server' : 'client';
    if (isThirteen && sender === open.asker && !open.isEncrypted[other]) return;
    open.isEncrypted[sender] = true;
    if (open.isEncrypted[other]) finish(open, atUs);
  }

  function finish({ question, facts }: Handshake, atUs: number): void {
    open = null;
    emit({
      ...{ type: 'answer-end', question, atUs, rows: null, bytes: answerBytes, status: 'finished' },
      ...{ error: null, preview: null, facts },
    });
    onFinished?.(atUs);
  }

  function fail(code: number, atUs: number): void {
    if (open === null) return;
    const name = alertNames.get(code) ?? `alert ${code}`;
    end(open, atUs, name, `The handshake was refused: ${name}.`);
  }

  function begin(entry: Handshake, atUs: number): void {
    if (entry.isBegun) return;
    entry.isBegun = true;
    emit({ type: 'answer-begin', question: entry.question, atUs });
  }

  function giveUp(entry: Handshake, atUs: number): void {
    if (entry.isBegun) end(entry, atUs, 'cut', 'The handshake was not seen to end.');
    else end(entry, atUs, 'no-answer', 'No answer was seen before the end of the conversation.');
  }

  function end({ question, facts }: Handshake, atUs: number, code: string, message: string): void {
    open = null;
    emit({
      ...{ type: 'answer-end', question, atUs, rows: null, bytes: 0, status: '' },
      ...{ error: { code, message }, preview: null, facts },
    });
  }

  return {
    datagram,
    end: (atUs) => {
      if (open !== null) giveUp(open, atUs);
    },
  };
}

function fact({ facts }: Handshake, name: string, value: string): void {
  if (facts.length < 40 && !(name !== 'asked again' && facts.some(([known]) => known === name)))
    facts.push([name, value]);
}
