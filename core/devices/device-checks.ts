import type { PortalSystem } from '../portal/portal-platform.ts';
import { isTrusted, type DeviceFacts, type Refusal } from './device-facts.ts';

export const deviceSteps = ['reached', 'proxied', 'trusted', 'decrypted'] as const;
export type DeviceStep = (typeof deviceSteps)[number];

/** What keeps a step open, or what is worth saying of one that is done. */
export const deviceDiagnoses = [
  'other-network',
  'no-proxy',
  'proxy-gone',
  'not-tried',
  'ca-not-installed',
  'ca-not-trusted',
  'ca-lost',
  'no-request',
  'only-plain',
  'pinned',
  'around-proxy',
] as const;
export type DeviceDiagnosis = (typeof deviceDiagnoses)[number];

/** `open`: nothing is wrong, but it is not done yet; `problem`: something that was seen keeps it from being done, or is worth knowing. */
export interface DeviceCheck {
  readonly step: DeviceStep;
  readonly state: 'done' | 'open' | 'problem';
  readonly title: string;
  /** What was seen and what is left to do, in plain sentences for either screen; empty for nothing. */
  readonly text: string;
  readonly diagnosis: DeviceDiagnosis | null;
  /** Hosts that would work again if they were passed through unread; the first three. */
  readonly passable: readonly string[];
}

/** A step that is about no host. */
type StepCheck = Omit<DeviceCheck, 'passable'>;

/** What the checks are told against. */
export interface CheckedAgainst {
  readonly system: PortalSystem | null;
  readonly proxyHost: string;
  readonly proxyPort: number;
  readonly caName: string;
  /** It comes from an address outside the network that was chosen: that address. */
  readonly otherNetwork: string | null;
  /** Connections to this host are not decrypted, as the person wanted. */
  readonly passesThrough: (host: string) => boolean;
}

/** A page that loads its parts over the proxy and one without it may come in either order; µs. */
const togetherUs = 3_000_000;

/** The four steps of a device's set-up, in their order. */
export function deviceChecks(facts: DeviceFacts, against: CheckedAgainst): readonly DeviceCheck[] {
  const steps = [reached(against), proxied(facts, against), trusted(facts, against)];
  return [...steps.map((step) => ({ ...step, passable: [] })), decrypted(facts, against)];
}

function reached({ otherNetwork, proxyHost }: CheckedAgainst): StepCheck {
  const shared = { step: 'reached', title: 'Reaches Plumbline' } as const;
  if (otherNetwork === null) return { ...shared, state: 'done', text: '', diagnosis: null };
  return {
    ...shared,
    state: 'problem',
    diagnosis: 'other-network',
    text: `It comes from ${otherNetwork}, which is not the network of ${proxyHost}. Join the Wi-Fi that the computer is in. If the computer is in several networks, choose this one there.`,
  };
}

function usesProxy({ directAtUs, proxiedAtUs }: DeviceFacts): boolean {
  return proxiedAtUs !== null && (directAtUs ?? 0) <= proxiedAtUs + togetherUs;
}

function proxied(facts: DeviceFacts, { proxyHost, proxyPort }: CheckedAgainst): StepCheck {
  const shared = { step: 'proxied', title: 'Uses the proxy' } as const;
  if (usesProxy(facts)) return { ...shared, state: 'done', text: '', diagnosis: null };
  const where = `In the settings of its Wi-Fi, set the proxy to ${proxyHost}, port ${proxyPort}.`;
  if (facts.proxiedAtUs !== null) {
    return {
      ...shared,
      state: 'problem',
      diagnosis: 'proxy-gone',
      text: `It used the proxy before, and now comes without it. ${where}`,
    };
  }
  return {
    ...shared,
    // Who has just scanned the code has it still to do; who goes on without it has missed it.
    state: facts.certificateAtUs === null ? 'open' : 'problem',
    diagnosis: 'no-proxy',
    text: `It came without the proxy. ${where} Then open http://plumbline.test.`,
  };
}

/** What makes a certificate that is there a trusted one. */
function trustWords(system: PortalSystem | null, caName: string): string {
  switch (system) {
    case 'ios':
      return `Install the profile if that is not done, then turn on full trust for “${caName}” in Settings › General › About › Certificate Trust Settings.`;
    case 'android':
      return 'Install the downloaded file in Settings › Security › Encryption & credentials › Install a certificate › CA certificate. Opening the file is not enough.';
    case 'android-old':
      return 'Open the downloaded file and install it for “VPN and apps”.';
    case 'macos':
      return `Open “${caName}” in Keychain Access and set it to Always Trust.`;
    case 'windows':
      return 'Import it into “Trusted Root Certification Authorities”; the store that Windows suggests is another one.';
    case 'firefox':
      return 'Import it in Firefox’s own settings under Certificates, and trust it to identify websites.';
    case 'linux':
    case 'chromeos':
    case null:
      return 'Import it as an authority that is trusted to identify websites.';
    default:
      return system satisfies never;
  }
}

