import { existsSync } from 'node:fs';
import path from 'node:path';
import type { CaptureAbility, CaptureInterfaceView } from '../../../core/contract/capture.ts';
import { runTool } from '../system/run-tool.ts';

/** Wireshark's own capture program, in the folder its installer takes; null where there is none. */
export function findDumpcap(env: Readonly<Record<string, string | undefined>>): string | null {
  const folders = [env['ProgramFiles'], env['ProgramW6432'], 'C:\\Program Files'];
  const files = folders.flatMap((folder) =>
    folder === undefined ? [] : [path.win32.join(folder, 'Wireshark', 'dumpcap.exe')],
  );
  return files.find((file) => existsSync(file)) ?? null;
}

export async function windowsAbility(dumpcap: string | null): Promise<CaptureAbility> {
  if (dumpcap === null) {
    return {
      state: 'not-installed',
      explanation:
        'On Windows, packets are read by dumpcap, which comes with Wireshark and its driver Npcap. Everything else works without it.',
      canInstall: false,
      steps: ['Install Wireshark with Npcap from https://www.wireshark.org/download.html'],
      removeSteps: [],
      interfaces: [],
    };
  }
  const listed = dumpcapInterfaces((await runTool(dumpcap, ['-D', '-M'])) ?? '');
  return listed.length === 0
    ? {
        state: 'impossible',
        explanation:
          'Wireshark is installed, but dumpcap finds no interface. Install Npcap (Wireshark’s installer offers it), or let users other than administrators use it.',
        canInstall: false,
        steps: ['Install Npcap from https://npcap.com'],
        removeSteps: [],
        interfaces: [],
      }
    : {
        state: 'ready',
        explanation: 'Packets are read by dumpcap of the installed Wireshark.',
        canInstall: false,
        steps: [],
        removeSteps: [],
        interfaces: listed,
      };
}

/**
 * `dumpcap -D -M`: for each interface a line `1. NAME<tab>description<tab>friendly name<tab>type<tab>addresses<tab>loopback or network<tab>…`
 * (Wireshark, capture/capture_ifinfo.c).
 */
export function dumpcapInterfaces(text: string): CaptureInterfaceView[] {
  return text.split(/\r?\n/).flatMap((line): CaptureInterfaceView[] => {
    const [numbered = '', vendor = '', friendly = '', type = '', addresses = '', place = ''] =
      line.split('\t');
    const name = /^\d+\. (\S+)$/.exec(numbered)?.[1];
    if (name === undefined) return [];
    return [
      {
        name,
        description: friendly === '' ? vendor : friendly,
        up: true,
        addresses: addresses.split(',').filter((each) => each !== ''),
        kind: place === 'loopback' ? 'loopback' : type === '5' ? 'wifi' : 'ethernet',
      },
    ];
  });
}
