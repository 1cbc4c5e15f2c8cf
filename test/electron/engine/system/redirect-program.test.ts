import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { runRedirected } from '../../../../electron/engine/system/redirect.ts';
import type { Result } from '../../../../core/model/result.ts';
import {
  helperPath,
  nameDestination,
  nodeScript,
  startRedirected,
  type Redirected,
} from '../../../support/redirect.ts';
import { startProgram } from '../../../support/program.ts';
import { within } from '../../../support/within.ts';

const started: Redirected[] = [];

async function start(
  command: readonly string[],
  serve = nameDestination,
  options: Parameters<typeof startRedirected>[2] = {},
): Promise<Redirected> {
  const redirected = await startRedirected(command, serve, options);
  started.push(redirected);
  return redirected;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ program }) => program.stop()));
});

function run(options: {
  readonly program: string;
  readonly helperPath?: string;
  readonly cwd?: string;
}): Promise<Result<unknown>> {
  return runRedirected({
    helperPath,
    args: [],
    stdio: 'pipe',
    onConnection: ({ socket }) => socket.destroy(),
    onTrouble: () => undefined,
    ...options,
  });
}

/** Resolves when no such process is left. */
async function untilGone(pid: number): Promise<void> {
  const gone = async (): Promise<void> => {
    for (;;) {
      try {
        if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) return;
      } catch {
        return;
      }
      await new Promise((later) => setImmediate(later));
    }
  };
  await within(10_000, `process ${pid} to end`, gone());
}

describe('a program in a network of its own', () => {
  it.each([
    ['exit 0', 0],
    ['exit 7', 7],
    ['kill -9 $$', 137],
    ['kill -TERM $$', 143],
  ])('that does "%s" gives %i', async (script, code) => {
    const { program } = await start(['sh', '-c', script]);
    expect(await program.exitCode).toBe(code);
    await program.ended;
  });

  it('gets the signals that are sent to it, once', async () => {
    const script = `trap 'echo one' USR1; trap 'echo interrupted; exit 3' INT; echo ready; while :; do sleep 0.01; done`;
    const { program, output } = await start(['sh', '-c', script]);
    await once(program.streams.stdout!, 'data');
    program.signal('SIGUSR1');
    await once(program.streams.stdout!, 'data');
    program.signal('SIGINT');
    expect(await program.exitCode).toBe(3);
    expect(await output).toBe('ready\none\ninterrupted\n');
  });

  it('gets its arguments, environment and folder, and nothing of our channel', async () => {
    const script = 'console.log(JSON.stringify([process.argv.slice(1), process.cwd(), process.env]))';
    const { output } = await start(nodeScript(script, 'a b', '', '--port'), nameDestination, {
      cwd: '/',
      env: { PATH: process.env['PATH'], MINE: 'yes' },
    });
    expect(JSON.parse(await output)).toEqual([
      ['a b', '', '--port'],
      '/',
      { PATH: process.env['PATH'], MINE: 'yes' },
    ]);
  });

  it('is the same user as before, without rights over its network unless it is root', async () => {
    const identity = 'id -u; id -g; grep CapEff /proc/self/status';
    const isRoot = process.geteuid?.() === 0;
    const user = isRoot ? { uid: 65_534, gid: 65_534 } : {};
    const args = ['run', '--channel', '3', '--resolver', '127.0.0.1', '--', 'sh', '-c', identity];
    const helper = spawn(helperPath, args, {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      cwd: '/',
      ...user,
    });
    const messages: unknown[] = [];
    helper.on('message', (message) => messages.push(message));
    let output = '';
    helper.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await once(helper, 'close');
    expect(messages).toMatchObject([{ event: 'ready' }, { event: 'ended', code: 0 }, { event: 'counters' }]);
    const expected = isRoot ? ['65534', '65534'] : [process.getuid?.(), process.getgid?.()].map(String);
    expect(output.split('\n')).toEqual([...expected, 'CapEff:\t0000000000000000', '']);
  });

  it('may leave others behind, which stay redirected until they are stopped', async () => {
    const script = `(exec >/dev/null; trap 'exit' TERM; while [ -d /proc/$$ ]; do sleep 0.01; done; curl -q -s http://203.0.113.7/; while :; do sleep 0.01; done) & echo $!; exit 4`;
    let arrived: () => void = () => undefined;
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const { program, output } = await start(['sh', '-c', script], (connection) => {
      nameDestination(connection);
      arrived();
    });
    expect(await program.exitCode).toBe(4);
    const left = Number(await output);
    await within(5000, 'the connection of what was left behind', arrival);
    await program.stop();
    await untilGone(left);
  });

  it('is ended when the engine is gone, even killed', async () => {
    const runner = fileURLToPath(new URL('../../../support/redirect-runner.ts', import.meta.url));
    const engine = startProgram(process.execPath, [runner, 'sh', '-c', 'echo pid $$; sleep 1000']);
    const pid = Number((await engine.says(/pid (\d+)\n/))[1]);
    engine.child.kill('SIGKILL');
    await untilGone(pid);
  });

  it('is killed when it does not end by itself', { timeout: 20_000 }, async () => {
    const { program } = await start(['sh', '-c', `trap '' TERM; echo $$; while :; do sleep 1; done`]);
    await once(program.streams.stdout!, 'data');
    await program.stop();
    await untilGone(program.pid);
  });
});

