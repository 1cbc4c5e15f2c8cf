import type { HeadView } from '../../core/contract/exchanges.ts';
import type { FakeExchange } from './fake-exchanges.ts';

/** An exchange with heads that suit it. */
export function describeFake({ record, clientLeg, serverLeg }: FakeExchange) {
  const plain = record.scheme === 'http';
  const waitMs = (record.waitUs ?? 0) / 1000;
  const url = `${record.scheme}://${record.host}${record.port === 443 ? '' : `:${record.port}`}${record.path}`;
  const requestLines: [string, string][] = [
    ['Host', record.host],
    ['User-Agent', 'ShopApp/7.4.1 (Linux; Android 16) okhttp/5.0.0'],
    ['Accept', 'application/json, */*;q=0.8'],
    ['accept-encoding', 'gzip, br'],
    [
      'Authorization',
      'Bearer eyJhbGciOiJFUzI1NiIsImtpZCI6IjIwMjYtMTEifQ.eyJzdWIiOiI0MSIsInNjb3BlIjoiY2FydCJ9.x7Qw',
    ],
    ['X-Request-Id', `7b1e-${record.id}`],
    ['Cookie', 'session=9f2c1; theme=dark; consent=all; experiment=checkout-b'],
  ];
  const responseLines: [string, string][] = [
    ['Date', 'Sat, 21 Nov 2026 05:12:44 GMT'],
    ['Content-Type', record.contentType ?? 'text/plain'],
    ['Content-Encoding', 'gzip'],
    ['Cache-Control', 'private, max-age=0, must-revalidate'],
    ['Set-Cookie', 'session=9f2c1; Path=/; HttpOnly; Secure'],
    ['set-cookie', 'seen=1; Max-Age=31536000'],
    ['Server-Timing', `db;dur=${(waitMs * 0.72).toFixed(1)}, render;dur=${(waitMs * 0.06).toFixed(1)}`],
    ['Transfer-Encoding', 'chunked'],
  ];
  const target = plain ? url : record.path;
  const isTunnel = record.method === '';
  return {
    exchange: record,
    url: isTunnel ? `${record.host}:${record.port}` : url,
    clientLeg,
    serverLeg,
    request: isTunnel ? null : head(`${record.method} ${target} HTTP/1.1`, requestLines),
    requestForwarded:
      plain && !isTunnel ? head(`${record.method} ${record.path} HTTP/1.1`, requestLines) : null,
    interim: record.method === 'POST' ? [head('HTTP/1.1 100 Continue', [])] : [],
    response:
      record.status === null
        ? null
        : head(`HTTP/1.1 ${record.status} ${record.statusText ?? ''}`, responseLines),
    requestTrailers: [],
    responseTrailers: record.id % 9 === 0 ? [['X-Checksum', 'sha256=4f2c81d0'] as [string, string]] : [],
    question: null,
  };
}

function head(startLine: string, headers: [string, string][]): HeadView {
  const lines = [startLine, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''];
  return { raw: lines.join('\r\n'), startLine, headers };
}
