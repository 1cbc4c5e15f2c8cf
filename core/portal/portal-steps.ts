import type { PictureRow } from './settings-picture.ts';
import type { PortalFacts, PortalFileName } from './portal-files.ts';
import type { PortalSystem } from './portal-platform.ts';

/** What the steps name. */
export type StepFacts = Pick<PortalFacts, 'caName' | 'fingerprintSha1' | 'proxyHost' | 'proxyPort'>;

export interface PortalStep {
  readonly title: string;
  /** Sentences of plain text; of a path through menus the parts are in `path`. */
  readonly text: string;
  readonly path?: readonly string[];
  readonly picture?: { readonly title: string; readonly rows: readonly PictureRow[] };
  readonly downloads?: readonly PortalFileName[];
  /** A command to copy. */
  readonly command?: string;
}

export interface PlatformSteps {
  /** Sends the device's traffic through the proxy. */
  readonly proxy: readonly PortalStep[];
  /** Makes it trust the CA. */
  readonly trust: readonly PortalStep[];
  /** What can be read then, and what not; one sentence each. */
  readonly limits: readonly string[];
  /** Takes both off again. */
  readonly removal: readonly PortalStep[];
}

export function stepsFor(system: PortalSystem, facts: StepFacts): PlatformSteps {
  switch (system) {
    case 'ios':
      return iosSteps(facts);
    case 'android':
      return androidSteps(facts, false);
    case 'android-old':
      return androidSteps(facts, true);
    case 'windows':
      return windowsSteps(facts);
    case 'macos':
      return macSteps(facts);
    case 'linux':
      return linuxSteps(facts);
    case 'chromeos':
      return chromeosSteps(facts);
    case 'firefox':
      return firefoxSteps(facts);
    default:
      return system satisfies never;
  }
}

function serverRows({ proxyHost, proxyPort }: StepFacts, host: string, port: string): readonly PictureRow[] {
  return [
    { label: host, kind: 'text', value: proxyHost, isMarked: true },
    { label: port, kind: 'text', value: String(proxyPort), isMarked: true },
  ];
}

function iosSteps(facts: StepFacts): PlatformSteps {
  const { caName } = facts;
  return {
    proxy: [
      {
        title: 'Send Wi-Fi through Plumbline',
        text: 'Touch the (i) beside your network, choose “Manual” at the bottom, enter both lines and touch “Save”.',
        path: ['Settings', 'Wi-Fi', '(i)', 'Configure Proxy', 'Manual'],
        picture: { title: 'Configure Proxy', rows: serverRows(facts, 'Server', 'Port') },
      },
    ],
    trust: [
      {
        title: 'Download the profile',
        text: 'Safari asks whether it may download a configuration profile: touch “Allow”.',
        downloads: ['profile'],
      },
      {
        title: 'Install it',
        text: 'Touch “Profile Downloaded” near the top of Settings, then “Install” twice. iOS warns that the profile is not signed: it comes from your own computer.',
        path: ['Settings', 'General', 'VPN & Device Management', caName, 'Install'],
        picture: {
          title: 'Install Profile',
          rows: [
            { label: caName, kind: 'next' },
            { label: 'Install', kind: 'next', isMarked: true },
          ],
        },
      },
      {
        title: 'Switch full trust on',
        text: 'This is the step that is missed most: without it the certificate is installed and still not trusted. Scroll to the end of “About”.',
        path: ['Settings', 'General', 'About', 'Certificate Trust Settings'],
        picture: {
          title: 'Certificate Trust Settings',
          rows: [{ label: caName, kind: 'on', isMarked: true }],
        },
      },
    ],
    limits: [
      'Safari and most apps can be read.',
      'Apps that pin their certificates (many banks, some of Apple’s own) refuse ours: they stop working while the proxy is set, or go on unread.',
    ],
    removal: [
      {
        title: 'Take the proxy off',
        text: 'Choose “Off” and touch “Save”.',
        path: ['Settings', 'Wi-Fi', '(i)', 'Configure Proxy', 'Off'],
      },
      {
        title: 'Take the certificate off',
        text: 'Touch the profile, then “Remove Profile”.',
        path: ['Settings', 'General', 'VPN & Device Management', caName, 'Remove Profile'],
      },
    ],
  };
}

