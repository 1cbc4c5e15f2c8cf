import { sameBytes } from '../encoding/same-bytes.ts';
import { cipherNameOf } from '../model/tls-names.ts';
import type { Platform } from '../model/platform.ts';
import { inflateCertificates, readCertificates } from './tls-certificates.ts';
import { readClientHelloBody } from './tls-client-hello.ts';
import { tls13, type Negotiated } from './tls-epochs.ts';
import type { ClientHelloFacts, TlsEvents } from './tls-events.ts';
import { fingerprint } from './tls-fingerprint.ts';
import type { Sender } from './observer.ts';
import { readChosenAlpn, readExtensionList, readServerHello, type ServerHello } from './tls-server-hello.ts';

const extension = { alpn: 16, earlyData: 42 } as const;
/** Of ECParameters (RFC 8422 section 5.4). */
const namedCurve = 3;
/** Drafts of TLS 1.3 whose records and keys are those of the standard. */
const tls13Drafts = { from: 0x7f17, to: 0x7f1c } as const;

/** What both ends said of the connection, told as it comes. */
export class TlsHellos {
  clientHello: ClientHelloFacts | null = null;
  negotiated: Negotiated | null = null;
  earlyDataRefused = false;
  readonly #platform: Platform;
  readonly #events: TlsEvents;
  #sessionId: Uint8Array = new Uint8Array(0);
  #beganAtUs: number | null = null;

  constructor(platform: Platform, events: TlsEvents) {
    this.#platform = platform;
    this.#events = events;
  }

  began(atUs: number): void {
    this.#beganAtUs ??= atUs;
  }

  offeredCiphers(): readonly number[] {
    return this.clientHello?.hello.ciphers ?? [];
  }

  offersEarlyData(): boolean {
    return this.clientHello?.hello.extensions.includes(extension.earlyData) ?? false;
  }

  /** True when a new handshake begins with it. */
  client(body: Uint8Array, atUs: number): boolean {
    const hello = readClientHelloBody(body);
    if (hello === null || body.length < 35) return false;
    const again = this.negotiated !== null;
    if (again) this.#events.renegotiation(atUs);
    const beganAtUs = again ? atUs : (this.#beganAtUs ?? atUs);
    this.#sessionId = body.slice(35, 35 + (body[34] ?? 0));
    this.clientHello = {
      hello,
      fingerprint: fingerprint(hello, this.#platform),
      random: body.slice(2, 34),
    };
    this.#events.clientHello(this.clientHello, beganAtUs, atUs);
    if (this.offersEarlyData()) this.#events.earlyData('offered', atUs);
    return again;
  }

  server(body: Uint8Array, atUs: number): 'retry' | 'hello' | 'unreadable' {
    const hello = readServerHello(body);
    if (hello === null) return 'unreadable';
    if (hello.isRetry) {
      this.#refuseEarlyData(atUs);
      this.#events.helloRetry(hello.group, atUs);
      return 'retry';
    }
    const isDraft = hello.version >= tls13Drafts.from && hello.version <= tls13Drafts.to;
    const version = isDraft ? tls13 : hello.version;
    this.negotiated = {
      version,
      cipher: hello.cipher,
      clientRandom: this.clientHello?.random ?? new Uint8Array(32),
      serverRandom: hello.random,
      encryptThenMac: hello.encryptThenMac,
    };
    const resumed = version === tls13 ? hello.preSharedKey : this.#isSameSession(hello);
    this.#events.serverHello({ version, cipher: hello.cipher, resumed }, atUs);
    if (hello.group !== null) this.#events.group(hello.group, atUs);
    if (version !== tls13) this.#events.alpn(hello.alpn, atUs);
    return 'hello';
  }

  encryptedExtensions(body: Uint8Array, atUs: number): void {
    const extensions = readExtensionList(body, 0);
    if (extensions === null) return;
    this.#events.alpn(readChosenAlpn(extensions.get(extension.alpn)), atUs);
    if (!this.offersEarlyData()) return;
    if (extensions.has(extension.earlyData)) this.#events.earlyData('accepted', atUs);
    else this.#refuseEarlyData(atUs);
  }

  certificates(sender: Sender, body: Uint8Array, compressed: boolean, atUs: number): void {
    const plain = compressed ? inflateCertificates(body, this.#platform) : body;
    if (plain === null || this.negotiated === null) return;
    const chain = readCertificates(plain, this.negotiated.version === tls13);
    this.#events.certificates(sender, chain, atUs);
  }

  serverKeyExchange(body: Uint8Array, atUs: number): void {
    const isElliptic = cipherNameOf(this.negotiated?.cipher ?? 0)?.startsWith('ECDHE-') === true;
    if (!isElliptic || body.length < 3 || body[0] !== namedCurve) return;
    this.#events.group(((body[1] ?? 0) << 8) | (body[2] ?? 0), atUs);
  }

  #refuseEarlyData(atUs: number): void {
    if (!this.offersEarlyData() || this.earlyDataRefused) return;
    this.earlyDataRefused = true;
    this.#events.earlyData('refused', atUs);
  }

  #isSameSession({ sessionId }: ServerHello): boolean {
    return sessionId.length > 0 && sameBytes(sessionId, this.#sessionId);
  }
}
