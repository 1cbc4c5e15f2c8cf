import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dumpcapCommand } from '../../../../electron/engine/capture/dumpcap-source.ts';
import { tcpdumpCommand } from '../../../../electron/engine/capture/interface-source.ts';
import {
  macosInstall,
  macosInterfaces,
  macosUninstall,
} from '../../../../electron/engine/capture/setup-macos.ts';
import {
  dumpcapInterfaces,
  findDumpcap,
  windowsAbility,
} from '../../../../electron/engine/capture/setup-windows.ts';
import { scratchFolder } from '../../../support/scratch.ts';

const wanted = { name: 'en0', filter: 'tcp port 443', snapBytes: 96 };

describe('on macOS', () => {
  it('tcpdump of the system captures, as whoever may read the devices', () => {
    const made = tcpdumpCommand(wanted);
    expect(made.ok && [made.value.program, ...made.value.args]).toEqual([
      ...['/usr/sbin/tcpdump', '-i', 'en0', '-s', '96', '-B', '65536', '-n', '-U', '-w', '-'],
      ...['--', 'tcp port 443'],
    ]);
    expect(tcpdumpCommand({ ...wanted, name: '-z' })).toMatchObject({ error: { code: 'no-such-interface' } });
    expect(tcpdumpCommand({ ...wanted, filter: '-w x' })).toMatchObject({ error: { code: 'bad-filter' } });
  });

  it('the system asks for the password, and a group of its own may read packets', () => {
    const { command } = macosInstall('ada');
    expect(command.slice(0, 2)).toEqual(['/usr/bin/osascript', '-e']);
    const script = command[2] ?? '';
    expect(script).toMatch(/^do shell script "[^]*" with administrator privileges$/);
    expect(script).toContain("-o edit -a 'ada' -t user access_bpf");
    expect(script).toContain('/Library/LaunchDaemons/app.plumbline.bpf.plist');
    expect(script).toContain('/usr/bin/chgrp access_bpf /dev/bpf*; /bin/chmod g+rw /dev/bpf*');
    const taken = macosUninstall('ada').command[2] ?? '';
    expect(taken).toContain("-o edit -d 'ada' -t user access_bpf");
    expect(taken).toContain('/bin/rm -f /Library/LaunchDaemons/app.plumbline.bpf.plist');
  });

  it('a name of a person stays a name, for the shell and for AppleScript', () => {
    const script = macosInstall(`a"b'c\\d`).command[2] ?? '';
    const inner = script.replace(/^do shell script "/, '').replace(/" with administrator privileges$/, '');
    // Every quotation mark inside is escaped, so the script ends where it should.
    expect(inner.replaceAll(/\\[\\"]/g, '')).not.toContain('"');
    expect(inner.replaceAll('\\"', '"').replaceAll('\\\\', '\\')).toContain(`-a 'a"b'\\''c\\d' -t user`);
  });

  it('interfaces are told by their names', () => {
    const at = (address: string): { readonly address: string }[] => [{ address }];
    const kinds = macosInterfaces({
      lo0: at('127.0.0.1'),
      en0: at('10.0.0.2'),
      utun3: at('10.8.0.2'),
      bridge100: at('192.168.64.1'),
      awdl0: at('fe80::1'),
      xyz: [],
    });
    expect(kinds.map(({ name, kind }) => [name, kind])).toEqual([
      ['lo0', 'loopback'],
      ['en0', 'ethernet'],
      ['utun3', 'vpn'],
      ['bridge100', 'bridge'],
      ['awdl0', 'virtual'],
      ['xyz', 'other'],
    ]);
  });
});

describe('on Windows', () => {
  const device = '\\Device\\NPF_{4D36E972-E325-11CE-BFC1-08002BE10318}';

  it('dumpcap of Wireshark captures, as pcap', () => {
    const made = dumpcapCommand('C:\\W\\dumpcap.exe', { ...wanted, name: device });
    expect(made.ok && [made.value.program, ...made.value.args]).toEqual([
      ...['C:\\W\\dumpcap.exe', '-i', device, '-P', '-q', '-s', '96', '-B', '64', '-f', 'tcp port 443'],
      ...['-w', '-'],
    ]);
  });

  it.each(['eth0', '-', '-w', '1', `${device} -w x`, '\\\\.\\pipe\\x', 'rpcap://host/x', ''])(
    'refuses the interface %j',
    (name) => {
      expect(dumpcapCommand('dumpcap', { ...wanted, name })).toMatchObject({
        error: { code: 'no-such-interface' },
      });
    },
  );

  it('the list of dumpcap becomes interfaces', () => {
    const text = [
      `1. ${device}\tIntel(R) Ethernet\tEthernet\t0\t10.0.0.2,fe80::1\tnetwork\t`,
      '2. \\Device\\NPF_{AAAA}\tWi-Fi 6 AX201\tWi-Fi\t5\t192.168.1.5\tnetwork\t',
      '3. \\Device\\NPF_Loopback\tAdapter for loopback traffic capture\t\t0\t127.0.0.1,::1\tloopback\t',
      'something else',
      '',
    ].join('\r\n');
    expect(dumpcapInterfaces(text)).toEqual([
      {
        name: device,
        description: 'Ethernet',
        up: true,
        kind: 'ethernet',
        addresses: ['10.0.0.2', 'fe80::1'],
      },
      {
        name: '\\Device\\NPF_{AAAA}',
        description: 'Wi-Fi',
        up: true,
        kind: 'wifi',
        addresses: ['192.168.1.5'],
      },
      {
        name: '\\Device\\NPF_Loopback',
        description: 'Adapter for loopback traffic capture',
        up: true,
        kind: 'loopback',
        addresses: ['127.0.0.1', '::1'],
      },
    ]);
  });

  it('says what to install where Wireshark is missing', async () => {
    const ability = await windowsAbility(null);
    expect(ability).toMatchObject({ state: 'not-installed', canInstall: false });
    expect(ability.steps.join(' ')).toContain('https://www.wireshark.org');
    expect(findDumpcap({ ProgramFiles: scratchFolder() })).toBeNull();
  });

  it('says so when dumpcap finds no interface, and lists those it finds', async () => {
    const folder = scratchFolder();
    const program = (lines: string): string => {
      mkdirSync(folder, { recursive: true });
      const file = path.join(folder, 'dumpcap');
      writeFileSync(file, `#!/bin/sh\nprintf '${lines}'\n`, { mode: 0o755 });
      return file;
    };
    expect(await windowsAbility(program(''))).toMatchObject({ state: 'impossible' });
    expect(await windowsAbility(program('1. eth0\\t\\tCable\\t0\\t10.0.0.1\\tnetwork\\t\\n'))).toMatchObject({
      state: 'ready',
      interfaces: [{ name: 'eth0', description: 'Cable' }],
    });
  });
});
