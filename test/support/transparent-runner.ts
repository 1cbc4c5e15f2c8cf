/**
 * A machine whose connections are redirected, to be started in a network namespace of its own: it makes two more, one
 * for devices that use it as their gateway and one for the servers behind it, and prints what happened as one JSON line.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { applyRules } from '../../electron/engine/system/apply-rules.ts';
import { prepareCgroupProgram } from '../../electron/engine/system/cgroup-program.ts';
import { enterOwnCgroup } from '../../electron/engine/system/own-cgroup.ts';
import { listenRedirected } from '../../electron/engine/system/redirect.ts';
import {
  listenAddresses,
  transparentRules,
  type RedirectScope,
} from '../../electron/engine/system/transparent-rules.ts';
import type { Result } from '../../core/model/result.ts';
import { helperPath, nodeScript, relay } from './redirect.ts';

const server = `
  import http from 'node:http';
  const answer = (request, response) => response.end('served ');
  http.createServer(answer).listen(8080, '::', () => console.log('ready'));`;

const knock = `
  import { createSocket } from 'node:dgram'; import { once } from 'node:events';
  const socket = createSocket('udp4');
  socket.connect(443, '203.0.113.5');
  await once(socket, 'connect');
  socket.send('hello');
  const [error] = await once(socket, 'error');
  console.log(error.code);
  process.exit();`;

const curlFlags = ['-q', '-s', '-S', '--max-time', '10', '--noproxy', '*'];

interface Place {
  readonly pid: number;
  readonly run: (...command: readonly string[]) => Promise<string>;
}

/** Another network, that is there while its process runs. */
async function makePlace(command: readonly string[]): Promise<Place & { stop: () => void }> {
  const child = spawn('unshare', ['-n', ...command], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const pid = child.pid ?? 0;
  return {
    pid,
    run: (...args) => output(['nsenter', '-t', String(pid), '-n', ...args]),
    stop: () => void child.kill('SIGKILL'),
  };
}

async function output(command: readonly string[]): Promise<string> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(child, 'close');
  return text;
}

function ip(...args: readonly string[]): void {
  execFileSync('ip', args);
}

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

async function connectPlaces(devices: Place, servers: Place): Promise<void> {
  ip('link', 'set', 'lo', 'up');
  for (const [place, here, there, v4, v6] of [
    [devices, 'todevices', 'eth0', '10.1.0', 'fd01:'],
    [servers, 'toservers', 'eth0', '203.0.113', '2001:db8:2:'],
  ] as const) {
    ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', String(place.pid));
    ip('addr', 'add', `${v4}.1/24`, 'dev', here);
    ip('-6', 'addr', 'add', `${v6}:1/64`, 'dev', here, 'nodad');
    ip('link', 'set', here, 'up');
    await place.run('ip', 'link', 'set', 'lo', 'up');
    await place.run('ip', 'addr', 'add', `${v4}.5/24`, 'dev', there);
    await place.run('ip', '-6', 'addr', 'add', `${v6}:5/64`, 'dev', there, 'nodad');
    await place.run('ip', 'link', 'set', there, 'up');
    await place.run('ip', 'route', 'add', 'default', 'via', `${v4}.1`);
    await place.run('ip', '-6', 'route', 'add', 'default', 'via', `${v6}:1`);
  }
  for (const name of ['ipv4/ip_forward', 'ipv6/conf/all/forwarding']) {
    writeFileSync(`/proc/sys/net/${name}`, '1');
  }
}

