import type { TreeNode } from '../../../core/contract/packets.ts';
import { fail, succeed, type Failed, type Result } from '../../../core/model/result.ts';
import { DissectionProcess, type DissectionProgram } from './dissection-process.ts';
import {
  captureBytesMax,
  type CaptureToDissect,
  type DissectedFrame,
  type Dissector,
  type ExpertEntry,
  type FollowedPiece,
} from './dissector.ts';

/** How long it may think, and how much memory it may have between two questions. */
export interface WiregasmLimits {
  /** From its start to its first answer. */
  readonly upMs: number;
  /** One question about one packet or a word. */
  readonly questionMs: number;
  /** Reading a capture, or filtering it. */
  readonly captureMs: number;
  /** With more it is started anew: WebAssembly never gives memory back. */
  readonly memoryBytesMax: number;
  /** So long without a question, and it is ended. */
  readonly idleMs: number;
}

export const wiregasmLimits: WiregasmLimits = {
  upMs: 20_000,
  questionMs: 10_000,
  captureMs: 60_000,
  memoryBytesMax: 900 * 1024 * 1024,
  idleMs: 5 * 60_000,
};

const noBytes = new Uint8Array(0);
const noRules = '[]';

type Work<T> = (process: DissectionProcess) => Promise<Result<T>>;

interface Reply<T> {
  readonly value: T;
  readonly body: Uint8Array;
}

/** Wireshark's engine in a process of its own (dissection/), started by the first question and again whenever it is needed. */
export function createWiregasmDissector(
  program: DissectionProgram,
  limits: WiregasmLimits = wiregasmLimits,
): Dissector {
  return new WiregasmDissector(program, limits);
}

