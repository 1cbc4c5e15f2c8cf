/**
 * A machine that records what it forwards, and as root what it does itself, by `plumbline record --transparent`; to be
 * started in a network namespace of its own. Its arguments are the command line's file, a folder and `--root`; it prints
 * what happened as one JSON line.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

const [cli = '', folder = '', asRoot] = process.argv.slice(2);

const server = `
  import http from 'node:http';
  const answer = (request, response) => setTimeout(() => response.end('served'), 1500);
  http.createServer(answer).listen(8080, '::', () => console.log('ready'));`;

const knock = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect(('203.0.113.5', 443))
s.send(b'hello')
try: s.recv(1)
except ConnectionRefusedError: print('refused')`;

function ip(...args: readonly string[]): void {
  execFileSync('ip', args);
}

/** Another network, behind a device of ours. */
async function makePlace(
  device: string,
  subnet: string,
  command: readonly string[],
): Promise<{ readonly inside: readonly string[]; readonly stop: () => void }> {
  const child = spawn('unshare', ['-n', ...command], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const pid = String(child.pid);
  const inside = ['nsenter', '-t', pid, '-n'];
  ip('link', 'add', device, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', pid);
  ip('addr', 'add', `${subnet}.1/24`, 'dev', device);
  ip('link', 'set', device, 'up');
  for (const args of [
    `addr add ${subnet}.5/24 dev eth0`,
    'link set lo up',
    'link set eth0 up',
    `route add default via ${subnet}.1`,
  ]) {
    execFileSync('nsenter', [...inside.slice(1), 'ip', ...args.split(' ')]);
  }
  return { inside, stop: () => void child.kill('SIGKILL') };
}

function placeOf(name: string): string[] {
  return ['--session', path.join(folder, `${name}.plumb`), '--data-dir', path.join(folder, 'data')];
}

/** What a program said that runs in this network, and what the command line did. */
function runHere(name: string): unknown {
  const command = ['sh', '-c', 'id -u; curl -q -sS --max-time 10 http://203.0.113.5:8080/; exit 9'];
  const args = [cli, 'run', '--same-network', ...placeOf(name), '--', ...command];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, SUDO_UID: '65534', SUDO_GID: '65534' },
  });
  const left = spawnSync('nft', ['list', 'tables'], { encoding: 'utf8' }).stdout;
  return { said: `${stdout} ${status}`, stdout, stderr, left };
}

/** What a client and a knock at QUIC's port said, and what the command line did, with further options. */
async function recordWith(
  name: string,
  options: readonly string[],
  inside: readonly string[],
): Promise<unknown> {
  const args = [cli, 'record', ...placeOf(name), '--proxy', '127.0.0.1:0', '--transparent', '0', ...options];
  const recorder = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  recorder.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const ready = new Promise<void>((resolve) => {
    recorder.stdout.on('data', (chunk: Buffer) => {
      output.stdout += chunk.toString();
      if (output.stdout.includes('"ready"')) resolve();
    });
  });
  const closed = once(recorder, 'close');
  await Promise.race([ready, closed]);
  const play = 'curl -q -sS --max-time 10 http://203.0.113.5:8080/; python3 -c "$1"';
  const command = [...inside, 'sh', '-c', play, 'sh', knock];
  const client = spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  client.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await once(client, 'close');
  recorder.kill('SIGTERM');
  await closed;
  return { said, ...output, left: spawnSync('nft', ['list', 'tables'], { encoding: 'utf8' }).stdout };
}

ip('link', 'set', 'lo', 'up');
const devices = await makePlace('todevices', '10.1.0', ['sh', '-c', 'echo ready; exec cat']);
const servers = await makePlace('toservers', '203.0.113', [
  ...[process.execPath, '--input-type=module', '-e', server],
]);
writeFileSync('/proc/sys/net/ipv4/ip_forward', '1');

const report = {
  forwarded: await recordWith('forwarded', ['--for-traffic', 'forwarded'], devices.inside),
  excluded: await recordWith(
    'excluded',
    ['--for-traffic', 'forwarded', '--exclude', '203.0.113.0/24'],
    devices.inside,
  ),
  // Cgroups are the whole machine's: only its real root makes some.
  ...(asRoot === undefined ? {} : { machine: await recordWith('machine', [], []), here: runHere('here') }),
};
for (const place of [devices, servers]) place.stop();
process.stdout.write(`${JSON.stringify(report)}\n`);
