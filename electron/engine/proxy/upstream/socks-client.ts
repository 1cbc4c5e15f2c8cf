import { isIP, isIPv4, isIPv6, type Socket } from 'node:net';
import { fail, succeed, type Result } from '../../../../core/model/result.ts';
import { upstreamName, type UpstreamProxy } from '../../../../core/model/upstream-proxy.ts';
import { formatAuthority } from '../destination.ts';
import { readReply, type Reading } from './read-reply.ts';

/** The proxy itself may have to dial meanwhile. */
const answerTimeoutMs = 60_000;
/** Longest reply: version 5 with a name of 255 bytes. */
const replyBytesMax = 262;
const textBytesMax = 255;

/**
 * SOCKS5 (RFC 1928) with user and password (RFC 1929) when there are some. Names are looked up by the proxy. Failures:
 * `upstream-proxy-auth`, `upstream-proxy-refused`, and those of `readReply`.
 */
export async function socks5Through(
  socket: Socket,
  proxy: UpstreamProxy,
  host: string,
  port: number,
): Promise<Result<null>> {
  const { credentials } = proxy;
  const name = upstreamName(proxy);
  const place = addressBytes(host);
  if (place === null)
    return fail('upstream-proxy-refused', `The name ${host.slice(0, 80)}… is too long for SOCKS5.`);
  socket.write(Buffer.from(credentials === null ? [5, 1, 0] : [5, 2, 0, 2]));
  const method = await readReply(socket, exactly(2, readMethod), replyBytesMax, answerTimeoutMs);
  if (!method.ok) return method;
  if (method.value === 2 && credentials !== null) {
    const user = Buffer.from(credentials.user);
    const password = Buffer.from(credentials.password);
    if (user.length > textBytesMax || password.length > textBytesMax)
      return fail('upstream-proxy-auth', `User and password for ${name} have at most 255 bytes each.`);
    socket.write(
      Buffer.concat([Buffer.from([1, user.length]), user, Buffer.from([password.length]), password]),
    );
    const accepted = await readReply(socket, exactly(2, readAuthStatus), replyBytesMax, answerTimeoutMs);
    if (!accepted.ok) return accepted;
    if (accepted.value !== 0) {
      return fail(
        'upstream-proxy-auth',
        `The upstream proxy ${name} did not accept the user and password of the settings. Correct them there.`,
      );
    }
  } else if (method.value !== 0) {
    return fail(
      'upstream-proxy-auth',
      credentials === null
        ? `The upstream proxy ${name} asks for a password. Put user and password into its address in the settings: ${name.replace('://', '://user:password@')}.`
        : `The upstream proxy ${name} takes neither the user and password of the settings nor none.`,
    );
  }
  socket.write(Buffer.concat([Buffer.from([5, 1, 0]), place, portBytes(port)]));
  const reply = await readReply(socket, readSocks5Reply, replyBytesMax, answerTimeoutMs);
  if (!reply.ok) return reply;
  if (reply.value === 0) return succeed(null);
  return refused(name, host, port, socks5Words[reply.value] ?? `it gave code ${reply.value}`);
}

/**
 * SOCKS4, where `host` is an IPv4 address, or SOCKS4a, where the proxy looks a name up. The user, if any, is sent as
 * user id. Failures: as for `socks5Through`.
 */
export async function socks4Through(
  socket: Socket,
  proxy: UpstreamProxy,
  host: string,
  port: number,
): Promise<Result<null>> {
  const name = upstreamName(proxy);
  const user = Buffer.from(proxy.credentials?.user ?? '');
  if (isIPv6(host))
    return fail(
      'upstream-proxy-refused',
      `SOCKS4 knows no IPv6 addresses such as ${host}. Use a socks5:// proxy.`,
    );
  if (user.includes(0) || user.length > textBytesMax || host.length > textBytesMax)
    return fail('upstream-proxy-refused', `User or name is too long for ${name}.`);
  const named = !isIPv4(host);
  const address = named ? [0, 0, 0, 1] : host.split('.').map(Number);
  const hostBytes = named ? Buffer.from(`${host}\0`, 'latin1') : Buffer.alloc(0);
  socket.write(
    Buffer.concat([
      Buffer.from([4, 1]),
      portBytes(port),
      Buffer.from(address),
      user,
      Buffer.from([0]),
      hostBytes,
    ]),
  );
  const reply = await readReply(socket, exactly(8, readSocks4Reply), replyBytesMax, answerTimeoutMs);
  if (!reply.ok) return reply;
  if (reply.value === 90) return succeed(null);
  if (reply.value === 92 || reply.value === 93) {
    return fail(
      'upstream-proxy-auth',
      `The upstream proxy ${name} does not accept this user (SOCKS4 code ${reply.value}). Put the right one into its address in the settings.`,
    );
  }
  return refused(
    name,
    host,
    port,
    reply.value === 91
      ? 'it rejected the request or could not reach the server'
      : `it gave code ${reply.value}`,
  );
}

