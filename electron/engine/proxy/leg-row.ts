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
export class LegRow {
  private readonly record: (id: number) => ConversationRecord;
  private readonly secrets: string[];
  private readonly isWrittenAtOnce: boolean;
  private id = 0;
  private recordedIn: SessionSink | null = null;

  /** `secrets`: known before; lines are added to it. */
  constructor(record: (id: number) => ConversationRecord, secrets: string[], isWrittenAtOnce = true) {
    this.record = record;
    this.secrets = secrets;
    this.isWrittenAtOnce = isWrittenAtOnce;
  }

  /** Its id in this session, where it is written when first asked for, if that is what is wanted. */
  idIn(sink: SessionSink): number {
    if (this.recordedIn !== sink) {
      this.recordedIn = sink;
      this.id = sink.nextConversationId();
      for (const line of this.secrets) sink.putSecret(this.id, line);
      if (this.isWrittenAtOnce) this.publish();
    }
    return this.id;
  }

  /** Writes it again, with what is known by now. */
  publish(): void {
    this.recordedIn?.putConversation(this.record(this.id));
  }

  /** Keeps a line of its TLS key log for this session and for later ones. */
  secret(line: string): void {
    this.secrets.push(line);
    this.recordedIn?.putSecret(this.id, line);
  }
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
