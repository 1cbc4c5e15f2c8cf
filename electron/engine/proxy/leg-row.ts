import type { ChainCertificate, ConversationRecord } from '../../../core/model/exchange-record.ts';
import type { SessionSink } from '../session/session-api.ts';
import type { DialReport } from './dial.ts';

/** What TLS on a leg settled on, and when. */
export interface LegTls {
  readonly fromUs: number;
  readonly toUs: number;
  readonly version: string | null;
  readonly cipher: string | null;
  readonly alpn: string | null;
  readonly serverName: string | null;
  readonly chain: readonly ChainCertificate[];
  readonly trustProblem: string | null;
}

/** The row of a leg in the session that records it: none before an exchange asks for it, and a new one in each session. */
export interface LegRow {
  /** Its id in this session, where it is written when first asked for. */
  readonly idIn: (sink: SessionSink) => number;
  /** Writes it again, with what is known by now. */
  readonly publish: () => void;
  /** Keeps a line of its TLS key log for this session and for later ones. */
  readonly secret: (line: string) => void;
}

/** `secrets`: known before; lines are added to it. */
export function createLegRow(record: () => Omit<ConversationRecord, 'id'>, secrets: string[]): LegRow {
  let id = 0;
  let recordedIn: SessionSink | null = null;

  function publish(): void {
    recordedIn?.putConversation({ id, ...record() });
  }

  return {
    idIn: (sink) => {
      if (recordedIn !== sink) {
        recordedIn = sink;
        id = sink.nextConversationId();
        for (const line of secrets) sink.putSecret(id, line);
        publish();
      }
      return id;
    },
    publish,
    secret: (line) => {
      secrets.push(line);
      recordedIn?.putSecret(id, line);
    },
  };
}

/** What a row says of how the server was reached. */
export function dialColumns(
  dialled: DialReport | null,
): Pick<ConversationRecord, 'dnsFromUs' | 'dnsToUs' | 'connectFromUs' | 'connectToUs' | 'dialAttempts'> {
  return {
    dnsFromUs: dialled?.dnsFromUs ?? null,
    dnsToUs: dialled?.dnsToUs ?? null,
    connectFromUs: dialled?.connectFromUs ?? null,
    connectToUs: dialled?.connectToUs ?? null,
    dialAttempts: dialled?.attempts ?? [],
  };
}

/** What a row says of TLS. */
export function tlsColumns(
  tls: LegTls | null,
): Pick<
  ConversationRecord,
  'tlsFromUs' | 'tlsToUs' | 'tlsVersion' | 'tlsCipher' | 'alpn' | 'serverName' | 'chain' | 'trustProblem'
> {
  return {
    tlsFromUs: tls?.fromUs ?? null,
    tlsToUs: tls?.toUs ?? null,
    tlsVersion: tls?.version ?? null,
    tlsCipher: tls?.cipher ?? null,
    alpn: tls?.alpn ?? null,
    serverName: tls?.serverName ?? null,
    chain: tls?.chain ?? [],
    trustProblem: tls?.trustProblem ?? null,
  };
}
