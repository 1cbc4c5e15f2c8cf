import { markColors, type MarkColor } from '../filter/node.ts';
import type { FormatExchange, FormatRecord } from './format.ts';
import { unknownConversation, type FormatConversation } from './format.ts';

/** What `N_m.xml` of an archive holds: times, whether connections had been used before, and flags by name. */
export interface SazSession {
  readonly timers: Readonly<Record<string, string>>;
  /** Null where the file does not say it. */
  readonly reused: { readonly client: boolean; readonly server: boolean } | null;
  readonly flags: Readonly<Record<string, string>>;
}

/** Longer metadata, and more flags, are not read. */
export const metadataBytesMax = 1024 * 1024;
const attributesMax = 1000;

/** Reads the elements that matter, `SessionTimers`, `PipeInfo` and `SessionFlag`, by their attributes; anything else is passed over. */
export function readSazSession(xml: string): SazSession {
  const timers = attributesOf(/<SessionTimers\b([^>]*)>/.exec(xml)?.[1] ?? '');
  const pipes = /<PipeInfo\b([^>]*)>/.exec(xml);
  const { CltReuse, Reused } = attributesOf(pipes?.[1] ?? '');
  const flags: Record<string, string> = {};
  let count = 0;
  for (const [, attributes = ''] of xml.matchAll(/<SessionFlag\b([^>]*)>/g)) {
    const { N, V } = attributesOf(attributes);
    if (N !== undefined && V !== undefined) flags[N.toLowerCase()] = V;
    if (++count >= attributesMax) break;
  }
  const reused = pipes === null ? null : { client: CltReuse === 'true', server: Reused === 'true' };
  return { timers, reused, flags };
}

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  let count = 0;
  for (const [, name = '', double, single] of text.matchAll(
    /([\w:.-]{1,100})\s*=\s*(?:"([^"]*)"|'([^']*)')/g,
  )) {
    found[name] = unescaped(double ?? single ?? '');
    if (++count >= attributesMax) break;
  }
  return found;
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** The five entities of XML and character references; any other stays as it is. */
function unescaped(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{2,4}));/gi, (all, hex, decimal, name) => {
    if (typeof name === 'string') return entities[name] ?? all;
    const code = parseInt(String(hex ?? decimal), hex === undefined ? 10 : 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

/** Text as XML attribute and element content; what XML 1.0 cannot hold becomes U+FFFD. */
export function xmlText(text: string): string {
  return text
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
    .replace(/[\ud800-\udfff]/gu, '\ufffd')
    .replace(/[&<>"'\t\r\n]/g, (unit) => `&#${unit.charCodeAt(0)};`);
}

/** Timers that are moments, and the field of our record each one is. */
const moments = [
  ['ClientBeginRequest', 'startedAtUs'],
  ['ClientDoneRequest', 'requestEndedAtUs'],
  ['FiddlerBeginRequest', 'sentFromUs'],
  ['ServerGotRequest', 'sentToUs'],
  ['ServerBeginResponse', 'responseFromUs'],
  ['ServerDoneResponse', 'responseToUs'],
  ['ClientBeginResponse', 'clientFromUs'],
  ['ClientDoneResponse', 'endedAtUs'],
] as const;
type Moment = (typeof moments)[number][1];

/** The times of a record from timers, and the phases that follow from them (docs/formats.md has the table). */
export function timesOfSession({ timers, reused, flags }: SazSession): {
  times: Partial<FormatRecord>;
  server: FormatConversation;
  clientOpenedAtUs: number | null;
} {
  const at = Object.fromEntries(moments.map(([timer, field]) => [field, momentUs(timers[timer])])) as Record<
    Moment,
    number | null
  >;
  const started = at.startedAtUs ?? at.requestEndedAtUs ?? at.sentFromUs ?? at.endedAtUs ?? 0;
  const connectedUs = momentUs(timers['ServerConnected']);
  const dial = readDial(flags['x-plumbline-dial-us']) ?? dialOfTimers(timers);
  const lasted = [dial.dns, dial.tcp, dial.tls].some((us) => (us ?? 0) > 0);
  const serverReused = reused === null ? !lasted && at.sentFromUs !== null : reused.server;
  // A connection that was made in less than a millisecond has no duration of its own.
  const dialled = lasted || (reused?.server === false && connectedUs !== null);
  const dns = dialled ? dial.dns : null;
  const tls = dialled ? dial.tls : null;
  const tcp = dialled ? (dial.tcp ?? 0) : null;
  const readyUs = connectedUs ?? at.sentFromUs ?? started;
  const tlsFromUs = readyUs - (tls ?? 0);
  const connectFromUs = tlsFromUs - (tcp ?? 0);
  const dnsFromUs = connectFromUs - (dns ?? 0);
  const dialUs = dnsFromUs >= started ? readyUs - dnsFromUs : 0;
  const { sentFromUs, sentToUs, responseFromUs, responseToUs } = at;
  return {
    times: {
      ...at,
      startedAtUs: started,
      blockedUs: sentFromUs === null ? null : Math.max(0, sentFromUs - started - dialUs),
      dnsUs: dns,
      connectUs: tcp === null ? null : tcp + (tls ?? 0),
      tlsUs: tls,
      sendUs: span(sentFromUs, sentToUs),
      waitUs: span(sentToUs, responseFromUs),
      receiveUs: span(responseFromUs, responseToUs),
      clientReused: reused?.client ?? false,
      serverReused,
    },
    server: {
      ...unknownConversation,
      openedAtUs: dnsFromUs,
      dnsFromUs: dns === null ? null : dnsFromUs,
      dnsToUs: dns === null ? null : connectFromUs,
      connectFromUs: dialled ? connectFromUs : null,
      connectToUs: dialled ? tlsFromUs : null,
      tlsFromUs: tls === null ? null : tlsFromUs,
      tlsToUs: tls === null ? null : readyUs,
    },
    clientOpenedAtUs: momentUs(timers['ClientConnected']),
  };
}

/** What connecting took, µs; null where it was not done or is not known. */
interface Dial {
  readonly dns: number | null;
  readonly tcp: number | null;
  readonly tls: number | null;
}

/** Whole milliseconds; 0 stands for none. */
function dialOfTimers(timers: SazSession['timers']): Dial {
  const us = (name: string): number | null => durationUs(timers[name]) || null;
  return { dns: us('DNSTime'), tcp: us('TCPConnectTime'), tls: us('HTTPSHandshakeTime') };
}

/** Our own flag: the same three to the µs, `-` for null. */
function readDial(flag: string | undefined): Dial | null {
  const found = /^(\d{1,11}|-) (\d{1,11}|-) (\d{1,11}|-)$/.exec(flag ?? '');
  if (found === null) return null;
  const [dns = null, tcp = null, tls = null] = found.slice(1).map((us) => (us === '-' ? null : Number(us)));
  return { dns, tcp, tls };
}

/** The flag that `readDial` reads; null where nothing was dialled. */
export function dialText({ serverReused, dnsUs, connectUs, tlsUs }: FormatRecord): string | null {
  if (serverReused || connectUs === null) return null;
  const phases = [dnsUs, connectUs - (tlsUs ?? 0), tlsUs];
  return phases.map((us) => (us === null ? '-' : String(Math.max(0, Math.round(us))))).join(' ');
}

export function timersOf({ record, clientLeg, serverLeg }: FormatExchange): Record<string, string> {
  const server = serverLeg?.conversation ?? null;
  const readyUs = server?.tlsToUs ?? server?.connectToUs ?? null;
  const dialled = !record.serverReused && record.connectUs !== null;
  const tlsUs = dialled ? (record.tlsUs ?? 0) : 0;
  return {
    ClientConnected: momentText(clientLeg?.conversation?.openedAtUs ?? null),
    ...Object.fromEntries(moments.map(([timer, field]) => [timer, momentText(record[field])])),
    ServerConnected: momentText(dialled ? readyUs : null),
    GatewayTime: '0',
    DNSTime: String(dialled ? wholeMs(record.dnsUs ?? 0) : 0),
    TCPConnectTime: String(dialled ? wholeMs(record.connectUs - tlsUs) : 0),
    HTTPSHandshakeTime: String(wholeMs(tlsUs)),
  };
}

function wholeMs(us: number): number {
  return Math.max(0, Math.round(us / 1000));
}

function span(fromUs: number | null, toUs: number | null): number | null {
  return fromUs === null || toUs === null ? null : Math.max(0, toUs - fromUs);
}

const hourMs = 3_600_000;

function durationUs(text: string | undefined): number {
  const ms = Number(text ?? '');
  return ms > 0 && ms < 24 * hourMs ? Math.round(ms * 1000) : 0;
}

/** `2026-01-31T12:00:00.1234567+01:00`; year 1 stands for never. */
export function momentUs(text: string | undefined): number | null {
  const ms = Date.parse((text ?? '').slice(0, 60).replace(/(\.\d{3})\d+/, '$1'));
  if (!(ms > 0)) return null;
  const digits = /\.(\d{1,9})/.exec(text ?? '')?.[1] ?? '';
  return Math.floor(ms / 1000) * 1e6 + Number(digits.padEnd(6, '0').slice(0, 6));
}

/** Never where there is none. */
export function momentText(us: number | null): string {
  if (us === null || !(us > 0) || us > 253_402_300_799_000_000) return '0001-01-01T00:00:00';
  const rest = String(Math.floor(us % 1000)).padStart(3, '0');
  return new Date(us / 1000).toISOString().replace('Z', `${rest}0Z`);
}

/** `ui-color` has more names than we have colours; those we lack come in unmarked. */
export function markOf(color: string | undefined): MarkColor | null {
  const name = (color ?? '').toLowerCase();
  return markColors.find((each) => each === name || (each === 'yellow' && name === 'gold')) ?? null;
}
