import type { contract } from '../../../../core/contract/index.ts';
import type { Params, ResultOf } from '../../../../core/contract/define.ts';
import type { Failure, Result } from '../../../../core/model/result.ts';
import type { LeftIn } from '../../session/left-bytes.ts';

type Methods = (typeof contract)['packets']['methods'];

/** Everything that windows ask of packets, but what is written. */
export type PacketMethod = Exclude<keyof Methods, 'mark'>;
export type PacketParams<M extends PacketMethod> = Params<Methods[M]>;
export type PacketAnswer<M extends PacketMethod> = Result<ResultOf<Methods[M]>>;

export type PacketReaderHandlers = {
  readonly [M in PacketMethod]: (params: PacketParams<M>) => Promise<PacketAnswer<M>> | PacketAnswer<M>;
};

/** `workerData` of the thread. */
export interface PacketReaderStart {
  readonly path: string;
  /** As for `createSlabs`. */
  readonly capture: LeftIn | null;
  /** Views are numbered from behind here on. */
  readonly firstViewId: number;
  /** Nobody writes the file. */
  readonly isSaved: boolean;
  /** What runs Wireshark's engine. */
  readonly dissection: { readonly runtime: string; readonly script: string };
}

export type ToPacketReader =
  | { readonly kind: 'call'; readonly id: number; readonly method: PacketMethod; readonly params: unknown }
  /** More was committed, or marks changed. */
  | { readonly kind: 'grew' }
  /** All of it is in this file now. */
  | { readonly kind: 'close' };

export interface PacketViewChange {
  readonly viewId: number;
  readonly count: number;
  readonly progress: ResultOf<Methods['openView']>['progress'];
}

export type FromPacketReader =
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'answer'; readonly id: number; readonly outcome: Result<unknown> }
  | { readonly kind: 'view-changed'; readonly change: PacketViewChange };
