import { accessSync, constants, existsSync } from 'node:fs';
import { networkInterfaces, userInfo } from 'node:os';
import type { CaptureAbility, CaptureInterfaceView } from '../../../core/contract/capture.ts';
import { singleQuoted } from '../../../core/encoding/single-quoted.ts';
import { describeInterfaces } from './interface-words.ts';
import type { SetupCommand } from './run-setup.ts';

const daemon = '/Library/LaunchDaemons/app.plumbline.bpf.plist';
const group = 'access_bpf';

/** Gives the devices to the group; they are made anew at each start of the machine. */
const openDevices = `/usr/bin/chgrp ${group} /dev/bpf*; /bin/chmod g+rw /dev/bpf*`;

const daemonPlist = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>Label</key><string>app.plumbline.bpf</string>
<key>RunAtLoad</key><true/>
<key>ProgramArguments</key><array><string>/bin/sh</string><string>-c</string><string>${openDevices}</string></array>
</dict></plist>
`;

/** Adds the person to the group that may read packets: the same group that Wireshark uses. */
export function macosInstall(user: string): SetupCommand {
  return asAdministrator([
    `/usr/sbin/dseditgroup -o read ${group} > /dev/null 2>&1 || /usr/sbin/dseditgroup -o create ${group}`,
    `/usr/sbin/dseditgroup -o edit -a ${singleQuoted(user)} -t user ${group}`,
    `/usr/bin/printf %s ${singleQuoted(daemonPlist)} > ${daemon}`,
    `/usr/sbin/chown root:wheel ${daemon}`,
    `/bin/chmod 0644 ${daemon}`,
    `/bin/launchctl bootstrap system ${daemon} > /dev/null 2>&1 || true`,
    openDevices,
  ]);
}

export function macosUninstall(user: string): SetupCommand {
  return asAdministrator([
    `/bin/launchctl bootout system ${daemon} > /dev/null 2>&1 || true`,
    `/bin/rm -f ${daemon}`,
    `/usr/sbin/dseditgroup -o edit -d ${singleQuoted(user)} -t user ${group}`,
    '/bin/chmod g-rw /dev/bpf*',
  ]);
}

/** The system shows its own question for the password. */
function asAdministrator(lines: readonly string[]): SetupCommand {
  const script = lines.join('\n').replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  const command = ['/usr/bin/osascript', '-e', `do shell script "${script}" with administrator privileges`];
  return { command, input: () => null };
}

/** tcpdump itself opens the devices, so who may read one may capture. */
function mayRead(): boolean {
  try {
    accessSync('/dev/bpf0', constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

export function macosAbility(): CaptureAbility {
  const common = {
    interfaces: describeInterfaces(macosInterfaces(networkInterfaces())),
    removeSteps: existsSync(daemon) ? macosSteps(macosUninstall(userInfo().username)) : [],
  };
  if (mayRead()) {
    return {
      ...common,
      state: 'ready',
      explanation: 'You may read packets on this Mac.',
      canInstall: false,
      steps: [],
    };
  }
  return {
    ...common,
    state: 'not-installed',
    explanation:
      'To see packets takes a right that you do not have yet. You can be added to the group access_bpf, which may read them; everything else works without it.',
    canInstall: true,
    steps: macosSteps(macosInstall(userInfo().username)),
  };
}

function macosSteps({ command }: SetupCommand): string[] {
  return [command.map((part, at) => (at < 2 ? part : singleQuoted(part))).join(' ')];
}

type Told = Omit<CaptureInterfaceView, 'description'>;

/** Those with an address, and loopback. */
export function macosInterfaces(
  all: Readonly<Record<string, readonly { readonly address: string }[] | undefined>>,
): Told[] {
  return Object.entries(all).map(([name, addresses]) => ({
    name,
    addresses: (addresses ?? []).map(({ address }) => address),
    up: true,
    kind: macosKind(name),
  }));
}

function macosKind(name: string): Told['kind'] {
  if (name.startsWith('lo')) return 'loopback';
  if (/^(?:utun|ipsec|ppp)\d/.test(name)) return 'vpn';
  if (name.startsWith('bridge')) return 'bridge';
  if (/^(?:awdl|llw|ap|anpi|vmnet|feth)\d/.test(name)) return 'virtual';
  return name.startsWith('en') ? 'ethernet' : 'other';
}
