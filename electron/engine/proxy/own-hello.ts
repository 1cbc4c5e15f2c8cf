import { Duplex } from 'node:stream';
import { connect, type ConnectionOptions } from 'node:tls';
import { readClientHello } from '../../../core/observers/tls-client-hello.ts';
import { fingerprint, type TlsFingerprint } from '../../../core/observers/tls-fingerprint.ts';
import { createBoundedMap } from './bounded-map.ts';
import { nodePlatform } from './platform.ts';

/** Fingerprints kept: one for each way to speak TLS that was used. */
const fingerprintsMax = 1000;

/** What servers see of us. */
export interface OwnHellos {
  /**
   * The fingerprint of the ClientHello that `tls.connect` sends with these options; null if it sends none. `key`: equal
   * for options that make equal hellos but for the letters of the server name.
   */
  readonly fingerprintOf: (key: string, options: ConnectionOptions) => Promise<TlsFingerprint | null>;
}

/** The runtime does not show the hello it sends: the same options are used once more, with nobody at the other end. */
export function createOwnHellos(): OwnHellos {
  const known = createBoundedMap<Promise<TlsFingerprint | null>>(fingerprintsMax);
  return {
    fingerprintOf: (key, options) => {
      // Padding depends on how long the name is.
      const ofLength = `${key} ${options.servername?.length ?? 0}`;
      const made = known.get(ofLength) ?? listen(options);
      known.set(ofLength, made);
      return made;
    },
  };
}

function listen(options: ConnectionOptions): Promise<TlsFingerprint | null> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    const nobody = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        bytes = Buffer.concat([bytes, chunk]);
        const reading = readClientHello(bytes);
        if (reading.state !== 'need-more') {
          resolve(reading.state === 'complete' ? fingerprint(reading.hello, nodePlatform) : null);
          setImmediate(() => socket.destroy());
        }
        done();
      },
    });
    const socket = connect({ ...options, socket: nobody });
    socket.on('error', () => undefined);
    socket.once('close', () => {
      resolve(null);
    });
  });
}
