/** What a device is, as far as its steps differ. */
export const portalSystems = [
  'ios',
  'android',
  'android-old',
  'windows',
  'macos',
  'linux',
  'chromeos',
  'firefox',
] as const;
export type PortalSystem = (typeof portalSystems)[number];

export interface PortalPlatform {
  readonly system: PortalSystem;
  /** `iOS 17.4`, `Android 14`; the system alone where the browser does not tell its version. */
  readonly name: string;
  /** Major version, null where the browser does not tell. */
  readonly version: number | null;
  /** A browser of iOS that is not Safari: it cannot install profiles. */
  readonly isOtherBrowser: boolean;
}

/** What is looked at of a User-Agent field, characters. */
const userAgentCharsMax = 1024;

/** The newest Android that installs a certificate which is opened; later ones want it chosen in the settings. */
const oldAndroidMax = 10;

/** Which steps a browser's device needs, from its User-Agent field (RFC 9110 section 10.1.5); null when it tells of none. */
export function portalPlatformOf(userAgent: string): PortalPlatform | null {
  const text = userAgent.slice(0, userAgentCharsMax);
  const apple = /\b(iPhone|iPad|iPod)\b/.exec(text)?.[1];
  if (apple !== undefined) return iosOf(text, apple === 'iPad' ? 'iPadOS' : 'iOS');
  const android = /\bAndroid(?: (\d{1,2})\b[\d.]*)?(?:; ([^;)]{1,64}))?/.exec(text);
  if (android !== null) return androidOf(android[1], android[2]);
  if (/\bCrOS\b/.test(text)) return plain('chromeos', 'ChromeOS');
  // Its certificates are its own, whatever the system.
  if (/\bFirefox\/\d/.test(text)) return plain('firefox', 'Firefox');
  if (/\bWindows\b/.test(text)) return plain('windows', 'Windows');
  if (/\bMacintosh\b|\bMac OS X\b/.test(text)) return plain('macos', 'macOS');
  return /\bLinux\b|\bX11\b/.test(text) ? plain('linux', 'Linux') : null;
}

/** The platform of `for=…` in a query, null when it names none. */
export function platformAskedFor(query: string): PortalPlatform | null {
  const asked = /(?:^|&)for=([a-z-]{1,20})(?:&|$)/.exec(query)?.[1];
  const system = portalSystems.find((each) => each === asked);
  return system === undefined ? null : plain(system, portalSystemNames[system]);
}

export const portalSystemNames: Readonly<Record<PortalSystem, string>> = {
  ios: 'iPhone or iPad',
  android: 'Android 11 or newer',
  'android-old': 'Android 7 to 10',
  windows: 'Windows',
  macos: 'macOS',
  linux: 'Linux',
  chromeos: 'ChromeOS',
  firefox: 'Firefox',
};

function plain(system: PortalSystem, name: string): PortalPlatform {
  return { system, name, version: null, isOtherBrowser: false };
}

function iosOf(text: string, name: string): PortalPlatform {
  const version = /\bOS (\d{1,3})(?:_(\d{1,3}))?/.exec(text);
  const isOtherBrowser = /\b(?:CriOS|FxiOS|EdgiOS|OPiOS|OPT|DuckDuckGo|Brave|YaBrowser)\b/.test(text);
  if (version?.[1] === undefined) return { system: 'ios', name, version: null, isOtherBrowser };
  const minor = version[2] === undefined || version[2] === '0' ? '' : `.${version[2]}`;
  return {
    system: 'ios',
    name: `${name} ${version[1]}${minor}`,
    version: Number(version[1]),
    isOtherBrowser,
  };
}

function androidOf(told: string | undefined, model: string | undefined): PortalPlatform {
  // Chrome says "Android 10; K" on every device since version 110: the version is then not known.
  const version = told === undefined || model === 'K' ? null : Number(told);
  const isOld = version !== null && version <= oldAndroidMax;
  return {
    system: isOld ? 'android-old' : 'android',
    name: version === null ? 'Android' : `Android ${version}`,
    version,
    isOtherBrowser: false,
  };
}
