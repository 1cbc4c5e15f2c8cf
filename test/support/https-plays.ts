import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createTestAuthority } from './certificates.ts';
import type { PacketLab } from './packet-lab.ts';

/** How the body of a made-up page is coded; those without `chunked` tell their length first. */
export const pageKinds = ['plain', 'gzip', 'deflate', 'br', 'chunked', 'gzip-chunked', 'empty'] as const;

/** A server for HTTP/1.1 and HTTP/2 on port 443 of the server’s machine. */
export interface HttpsPlay {
  /** What curl of the client’s machine does; rejects unless all went well. */
  readonly curl: (...args: readonly string[]) => Promise<void>;
  readonly url: (kind: (typeof pageKinds)[number] | 'upload', bytes: number, name: string) => string;
  /** Where curl writes the keys of its connections. */
  readonly keyLogFile: string;
}

/**
 * `/KIND/BYTES/NAME` is a page of about so many bytes before they are coded; an upload is answered by nothing. Text and noise are mixed so that neither
 * coding nor not coding is trivial.
 */
const serverScript = `
  import http2 from 'node:http2';
  import zlib from 'node:zlib';
  import { readFileSync } from 'node:fs';
  const [key, cert, host] = args;
  const codings = { gzip: zlib.gzipSync, deflate: zlib.deflateSync, br: zlib.brotliCompressSync };
  const pageOf = (bytes, name) => {
    const page = Buffer.alloc(bytes, name + ' says where the time went; ');
    let seed = bytes * 2654435761 >>> 0;
    for (let at = 0; at < bytes; at += 1 + seed % 61) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      page[at] = seed >>> 24;
    }
    return page;
  };
  const server = http2.createSecureServer({ key: readFileSync(key), cert: readFileSync(cert), allowHTTP1: true }, async (request, response) => {
    const [, kind, bytes, name] = request.url.split('/');
    for await (const part of request) void part;
    if (kind === 'upload') return response.writeHead(204).end();
    const page = kind === 'empty' ? Buffer.alloc(0) : pageOf(+bytes, name);
    const coding = kind.split('-')[0];
    const body = codings[coding]?.(page) ?? page;
    const headers = { 'content-type': 'application/octet-stream' };
    if (coding in codings) headers['content-encoding'] = coding;
    // Then curl resets a stream of HTTP/2 when it has so much, before the server has ended it.
    if (!kind.endsWith('chunked')) headers['content-length'] = body.length;
    response.writeHead(200, headers);
    for (let at = 0; at < body.length; at += 5003) response.write(body.subarray(at, at + 5003));
    response.end();
  });
  server.listen(443, host, () => print('listening'));`;

export async function playHttps(lab: PacketLab): Promise<HttpsPlay> {
  const authority = await createTestAuthority();
  const { key, cert } = await authority.pemFor([lab.server.ipv4]);
  const file = (name: string, content: string): string => {
    const written = path.join(lab.folder, name);
    writeFileSync(written, content);
    return written;
  };
  const server = lab.node(
    'server',
    serverScript,
    ...[file('key.pem', key), file('cert.pem', cert), lab.server.ipv4],
  );
  await server.says(/listening/);
  const ca = file('ca.pem', authority.certificatePem);
  const keyLogFile = path.join(lab.folder, 'keys.log');
  return {
    keyLogFile,
    url: (kind, bytes, name) => `https://${lab.server.ipv4}/${kind}/${bytes}/${name}`,
    curl: async (...args) => {
      const quiet = ['-q', '--silent', '--show-error', '--fail', '--noproxy', '*', '--cacert', ca];
      await lab.run('client', 'env', [`SSLKEYLOGFILE=${keyLogFile}`, 'curl', ...quiet, ...args]);
    },
  };
}
