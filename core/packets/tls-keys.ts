import { bytesOfHex, hexOfBytes } from '../encoding/hex.ts';

/**
 * The secrets of one TLS connection, by their labels in a key log (RFC 9850, "The SSLKEYLOGFILE Format for TLS"), such as `CLIENT_RANDOM` for the
 * master secret of TLS 1.2.
 */
export interface TlsSecrets {
  /** The bytes behind this label, null when the log does not have it. */
  readonly secret: (label: string) => Uint8Array | null;
}

/** Everything that key logs told so far. */
export interface TlsKeys {
  /**
   * Takes lines of a key log, `label client_random secret`: any line end, either hexadecimal case, in any order. What is no such line (comments, cut
   * lines, the `RSA` lines of old) is passed over. The last line may lack its end. Returns how many lines were new.
   */
  readonly add: (text: string) => number;
  /** `clientRandom`: 32 bytes. Null while no line names it. */
  readonly secretsOf: (clientRandom: Uint8Array) => TlsSecrets | null;
  /** The lines of one connection as a key log writes them, in the order they came. */
  readonly linesOf: (clientRandom: Uint8Array) => readonly string[];
  /** Connections that secrets are known of. */
  readonly count: () => number;
}

/** Connections whose secrets are kept; of more, those that came first are forgotten. */
export const keyedConnectionsMax = 1_000_000;
/** The same in characters of what is kept: about half a million connections of TLS 1.3. */
const keptCharsMax = 256 * 1024 * 1024;
/** Lines kept for one connection: TLS 1.3 writes five to nine, and a label counts once. */
const linesMax = 32;
/** Of one line: the longest secrets are ECH configurations. */
const lineCharsMax = 4_096;

const hexDigits = /^[0-9a-f]+$/;
const labelChars = /^[A-Z0-9_]{1,64}$/;
const randomChars = 64;

/** An empty store. */
export function createTlsKeys(): TlsKeys {
  /** By client random in lower-case hexadecimal digits: `label secret`, each ended by a line feed. */
  const known = new Map<string, string>();
  let keptChars = 0;

  /** A sixteenth at a time: finding the first of a map is dear after many were taken away. */
  function forgetFirst(): void {
    let left = Math.ceil(known.size / 16);
    for (const [random, lines] of known) {
      if (left-- === 0) return;
      keptChars -= random.length + lines.length;
      known.delete(random);
    }
  }

  function addLine(line: string): boolean {
    const labelEnd = line.indexOf(' ');
    const random = line.slice(labelEnd + 1, labelEnd + 1 + randomChars).toLowerCase();
    const secret = line.slice(labelEnd + 2 + randomChars).toLowerCase();
    if (labelEnd < 1 || line.charAt(labelEnd + 1 + randomChars) !== ' ' || secret.length % 2 !== 0)
      return false;
    const label = line.slice(0, labelEnd);
    if (!labelChars.test(label) || random.length !== randomChars) return false;
    if (!hexDigits.test(random) || !hexDigits.test(secret)) return false;
    const before = known.get(random) ?? '';
    if (`\n${before}`.includes(`\n${label} `)) return false;
    if (before.split('\n').length > linesMax) return false;
    known.set(random, `${before}${label} ${secret}\n`);
    keptChars += label.length + secret.length + 2 + (before === '' ? random.length : 0);
    if (known.size > keyedConnectionsMax || keptChars > keptCharsMax) forgetFirst();
    return true;
  }

  return {
    add: (text) => {
      let added = 0;
      let feed = -1;
      let carriage = -1;
      for (let at = 0; at < text.length;) {
        if (feed < at) feed = endOrLength(text.indexOf('\n', at), text);
        if (carriage < at) carriage = endOrLength(text.indexOf('\r', at), text);
        const end = Math.min(feed, carriage);
        const line = end - at > lineCharsMax ? '' : text.slice(at, end).trim();
        if (line !== '' && addLine(line)) added++;
        at = end + 1;
      }
      return added;
    },
    secretsOf: (clientRandom) => {
      const lines = known.get(hexOfBytes(clientRandom));
      return lines === undefined ? null : { secret: (label) => secretIn(lines, label) };
    },
    linesOf: (clientRandom) => {
      const random = hexOfBytes(clientRandom);
      const lines = (known.get(random) ?? '').split('\n').filter((line) => line !== '');
      return lines.map((line) => line.replace(' ', ` ${random} `));
    },
    count: () => known.size,
  };
}

function endOrLength(index: number, text: string): number {
  return index === -1 ? text.length : index;
}

function secretIn(lines: string, label: string): Uint8Array | null {
  const at = `\n${lines}`.indexOf(`\n${label} `);
  if (at === -1) return null;
  const from = at + label.length + 1;
  return bytesOfHex(lines.slice(from, lines.indexOf('\n', from)));
}
