import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { CaptureAbility } from '../../../core/contract/capture.ts';
import { singleQuoted } from '../../../core/encoding/single-quoted.ts';
import type { SetupCommand } from './run-setup.ts';
import { findHelper, type Helper, type HelperPlaces } from './helper.ts';
import { describeInterfaces } from './interface-words.ts';

/** What of this machine decides how the helper is installed. */
export interface LinuxSystem {
  readonly isRoot: boolean;
  /** Group of the person; only it may run the helper. */
  readonly groupId: number;
  readonly hasSetcap: boolean;
  readonly hasTcpdump: boolean;
  /** A terminal on which a password can be asked for. */
  readonly hasTerminal: boolean;
  readonly pkexec: string | null;
  readonly sudo: string | null;
  readonly hasApt: boolean;
  readonly isBuilt: boolean;
}

const toolFolders = ['/usr/bin', '/usr/sbin', '/bin', '/sbin'];

function findTool(name: string): string | null {
  return toolFolders.map((folder) => path.join(folder, name)).find((file) => existsSync(file)) ?? null;
}

export function readLinuxSystem(places: HelperPlaces, hasTerminal: boolean): LinuxSystem {
  return {
    isRoot: process.geteuid?.() === 0,
    groupId: ownGroup(),
    hasSetcap: findTool('setcap') !== null,
    hasTcpdump: findTool('tcpdump') !== null,
    hasTerminal,
    pkexec: findTool('pkexec'),
    sudo: findTool('sudo'),
    hasApt: findTool('apt-get') !== null,
    isBuilt: existsSync(places.built),
  };
}

/** Under sudo that of the person who typed it. */
function ownGroup(): number {
  const behindSudo = process.env['SUDO_GID'] ?? '';
  return process.getgid?.() === 0 && /^\d{1,9}$/.test(behindSudo)
    ? Number(behindSudo)
    : (process.getgid?.() ?? 0);
}

/** Only whoever may run it can see the traffic of this machine: root, and the group of the person who installed it. */
const installScript = `set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin
umask 077
folder=/usr/local/lib/plumbline
mkdir -p "$folder"
chown root:root "$folder"
chmod 0755 "$folder"
cat > "$folder/plumbline-capture.new"
chown "root:$1" "$folder/plumbline-capture.new"
chmod 0750 "$folder/plumbline-capture.new"
setcap cap_net_raw=p "$folder/plumbline-capture.new"
mv -f "$folder/plumbline-capture.new" "$folder/plumbline-capture"
`;

const uninstallScript = `set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin
rm -f /usr/local/lib/plumbline/plumbline-capture
rmdir /usr/local/lib/plumbline 2> /dev/null || true
`;

/** The helper goes in through standard input: root cannot read what is inside an AppImage. */
export function linuxInstall(system: LinuxSystem, places: HelperPlaces): SetupCommand | null {
  return asRoot(system, installScript, [String(system.groupId)], () => readFileSync(places.built));
}

export function linuxUninstall(system: LinuxSystem): SetupCommand | null {
  return asRoot(system, uninstallScript, [], () => null);
}

/** Null where nothing can ask for the password. */
function asRoot(
  { isRoot, hasTerminal, pkexec, sudo }: LinuxSystem,
  script: string,
  args: readonly string[],
  input: SetupCommand['input'],
): SetupCommand | null {
  const shell = ['/bin/sh', '-c', script, 'plumbline', ...args];
  if (isRoot) return { command: shell, input };
  if (hasTerminal && sudo !== null) return { command: [sudo, '--', ...shell], input };
  if (pkexec !== null) return { command: [pkexec, ...shell], input };
  return null;
}

/** What a person types instead; each line is one command. */
export function linuxInstallSteps({ groupId }: LinuxSystem, { installed, built }: HelperPlaces): string[] {
  const folder = path.dirname(installed);
  return [
    `sudo install -d -o root -g root -m 0755 ${folder}`,
    `sudo tee ${installed} > /dev/null < ${singleQuoted(built)}`,
    `sudo chown root:${groupId} ${installed}`,
    `sudo chmod 0750 ${installed}`,
    `sudo setcap cap_net_raw=p ${installed}`,
  ];
}

function linuxRemoveSteps({ installed }: HelperPlaces): string[] {
  return existsSync(installed) ? [`sudo rm -f ${installed}`] : [];
}

export async function linuxAbility(places: HelperPlaces, system: LinuxSystem): Promise<CaptureAbility> {
  return judge(await findHelper(places), places, system);
}

function judge(helper: Helper | null, places: HelperPlaces, system: LinuxSystem): CaptureAbility {
  const interfaces = describeInterfaces(helper?.interfaces ?? []);
  const removeSteps = linuxRemoveSteps(places);
  const common = { interfaces, removeSteps };
  if (!system.hasTcpdump) {
    return {
      ...common,
      state: 'not-installed',
      explanation: 'Packets are read by tcpdump, which is not installed on this machine.',
      canInstall: false,
      steps: [system.hasApt ? 'sudo apt-get install tcpdump' : 'sudo dnf install tcpdump'],
    };
  }
  const isInstalled = helper?.path === places.installed;
  if (helper?.allowed === true && isInstalled) {
    const explanation = 'A small helper with the right to see packets, and no other, is installed.';
    return { ...common, state: 'ready', explanation, canInstall: false, steps: [] };
  }
  if (helper?.allowed === true) {
    // Under sudo: the person behind it may want to do without.
    const canInstall = system.isRoot && system.groupId !== 0 && system.hasSetcap;
    return {
      ...common,
      state: 'ready',
      explanation: 'Plumbline runs as root, so packets can be captured without installing anything.',
      canInstall,
      steps: canInstall ? linuxInstallSteps(system, places) : [],
    };
  }
  if (!system.isBuilt) {
    return {
      ...common,
      state: 'impossible',
      explanation:
        'The helper that captures packets was not built, because a C compiler or libcap was missing (Debian, Ubuntu: sudo apt install gcc libcap-dev; then npm run build). Capture files can be opened all the same.',
      canInstall: false,
      steps: [],
    };
  }
  return {
    ...common,
    state: 'not-installed',
    explanation: removeSteps.length === 0 ? toBeInstalled : toBeInstalledForYou,
    canInstall: system.hasSetcap && linuxInstall(system, places) !== null,
    steps: [
      ...(system.hasSetcap
        ? []
        : [system.hasApt ? 'sudo apt-get install libcap2-bin' : 'sudo dnf install libcap']),
      ...linuxInstallSteps(system, places),
    ],
  };
}

const toBeInstalled =
  'To see packets takes a right that ordinary programs do not have. A small helper can be installed that has this right and no other; everything else works without it.';
const toBeInstalledForYou =
  'A helper that may see packets is installed, but you may not use it, or it has lost its right. Installing it again gives it to you; everything else works without it.';
