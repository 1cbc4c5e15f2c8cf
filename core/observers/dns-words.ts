/** Names of the IANA registry "Domain Name System (DNS) Parameters". */

const types: Readonly<Record<number, string>> = {
  1: 'A',
  2: 'NS',
  5: 'CNAME',
  6: 'SOA',
  10: 'NULL',
  11: 'WKS',
  12: 'PTR',
  13: 'HINFO',
  15: 'MX',
  16: 'TXT',
  17: 'RP',
  18: 'AFSDB',
  24: 'SIG',
  25: 'KEY',
  28: 'AAAA',
  29: 'LOC',
  33: 'SRV',
  35: 'NAPTR',
  37: 'CERT',
  39: 'DNAME',
  41: 'OPT',
  42: 'APL',
  43: 'DS',
  44: 'SSHFP',
  45: 'IPSECKEY',
  46: 'RRSIG',
  47: 'NSEC',
  48: 'DNSKEY',
  49: 'DHCID',
  50: 'NSEC3',
  51: 'NSEC3PARAM',
  52: 'TLSA',
  53: 'SMIMEA',
  55: 'HIP',
  59: 'CDS',
  60: 'CDNSKEY',
  61: 'OPENPGPKEY',
  62: 'CSYNC',
  63: 'ZONEMD',
  64: 'SVCB',
  65: 'HTTPS',
  99: 'SPF',
  108: 'EUI48',
  109: 'EUI64',
  249: 'TKEY',
  250: 'TSIG',
  251: 'IXFR',
  252: 'AXFR',
  255: 'ANY',
  256: 'URI',
  257: 'CAA',
};

/** `TYPE1234` for one without a name (RFC 3597 section 5). */
export function dnsTypeName(type: number): string {
  return types[type] ?? `TYPE${type}`;
}

const classes: Readonly<Record<number, string>> = { 1: 'IN', 3: 'CH', 4: 'HS', 254: 'NONE', 255: 'ANY' };

export function dnsClassName(value: number): string {
  return classes[value] ?? `CLASS${value}`;
}

const opcodes = ['QUERY', 'IQUERY', 'STATUS', '', 'NOTIFY', 'UPDATE', 'DSO'];

export function dnsOpcodeName(opcode: number): string {
  const name = opcodes[opcode] ?? '';
  return name === '' ? `OPCODE${opcode}` : name;
}

const rcodes: Readonly<Record<number, readonly [code: string, message: string]>> = {
  0: ['NOERROR', ''],
  1: ['FORMERR', 'The server could not read the question.'],
  2: ['SERVFAIL', 'The server could not find the answer.'],
  3: ['NXDOMAIN', 'The name does not exist.'],
  4: ['NOTIMP', 'The server does not know this kind of question.'],
  5: ['REFUSED', 'The server refuses to answer this client.'],
  6: ['YXDOMAIN', 'A name exists that must not.'],
  7: ['YXRRSET', 'A record exists that must not.'],
  8: ['NXRRSET', 'A record is missing that must exist.'],
  9: ['NOTAUTH', 'The server does not answer for this zone, or the client may not ask.'],
  10: ['NOTZONE', 'The name is not in the zone.'],
  16: ['BADVERS', 'The server does not know this version of EDNS, or the signature is wrong.'],
  17: ['BADKEY', 'The server does not know the key.'],
  18: ['BADTIME', 'The signature is not valid at this time.'],
  23: ['BADCOOKIE', 'The cookie is missing or wrong.'],
};

export function dnsRcodeName(rcode: number): string {
  return rcodes[rcode]?.[0] ?? `RCODE${rcode}`;
}

/** One sentence. */
export function dnsRcodeMessage(rcode: number): string {
  return rcodes[rcode]?.[1] ?? `The server answered with code ${rcode}.`;
}

/** RFC 8914 section 5.2. */
const extendedErrors = [
  'Other Error',
  'Unsupported DNSKEY Algorithm',
  'Unsupported DS Digest Type',
  'Stale Answer',
  'Forged Answer',
  'DNSSEC Indeterminate',
  'DNSSEC Bogus',
  'Signature Expired',
  'Signature Not Yet Valid',
  'DNSKEY Missing',
  'RRSIGs Missing',
  'No Zone Key Bit Set',
  'NSEC Missing',
  'Cached Error',
  'Not Ready',
  'Blocked',
  'Censored',
  'Filtered',
  'Prohibited',
  'Stale NXDOMAIN Answer',
  'Not Authoritative',
  'Not Supported',
  'No Reachable Authority',
  'Network Error',
  'Invalid Data',
];

export function dnsExtendedError(code: number): string {
  return extendedErrors[code] ?? `code ${code}`;
}
