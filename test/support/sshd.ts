import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { freePort } from './free-port.ts';
import { startPiped, type Piped } from './capture-helper.ts';
import { scratchFolder } from './scratch.ts';

/** An ssh server on loopback with keys of its own. It ends with the test. */
export interface Sshd {
  /** ssh with a configuration of its own, in which the server is `lab` and `stranger` is the same without a known key. */
  readonly ssh: readonly [program: string, ...args: string[]];
  readonly port: number;
  /** The server's process for the only connection there is. */
  readonly sessionPid: () => number;
}

const triesMax = 5;

export async function startSshd(): Promise<Sshd> {
  const folder = scratchFolder();
  const file = (name: string): string => path.join(folder, name);
  for (const key of ['host', 'user']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(key)]);
  }
  copyFileSync(file('user.pub'), file('authorized'));
  // Its own folder, which the system makes only where the service runs.
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
  const { port, server } = await listen(file);
  const hostKey = readFileSync(file('host.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
  writeFileSync(file('known'), `[127.0.0.1]:${port} ${hostKey}\n`);
  const common = [
    'HostName 127.0.0.1',
    `Port ${port}`,
    `User ${userInfo().username}`,
    `IdentityFile ${file('user')}`,
    'IdentitiesOnly yes',
    'GlobalKnownHostsFile /dev/null',
  ].join('\n ');
  writeFileSync(
    file('config'),
    [
      `Host lab\n ${common}\n UserKnownHostsFile ${file('known')}`,
      `Host stranger\n ${common}\n UserKnownHostsFile /dev/null`,
      `Host nobody-there\n ${common.replace(String(port), '1')}`,
    ].join('\n'),
  );
  return {
    ssh: ['ssh', '-F', file('config')],
    port,
    sessionPid: () => {
      const pid = server.child.pid ?? 0;
      const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
      return Number(children.at(-1));
    },
  };
}

async function listen(
  file: (name: string) => string,
): Promise<{ readonly port: number; readonly server: Piped }> {
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    const settings = [
      ...[`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${file('host')}`],
      ...[`AuthorizedKeysFile ${file('authorized')}`, 'StrictModes no', 'UsePAM no', 'PidFile none'],
      ...['PasswordAuthentication no', 'KbdInteractiveAuthentication no'],
    ];
    writeFileSync(file('sshd_config'), settings.join('\n'));
    const server = startPiped(['/usr/sbin/sshd', '-D', '-e', '-f', file('sshd_config')]);
    onTestFinished(() => void server.child.kill('SIGTERM'));
    try {
      await vi.waitUntil(() => server.words().includes('Server listening'), { timeout: 10_000 });
      return { port, server };
    } catch (error) {
      if (tries === triesMax) throw error;
    }
  }
}