describe('what cannot be done is said in a sentence', () => {
  it('no such program', async () => {
    expect(await run({ program: 'plumbline-no-such-program' })).toEqual({
      ok: false,
      error: {
        code: 'program-missing',
        message: 'There is no such program. Give its path, or a name that is found in PATH.',
      },
    });
    expect(await run({ program: path.dirname(helperPath) })).toMatchObject({
      error: { code: 'start-failed', message: 'The program could not be started (Permission denied).' },
    });
  });

  it('no such folder', async () => {
    expect(await run({ program: 'true', cwd: '/nowhere' })).toMatchObject({
      error: { code: 'folder-missing', message: 'There is no folder /nowhere to start the program in.' },
    });
  });

  it('no helper', async () => {
    expect(await run({ program: 'true', helperPath: '/nowhere/plumbline-redirect' })).toMatchObject({
      error: { code: 'helper-missing', message: expect.stringContaining('sudo apt install gcc') as string },
    });
    expect(await run({ program: 'true', helperPath: '/dev/null' })).toMatchObject({
      error: { code: 'helper-failed' },
    });
  });

  it('too many open files, which passes', () => {
    const client = `
import select, socket
def to(): return socket.create_connection(('203.0.113.7', 80), timeout=10)
socks = [to() for _ in range(58)]
gone = select.select(socks, [], [], 10)[0]
print('some were closed' if gone else 'none was closed', flush=True)
for s in socks: s.close()
for _ in range(100):
    s = to()
    try:
        s.sendall(b'x')
        answer = s.recv(1000)
    except ConnectionError: answer = b''
    s.close()
    if answer: break
print(answer.decode().split()[-2:], flush=True)`;
    const runner = fileURLToPath(new URL('../../../support/redirect-runner.ts', import.meta.url));
    const command = [process.execPath, runner, 'python3', '-c', client];
    const { stdout } = spawnSync('sh', ['-c', 'ulimit -n 64 && exec "$@"', 'sh', ...command], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect(stdout.split('\n')).toEqual([
      'some were closed',
      "['203.0.113.7', '80']",
      'A connection was closed: this process has too many open files.',
      '',
    ]);
  });

  /** Redirects a program in a user namespace after `prepare`, and gives what the two said. */
  function saidOf(prepare: string, wrapper: readonly string[], program: readonly string[]): string {
    const runner = fileURLToPath(new URL('../../../support/redirect-runner.ts', import.meta.url));
    const command = ['sh', '-c', `${prepare} && exec "$@"`, 'sh', ...wrapper, process.execPath, runner];
    const { stdout, stderr } = spawnSync('unshare', ['-Urm', ...command, ...program], { encoding: 'utf8' });
    return stdout + stderr;
  }

  function saidAfter(prepare: string, ...wrapper: readonly string[]): string {
    return saidOf(prepare, wrapper, ['true']);
  }

  it('no namespaces', () => {
    const noNamespaces = 'echo 0 > /proc/sys/user/max_user_namespaces';
    expect(saidAfter(noNamespaces, 'setpriv', '--bounding-set', '-sys_admin')).toContain(
      'namespace-forbidden: This system allows no user namespaces. Allow them with "sudo sysctl user.max_user_namespaces=1000".',
    );
  });

  const hide = (...files: readonly string[]): string =>
    files.map((file) => `mount --bind /dev/null ${file}`).join(' && ');

  it('no nft, nor the iptables that would do', () => {
    expect(saidAfter(hide('/usr/sbin/nft', '/usr/sbin/iptables-nft-restore'))).toContain(
      'nft-missing: To redirect the connections of a program, install the package nftables',
    );
  });

  it('but iptables does, without counts', () => {
    const script = `
      import { createSocket } from 'node:dgram'; import { once } from 'node:events';
      for (const host of ['203.0.113.7:81', '[2001:db8:7::1]:82']) console.log(await (await fetch('http://' + host)).text());
      const socket = createSocket('udp4');
      socket.connect(443, '203.0.113.7');
      await once(socket, 'connect');
      socket.send('hello');
      console.log((await once(socket, 'error'))[0].code);
      process.exit();`;
    expect(saidOf(hide('/usr/sbin/nft'), [], nodeScript(script))).toBe(
      '203.0.113.7 81\n2001:db8:7::1 82\nECONNREFUSED\n',
    );
  });

  it.each([
    [[], 'the first argument is listen or run'],
    [['serve'], 'the first argument is listen or run'],
    [['listen', '--port', '0'], '--channel takes the number of an open descriptor'],
    [['listen', '--channel', '77', '--port', '0'], '--channel takes the number of an open descriptor'],
    [['listen', '--channel', '3', '--port', '65536'], 'a port or descriptor is no number, or too large'],
    [['listen', '--channel', '3', '--port'], 'a port or descriptor is no number, or too large'],
    [['listen', '--channel', '3', '--verbose', '1'], 'an argument is unknown, or given too often'],
    [['listen', '--channel', '3', '--', 'true'], 'run takes a program behind --, listen does not'],
    [['run', '--channel', '3', '--resolver', '127.0.0.1'], 'run takes a program behind --, listen does not'],
    [['run', '--channel', '3', '--', 'true'], '--resolver takes an IP address'],
    [['run', '--channel', '3', '--resolver', 'dns.example', '--', 'true'], '--resolver takes an IP address'],
    [['run', '--channel', '3', '--port', '1', '--', 'true'], 'an argument is unknown, or given too often'],
  ])('the helper refuses %j', (args, sentence) => {
    const { status, stderr } = spawnSync(helperPath, args, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe', args.includes('77') ? 'ignore' : 'pipe'],
    });
    expect(status).toBe(2);
    expect(stderr).toContain(`plumbline-redirect: ${sentence}.`);
  });
});
