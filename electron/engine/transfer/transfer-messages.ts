import type { ExportFormatName } from '../../../core/formats/index.ts';
import type { TransferProgress, TransferSummary } from '../../../core/contract/transfers.ts';
import type { Result } from '../../../core/model/result.ts';
import type { SessionFeed } from '../session/session-api.ts';

export interface ExportJob {
  readonly kind: 'export';
  readonly sessionPath: string;
  /** This process has the session open, so that its file need not be checked again. */
  readonly live: boolean;
  /** Null: all of them. */
  readonly ids: Float64Array | null;
  readonly totalExchanges: number;
  readonly format: ExportFormatName;
  readonly path: string;
  readonly redact: boolean;
  readonly overwrite: boolean;
  /** For archives: AES-256. */
  readonly password: string | null;
}

export interface ImportJob {
  readonly kind: 'import';
  readonly path: string;
  /** Of the session to make; it must not exist, unless there is a `feed`. */
  readonly sessionPath: string;
  /** Of a capture: into this session, which is open and shows what comes; else one is made, which has its name when it is complete. */
  readonly feed?: SessionFeed | null;
  readonly password: string | null;
  /** Of a capture: a key log; none if left out. */
  readonly keyLogPath?: string | null;
  /** Of a capture: its packets are left in it, and the session is of use only with it. */
  readonly leavesPackets?: boolean;
}

export interface CopyJob {
  readonly kind: 'copy';
  readonly sessionPath: string;
  /** As for an export. */
  readonly live: boolean;
  readonly path: string;
  readonly overwrite: boolean;
}

export type TransferJob = ExportJob | ImportJob | CopyJob;

/** The one message that the transfer thread gets. */
export interface TransferStart {
  readonly job: TransferJob;
  /** One Int32; set to 1 to cancel. */
  readonly cancelled: SharedArrayBuffer;
  readonly writerUrl: string;
}

export type FromTransfer =
  | { readonly kind: 'progress'; readonly progress: TransferProgress }
  | { readonly kind: 'ended'; readonly outcome: Result<TransferSummary> };
