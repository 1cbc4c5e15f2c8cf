/** What is looked at of a User-Agent field, characters. */
const userAgentCharsMax = 1024;
/** Longest model name that is kept, characters. */
const modelCharsMax = 48;

/** Devices that say what they are in a word; the first that a field holds is the one that it is. */
const plainDevices: readonly (readonly [token: string, device: string])[] = [
  ['PlayStation', 'PlayStation'],
  ['Xbox', 'Xbox'],
  ['Nintendo Switch', 'Nintendo Switch'],
  ['AppleTV', 'Apple TV'],
  ['Apple TV', 'Apple TV'],
  ['tvOS', 'Apple TV'],
  ['watchOS', 'Apple Watch'],
  ['Tizen', 'Samsung TV'],
  ['Web0S', 'LG TV'],
  ['Roku', 'Roku'],
  ['CrKey', 'Chromecast'],
];

/** Systems of computers, whose versions browsers no longer tell. */
const computers: readonly (readonly [token: string, device: string])[] = [
  ['Windows', 'Windows'],
  ['CrOS', 'ChromeOS'],
  ['Macintosh', 'Mac'],
  ['macOS', 'Mac'],
  ['X11', 'Linux'],
  ['Linux', 'Linux'],
];

/**
 * The device that a User-Agent field (RFC 9110 section 10.1.5) tells of: `iOS 17.4 · iPhone`, `Android 14 · Pixel 8`,
 * `iPad`, `Windows`. It is the client's own word. Null when it tells of none, as most programs that are no browser do.
 */
export function deviceFromUserAgent(userAgent: string): string | null {
  const text = userAgent.slice(0, userAgentCharsMax);
  const plain = plainDevices.find(([token]) => text.includes(token));
  if (plain !== undefined) return plain[1];
  const apple = /\b(?:iPhone|iPad|iPod)\b/.exec(text)?.[0] ?? null;
  if (apple !== null || /\b(?:iOS|iPadOS)\b/.test(text)) {
    return words(appleSystem(text, apple), apple);
  }
  const android = text.indexOf('Android');
  if (android >= 0) return androidDevice(text, android);
  const computer = computers.find(([token]) => text.includes(token));
  if (computer !== undefined) return computer[1];
  return /\bCFNetwork\/\d.*\bDarwin\/\d/.test(text) ? 'Apple device' : null;
}

/** `CPU iPhone OS 17_4_1 like Mac OS X` in browsers, `iOS 17.4.1` in apps. */
function appleSystem(text: string, device: string | null): string | null {
  const name = device === 'iPad' || text.includes('iPadOS') ? 'iPadOS' : 'iOS';
  const version = /(?:\bOS |\biOS |\biPadOS |\biOS\/)(\d{1,3})(?:[._](\d{1,3}))?/.exec(text);
  if (version === null) return device === null ? name : null;
  return `${name} ${version[1] ?? ''}${version[2] === undefined ? '' : `.${version[2]}`}`;
}

/** Names in the place of the model that are none: languages, and what kind of browser it is. */
const noModel = /^(?:[a-z]{2}(?:[-_][a-z]{2})?|U|wv|Mobile|Tablet|TV|rv:.*)$/i;

function androidDevice(text: string, at: number): string {
  const end = text.indexOf(')', at);
  const parts = text
    .slice(at, end < 0 ? text.length : end)
    .split(';', 8)
    .map((part) => part.trim());
  const version = /^Android[ /](\d{1,3}(?:\.\d{1,3})?)/.exec(parts[0] ?? '')?.[1] ?? null;
  const model = parts
    .slice(1)
    .map((part) => part.split(' Build/', 1)[0] ?? '')
    .find((part) => part !== '' && !part.startsWith('Build/') && !noModel.test(part));
  // Chrome says "Android 10; K" on every device: neither is true.
  if (model === 'K') return 'Android';
  const system = version === null ? 'Android' : `Android ${version.replace(/\.0$/, '')}`;
  return words(system, model === undefined ? null : clean(model));
}

function words(system: string | null, model: string | null): string {
  return [system, model].filter((word) => word !== null && word !== '').join(' · ');
}

function clean(model: string): string {
  return model
    .slice(0, modelCharsMax)
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '')
    .trim();
}
