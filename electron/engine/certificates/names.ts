import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { fail, succeed, type Result } from '../../../core/model/result.ts';

/** Names a leaf takes over from an upstream certificate at most; the rest is left out. */
export const leafNamesMax = 100;

/** One name a certificate can be for: `dns` in lower-case ASCII (punycode), maybe `*.` first; or an IP address. */
export type HostName =
  | { readonly kind: 'dns'; readonly text: string }
  | {
      readonly kind: 'ip';
      /** Without brackets or zone. */
      readonly text: string;
      /** Network order: 4 or 16 bytes. */
      readonly bytes: Uint8Array;
    };

/** Checked names of one leaf certificate, in order, without repetition. Made by `leafNames` only. */
export interface LeafNames {
  readonly names: readonly [HostName, ...HostName[]];
  /** The same for the same names in the same order. */
  readonly cacheKey: string;
}

/**
 * Checks the names of a leaf. Takes IP addresses (IPv6 with or without brackets, a zone is dropped), DNS names
 * (internationalised ones become punycode, a final dot is dropped) and wildcards whose `*` is the whole first label.
 *
 * Errors: `host-name-invalid` for any name that is none of these; also when `names` is empty or too long.
 */
export function leafNames(names: readonly string[]): Result<LeafNames> {
  const checked: HostName[] = [];
  for (const name of names) {
    const host = hostName(name);
    if (!host.ok) return host;
    checked.push(host.value);
  }
  if (names.length > leafNamesMax) {
    return fail(
      'host-name-invalid',
      `A certificate is for at most ${leafNamesMax} names, not ${names.length}.`,
    );
  }
  return uniqueNames(checked);
}

/**
 * Names for a leaf in place of an upstream certificate: `host` first (what the client connected to), then the
 * certificate's own DNS names and addresses. Those that cannot stand in a leaf are left out, as are those beyond
 * `leafNamesMax`.
 *
 * `subjectAltName`: as in Node's `PeerCertificate.subjectaltname`.
 * Errors: `host-name-invalid` when neither `host` nor any name of the certificate can be used.
 */
export function leafNamesLike(host: string, subjectAltName: string | undefined): Result<LeafNames> {
  const alternative = parseSubjectAltName(subjectAltName);
  const checked: HostName[] = [];
  for (const name of [host, ...alternative.dns, ...alternative.ip]) {
    const parsed = hostName(name);
    if (parsed.ok && checked.length < leafNamesMax) checked.push(parsed.value);
  }
  return checked.length === 0 ? leafNames([host]) : uniqueNames(checked);
}

/**
 * Reads one host name or address as people and protocols write them.
 * Error: `host-name-invalid`, naming the name.
 */
export function hostName(name: string): Result<HostName> {
  const bracketed = /^\[(.*)\]$/s.exec(name)?.[1];
  const address = (bracketed ?? name).replace(/%.*$/s, '');
  if (isIP(address) !== 0) {
    return succeed({ kind: 'ip', text: address.toLowerCase(), bytes: addressBytes(address) });
  }
  const invalid = fail('host-name-invalid', `${quoted(name)} is not a host name or IP address.`);
  if (bracketed !== undefined || name.length > 1000) return invalid;

  const withoutDot = name.endsWith('.') ? name.slice(0, -1) : name;
  const wildcard = withoutDot.startsWith('*.') ? '*.' : '';
  const rest = withoutDot.slice(wildcard.length);
  // Before `domainToASCII`, which drops line ends and decodes percent signs.
  if (/[^A-Za-z0-9_.\-\u0080-\u{10ffff}]/u.test(rest)) return invalid;
  const isAscii = /^[A-Za-z0-9_.-]*$/.test(rest);
  const ascii = isAscii ? rest.toLowerCase() : domainToASCII(rest);
  // Full-width digits and dots can spell an address.
  if (!isAscii && wildcard === '' && isIP(ascii) !== 0) return hostName(ascii);

  const text = wildcard + ascii;
  const labels = ascii.split('.');
  const isValid =
    text.length <= 253 &&
    labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label)) &&
    // A number at the end makes it a misspelt IPv4 address (WHATWG URL, "ends in a number").
    !/^\d+$/.test(labels.at(-1) ?? '');
  return isValid ? succeed({ kind: 'dns', text }) : invalid;
}

/** True when a certificate's name covers `host` (RFC 9525 section 6.3: `*` stands for exactly one label, the first). */
export function covers(certificateName: HostName, host: HostName): boolean {
  if (certificateName.kind === 'ip' || host.kind === 'ip') {
    return (
      certificateName.kind === 'ip' &&
      host.kind === 'ip' &&
      Buffer.compare(certificateName.bytes, host.bytes) === 0
    );
  }
  if (certificateName.text === host.text) return true;
  if (!certificateName.text.startsWith('*.') || host.text.startsWith('*.')) return false;
  const firstDot = host.text.indexOf('.');
  const suffix = certificateName.text.slice(1);
  // `*.com` covers nothing: a wildcard directly under a top-level domain is refused by browsers as well.
  return firstDot > 0 && suffix.includes('.', 1) && host.text.slice(firstDot) === suffix;
}

/**
 * DNS names and IP addresses out of Node's text form (`DNS:a.example, IP Address:192.0.2.1, DNS:"with, comma"`):
 * values with unusual characters are quoted there as JSON strings. Never throws; other kinds are left out.
 */
export function parseSubjectAltName(text: string | undefined): { dns: string[]; ip: string[] } {
  const found: { dns: string[]; ip: string[] } = { dns: [], ip: [] };
  const entry = /(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,]*)/g;
  for (const [, kind, value = ''] of (text ?? '').matchAll(entry)) {
    const list = kind === 'DNS' ? found.dns : kind === 'IP Address' ? found.ip : null;
    list?.push(value.startsWith('"') ? unquoted(value) : value);
  }
  return found;
}

/** `text` of a stranger as one short line between quotation marks: control characters become `?`. */
export function quoted(text: string): string {
  const printable = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '?');
  return `"${printable.length > 100 ? printable.slice(0, 100) + '…' : printable}"`;
}

function uniqueNames(names: readonly HostName[]): Result<LeafNames> {
  const byText = new Map<string, HostName>();
  for (const name of names) {
    const key = nameKey(name);
    if (!byText.has(key)) byText.set(key, name);
  }
  const [first, ...rest] = byText.values();
  if (first === undefined) return fail('host-name-invalid', 'A certificate needs at least one name.');
  return succeed({ names: [first, ...rest], cacheKey: [...byText.keys()].join(',') });
}

function nameKey(name: HostName): string {
  return name.kind === 'dns' ? name.text : `[${Buffer.from(name.bytes).toString('hex')}]`;
}

/** `address` is valid for `net.isIP` and has no zone. */
function addressBytes(address: string): Uint8Array {
  if (!address.includes(':')) return Uint8Array.from(address.split('.').map(Number));
  const groupsOf = (part: string): number[] =>
    part === ''
      ? []
      : part.split(':').flatMap((group) => (group.includes('.') ? ipv4Groups(group) : [parseInt(group, 16)]));
  const [left = '', right] = address.split('::');
  const head = groupsOf(left);
  const tail = right === undefined ? [] : groupsOf(right);
  const zeros = new Array<number>(8 - head.length - tail.length).fill(0);
  return Uint8Array.from([...head, ...zeros, ...tail].flatMap((group) => [group >> 8, group & 0xff]));
}

function ipv4Groups(address: string): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return [a * 256 + b, c * 256 + d];
}

function unquoted(json: string): string {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : json;
  } catch {
    return json;
  }
}
