import { DecodeAs } from './decode-as.ts';
import { entriesOf } from './expert.ts';
import type { Question, Refusal } from './protocol.ts';
import { TreeMemory } from './tree-memory.ts';
import { treeOf } from './tree.ts';
import { drain, startWiregasm, type DissectSession, type Wiregasm } from './wiregasm.ts';

/** What an answer says besides whose it is. */
export type Reply =
  | { readonly ok: true; readonly value: unknown; readonly bodies?: readonly Uint8Array[] }
  | { readonly ok: false; readonly error: Refusal };

/** Where the one capture lies in the engine's own file system, which is memory. */
const captureFile = '/uploads/capture';

export async function startEngine(): Promise<Engine> {
  return new Engine(await startWiregasm());
}

export class Engine {
  readonly #wiregasm: Wiregasm;
  readonly #decodeAs: DecodeAs;
  readonly #memory: TreeMemory;
  #loaded: { readonly session: DissectSession; readonly frames: number } | null = null;

  constructor(wiregasm: Wiregasm) {
    this.#wiregasm = wiregasm;
    this.#decodeAs = new DecodeAs(wiregasm);
    this.#memory = new TreeMemory(wiregasm);
  }

  answer(question: Question, body: Uint8Array): Reply {
    switch (question.ask) {
      case 'version':
        return { ok: true, value: { version: this.#wiregasm.wiresharkVersion() } };
      case 'load':
        return this.#load(body);
      case 'tree':
        return this.#tree(question.frame);
      case 'filter':
        return this.#filter(question.filter);
      case 'check':
        return { ok: true, value: { problem: this.#problemOf(question.filter) } };
      case 'fields':
        return this.#fields(question.prefix, question.limit);
      case 'follow':
        return this.#follow(question.protocol, question.filter);
      case 'expert':
        return this.#expert(question.framesMax);
      case 'decode-as': {
        const unknown = this.#decodeAs.set(question.rules)[0];
        if (unknown === undefined) return { ok: true, value: {} };
        return refuse(
          'bad-rule',
          `Wireshark knows no protocol called “${unknown.protocol}” for ${unknown.table}.`,
        );
      }
      case 'protocols':
        return { ok: true, value: this.#decodeAs.protocols() };
      default:
        return question satisfies never;
    }
  }

  #load(capture: Uint8Array): Reply {
    this.#loaded?.session.delete();
    this.#loaded = null;
    this.#wiregasm.FS.writeFile(captureFile, capture);
    const session = new this.#wiregasm.DissectSession(captureFile);
    const { code, error, summary } = session.load();
    if (code !== 0) {
      session.delete();
      return refuse(
        'bad-capture',
        `Wireshark cannot read these packets${error === '' ? '' : `: ${error.replace(/\.$/, '')}`}.`,
      );
    }
    this.#loaded = { session, frames: summary.packet_count };
    return { ok: true, value: { frames: summary.packet_count } };
  }

  #tree(frame: number): Reply {
    if (this.#loaded === null) return nothingLoaded;
    if (!Number.isInteger(frame) || frame < 1 || frame > this.#loaded.frames)
      return refuse('no-such-frame', `There is no packet ${frame} in what was loaded.`);
    const { value, bodies } = this.#treeOf(this.#loaded.session, frame);
    return { ok: true, value, bodies };
  }

  #treeOf(session: DissectSession, frame: number): ReturnType<typeof treeOf> {
    return treeOf(session.getFrame(frame), (vector) => this.#memory.branchOf(vector));
  }

  #filter(filter: string): Reply {
    if (this.#loaded === null) return nothingLoaded;
    const problem = this.#problemOf(filter);
    if (problem !== null) return refuse('bad-filter', problem);
    const numbers = this.#matching(this.#loaded.session, filter);
    return { ok: true, value: { matched: numbers.length }, bodies: [new Uint8Array(numbers.buffer)] };
  }

  #matching(session: DissectSession, filter: string): Uint32Array {
    const { frames } = session.getFrames(filter, 0, 0);
    const numbers = new Uint32Array(frames.size());
    drain(frames, (frame, index) => {
      numbers[index] = frame.number;
      frame.columns.delete();
    });
    return numbers;
  }

  #problemOf(filter: string): string | null {
    const { ok, error } = this.#wiregasm.checkFilter(filter);
    return ok ? null : error === '' ? 'Wireshark cannot read this filter.' : error;
  }

  #fields(prefix: string, limit: number): Reply {
    const fields: { name: string; label: string }[] = [];
    drain(this.#wiregasm.completeFilter(prefix).fields, ({ field, name }) => {
      fields.push({ name: field, label: name });
    });
    fields.sort((one, other) => (one.name < other.name ? -1 : 1));
    return { ok: true, value: { fields: fields.slice(0, limit) } };
  }

  #follow(protocol: string, filter: string): Reply {
    if (this.#loaded === null) return nothingLoaded;
    const problem = this.#problemOf(filter);
    if (problem !== null) return refuse('bad-filter', problem);
    const bodies: Uint8Array[] = [];
    const pieces: { frame: number; fromServer: boolean; bytes: number }[] = [];
    drain(this.#loaded.session.follow(protocol, filter).payloads, ({ number, server, data }) => {
      const bytes = Buffer.from(data, 'base64');
      bodies.push(bytes);
      pieces.push({ frame: number, fromServer: server === 1, bytes: bytes.byteLength });
    });
    return { ok: true, value: { pieces }, bodies };
  }

  #expert(framesMax: number): Reply {
    if (this.#loaded === null) return nothingLoaded;
    const { session } = this.#loaded;
    const numbers = this.#matching(session, '_ws.expert');
    const entries = [...numbers.subarray(0, framesMax)].flatMap((number) =>
      entriesOf(number, this.#treeOf(session, number).value.tree),
    );
    return { ok: true, value: { entries, frames: numbers.length } };
  }
}

const nothingLoaded = refuse('no-capture', 'No packets were loaded.');

function refuse(code: string, message: string): { readonly ok: false; readonly error: Refusal } {
  return { ok: false, error: { code, message } };
}
