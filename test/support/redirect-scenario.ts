/**
 * A process that serves a redirected client written by others (Python's), and prints one JSON line with what it saw and
 * what the client saw. Runs as it is in Node, bundled in Electron. The environment names the helper.
 */
import { once } from 'node:events';
import { runRedirected } from '../../electron/engine/system/redirect.ts';
import type { RedirectedConnection } from '../../electron/engine/system/redirect-channel.ts';

const client = `
import json, socket, struct, threading
def to(port, address='203.0.113.7'):
    s = socket.create_connection((address, port), timeout=10)
    return s
seen = {}
socks = [to(4000 + i) for i in range(100)]
for s in socks: s.sendall(b'hello')
seen['answers'] = sum(s.recv(100) == b'to %d' % (4000 + i) for i, s in enumerate(socks))
for s in socks: s.close()
s = to(1); s.sendall(b'all'); s.shutdown(socket.SHUT_WR)
seen['half closed'] = s.recv(100).decode()
s = to(2, '2001:db8:7::1'); s.sendall(b'x')
try: seen['reset'] = repr(s.recv(100))
except ConnectionResetError: seen['reset'] = 'reset'
s = to(3); s.sendall(b'x'); s.recv(1)
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0)); s.close()
s = to(4); s.recv(1)
print(json.dumps(seen))
`;

const seen: string[] = [];

function serve({ socket, destination }: RedirectedConnection): void {
  const say = (what: string): void => void seen.push(`${destination.address} ${destination.port} ${what}`);
  socket.on('error', (error: NodeJS.ErrnoException) => say(error.code ?? 'error'));
  switch (destination.port) {
    case 1:
      socket.on('end', () => {
        say('end');
        setImmediate(() => socket.end('after the end'));
      });
      socket.resume();
      return;
    case 2:
      socket.once('data', () => socket.resetAndDestroy());
      return;
    case 3:
      socket.once('data', () => socket.write('y'));
      return;
    case 4:
      socket.end('z');
      return;
    default:
      socket.once('data', () => socket.end(`to ${destination.port}`));
  }
}

const started = await runRedirected({
  helperPath: process.env['PLUMBLINE_TEST_HELPER'] ?? '',
  program: 'python3',
  args: ['-c', client],
  stdio: 'pipe',
  network: { resolver: { address: '127.0.0.1', port: 9 }, ipv6: true },
  onConnection: serve,
  onTrouble: (sentence) => void seen.push(sentence),
});
if (!started.ok) throw new Error(started.error.message);
let output = '';
const { streams } = started.value;
streams.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
streams.stderr?.on('data', (chunk: Buffer) => process.stderr.write(chunk));
if (streams.stdout !== null) await once(streams.stdout, 'close');
const exitCode = await started.value.exitCode;
await started.value.ended;
const report = JSON.stringify({ node: process.versions.node, exitCode, seen, client: output });
// A utility process of Electron does not end by itself.
process.stdout.write(`${report}\n`, () => process.exit(0));
