import { singleQuoted } from '../../../core/encoding/single-quoted.ts';
import { fail, succeed, type Failure, type Result } from '../../../core/model/result.ts';
import { checkWanted, type Wanted } from './interface-source.ts';
import type { SourceCommand } from './source-process.ts';
import { failureOf, isChatter, withoutName } from './tcpdump-words.ts';

/** A host, an alias, `user@host` or `ssh://user@host:port`; never an option of ssh, and nothing that a shell reads. */
const sshHost =
  /^(?:ssh:\/\/)?(?:[A-Za-z0-9_][A-Za-z0-9._+%-]{0,63}@)?(?:\[[A-Fa-f0-9:.]{2,45}\]|[A-Za-z0-9_:][A-Za-z0-9._:%-]{0,180})(?::\d{1,5})?$/;

/** Other machines may be small ones. */
const bufferKib = 16_384;
const connectTimeoutSeconds = 15;
const startTimeoutMs = 30_000;

/** `ssh` says so when it did not come as far as the command. */
const sshFailed = 255;

/**
 * Runs there in a POSIX shell. `$1` is the filter, `$2` the interface, `$3` the snap length, `$4` the buffer. The end of standard input ends
 * tcpdump, a line asks it for counters. Without that, a tcpdump that sees no packets would stay there for ever. No quotes, backslashes and line
 * ends, since the login shell there may be any.
 */
const captureScript = [
  'ask=INFO; precise=;',
  'if [ "$(uname)" = Linux ]; then ask=USR1; precise=--time-stamp-precision=nano; fi;',
  'trap "" $ask;',
  'exec 3<&0;',
  'tcpdump -i "$2" -s "$3" -B "$4" -n -U $precise -w - -- "$1" 3<&- < /dev/null &',
  'child=$!;',
  '{ while read -r line; do kill -s $ask $child; done; kill $child; } <&3 > /dev/null 2>&1 &',
  'watcher=$!;',
  'exec 3<&- > /dev/null;',
  'wait $child; code=$?;',
  'kill $watcher 2> /dev/null;',
  'exit $code',
].join(' ');

/**
 * The same with a first argument, the script above. Our own connection, as the other machine sees it, is kept out: else every packet
 * that is sent to us would make another one. As root there, or by sudo where that asks for nothing, or as whoever one is.
 */
const loginScript = [
  'PATH=$PATH:/usr/sbin:/sbin; export PATH;',
  'script=$1; filter=$2; name=$3; snap=$4; buffer=$5;',
  'set -- $SSH_CONNECTION;',
  'own=;',
  'if [ $# -eq 4 ]; then own="not (tcp and host ${1%%%*} and port $2 and host ${3%%%*} and port $4)"; fi;',
  'if [ -n "$own" ] && [ -n "$filter" ]; then filter="($filter) and $own"; else filter="$filter$own"; fi;',
  'sudo=;',
  'if [ "$(id -u)" != 0 ] && sudo -n true 2> /dev/null; then sudo="sudo -n"; fi;',
  'exec $sudo sh -c "$script" plumbline "$filter" "$name" "$snap" "$buffer"',
].join(' ');

/** Failures: `cannot-capture` for a host that is none, `no-such-interface`, `bad-filter`. */
export function sshCommand(
  ssh: readonly [program: string, ...args: string[]],
  host: string,
  wanted: Wanted,
): Result<SourceCommand> {
  if (!sshHost.test(host)) {
    return fail(
      'cannot-capture',
      `"${host}" is no machine that ssh can reach. Write it as user@host, or as in ~/.ssh/config.`,
    );
  }
  const checked = checkWanted(wanted);
  if (!checked.ok) return checked;
  const [program, ...options] = ssh;
  return succeed({
    program,
    args: [...options, ...fixedOptions, '--', host, remoteCommand(wanted)],
    env: ownEnvironment(process.env),
    listens: true,
    startTimeoutMs,
    failureOfCode: (code, lines, began) => {
      if (code !== sshFailed) return remoteFailure(host, wanted.name, lines);
      return began ? lost(host, lines) : unreachable(host, lines);
    },
  });
}

const fixedOptions = [
  '-T',
  '-o',
  'BatchMode=yes',
  '-o',
  'ClearAllForwardings=yes',
  '-o',
  `ConnectTimeout=${connectTimeoutSeconds}`,
  '-o',
  'ServerAliveInterval=15',
];

function remoteCommand({ name, filter, snapBytes }: Wanted): string {
  const args = [captureScript, filter, name, String(snapBytes), String(bufferKib)];
  return ['exec sh -c', ...[loginScript, 'plumbline', ...args].map(singleQuoted)].join(' ');
}

/** What ssh needs to find its keys and its agent. */
function ownEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const names = [
    'HOME',
    'PATH',
    'USER',
    'LOGNAME',
    'SSH_AUTH_SOCK',
    'KRB5CCNAME',
    'SystemRoot',
    'USERPROFILE',
  ];
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

function unreachable(host: string, lines: readonly string[]): Failure {
  return fail(
    'cannot-capture',
    `${host} cannot be reached by ssh without a question.${sayings(lines)} Try once: ssh ${host} true`,
  ).error;
}

function lost(host: string, lines: readonly string[]): Failure {
  return fail(
    'cannot-capture',
    `The connection to ${host} was lost.${sayings(lines)} Start the capture again.`,
  ).error;
}

function sayings(lines: readonly string[]): string {
  const said = lines.filter((line) => !isChatter(line)).at(-1);
  return said === undefined ? '' : ` ssh says: ${withoutName(said)}.`;
}

function remoteFailure(host: string, name: string, lines: readonly string[]): Failure {
  const failure = failureOf(lines);
  if (failure.code === 'no-such-interface')
    return fail('no-such-interface', `${host} has no interface ${name} (any more).`).error;
  return failure.code === 'no-permission'
    ? fail(
        'no-permission',
        `Packets may not be captured on ${host} by this user. Log in as root, or allow sudo tcpdump without a password there.`,
      ).error
    : failure;
}
