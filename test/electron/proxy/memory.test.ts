import { readFileSync } from 'node:fs';
import { connect as connectTls, TLSSocket, type ConnectionOptions } from 'node:tls';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createTestAuthority } from '../../support/certificates.ts';
import { authorityOf, dialRaw, openPlace, openTunnel } from '../../support/conversation.ts';
import { hasRuntime, runtimes, startPlumbline } from '../../support/plumbline.ts';
import { within } from '../../support/within.ts';

const bodyBytes = 1024 ** 3;
const stallAfterBytes = 1024 ** 2;
/** The origin counts as blocked when it could send nothing for so long. */
const blockedMs = 1_000;
const growthBytesMax = 64 * 1024 ** 2;
/** An engine that grows by less in `blockedMs` has started. */
const calmBytes = 512 * 1024;

const head = `HTTP/1.1 200 OK\r\nContent-Length: ${bodyBytes.toString()}\r\n\r\n`;

describe.each(runtimes)('1 GB for a client that stalls, in %s', (runtime) => {
  test.skipIf(!hasRuntime(runtime) || process.platform !== 'linux').for(['http', 'https'])(
    'over %s grows the engine by at most 64 MB',
    { timeout: 120_000 },
    async (scheme) => {
      const authority = await createTestAuthority();
      const context = await authority.contextFor(['127.0.0.1']);
      const proxy = await startPlumbline({ runtime, upstreamCaPem: authority.certificatePem });
      const place = await openPlace();
      const peak = watchResident(proxy.pid);
      try {
        const sent = { bytes: 0 };
        place.server.on('connection', (raw: Socket) => {
          raw.on('error', () => undefined);
          const socket =
            scheme === 'http' ? raw : new TLSSocket(raw, { isServer: true, secureContext: context });
          socket.on('error', () => undefined);
          socket.once('data', () => sendBody(socket, sent));
        });
        const raw = await dialRaw(proxy);
        if (scheme === 'https') await openTunnel(raw, authorityOf(place));
        const client =
          scheme === 'http'
            ? raw
            : connectTls({
                socket: raw,
                ca: proxy.caPem,
                checkServerIdentity: () => undefined,
              } satisfies ConnectionOptions);
        const target = scheme === 'http' ? `http://${authorityOf(place)}/` : '/';
        const beforeBytes = await settledBytes(proxy.pid);
        client.write(`GET ${target} HTTP/1.1\r\nHost: ${authorityOf(place)}\r\n\r\n`);

        let received = 0;
        await readUntil(client, (chunk) => (received += chunk.length) >= stallAfterBytes);
        client.pause();
        await blocked(sent);
        const sentWhileStalled = sent.bytes;
        const startedAt = performance.now();
        const all = head.length + bodyBytes;
        await within(
          90_000,
          '1 GB',
          readUntil(client, (chunk) => (received += chunk.length) >= all),
        );
        const seconds = (performance.now() - startedAt) / 1000;
        client.end();
        const peakBytes = peak.stop();

        const rows = await proxy.stop();
        const megabytes = (bytes: number): string => (bytes / 1024 ** 2).toFixed(1);
        process.stdout.write(
          `${runtime} ${scheme}: grew ${megabytes(peakBytes - beforeBytes)} MB from ${megabytes(beforeBytes)} MB; ` +
            `${megabytes(sentWhileStalled)} MB sent into the stall; 1 GB in ${seconds.toFixed(1)} s; ${rows[0]?.recorded ?? ''}\n`,
        );
        expect(received).toBe(all);
        expect(sentWhileStalled).toBeLessThan(64 * 1024 ** 2);
        expect(rows).toMatchObject([{ status: 200, error: null, responseBytes: bodyBytes }]);
        expect(peakBytes - beforeBytes).toBeLessThanOrEqual(growthBytesMax);
      } finally {
        peak.stop();
        place.server.close();
        proxy.dispose();
      }
    },
  );
});

function sendBody(socket: Socket, sent: { bytes: number }): void {
  const piece = Buffer.alloc(256 * 1024, 'one gigabyte of this ');
  socket.write(head);
  const go = (): void => {
    while (sent.bytes < bodyBytes) {
      sent.bytes += piece.length;
      if (!socket.write(piece)) return void socket.once('drain', go);
    }
    socket.end();
  };
  go();
}

/** Reads until `done` says so; the stream flows on in the meantime, bytes are looked at once. */
function readUntil(socket: Socket, done: (chunk: Buffer) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      if (done(chunk)) settle(resolve);
    };
    const onClose = (): void => {
      settle(() => {
        reject(new Error('The connection was closed too early.'));
      });
    };
    const settle = (how: () => void): void => {
      socket.removeListener('data', onData);
      socket.removeListener('close', onClose);
      how();
    };
    socket.on('error', () => undefined);
    socket.on('data', onData);
    socket.once('close', onClose);
    socket.resume();
  });
}

function blocked(sent: { readonly bytes: number }): Promise<void> {
  return within(
    30_000,
    'the origin to be blocked',
    new Promise((resolve) => {
      let before = -1;
      const timer = setInterval(() => {
        if (sent.bytes === before) {
          clearInterval(timer);
          resolve();
        }
        before = sent.bytes;
      }, blockedMs);
    }),
  );
}

function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid.toString()}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

/** The proxy answers while other threads of the engine still load: what those take is not what a body takes. */
function settledBytes(pid: number): Promise<number> {
  return within(
    30_000,
    'the engine to have started',
    new Promise((resolve) => {
      let before = 0;
      const timer = setInterval(() => {
        const now = residentBytes(pid);
        if (now - before <= calmBytes) {
          clearInterval(timer);
          resolve(now);
        }
        before = now;
      }, blockedMs);
    }),
  );
}

function watchResident(pid: number): { stop: () => number } {
  let peak = residentBytes(pid);
  const look = (): void => {
    peak = Math.max(peak, residentBytes(pid));
  };
  const timer = setInterval(look, 20);
  return {
    stop: () => {
      clearInterval(timer);
      return peak;
    },
  };
}
