import { fail, succeed, type Failed, type Result } from '../../../core/model/result.ts';
import type { DissectionProgram } from './dissection-process.ts';
import type { CaptureToDissect, DissectedFrame, Dissector } from './dissector.ts';
import { createTsharkDissector } from './tshark-dissector.ts';
import { createWiregasmDissector } from './wiregasm-dissector.ts';

/** Whom packets are taken apart by: `auto` is Wireshark's own engine in its process, else an installed tshark. */
export type DissectorChoice = 'auto' | 'wiregasm' | 'tshark';

export interface DissectedPacket extends DissectedFrame {
  readonly dissectedBy: string;
  /** Why it is not who was asked first, one sentence; null when it is. */
  readonly problem: string | null;
}

/** All dissectors there are as one: whoever can answers. `filter` and `expert` have a process of their own, so that no tree waits for a search. */
export interface Dissection extends Required<Dissector> {
  readonly tree: (capture: CaptureToDissect, frame: number) => Promise<Result<DissectedPacket>>;
}

interface Makers {
  readonly wiregasm: (program: DissectionProgram) => Dissector;
  readonly tshark: () => Dissector;
}

const usual: Makers = { wiregasm: createWiregasmDissector, tshark: createTsharkDissector };

export function createDissection(
  program: DissectionProgram,
  choice: DissectorChoice = 'auto',
  make: Makers = usual,
): Dissection {
  const tshark = choice === 'wiregasm' ? [] : [make.tshark()];
  const looking = choice === 'tshark' ? tshark : [make.wiregasm(program), ...tshark];
  const searching = choice === 'tshark' ? tshark : [make.wiregasm(program), ...tshark];

  async function tree(capture: CaptureToDissect, frame: number): Promise<Result<DissectedPacket>> {
    let failure: Failed | null = null;
    for (const dissector of looking) {
      const up = await dissector.up();
      const answer = up.ok ? await dissector.tree(capture, frame) : up;
      const problem = failure?.error.message ?? null;
      if (up.ok && answer.ok) return succeed({ ...answer.value, dissectedBy: up.value, problem });
      if (!answer.ok) failure ??= answer;
    }
    return failure ?? unable;
  }

  return {
    tree,
    up: () => firstOf(looking, (each) => each.up()),
    filter: (...given) => firstOf(searching, (each) => each.filter(...given)),
    checkFilter: (filter) => firstOf(looking, (each) => each.checkFilter(filter)),
    fields: (prefix, limit) => firstOf(looking, (each) => each.fields(prefix, limit)),
    protocols: () => firstOf(looking, (each) => each.protocols()),
    follow: (...given) => firstOf(looking, (each) => each.follow?.(...given) ?? Promise.resolve(unable)),
    expert: (...given) => firstOf(searching, (each) => each.expert?.(...given) ?? Promise.resolve(unable)),
    close: () => {
      for (const each of new Set([...looking, ...searching])) each.close();
    },
  };
}

const unable = fail('dissection-missing', 'Only Wireshark’s engine can tell this, and it is not there.');

/** The first answer, or the first one's failure: a question that is wrong is as wrong for the next one. */
async function firstOf<T>(
  dissectors: readonly Dissector[],
  ask: (dissector: Dissector) => Promise<Result<T>>,
): Promise<Result<T>> {
  let failure: Failed | null = null;
  for (const dissector of dissectors) {
    const answer = await ask(dissector);
    if (answer.ok || !isItsOwn(answer)) return answer;
    failure ??= answer;
  }
  return failure ?? unable;
}

/** Whether another dissector may do better. */
function isItsOwn({ error: { code } }: Failed): boolean {
  return code === 'dissection-missing' || code === 'dissection-crashed' || code === 'dissection-slow';
}
