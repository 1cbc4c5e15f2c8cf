import {
  unknownConversation,
  type FormatConversation,
  type FormatLeg,
  type FormatRecord,
  type ImportReport,
} from './format.ts';
import { objectOf, textOf, type Json } from './har-body.ts';
import { microseconds, readPhases, sumUs, type HarCreator, type ReadPhases } from './har-creators.ts';
import type { HarUrl } from './har-url.ts';

export interface ReadTimes {
  readonly record: Partial<FormatRecord>;
  readonly serverLeg: FormatLeg;
  /** What a person should know of these times; may be empty. */
  readonly note: string;
}

/** Connections remembered; beyond, one that comes again counts as another. */
const connectionsMax = 1_000_000;
/** Totals further off than this and by more than a hundredth are remarked on. */
const tolerateUs = 2000;

/** Lays the phases of entries on the time line, and joins entries of one connection. Keeps what it saw of one file. */
export function readTimes(
  creator: HarCreator,
  report: ImportReport,
): (entry: Json, url: HarUrl) => ReadTimes {
  const seen = new Set<string>();
  let lastStartUs = 0;
  let unnamed = 0;

  return (entry, url) => {
    const startUs = timeUs(entry['startedDateTime']) ?? missingStart();
    lastStartUs = startUs;
    const timings = objectOf(entry['timings']);
    const totalUs = microseconds(entry['time']);
    const read = readPhases(timings, totalUs, url.scheme === 'https', creator);
    const reused = isReused(read);
    const phases = reused ? { ...read, dns: null, connect: null, ssl: null } : read;
    const known = [phases.send, phases.wait, phases.receive].some((phase) => phase !== null);
    if (known) remarkOnTotal(phases, totalUs);

    const name = textOf(entry['connection']);
    const key = name === '' || name === '0' ? `#${unnamed++}` : name;
    const isFirst = !reused || !seen.has(key);
    if (seen.size >= connectionsMax) seen.clear();
    seen.add(key);

    const times = layOut(startUs, phases, known ? null : (totalUs ?? 0), creator);
    return {
      record: {
        ...times,
        blockedUs: phases.blocked,
        dnsUs: phases.dns,
        connectUs: phases.connect,
        tlsUs: phases.connect === null ? null : phases.ssl,
        sendUs: phases.send,
        waitUs: phases.wait,
        receiveUs: phases.receive,
        serverReused: reused && !creator.neverTellsConnect,
      },
      serverLeg: { key, conversation: isFirst ? conversationOf(entry, url, times, phases, creator) : null },
      note: [known ? '' : 'The file says only how long this exchange took in all.', queueNote(timings)]
        .filter((note) => note !== '')
        .join(' '),
    };
  };

  function missingStart(): number {
    report.warn('Entries without a start time were put at the time of the entry before.');
    return lastStartUs;
  }

  function isReused({ dns, connect }: ReadPhases): boolean {
    if (creator.zeroIsReused) return (dns ?? 0) === 0 && (connect ?? 0) === 0;
    return dns === null && connect === null;
  }

  function remarkOnTotal(phases: ReadPhases, totalUs: number | null): void {
    if (totalUs === null || creator.name !== 'HAR') return;
    const offUs = Math.abs(totalUs - sumUs(phases));
    if (offUs > tolerateUs && offUs > totalUs / 100) {
      report.warn('The phases of some entries do not add up to their total; the phases were kept.');
    }
  }
}

type LaidOut = Pick<
  FormatRecord,
  | 'startedAtUs'
  | 'requestEndedAtUs'
  | 'sentFromUs'
  | 'sentToUs'
  | 'responseFromUs'
  | 'responseToUs'
  | 'endedAtUs'
>;

/** `onlyTotalUs`: no phase is known, the exchange lasts so long. */
function layOut(
  startUs: number,
  phases: ReadPhases,
  onlyTotalUs: number | null,
  creator: HarCreator,
): LaidOut {
  if (onlyTotalUs !== null) {
    const nothing = { sentToUs: startUs, responseFromUs: null, responseToUs: null };
    return {
      startedAtUs: startUs,
      requestEndedAtUs: startUs,
      sentFromUs: startUs,
      ...nothing,
      endedAtUs: startUs + onlyTotalUs,
    };
  }
  const { blocked, dns, connect, send, wait, receive } = phases;
  const dialUs = creator.connectsBefore ? 0 : (dns ?? 0) + (connect ?? 0);
  const sentFromUs = startUs + (blocked ?? 0) + dialUs;
  const sentToUs = sentFromUs + (send ?? 0);
  const responseFromUs = sentToUs + (wait ?? 0);
  const responseToUs = responseFromUs + (receive ?? 0);
  return {
    startedAtUs: startUs,
    requestEndedAtUs: sentToUs,
    sentFromUs,
    sentToUs,
    responseFromUs,
    responseToUs,
    endedAtUs: responseToUs,
  };
}

function conversationOf(
  entry: Json,
  { host, port }: HarUrl,
  { startedAtUs, sentFromUs }: LaidOut,
  { dns, connect, ssl }: ReadPhases,
  creator: HarCreator,
): FormatConversation {
  const readyUs = creator.connectsBefore ? startedAtUs : (sentFromUs ?? startedAtUs);
  const tlsUs = connect === null ? null : ssl;
  const tcpUs = connect === null ? null : connect - (tlsUs ?? 0);
  const tlsFromUs = readyUs - (tlsUs ?? 0);
  const connectFromUs = tlsFromUs - (tcpUs ?? 0);
  const dnsFromUs = connectFromUs - (dns ?? 0);
  const security = objectOf(entry['_securityDetails']);
  const serverPort = entry['_serverPort'];
  return {
    ...unknownConversation,
    remoteAddress: textOf(entry['serverIPAddress'])
      .replace(/^\[|\]$/g, '')
      .slice(0, 100),
    remotePort: typeof serverPort === 'number' ? serverPort : port,
    hostName: host,
    openedAtUs: dnsFromUs,
    dnsFromUs: dns === null ? null : dnsFromUs,
    dnsToUs: dns === null ? null : connectFromUs,
    connectFromUs: tcpUs === null ? null : connectFromUs,
    connectToUs: tcpUs === null ? null : tlsFromUs,
    tlsFromUs: tlsUs === null ? null : tlsFromUs,
    tlsToUs: tlsUs === null ? null : readyUs,
    tlsVersion: textOf(security['protocol']).slice(0, 40) || null,
  };
}

function queueNote(timings: Json): string {
  const queuedUs = microseconds(timings['_blocked_queueing']);
  if (queuedUs === null || queuedUs === 0) return '';
  return `The browser queued the request for ${(queuedUs / 1000).toFixed(1)} ms.`;
}

/** µs since the epoch of an ISO 8601 time, its digits below the millisecond included; null for anything else. */
function timeUs(value: unknown): number | null {
  const text = textOf(value);
  const ms = Date.parse(text.slice(0, 60));
  if (!Number.isFinite(ms) || ms < 0) return null;
  const digits = /\.(\d+)/.exec(text)?.[1] ?? '';
  return Math.floor(ms / 1000) * 1e6 + Number(digits.padEnd(6, '0').slice(0, 6));
}