class WiregasmDissector implements Dissector {
  readonly #program: DissectionProgram;
  readonly #limits: WiregasmLimits;
  #process: DissectionProcess | null = null;
  #name = '';
  #loadedKey = '';
  #rules = noRules;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;
  /** Questions are asked one after the other: a capture is loaded and asked about without another one in between. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(program: DissectionProgram, limits: WiregasmLimits) {
    this.#program = program;
    this.#limits = limits;
  }

  up = (): Promise<Result<string>> => this.#inTurn(() => Promise.resolve(succeed(this.#name)));

  tree = (capture: CaptureToDissect, frame: number): Promise<Result<DissectedFrame>> =>
    this.#about(capture, async (process) => {
      const reply = await this.#ask<TreeAnswer>(process, { ask: 'tree', frame }, this.#limits.questionMs);
      return reply.ok ? succeed(frameOf(reply.value)) : reply;
    });

  filter = (capture: CaptureToDissect, filter: string, signal?: AbortSignal): Promise<Result<Uint32Array>> =>
    this.#about(
      capture,
      async (process) => {
        const reply = await this.#ask(process, { ask: 'filter', filter }, this.#limits.captureMs);
        return reply.ok ? succeed(numbersOf(reply.value.body)) : reply;
      },
      signal,
    );

  checkFilter = (filter: string): Promise<Result<string | null>> =>
    this.#inTurn(async (process) => {
      const question = { ask: 'check', filter };
      const reply = await this.#ask<{ problem: string | null }>(process, question, this.#limits.questionMs);
      return reply.ok ? succeed(reply.value.value.problem) : reply;
    });

  fields = (prefix: string, limit: number): Promise<Result<readonly { name: string; label: string }[]>> =>
    this.#inTurn(async (process) => {
      const question = { ask: 'fields', prefix, limit };
      const reply = await this.#ask<FieldsAnswer>(process, question, this.#limits.questionMs);
      return reply.ok ? succeed(reply.value.value.fields) : reply;
    });

  follow = (
    capture: CaptureToDissect,
    protocol: string,
    filter: string,
  ): Promise<Result<readonly FollowedPiece[]>> =>
    this.#about(capture, async (process) => {
      const question = { ask: 'follow', protocol, filter };
      const reply = await this.#ask<FollowAnswer>(process, question, this.#limits.captureMs);
      return reply.ok ? succeed(piecesOf(reply.value)) : reply;
    });

  expert = (capture: CaptureToDissect, framesMax: number): Promise<Result<readonly ExpertEntry[]>> =>
    this.#about(capture, async (process) => {
      const question = { ask: 'expert', framesMax };
      const reply = await this.#ask<{ entries: ExpertEntry[] }>(process, question, this.#limits.captureMs);
      return reply.ok ? succeed(reply.value.value.entries) : reply;
    });

  protocols = (): Promise<Result<readonly string[]>> =>
    this.#inTurn(async (process) => {
      const question = { ask: 'protocols' };
      const reply = await this.#ask<ProtocolsAnswer>(process, question, this.#limits.questionMs);
      if (!reply.ok) return reply;
      const { tcp, udp } = reply.value.value;
      return succeed([...new Set([...tcp, ...udp])].sort());
    });

  close = (): void => {
    this.#closed = true;
    this.#end(closed);
  };

  /** Runs `work` with `capture` loaded. */
  #about<T>(capture: CaptureToDissect, work: Work<T>, signal?: AbortSignal): Promise<Result<T>> {
    const rules = JSON.stringify(capture.decodeAs);
    const loadAndWork: Work<T> = async (process) => {
      const loaded = await this.#load(process, capture, rules);
      return loaded.ok ? work(process) : loaded;
    };
    return this.#inTurn(loadAndWork, signal, rules);
  }

  async #load(process: DissectionProcess, capture: CaptureToDissect, rules: string): Promise<Result<null>> {
    const { key, bytes, decodeAs } = capture;
    if (bytes.byteLength > captureBytesMax)
      return fail('bad-capture', 'These packets are more than Wireshark’s engine takes at once (128 MiB).');
    if (rules !== this.#rules) {
      this.#loadedKey = '';
      const set = await this.#ask(process, { ask: 'decode-as', rules: decodeAs }, this.#limits.questionMs);
      if (!set.ok) return set;
      this.#rules = rules;
    }
    if (key !== '' && key === this.#loadedKey) return succeed(null);
    this.#loadedKey = '';
    const loaded = await this.#ask(process, { ask: 'load' }, this.#limits.captureMs, bytes);
    if (!loaded.ok) return loaded;
    this.#loadedKey = key;
    return succeed(null);
  }

  async #ask<T>(
    process: DissectionProcess,
    question: object,
    limitMs: number,
    body: Uint8Array = noBytes,
  ): Promise<Result<Reply<T>>> {
    const answer = await process.ask(question, body, limitMs);
    if ('memoryBytes' in answer) {
      if (answer.ok) return succeed({ value: answer.value as T, body: answer.body });
      return fail(answer.error?.code ?? '', answer.error?.message ?? '');
    }
    return answer;
  }

  #inTurn<T>(work: Work<T>, signal?: AbortSignal, rules?: string): Promise<Result<T>> {
    const turn = this.#last.then(() => this.#now(work, signal, rules));
    this.#last = turn;
    return turn;
  }

  async #now<T>(
    work: Work<T>,
    signal: AbortSignal | undefined,
    rules: string | undefined,
  ): Promise<Result<T>> {
    if (this.#closed) return closed;
    if (signal?.aborted === true) return stopped;
    clearTimeout(this.#idle);
    // Which ports belong to whom can be said to a fresh process only.
    if (rules !== undefined && this.#rules !== noRules && this.#rules !== rules) this.#end(closed);
    const onAbort = (): void => this.#end(stopped);
    signal?.addEventListener('abort', onAbort);
    try {
      const wasUp = this.#process !== null;
      const result = await this.#attempt(work);
      // It may have died before, or of what it had read before.
      const again = wasUp && !result.ok && result.error.code === 'dissection-crashed';
      return again ? await this.#attempt(work) : result;
    } finally {
      signal?.removeEventListener('abort', onAbort);
      if ((this.#process?.memoryBytes ?? 0) > this.#limits.memoryBytesMax) this.#end(closed);
      this.#idle = setTimeout(() => this.#end(closed), this.#limits.idleMs).unref();
    }
  }

  async #attempt<T>(work: Work<T>): Promise<Result<T>> {
    const started = await this.#started();
    return started.ok ? work(started.value) : started;
  }

  async #started(): Promise<Result<DissectionProcess>> {
    if (this.#process !== null && this.#process.over === null) return succeed(this.#process);
    const process = new DissectionProcess(this.#program);
    this.#process = process;
    this.#loadedKey = '';
    this.#rules = noRules;
    const reply = await this.#ask<{ version: string }>(process, { ask: 'version' }, this.#limits.upMs);
    if (reply.ok) {
      this.#name = `Wireshark ${reply.value.value.version}`;
      return succeed(process);
    }
    if (reply.error.code === 'dissection-stopped') return reply;
    return fail('dissection-missing', `Wireshark’s engine did not start: ${reply.error.message}`);
  }

  #end(why: Failed): void {
    clearTimeout(this.#idle);
    this.#process?.end(why);
    this.#process = null;
  }
}

const stopped = fail('dissection-stopped', 'The search in the packets was stopped.');
const closed = fail('dissection-stopped', 'Wireshark’s engine was ended.');

interface TreeAnswer {
  readonly sources: readonly { readonly name: string; readonly bytes: number }[];
  readonly tree: readonly TreeNode[];
}

interface FieldsAnswer {
  readonly fields: readonly { readonly name: string; readonly label: string }[];
}

interface FollowAnswer {
  readonly pieces: readonly {
    readonly frame: number;
    readonly fromServer: boolean;
    readonly bytes: number;
  }[];
}

interface ProtocolsAnswer {
  readonly tcp: readonly string[];
  readonly udp: readonly string[];
}

function frameOf({ value, body }: Reply<TreeAnswer>): DissectedFrame {
  let at = 0;
  const sources = value.sources.map(({ name, bytes }) => ({ name, bytes: body.subarray(at, (at += bytes)) }));
  return { sources, tree: value.tree };
}

function piecesOf({ value, body }: Reply<FollowAnswer>): readonly FollowedPiece[] {
  let at = 0;
  return value.pieces.map(({ frame, fromServer, bytes }) => {
    return { frame, fromServer, bytes: body.subarray(at, (at += bytes)) };
  });
}

/** 32-bit little-endian numbers. */
function numbersOf(body: Uint8Array): Uint32Array {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  return Uint32Array.from({ length: body.byteLength / 4 }, (_, index) => view.getUint32(index * 4, true));
}
