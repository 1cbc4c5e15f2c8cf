import { spawnSync } from 'node:child_process';
import { chmodSync, openSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asNobody,
  builtHelper,
  helperCopy,
  helperWithRight,
  startPiped,
} from '../../../support/capture-helper.ts';
import { scratchFolder } from '../../../support/scratch.ts';

/** What it says and gives when asked for something, without any input. */
function ask(...args: readonly string[]): { readonly code: number | null; readonly words: string } {
  const { status, stderr } = spawnSync(builtHelper, args, { encoding: 'utf8', input: '', timeout: 10_000 });
  return { code: status, words: stderr.trim() };
}

const badArguments = 2;
const notAllowed = 3;
const noInterface = 5;

describe('the capture helper refuses', () => {
  it.each([[[]], [['Capture']], [['capture; list']], [['list', 'more']], [['--help']], [['-w', '/tmp/x']]])(
    'the first argument of %j',
    (args) => {
      expect(ask(...args)).toEqual({
        code: badArguments,
        words: 'plumbline-capture: the first argument is list or capture',
      });
    },
  );

  it.each([
    [['capture', '--interface']],
    [['capture', '--interface', 'lo', '--snaplen']],
    [['capture', '--interface', 'lo', '--interface', 'lo']],
    [['capture', '--interface', 'lo', '-w', '/tmp/x']],
    [['capture', '--interface', 'lo', '-z', '/bin/sh']],
    [['capture', '--interface', 'lo', '--', 'udp']],
    [['capture', '--interface', 'lo', 'udp']],
    [['capture', '--interface=lo']],
    [['capture', '-i', 'lo']],
    [['capture', '--relinquish-privileges', 'root']],
  ])('the arguments %j', (args) => {
    expect(ask(...args)).toEqual({
      code: badArguments,
      words: 'plumbline-capture: an argument is unknown, given twice, or has no value',
    });
  });

  it.each([
    '',
    '-',
    '-i',
    '--help',
    '.',
    '..',
    '../lo',
    'lo/../lo',
    '/dev/null',
    'lo lo',
    'lo\n',
    'lo;id',
    '$(id)',
    '`id`',
    'lo|id',
    "lo'",
    'lo"',
    'lo\\',
    'lo%s%n',
    'lö',
    'nflog:5',
    'rpcap://host/lo',
    'sixteen-letters-',
    'x'.repeat(100_000),
  ])('the interface name %j', (name) => {
    expect(ask('capture', '--interface', name)).toEqual({
      code: badArguments,
      words: 'plumbline-capture: --interface takes the name of an interface',
    });
  });

  it('every name that is no pattern of the kernel, and every name without an interface', () => {
    const letters = fc.constantFrom(...Array.from('loeth019._-:/ \'"$;&|<>()\\%\t*?[]{}~!#=+,@ä'));
    const names = fc.string({ unit: letters, maxLength: 20 });
    fc.assert(
      fc.property(names, (name) => {
        fc.pre(!/^(?:any|lo|eth\d*|ifb\d*)$/.test(name));
        const { code } = ask('capture', '--interface', name, '--filter', 'udp');
        const isName = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,14}$/.test(name);
        expect(code).toBe(isName ? noInterface : badArguments);
      }),
      { numRuns: 150, examples: [['e'], ['lo1'], ['_']] },
    );
  });

  it.each(['-1', '262145', '1e3', '0x10', ' 5', '5 ', '', '99999999999999999999', '1,000'])(
    'the snap length %j',
    (bytes) => {
      expect(ask('capture', '--interface', 'lo', '--snaplen', bytes)).toEqual({
        code: badArguments,
        words: 'plumbline-capture: --snaplen takes a number from 0 to 262144',
      });
    },
  );

  it.each(['0', '63', '262145', '-5', 'many'])('a buffer of %j KiB', (kib) => {
    expect(ask('capture', '--interface', 'lo', '--buffer-kib', kib)).toEqual({
      code: badArguments,
      words: 'plumbline-capture: --buffer-kib takes a number from 64 to 262144',
    });
  });

  it.each(['-w/tmp/x', '-z', '--', '-', 'udp\n-w', 'tcp\tport 1', 'häst', '\x7f', 'x'.repeat(4097)])(
    'the filter %j',
    (filter) => {
      expect(ask('capture', '--interface', 'lo', '--filter', filter)).toEqual({
        code: badArguments,
        words:
          'plumbline-capture: --filter takes at most 4096 printable ASCII characters and does not begin with -',
      });
    },
  );

  it('an interface that is not there', () => {
    expect(ask('capture', '--interface', 'nosuchcard')).toEqual({
      code: noInterface,
      words: 'plumbline-capture: there is no interface of this name',
    });
  });

  it('an interface by its number, which tcpdump would take', () => {
    expect(ask('capture', '--interface', '1').code).toBe(noInterface);
  });

  it('to write to a file', () => {
    const file = path.join(scratchFolder(), 'out.pcap');
    const out = openSync(file, 'w');
    const { status, stderr } = spawnSync(builtHelper, ['capture', '--interface', 'lo'], {
      encoding: 'utf8',
      stdio: ['pipe', out, 'pipe'],
    });
    expect([status, stderr]).toEqual([
      badArguments,
      'plumbline-capture: standard output and standard error must be pipes, not files\n',
    ]);
    expect(statSync(file).size).toBe(0);
  });

  it('to run without standard streams', () => {
    const { status } = spawnSync('sh', ['-c', `exec "$0" capture --interface lo <&-`, builtHelper]);
    expect(status).toBe(badArguments);
  });

  it('to be set-user-ID', () => {
    const copy = helperCopy();
    chmodSync(copy, 0o4755);
    const { status, stderr } = spawnSync(asNobody[0], [...asNobody.slice(1), copy, 'list'], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([
      notAllowed,
      'plumbline-capture: must not be set-user-ID; its right is the file capability cap_net_raw\n',
    ]);
  });

  it('an ordinary user whom nobody gave the right', async () => {
    const helper = startPiped([...asNobody, helperCopy(), 'capture', '--interface', 'lo']);
    expect(await helper.ended()).toBe(notAllowed);
    expect(helper.words()).toMatch(/has no right to capture/);
  });

  it('a right that the system takes from files, such as on a disk mounted nosuid', () => {
    const script =
      'mount -t tmpfs -o nosuid none "$1" && cp -a "$2" "$1/helper" && cd / && exec "${@:3}" "$1/helper" list';
    const folder = scratchFolder();
    chmodSync(folder, 0o755);
    const { stdout } = spawnSync(
      'unshare',
      ['-m', 'bash', '-c', script, 'bash', folder, helperWithRight(), ...asNobody],
      { encoding: 'utf8' },
    );
    expect(JSON.parse(stdout)).toMatchObject({ allowed: false });
  });
});

describe('its source', () => {
  it('asks the environment for nothing and starts nothing through a shell', () => {
    const folder = path.join(path.dirname(builtHelper), '../../native/plumbline-capture');
    const files = ['main.c', 'arguments.c', 'rights.c', 'list.c', 'tcpdump.c'];
    const source = files.map((file) => readFileSync(path.join(folder, file), 'utf8')).join('\n');
    expect(source).not.toMatch(/getenv|system\(|popen|execvp|execlp|environ\b/);
    expect(source.match(/\bexec\w*\(/g)).toEqual(['execve(']);
  });
});