function androidSteps(facts: StepFacts, isOld: boolean): PlatformSteps {
  const { caName } = facts;
  const install: readonly PortalStep[] = isOld
    ? [
        {
          title: 'Download and open the certificate',
          text: 'Open the file when it has come, give it any name and choose “VPN and apps”. Android asks for a screen lock if there is none.',
          downloads: ['certificate'],
        },
      ]
    : [
        {
          title: 'Download the certificate',
          text: 'Do not open the file: Android 11 and newer only take a CA from the settings.',
          downloads: ['certificate'],
        },
        {
          title: 'Install it',
          text: 'Touch “Install anyway” and choose plumbline-ca.crt under “Downloads”. Menus differ a little between makers: searching the settings for “CA certificate” finds it on all.',
          path: [
            'Settings',
            'Security & privacy',
            'More security settings',
            'Encryption & credentials',
            'Install a certificate',
            'CA certificate',
          ],
          picture: {
            title: 'Install a certificate',
            rows: [
              { label: 'CA certificate', kind: 'next', isMarked: true },
              { label: 'VPN & app user certificate', kind: 'next' },
              { label: 'Wi-Fi certificate', kind: 'next' },
            ],
          },
        },
      ];
  const wifi = isOld
    ? ['Settings', 'Network & internet', 'Wi-Fi', 'your network', 'Advanced']
    : ['Settings', 'Network & internet', 'Internet', 'your network'];
  return {
    proxy: [
      {
        title: 'Send Wi-Fi through Plumbline',
        text: 'Touch the gear beside your network and the pencil at the top, open the advanced options, choose “Manual” for the proxy and enter both lines.',
        path: [...wifi, 'Proxy', 'Manual'],
        picture: { title: 'Proxy', rows: serverRows(facts, 'Proxy hostname', 'Proxy port') },
      },
    ],
    trust: install,
    limits: [
      'Chrome and apps that say so trust certificates that you installed.',
      'All other apps trust only those of the system. For an app of your own, add this network security configuration to its debug build.',
      'An older Firefox trusts them once you switch on “Use third party CA certificates”: touch “About Firefox”, then its logo five times, then “Secret Settings” in the menu.',
    ],
    removal: [
      {
        title: 'Take the proxy off',
        text: 'Choose “None” for the proxy of your network.',
        path: [...wifi, 'Proxy', 'None'],
      },
      {
        title: 'Take the certificate off',
        text: `Choose ${caName} and touch “Remove”.`,
        path: isOld
          ? ['Settings', 'Security', 'Encryption & credentials', 'Trusted credentials', 'User']
          : [
              'Settings',
              'Security & privacy',
              'More security settings',
              'Encryption & credentials',
              'Trusted credentials',
              'User',
            ],
      },
    ],
  };
}

function windowsSteps(facts: StepFacts): PlatformSteps {
  return {
    proxy: [desktopProxy(facts, ['Settings', 'Network & internet', 'Proxy', 'Manual proxy setup'])],
    trust: [
      {
        title: 'Download the certificate',
        text: 'It is saved among your downloads.',
        downloads: ['certificate'],
      },
      {
        title: 'Trust it',
        text: 'In a terminal in the folder of your downloads; Windows asks once whether to add it. It holds for your own account: Edge, Chrome and most programs.',
        command: 'certutil -user -addstore Root plumbline-ca.crt',
      },
    ],
    limits: ['Firefox may want the certificate for itself: see its steps if it complains.'],
    removal: [
      {
        title: 'Take the certificate off',
        text: 'In a terminal:',
        command: `certutil -user -delstore Root ${digitsOf(facts)}`,
      },
      proxyOff(['Settings', 'Network & internet', 'Proxy', 'Manual proxy setup', 'Off']),
    ],
  };
}

function macSteps(facts: StepFacts): PlatformSteps {
  return {
    proxy: [desktopProxy(facts, ['System Settings', 'Network', 'your network', 'Details', 'Proxies'])],
    trust: [
      {
        title: 'Download the certificate',
        text: 'It is saved among your downloads.',
        downloads: ['pem'],
      },
      {
        title: 'Trust it',
        text: 'In Terminal; macOS asks for your password. It holds for your own account: Safari, Chrome and most programs.',
        command:
          'security add-trusted-cert -r trustRoot -p ssl -k ~/Library/Keychains/login.keychain-db ~/Downloads/plumbline-ca.pem',
      },
    ],
    limits: ['Firefox may want the certificate for itself: see its steps if it complains.'],
    removal: [
      {
        title: 'Take the certificate off',
        text: 'In Terminal:',
        command: `security delete-certificate -t -Z ${digitsOf(facts)} ~/Library/Keychains/login.keychain-db`,
      },
      proxyOff(['System Settings', 'Network', 'your network', 'Details', 'Proxies']),
    ],
  };
}

