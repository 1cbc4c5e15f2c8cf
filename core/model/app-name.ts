/** Longest name that is kept, characters. */
const nameCharsMax = 64;

/** Browsers name each other; the first of these that a User-Agent field holds is the one that it is. */
const browsers: readonly (readonly [token: string, name: string])[] = [
  ['Edg/', 'Edge'],
  ['EdgA/', 'Edge'],
  ['EdgiOS/', 'Edge'],
  ['OPR/', 'Opera'],
  ['SamsungBrowser/', 'Samsung Internet'],
  ['Electron/', 'Electron'],
  ['HeadlessChrome/', 'Chrome'],
  ['CriOS/', 'Chrome'],
  ['Chrome/', 'Chrome'],
  ['FxiOS/', 'Firefox'],
  ['Firefox/', 'Firefox'],
];

/**
 * The program that a User-Agent field (RFC 9110 section 10.1.5) names, without its version: `curl`, `Chrome`,
 * `okhttp`. Null for an empty field.
 */
export function appFromUserAgent(userAgent: string): string | null {
  const text = userAgent.trim();
  if (text.startsWith('Mozilla/')) {
    const browser = browsers.find(([token]) => text.includes(token));
    if (browser !== undefined) return browser[1];
    if (text.includes('Safari/') && text.includes('Version/')) return 'Safari';
    return 'Mozilla';
  }
  const product = /^[^/\s(]{1,256}/.exec(text)?.[0] ?? '';
  return product === '' ? null : product.slice(0, nameCharsMax);
}
