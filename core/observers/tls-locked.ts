import { cipherNameOf, tlsVersionNames } from '../model/tls-names.ts';

/** Why the application data of a connection cannot be read, and what to do; a sentence or two for a person. */
export const lockedReasons = {
  notTls: 'What was sent here is not TLS, or does not begin with its first message.',
  answer: 'The server answered the first message of TLS with something else than TLS.',
  midstream:
    'The capture began after this TLS connection had been opened, so it cannot be told which keys are its own. Start capturing before the application connects.',
  handshakeMissing:
    'Packets that opened this TLS connection are missing from the capture, so it cannot be decrypted.',
  noKeys:
    'No key log has the secrets of this TLS connection. Have the application write them (SSLKEYLOGFILE) and add that file, or send it through the proxy.',
  someKeys:
    'The key log has only some of the secrets of this TLS connection. Add the whole log, or have the application write one (SSLKEYLOGFILE).',
  wrongKeys:
    'The secrets in the key log do not open this TLS connection: they are of another one, or its packets are damaged.',
  gap: 'Too many packets of this TLS connection are missing from the capture: where it goes on cannot be told.',
} as const;

/** For a cipher suite that is not known here. */
export function lockedBySuite(cipher: number): string {
  const name = cipherNameOf(cipher) ?? `0x${cipher.toString(16).padStart(4, '0')}`;
  return `This TLS connection is protected by ${name}, which is not decrypted here.`;
}

/** For a version before TLS 1.2. */
export function lockedByVersion(version: number): string {
  const name = tlsVersionNames.get(version) ?? `version 0x${version.toString(16).padStart(4, '0')}`;
  return `This connection uses ${name}; TLS 1.2 and 1.3 are decrypted here.`;
}
