import { pemBody } from './pem-body.ts';
import { escapeMarkup } from './escape-markup.ts';

export interface ProfileFacts {
  /** Common name of the CA. */
  readonly caName: string;
  readonly certificatePem: string;
  /** 64 hexadecimal digits, colons between them or not: the profile's identifiers are made of it, so that installing it again replaces it. */
  readonly fingerprintSha256: string;
  /** A Wi-Fi network that is to use the proxy; null: the profile holds the CA alone. */
  readonly wifi: WifiProxy | null;
}

/** The device asks for the network's password itself. */
export interface WifiProxy {
  readonly ssid: string;
  /** It has no password. */
  readonly isOpen: boolean;
  readonly host: string;
  readonly port: number;
}

/**
 * A configuration profile for iOS, iPadOS and macOS (Apple, Configuration Profile Reference; payloads `com.apple.security.root` and
 * `com.apple.wifi.managed`). A CA installed with it is not trusted for TLS on iOS before the person says so in its settings.
 */
export function mobileconfig({ caName, certificatePem, fingerprintSha256, wifi }: ProfileFacts): string {
  const digits = fingerprintSha256.replaceAll(':', '').toLowerCase();
  const payload = dictionary([
    ['PayloadType', string('com.apple.security.root')],
    ['PayloadVersion', integer(1)],
    ['PayloadIdentifier', string(`plumbline.ca.${digits.slice(0, 16)}.certificate`)],
    ['PayloadUUID', string(uuidOf(digits, 0))],
    ['PayloadDisplayName', string(caName)],
    ['PayloadDescription', string('Lets Plumbline show what apps on this device send and receive.')],
    ['PayloadCertificateFileName', string('plumbline-ca.cer')],
    ['PayloadContent', `<data>${pemBody(certificatePem)}</data>`],
  ]);
  const payloads = [payload, ...(wifi === null ? [] : [wifiPayload(wifi, digits)])];
  const profile = dictionary([
    ['PayloadType', string('Configuration')],
    ['PayloadVersion', integer(1)],
    ['PayloadIdentifier', string(`plumbline.ca.${digits.slice(0, 16)}${wifi === null ? '' : '.wifi'}`)],
    ['PayloadUUID', string(uuidOf(digits, wifi === null ? 1 : 2))],
    ['PayloadDisplayName', string(caName)],
    ['PayloadOrganization', string('Plumbline')],
    [
      'PayloadDescription',
      string(
        'Installs the certificate of the Plumbline on your computer. Remove it when you are done: Settings, General, VPN & Device Management.',
      ),
    ],
    ['PayloadRemovalDisallowed', '<false/>'],
    ['PayloadContent', `<array>\n${payloads.join('\n')}\n</array>`],
  ]);
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${profile}
</plist>
`;
}

function wifiPayload({ ssid, isOpen, host, port }: WifiProxy, digits: string): string {
  return dictionary([
    ['PayloadType', string('com.apple.wifi.managed')],
    ['PayloadVersion', integer(1)],
    ['PayloadIdentifier', string(`plumbline.ca.${digits.slice(0, 16)}.wifi.network`)],
    ['PayloadUUID', string(uuidOf(digits, 3))],
    ['PayloadDisplayName', string(`Wi-Fi ${ssid} through Plumbline`)],
    ['SSID_STR', string(ssid)],
    ['HIDDEN_NETWORK', '<false/>'],
    ['AutoJoin', '<true/>'],
    ['EncryptionType', string(isOpen ? 'None' : 'Any')],
    ['ProxyType', string('Manual')],
    ['ProxyServer', string(host)],
    ['ProxyServerPort', integer(port)],
  ]);
}

function dictionary(entries: readonly (readonly [key: string, value: string])[]): string {
  return `<dict>\n${entries.map(([key, value]) => `<key>${key}</key>\n${value}`).join('\n')}\n</dict>`;
}

function string(text: string): string {
  return `<string>${escapeMarkup(text)}</string>`;
}

function integer(value: number): string {
  return `<integer>${value}</integer>`;
}

/** A version 8 UUID (RFC 9562 section 5.8) of 128 bits of the fingerprint; `which` sets apart those of one profile. */
function uuidOf(digits: string, which: number): string {
  const text = digits.padEnd(32, '0');
  const last = (Number.parseInt(text.slice(30, 32), 16) ^ which).toString(16).padStart(2, '0');
  return [
    text.slice(0, 8),
    text.slice(8, 12),
    `8${text.slice(13, 16)}`,
    `a${text.slice(17, 20)}`,
    `${text.slice(20, 30)}${last}`,
  ]
    .join('-')
    .toUpperCase();
}
