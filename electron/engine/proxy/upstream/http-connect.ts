import type { Socket } from 'node:net';
import { fail, succeed, type Failure, type Result } from '../../../../core/model/result.ts';
import { upstreamName, type UpstreamProxy } from '../../../../core/model/upstream-proxy.ts';
import { formatAuthority } from '../destination.ts';
import { readReply, type Reading } from './read-reply.ts';

/** Largest head of an answer to CONNECT, interim answers included. */
const headBytesMax = 16 * 1024;
/** The proxy itself may have to dial meanwhile. */
const answerTimeoutMs = 60_000;
const wordsMax = 200;

export interface ConnectAnswer {
  readonly status: number;
  readonly reason: string;
  /** Names in lower case, in order. */
  readonly fields: readonly (readonly [string, string])[];
}

/** `Basic …` for the `Proxy-Authorization` field (RFC 7617), in UTF-8; null when there is no password to send. */
export function basicAuthorization({ credentials }: UpstreamProxy): string | null {
  if (credentials === null) return null;
  return `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`;
}

/**
 * Asks the proxy at the other end of the socket to connect to a host (RFC 9110 section 9.3.6). What it sent behind its
 * 2xx stays in the socket. Failures: `upstream-proxy-auth`, `upstream-proxy-refused`, and those of `readReply`.
 */
export async function connectThrough(
  socket: Socket,
  proxy: UpstreamProxy,
  host: string,
  port: number,
): Promise<Result<null>> {
  const authority = formatAuthority(host, port);
  const authorization = basicAuthorization(proxy);
  const credentials = authorization === null ? '' : `Proxy-Authorization: ${authorization}\r\n`;
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${credentials}\r\n`, 'latin1');
  const answer = await readReply(socket, readConnectAnswer, headBytesMax, answerTimeoutMs);
  if (!answer.ok) return answer;
  const { status } = answer.value;
  if (status >= 200 && status < 300) return succeed(null);
  if (status === 407) return { ok: false, error: authFailure(proxy, schemesOf(answer.value)) };
  return fail(
    'upstream-proxy-refused',
    `The upstream proxy ${upstreamName(proxy)} refused to connect to ${authority}: ${ownWords(answer.value)}.${adviceFor(status)}`,
  );
}

/** What a 407 means, in words; `schemes` are the ways to prove oneself that it offers. */
export function authFailure(proxy: UpstreamProxy, schemes: readonly string[]): Failure {
  const name = upstreamName(proxy);
  const basic = schemes.length === 0 || schemes.some((scheme) => scheme.toLowerCase() === 'basic');
  if (!basic) {
    return {
      code: 'upstream-proxy-auth',
      message: `The upstream proxy ${name} asks for a password by ${schemes.join(', ')}, which Plumbline does not speak. Ask for Basic, or put a proxy that signs in for you in between.`,
    };
  }
  return {
    code: 'upstream-proxy-auth',
    message:
      proxy.credentials === null
        ? `The upstream proxy ${name} asks for a password (407). Put user and password into its address in the settings: ${name.replace('://', '://user:password@')}.`
        : `The upstream proxy ${name} did not accept the user and password of the settings (407). Correct them there.`,
  };
}

function schemesOf({ fields }: ConnectAnswer): string[] {
  return fields
    .filter(([name]) => name === 'proxy-authenticate')
    .map(([, value]) => /^[\w-]{1,40}/.exec(value)?.[0] ?? '')
    .filter((scheme) => scheme !== '');
}

/** Status, reason, and what common proxies add to explain themselves. */
function ownWords({ status, reason, fields }: ConnectAnswer): string {
  const more = fields.find(([name]) => name === 'proxy-status' || name === 'x-squid-error')?.[1];
  const said = [
    `${status} ${reason}`.trim(),
    ...(more === undefined ? [] : [`(${more.slice(0, wordsMax)})`]),
  ];
  return `it answered ${said.join(' ')}`;
}

function adviceFor(status: number): string {
  if (status === 403) return ' Its rules do not allow this host or port; ask those who run it.';
  if (status === 502 || status === 503 || status === 504)
    return ' It could not reach the server itself; check the name, or go there without a proxy.';
  if (status === 405 || status === 501) return ' It does not take CONNECT.';
  return '';
}

/** Reads the head of the answer to CONNECT (RFC 9112 section 2.1); interim answers are passed over. */
export function readConnectAnswer(bytes: Buffer): Reading<ConnectAnswer> {
  for (let from = 0; ;) {
    const head = /\r?\n\r?\n/.exec(bytes.toString('latin1', from));
    if (head === null) {
      const wrong = !'HTTP/'.startsWith(bytes.toString('latin1', from, from + 5));
      return wrong
        ? { state: 'invalid', why: 'it answered with something that is not HTTP' }
        : { state: 'need-more' };
    }
    const to = from + head.index;
    const [line = '', ...rest] = bytes.toString('latin1', from, to).split(/\r?\n/);
    const status = /^HTTP\/\d\.\d (\d{3})(?: (.*))?$/.exec(line);
    if (status === null) return { state: 'invalid', why: 'it answered with something that is not HTTP' };
    from = to + head[0].length;
    if (status[1]?.startsWith('1') === true) continue;
    return {
      state: 'complete',
      length: from,
      value: { status: Number(status[1]), reason: printable(status[2] ?? ''), fields: rest.map(fieldOf) },
    };
  }
}

function fieldOf(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, Math.max(0, colon)).trim().toLowerCase(), printable(line.slice(colon + 1).trim())];
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, wordsMax);
}
