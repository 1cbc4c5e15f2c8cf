/**
 * Sends damaged and hostile requests from where it is started, and prints as one JSON line how many were answered with which status, and which forbidden
 * words came back. Arguments: host, port, number of requests, seed, address of a server it would like to reach, forbidden words.
 */
import { connect } from 'node:net';

const [host = '', port = '', count = '', seed = '', target = '', ...forbidden] = process.argv.slice(2);
const atOnce = 32;
const waitMs = 3000;

let state = Number(seed) >>> 0;
function random(below: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}
const pick = <T>(list: readonly T[]): T => list[random(list.length)] as T;

/** The usual one three times of four. */
const often = (usual: string, others: readonly string[]): string => (random(4) > 0 ? usual : pick(others));

const methods = ['GET', 'HEAD', 'POST', 'CONNECT', 'OPTIONS', 'get', 'PRI', 'X'.repeat(300), '', 'G\u0000T'];
const paths = [
  ...[
    '/',
    '/pair',
    '/pair/',
    '/pair/00000000',
    '/pair?code=%00%ff',
    `/pair/${'A'.repeat(5000)}`,
    '/status.json',
  ],
  ...['/plumbline-ca.crt', '/plumbline-ca.pem', '/plumbline-ca.mobileconfig', '/proxy.pac', '/checks.js'],
  ...[
    '/trusted.svg',
    '/../../etc/passwd',
    '/%2e%2e/%2e%2e/ca.key',
    '//plumbline-ca.pem',
    '/plumbline-ca.pem#x',
  ],
  ...[
    '/plumbline-wifi.mobileconfig?ssid=%00',
    '/\u0000',
    '*',
    '',
    `/${'?'.repeat(2000)}`,
    '/control',
    '/settings.json',
  ],
];
const hosts = [
  'plumbline.test',
  host,
  `${host}:${port}`,
  'localhost',
  '127.0.0.1',
  target,
  'x'.repeat(4000),
  '',
  '[::1]',
];
const fields = [
  ...[
    'Content-Length: 5',
    'Content-Length: -1',
    'Content-Length: 5\r\nContent-Length: 6',
    'Transfer-Encoding: chunked',
  ],
  ...[
    'Transfer-Encoding: chunked\r\nContent-Length: 3',
    'Expect: 100-continue',
    'Connection: close',
    'Upgrade: websocket',
  ],
  ...[
    'Proxy-Authorization: Basic bWU6c2VjcmV0',
    `Cookie: ${'a'.repeat(3000)}`,
    'X\u0000: y',
    ' folded',
    ': empty',
  ],
  ...['User-Agent: iPhone OS 18_1 <script>', 'Host: plumbline.test\r\nHost: other.test', 'Range: bytes=0-1'],
];

function request(): Buffer {
  const asked = pick(paths);
  const place = pick(hosts);
  const targets = [
    asked,
    `http://${place}${asked}`,
    `${place}:443`,
    `https://${place}${asked}`,
    `http://${target}/`,
  ];
  const lines = [
    `${often('GET', methods)} ${pick(targets)} ${often('HTTP/1.1', ['HTTP/1.0', 'HTTP/9', '', 'HTTP/2.0'])}`,
  ];
  if (random(4) > 0) lines.push(`Host: ${often(`${host}:${port}`, hosts)}`);
  for (let more = random(4); more > 0; more -= 1) lines.push(pick(fields));
  const bytes = Buffer.from(`${lines.join(often('\r\n', ['\n', '\r']))}\r\n\r\n`, 'latin1');
  for (let flips = random(6) === 0 ? random(8) : 0; flips > 0; flips -= 1)
    bytes[random(bytes.length)] = random(256);
  const starts = ['\u0016\u0003\u0001', '\u0005\u0001\u0000', '\u0004\u0001'];
  return Buffer.concat([
    Buffer.from(often('', starts), 'latin1'),
    bytes,
    Buffer.from(pick(['', '', 'hello', '0\r\n\r\n'])),
  ]);
}

const statuses: Record<string, number> = {};
const leaks: string[] = [];

function play(): Promise<void> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(Number(port), host);
    const timer = setTimeout(() => socket.destroy(), waitMs);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      // Whatever else would come, it has been answered.
      if (text.length > 20_000 || /^HTTP\/1\.1 \d+[^]*\r\n\r\n[^]*<\/html>/.test(text)) socket.destroy();
    });
    socket.once('close', () => {
      clearTimeout(timer);
      const status = /^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? (text === '' ? 'none' : 'other');
      statuses[status] = (statuses[status] ?? 0) + 1;
      for (const word of forbidden) if (text.includes(word)) leaks.push(word);
      resolve();
    });
    const bytes = request();
    const cut = random(bytes.length);
    socket.write(bytes.subarray(0, cut));
    socket.end(bytes.subarray(cut));
  });
}

let left = Number(count);
async function worker(): Promise<void> {
  while (left > 0) {
    left -= 1;
    await play();
  }
}
await Promise.all(Array.from({ length: atOnce }, worker));
process.stdout.write(`${JSON.stringify({ statuses, leaks: [...new Set(leaks)] })}\n`);
process.exit(0);
