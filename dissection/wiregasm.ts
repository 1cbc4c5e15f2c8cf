import { createRequire } from 'node:module';
import path from 'node:path';

/** What is used of the engine's own interface, as version 1.9.1 has it. Every vector is a handle that must be deleted. */
export interface Wiregasm {
  /** Another view after its memory grew. */
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
  readonly FS: {
    readonly writeFile: (path: string, bytes: Uint8Array) => void;
    readonly unlink: (path: string) => void;
  };
  readonly DissectSession: new (path: string) => DissectSession;
  readonly init: () => boolean;
  readonly wiresharkVersion: () => string;
  readonly checkFilter: (filter: string) => { readonly ok: boolean; readonly error: string };
  readonly completeFilter: (prefix: string) => {
    readonly fields: Vector<{ readonly field: string; readonly name: string }>;
  };
  readonly listModules: () => Vector<PreferenceModule>;
  readonly listPreferences: (module: string) => Vector<Preference>;
  /** Code 0: done. */
  readonly setPref: (module: string, name: string, value: string) => { readonly code: number };
  readonly applyPreferences: () => void;
}

export interface Vector<T> {
  readonly size: () => number;
  readonly get: (index: number) => T;
  readonly delete: () => void;
  /** Of Embind, which makes the handle: where the vector lies. */
  readonly $$?: { readonly ptr?: number };
}

export interface PreferenceModule {
  readonly name: string;
  readonly submodules: Vector<PreferenceModule>;
}

export interface Preference {
  readonly name: string;
  readonly range_value: string;
}

export interface DissectSession {
  /** Code 0: done. */
  readonly load: () => {
    readonly code: number;
    readonly error: string;
    readonly summary: { readonly packet_count: number };
  };
  readonly getFrame: (number: number) => Frame;
  readonly getFrames: (
    filter: string,
    skip: number,
    limit: number,
  ) => { readonly frames: Vector<ListedFrame> };
  readonly follow: (
    protocol: string,
    filter: string,
  ) => {
    readonly payloads: Vector<{ readonly number: number; readonly server: number; readonly data: string }>;
  };
  readonly delete: () => void;
}

export interface ListedFrame {
  readonly number: number;
  readonly columns: Vector<string>;
}

export interface Frame {
  readonly tree: Vector<FrameNode>;
  readonly data_sources: Vector<{ readonly name: string; readonly data: string }>;
  readonly comments: Vector<string>;
  readonly follow: Vector<Vector<string>>;
}

export interface FrameNode {
  readonly label: string;
  readonly filter: string;
  readonly start: number;
  readonly length: number;
  readonly data_source_idx: number;
  readonly severity: string;
  /** `framenum`: `fnum` is a frame. For other types it is nothing. */
  readonly type: string;
  readonly fnum: number;
  readonly tree: Vector<FrameNode>;
}

type Loader = (overrides: {
  readonly locateFile: (file: string) => string;
  readonly print: () => void;
  readonly printErr: () => void;
  readonly handleStatus: () => void;
}) => Promise<Wiregasm>;

/** Starts the engine: about 0.7 s. It prints nothing: standard output is the pipe. */
export async function startWiregasm(): Promise<Wiregasm> {
  const require = createRequire(import.meta.url);
  const script = require.resolve('@goodtools/wiregasm/dist/wiregasm.js');
  const load = require(script) as Loader;
  const engine = await load({
    locateFile: (file) => path.join(path.dirname(script), file),
    print: () => {},
    printErr: () => {},
    handleStatus: () => {},
  });
  if (!engine.init()) throw new Error('Wireshark’s engine did not start.');
  return engine;
}

/** Calls `take` for each item, and deletes the vector. */
export function drain<T>(vector: Vector<T>, take: (item: T, index: number) => void): void {
  const size = vector.size();
  for (let index = 0; index < size; index++) take(vector.get(index), index);
  vector.delete();
}