/** The newest word against our certificate; of other hosts only while the portal's own said nothing. */
function refusal(facts: DeviceFacts): Refusal | null {
  return isTrusted(facts) ? null : (facts.probeRefusal ?? facts.refusals[0] ?? null);
}

const howWords: Readonly<Record<Refusal['how'], string>> = {
  'unknown-ca': 'It refuses our certificate as one of an unknown authority',
  refused: 'It refuses our certificate',
  closed: 'It closes the connection as soon as it has seen our certificate',
};

function trusted(facts: DeviceFacts, { system, caName }: CheckedAgainst): StepCheck {
  const shared = { step: 'trusted', title: 'Trusts the certificate' } as const;
  const against = refusal(facts);
  if (against === null) {
    if (isTrusted(facts)) return { ...shared, state: 'done', text: '', diagnosis: null };
    const text = usesProxy(facts)
      ? 'Not tried yet: open http://plumbline.test, which tries it.'
      : 'Tried as soon as it uses the proxy.';
    return { ...shared, state: 'open', diagnosis: 'not-tried', text };
  }
  const seen = howWords[against.how];
  // An app may refuse what the browser takes.
  const tried = facts.probeRefusal === null ? ' Open http://plumbline.test to try it.' : '';
  if (facts.probedAtUs !== null) {
    return {
      ...shared,
      state: 'problem',
      diagnosis: 'ca-lost',
      text: `${seen}, although it took one before. The certificate was removed there, or renewed here: install it again.`,
    };
  }
  if (facts.certificateAtUs === null) {
    return {
      ...shared,
      state: 'problem',
      diagnosis: 'ca-not-installed',
      text: `${seen}, and has not downloaded it yet. Open http://plumbline.test and follow the steps there.`,
    };
  }
  return {
    ...shared,
    state: 'problem',
    diagnosis: 'ca-not-trusted',
    text: `${seen}, although it was downloaded: it is not trusted yet. ${trustWords(system, caName)}${tried}`,
  };
}

function decrypted(facts: DeviceFacts, { system, passesThrough }: CheckedAgainst): DeviceCheck {
  const trusts = isTrusted(facts);
  const pinning = trusts ? facts.refusals.filter(isPin).map(({ host }) => host) : [];
  const pinned = pinning.filter((host) => !passesThrough(host));
  const passed = pinning.filter(passesThrough);
  const shared = {
    step: 'decrypted',
    title: 'First encrypted request read',
    passable: pinned.slice(0, namedMax),
  } as const;
  const { decrypted: read, plain, aroundProxy } = facts;
  const first = `${read === null ? '' : `Read: ${read.host}. `}${
    passed.length === 0 ? '' : `Passed through unread: ${listed(passed)}. `
  }`;
  if (pinned.length > 0) {
    const android = system === 'android' || system === 'android-old';
    return {
      ...shared,
      state: read === null ? 'problem' : 'done',
      diagnosis: 'pinned',
      text: `${first}An app refuses our certificate for ${listed(pinned)}, while the browser takes it. ${
        android
          ? 'Most Android apps trust only the system’s own certificates unless their network security configuration says otherwise; some pin theirs.'
          : 'The app pins its own certificate.'
      } If the computer passes it through unread, the app works.`,
    };
  }
  if (read !== null) {
    return { ...shared, state: 'done', text: first.trim(), diagnosis: null };
  }
  if (aroundProxy !== null && trusts && usesProxy(facts)) {
    return {
      ...shared,
      state: 'problem',
      diagnosis: 'around-proxy',
      text: `It speaks HTTP/3 with ${aroundProxy.host} around the proxy. Block UDP port 443 for it, in the router or a firewall: then it comes through the proxy.`,
    };
  }
  if (plain !== null && trusts) {
    return {
      ...shared,
      state: 'open',
      diagnosis: 'only-plain',
      text: `What came so far was not encrypted, such as ${plain.host}. Use the app that you want to see.`,
    };
  }
  return {
    ...shared,
    state: 'open',
    diagnosis: 'no-request',
    text: trusts
      ? `${first}Use the app that you want to see. If nothing comes, it does not heed the proxy of the system, or speaks HTTP/3 around it.`
      : 'Comes after the steps above.',
  };
}

/** Connections that are closed without a word may have been made in advance; not again and again. */
const closedMin = 3;

function isPin({ how, count }: Refusal): boolean {
  return how !== 'closed' || count >= closedMin;
}

const namedMax = 3;

function listed(hosts: readonly string[]): string {
  const rest = hosts.length - namedMax;
  return `${hosts.slice(0, namedMax).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