/** Redirects, does `play`, and gives what it gave, the destinations that came, and what was complained of. */
async function redirected(
  scope: RedirectScope,
  exclude: readonly string[],
  play: (port: number) => Promise<string>,
): Promise<unknown> {
  const came: string[] = [];
  const troubles: string[] = [];
  const listener = must(
    await listenRedirected({
      helperPath,
      port: 0,
      addresses: listenAddresses(scope),
      onTrouble: (sentence) => troubles.push(sentence),
      onConnection: (connection) => {
        came.push(`${connection.destination.address} ${connection.destination.port}`);
        connection.socket.on('error', () => undefined);
        relay(connection);
      },
    }),
  );
  const rules = must(transparentRules({ port: listener.port, scope, refuseQuic: true, exclude }));
  const applied = must(await applyRules(rules));
  const said = await play(listener.port);
  const counts = await applied.udpCounts();
  await applied.remove();
  await listener.stop();
  const [ofRules, ofListener] = await Promise.all([applied.ended, listener.ended]);
  const left = spawnSync('nft', ['list', 'tables'], { encoding: 'utf8' }).stdout;
  return { said, came, troubles, refused: counts?.quicRefused ?? null, left, ends: [ofRules, ofListener] };
}

const places = await Promise.all([
  makePlace(['sh', '-c', 'echo ready; exec cat']),
  makePlace(nodeScript(server)),
]);
const [devices, servers] = places;
await connectPlaces(devices, servers);

const both = ['http://203.0.113.5:8080/', 'http://[2001:db8:2::5]:8080/'];
const report: Record<string, unknown> = {
  forwarded: await redirected({ kind: 'forwarded' }, [], async (port) => {
    const said = await devices.run('curl', ...curlFlags, ...both);
    const stray = await devices.run('curl', ...curlFlags, `http://10.1.0.1:${port}/`);
    const own = await output(['curl', ...curlFlags, ...both]);
    return (
      said +
      own +
      (stray.startsWith('curl: (') ? 'reset ' : stray) +
      (await devices.run(...nodeScript(knock)))
    );
  }),
  excluded: await redirected({ kind: 'forwarded' }, ['203.0.113.0/24'], () =>
    devices.run('curl', ...curlFlags, ...both),
  ),
};

// Cgroups are the whole machine's: only its real root makes some, and has other users.
const prepared = process.argv.includes('--root') ? must(prepareCgroupProgram()) : null;
if (prepared !== null) {
  const inCgroup = async (program: string, ...args: readonly string[]): Promise<string> => {
    const user = { uid: 65_534, gid: 65_534 };
    const { streams, exitCode } = prepared.start({ program, args, user, stdio: 'pipe', cwd: '/' });
    let text = '';
    streams.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    streams.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
    if (streams.stdout !== null) await once(streams.stdout, 'close');
    return (await exitCode) === 0 ? text : `${text}exit code ${await exitCode}`;
  };
  report['cgroup'] = await redirected({ kind: 'cgroup', path: prepared.cgroup }, [], async () => {
    const others = await output(['curl', ...curlFlags, ...both]);
    return others + (await inCgroup('curl', ...curlFlags, ...both)) + (await inCgroup(...nodeScript(knock)));
  });
  report['user'] = await redirected({ kind: 'user', uid: 65_534 }, [], async () => {
    const others = await output(['curl', ...curlFlags, ...both]);
    const asNobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
    return others + (await output([...asNobody, 'curl', ...curlFlags, ...both]));
  });
  const own = must(enterOwnCgroup());
  report['this machine'] = await redirected(
    { kind: 'this-machine', engineCgroup: own.path },
    [],
    async () => {
      const ours = await output(['curl', ...curlFlags, ...both]);
      return ours + (await inCgroup('curl', ...curlFlags, ...both)) + (await inCgroup(...nodeScript(knock)));
    },
  );
  own.remove();
  const missing = prepared.start({ program: 'no-such-program', args: [], user: null, stdio: 'pipe' });
  const stubborn = prepared.start({
    program: 'sh',
    args: ['-c', 'sleep 1000 & echo; wait'],
    user: null,
    stdio: 'pipe',
  });
  if (stubborn.streams.stdout !== null) await once(stubborn.streams.stdout, 'data');
  const exitCode = await missing.exitCode;
  await prepared.stop();
  report['ends'] = [exitCode, await stubborn.exitCode];
}

for (const place of places) place.stop();
process.stdout.write(`${JSON.stringify(report)}\n`);