function linuxSteps(facts: StepFacts): PlatformSteps {
  return {
    proxy: [desktopProxy(facts, ['Settings', 'Network', 'Network Proxy', 'Manual'])],
    trust: [
      {
        title: 'Download the certificate',
        text: 'It is saved among your downloads.',
        downloads: ['pem'],
      },
      {
        title: 'Trust it for programs',
        text: 'Debian, Ubuntu and what comes of them:',
        command:
          'sudo cp ~/Downloads/plumbline-ca.pem /usr/local/share/ca-certificates/plumbline-ca.crt && sudo update-ca-certificates',
      },
      {
        title: 'Trust it for Chrome',
        text: 'Chrome and Chromium keep certificates of their own (certutil is in libnss3-tools):',
        command: `certutil -d sql:$HOME/.pki/nssdb -A -t "C,," -n plumbline-ca -i ~/Downloads/plumbline-ca.pem`,
      },
    ],
    limits: [
      'Fedora and Arch: copy it to /etc/pki/ca-trust/source/anchors or /etc/ca-certificates/trust-source/anchors and run update-ca-trust.',
      'Firefox has certificates of its own: see its steps.',
    ],
    removal: [
      {
        title: 'Take the certificate off',
        text: 'In a terminal:',
        command: `sudo rm /usr/local/share/ca-certificates/plumbline-ca.crt && sudo update-ca-certificates --fresh; certutil -d sql:$HOME/.pki/nssdb -D -n plumbline-ca`,
      },
      proxyOff(['Settings', 'Network', 'Network Proxy', 'Off']),
    ],
  };
}

function chromeosSteps(facts: StepFacts): PlatformSteps {
  return {
    proxy: [desktopProxy(facts, ['Settings', 'Network', 'your network', 'Proxy', 'Manual'])],
    trust: [
      { title: 'Download the certificate', text: 'It is saved among your downloads.', downloads: ['pem'] },
      {
        title: 'Trust it',
        text: 'Choose plumbline-ca.pem and tick “Trust this certificate for identifying websites”.',
        path: [
          'Settings',
          'Privacy and security',
          'Security',
          'Manage certificates',
          'Authorities',
          'Import',
        ],
      },
    ],
    limits: ['Android apps on a Chromebook have trust of their own: see the steps for Android.'],
    removal: [
      {
        title: 'Take the certificate off',
        text: `Choose ${facts.caName} and “Delete”.`,
        path: ['Settings', 'Privacy and security', 'Security', 'Manage certificates', 'Authorities'],
      },
      proxyOff(['Settings', 'Network', 'your network', 'Proxy', 'Direct internet connection']),
    ],
  };
}

function firefoxSteps(facts: StepFacts): PlatformSteps {
  return {
    proxy: [
      desktopProxy(facts, [
        'Settings',
        'General',
        'Network Settings',
        'Manual proxy configuration',
        'Also use this proxy for HTTPS',
      ]),
    ],
    trust: [
      { title: 'Download the certificate', text: 'It is saved among your downloads.', downloads: ['pem'] },
      {
        title: 'Trust it',
        text: 'Choose plumbline-ca.pem and tick “Trust this CA to identify websites”.',
        path: [
          'Settings',
          'Privacy & Security',
          'Certificates',
          'View Certificates',
          'Authorities',
          'Import',
        ],
      },
    ],
    limits: ['It holds for Firefox alone; other programs have the steps of your system.'],
    removal: [
      {
        title: 'Take the certificate off',
        text: `Choose ${facts.caName} and “Delete or Distrust”.`,
        path: ['Settings', 'Privacy & Security', 'Certificates', 'View Certificates', 'Authorities'],
      },
      proxyOff(['Settings', 'General', 'Network Settings', 'No proxy']),
    ],
  };
}

function desktopProxy({ proxyHost, proxyPort }: StepFacts, path: readonly string[]): PortalStep {
  return {
    title: 'Send traffic through Plumbline',
    text: `Enter ${proxyHost} and port ${proxyPort} for HTTP and HTTPS.`,
    path,
  };
}

function proxyOff(path: readonly string[]): PortalStep {
  return { title: 'Take the proxy off', text: 'Choose the setting without a proxy.', path };
}

/** 40 hexadecimal digits: names may be those of other certificates, too. */
function digitsOf({ fingerprintSha1 }: StepFacts): string {
  return fingerprintSha1.replaceAll(':', '');
}