/** RFC 1928 section 6. */
const socks5Words: Readonly<Record<number, string>> = {
  1: 'it failed in general',
  2: 'its rules do not allow this connection',
  3: 'it found no route to that network',
  4: 'it found no route to that host, or does not know its name',
  5: 'the server refused the connection',
  6: 'the way was too long (TTL expired)',
  7: 'it knows no such command',
  8: 'it does not know this kind of address',
};

function refused(name: string, host: string, port: number, why: string): Result<never> {
  return fail(
    'upstream-proxy-refused',
    `The upstream proxy ${name} did not connect to ${formatAuthority(host, port)}: ${why}.`,
  );
}

function addressBytes(host: string): Buffer | null {
  switch (isIP(host)) {
    case 4:
      return Buffer.from([1, ...host.split('.').map(Number)]);
    case 6:
      return Buffer.from([4, ...ipv6Bytes(host)]);
    default: {
      const name = Buffer.from(host, 'latin1');
      return name.length > textBytesMax ? null : Buffer.concat([Buffer.from([3, name.length]), name]);
    }
  }
}

/** The runtime writes every IPv6 address in its shortest form, in groups of four digits and one `::` at most. */
function ipv6Bytes(address: string): number[] {
  const short = new URL(`http://[${address.replace(/%.*$/, '')}]/`).hostname.slice(1, -1);
  const [head = '', tail] = short.split('::');
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => parseInt(group, 16));
  const [before, after] = [groups(head), tail === undefined ? [] : groups(tail)];
  const zeros = new Array<number>(Math.max(0, 8 - before.length - after.length)).fill(0);
  return [...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 255]);
}

function portBytes(port: number): Buffer {
  return Buffer.from([port >> 8, port & 255]);
}

function exactly<T>(length: number, read: (bytes: Buffer) => T | string): (bytes: Buffer) => Reading<T> {
  return (bytes) => {
    if (bytes.length < length) return { state: 'need-more' };
    const value = read(bytes);
    return typeof value === 'string'
      ? { state: 'invalid', why: value }
      : { state: 'complete', value, length };
  };
}

function readMethod(bytes: Buffer): number | string {
  return bytes[0] === 5 ? (bytes[1] ?? 255) : 'it does not speak SOCKS5';
}

function readAuthStatus(bytes: Buffer): number | string {
  return bytes[1] ?? 255;
}

function readSocks4Reply(bytes: Buffer): number | string {
  return bytes[0] === 0 || bytes[0] === 4 ? (bytes[1] ?? 91) : 'it does not speak SOCKS4';
}

/** RFC 1928 section 6: gives the reply's code. */
export function readSocks5Reply(bytes: Buffer): Reading<number> {
  if (bytes.length < 2) return { state: 'need-more' };
  if (bytes[0] !== 5) return { state: 'invalid', why: 'it does not speak SOCKS5' };
  const code = bytes[1] ?? 1;
  // Some proxies close at once after a refusal, without the rest of the reply.
  if (code !== 0) return { state: 'complete', value: code, length: bytes.length };
  if (bytes.length < 5) return { state: 'need-more' };
  const address = bytes[3] === 1 ? 4 : bytes[3] === 4 ? 16 : bytes[3] === 3 ? 1 + (bytes[4] ?? 0) : null;
  if (address === null) return { state: 'invalid', why: 'it does not speak SOCKS5' };
  const length = 4 + address + 2;
  return bytes.length < length ? { state: 'need-more' } : { state: 'complete', value: code, length };
}
