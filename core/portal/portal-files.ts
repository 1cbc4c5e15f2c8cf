import { readUrlencoded } from '../decoders/urlencoded.ts';
import { encodeUtf8 } from '../decoders/utf8.ts';
import { liveChecks } from './live-checks.ts';
import { mobileconfig } from './mobileconfig.ts';
import { pacFile } from './pac-file.ts';
import { pemBody } from './pem-body.ts';

/** What the portal tells of: all of it public. */
export interface PortalFacts {
  readonly caName: string;
  readonly certificatePem: string;
  /** Pairs of upper-case hexadecimal digits with colons between. */
  readonly fingerprintSha256: string;
  readonly fingerprintSha1: string;
  /** Where the client reaches the proxy. */
  readonly proxyHost: string;
  readonly proxyPort: number;
}

/** Text, or bytes in Base64. */
export type PortalBody = { readonly text: string } | { readonly base64: string };

export interface PortalFile {
  /** Its path is a slash and this. */
  readonly name: string;
  /** For the link of a step. */
  readonly label: string;
  /** For the list of all. */
  readonly what: string;
  readonly contentType: string;
  /** Null: the query lacks what the file is made of. */
  readonly body: (facts: PortalFacts, query: string) => PortalBody | null;
  /** A part of the page, not to be saved. */
  readonly isShown?: true;
  /** Not in the list of all. */
  readonly isUnlisted?: true;
}

/** For the debug builds of one's own app (Android, Network security configuration). */
const networkSecurityConfig = `<?xml version="1.0" encoding="utf-8"?>
<!-- res/xml/network_security_config.xml; in AndroidManifest.xml: <application android:networkSecurityConfig="@xml/network_security_config" … -->
<network-security-config>
  <debug-overrides>
    <trust-anchors>
      <certificates src="system" />
      <certificates src="user" />
    </trust-anchors>
  </debug-overrides>
</network-security-config>
`;

/** Longest name of a Wi-Fi network, bytes (IEEE 802.11 section 9.4.2.2). */
const ssidBytesMax = 32;

/** The network that `ssid=…` names; `open=1`: it has no password. */
function wifiOf(query: string): { readonly ssid: string; readonly isOpen: boolean } | null {
  const { fields } = readUrlencoded(query.slice(0, queryCharsMax));
  const ssid = fields.find(({ name }) => name === 'ssid')?.value?.trim() ?? '';
  if (ssid === '' || encodeUtf8(ssid).length > ssidBytesMax) return null;
  return { ssid, isOpen: fields.some(({ name, value }) => name === 'open' && value === '1') };
}

const queryCharsMax = 1024;

const files = {
  certificate: {
    name: 'plumbline-ca.crt',
    label: 'Download the certificate',
    what: 'Certificate, DER: Android, Windows',
    contentType: 'application/x-x509-ca-cert',
    body: ({ certificatePem }) => ({ base64: pemBody(certificatePem) }),
  },
  pem: {
    name: 'plumbline-ca.pem',
    label: 'Download the certificate (PEM)',
    what: 'Certificate, PEM: macOS, Linux, Firefox, tools',
    contentType: 'application/x-pem-file',
    body: ({ certificatePem }) => ({ text: certificatePem }),
  },
  profile: {
    name: 'plumbline-ca.mobileconfig',
    label: 'Download the profile',
    what: 'Configuration profile: iPhone, iPad, Mac',
    contentType: 'application/x-apple-aspen-config',
    body: (facts) => ({ text: mobileconfig({ ...facts, wifi: null }) }),
  },
  wifiProfile: {
    name: 'plumbline-wifi.mobileconfig',
    label: 'Download the profile with the Wi-Fi',
    what: '',
    contentType: 'application/x-apple-aspen-config',
    body: (facts, query) => {
      const wifi = wifiOf(query);
      if (wifi === null) return null;
      const { proxyHost: host, proxyPort: port } = facts;
      return { text: mobileconfig({ ...facts, wifi: { ...wifi, host, port } }) };
    },
    isUnlisted: true,
  },
  pac: {
    name: 'proxy.pac',
    label: 'Download the PAC file',
    what: 'PAC file: automatic proxy configuration',
    contentType: 'application/x-ns-proxy-autoconfig',
    body: ({ proxyHost, proxyPort }) => ({ text: pacFile(proxyHost, proxyPort) }),
  },
  networkSecurityConfig: {
    name: 'network_security_config.xml',
    label: 'Network security configuration for an app of your own',
    what: 'Network security configuration: Android apps of your own',
    contentType: 'application/xml; charset=utf-8',
    body: () => ({ text: networkSecurityConfig }),
  },
  checks: {
    name: 'checks.js',
    label: '',
    what: '',
    contentType: 'text/javascript; charset=utf-8',
    body: () => ({ text: liveChecks }),
    isShown: true,
    isUnlisted: true,
  },
  probe: {
    name: 'trusted.svg',
    label: '',
    what: '',
    contentType: 'image/svg+xml',
    body: () => ({ text: '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>' }),
    isShown: true,
    isUnlisted: true,
  },
} satisfies Readonly<Record<string, PortalFile>>;

export type PortalFileName = keyof typeof files;

/** What the portal gives away besides its page. */
export const portalFiles: Readonly<Record<PortalFileName, PortalFile>> = files;

/** The files that hold the certificate. */
const certificateFiles: readonly PortalFileName[] = ['certificate', 'pem', 'profile', 'wifiProfile'];

export function holdsCertificate(path: string): boolean {
  return certificateFiles.some((each) => path === `/${files[each].name}`);
}

export function portalFileAt(path: string): PortalFile | undefined {
  return Object.values(portalFiles).find(({ name }) => path === `/${name}`);
}
