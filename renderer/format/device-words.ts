import type {
  DeviceCheckView,
  FormerDevice,
  LanNetwork,
  PairedDevice,
  StrangerView,
} from '../../core/contract/devices.ts';
import { stepsFor } from '../../core/portal/portal-steps.ts';
import { formatCount } from './duration.ts';

/** How long ago something was: `now`, `40 s ago`, `5 min ago`, `3 h ago`, `2 days ago`. */
export function formatAgo(us: number): string {
  const s = Math.floor(us / 1_000_000);
  if (s < 10) return 'now';
  if (s < 60) return `${Math.floor(s / 10) * 10} s ago`;
  if (s < 3600) return `${Math.floor(s / 60)} min ago`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ago`;
  const days = Math.floor(s / 86_400);
  return days === 1 ? 'yesterday' : `${days} days ago`;
}

export function systemWords({ system }: Pick<PairedDevice, 'system'>): string {
  return system ?? 'System not known yet';
}

/** `3 connections · 1,204 requests`. */
export function trafficWords({
  connections,
  requests,
}: Pick<PairedDevice, 'connections' | 'requests'>): string {
  return `${counted(connections, 'connection')} · ${counted(requests, 'request')}`;
}

/** The same without connections where none is open. */
export function shortTraffic(device: Pick<PairedDevice, 'connections' | 'requests'>): string {
  return device.connections === 0 ? counted(device.requests, 'request') : trafficWords(device);
}

function counted(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** The check that a person should look at next: the first that is a problem, else the first that is open. */
export function nextCheck(checks: readonly DeviceCheckView[]): DeviceCheckView | null {
  return (
    checks.find(({ state }) => state === 'problem') ?? checks.find(({ state }) => state === 'open') ?? null
  );
}

export const checkStateWords: Readonly<Record<DeviceCheckView['state'], string>> = {
  done: 'Done',
  open: 'Not yet',
  problem: 'Problem',
};

/** `A device at 192.168.1.23 (iOS 17.4 · iPhone) came 3 times without the code.` */
export function strangerWords({ address, system, count }: StrangerView): string {
  const times = count === 1 ? 'once' : `${formatCount(count)} times`;
  return `A device at ${address}${system === null ? '' : ` (${system})`} came ${times} without the code.`;
}

/** What else is known of it. */
export function strangerNotes({ hasWrongCode, usesProxy }: StrangerView): readonly string[] {
  return [
    ...(hasWrongCode ? ['The code it gave last was wrong.'] : []),
    ...(usesProxy
      ? ['It has the proxy set already; until it is allowed, none of its requests goes through.']
      : []),
  ];
}

/** What is left on a device that is no longer paired. */
export function formerWords({ name, hasCertificate, usesProxy }: FormerDevice): string {
  const certificate = 'most likely still trusts the certificate';
  const proxy = 'still sends its traffic here, where it is refused';
  if (hasCertificate && usesProxy) return `${name} ${proxy}, and ${certificate}.`;
  return `${name} ${usesProxy ? proxy : certificate}.`;
}

export interface RemovalStep {
  readonly title: string;
  readonly text: string;
}

/** How a phone is cleaned up, in the words of its own settings where its system is known. */
export function removalSteps(system: string | null, caName: string): readonly RemovalStep[] {
  const android = /^Android(?: (\d+))?/.exec(system ?? '');
  const isOld = android?.[1] !== undefined && Number(android[1]) <= 10;
  const known = /^i(Pad)?OS\b/.test(system ?? '')
    ? 'ios'
    : android === null
      ? null
      : isOld
        ? 'android-old'
        : 'android';
  if (known === null) {
    return [
      { title: 'Take the proxy off', text: 'It stands in the settings of its Wi-Fi or network.' },
      {
        title: 'Take the certificate off',
        text: `Remove “${caName}” from the certificates that it trusts.`,
      },
    ];
  }
  const nothing = { fingerprintSha1: '', proxyHost: '', proxyPort: 0 };
  return stepsFor(known, { caName, ...nothing }).removal.map(({ title, text, path = [] }) => ({
    title,
    text: `${path.join(' › ')}${path.length > 0 ? ': ' : ''}${text}`,
  }));
}

/** The name in a subject such as `CN=Plumbline CA ada, O=Plumbline`. */
export function authorityName(subject: string | null): string {
  return subject?.replace(/^CN=/, '').replace(/, O=Plumbline$/, '') ?? 'Plumbline CA';
}

const networkKinds: Readonly<Record<LanNetwork['kind'], string>> = {
  wifi: 'Wi-Fi',
  ethernet: 'Ethernet',
  vpn: 'VPN',
  bridge: 'Bridge',
  virtual: 'Virtual',
  other: 'Other',
};

/** `Wi-Fi wlan0`. */
export function networkName({ kind, name }: LanNetwork): string {
  return `${networkKinds[kind]} ${name}`;
}
