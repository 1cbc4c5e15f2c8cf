import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fail, succeed } from '../../../../core/model/result.ts';
import { createDissection, type Dissection } from '../../../../electron/engine/dissection/dissection.ts';
import { createColumns } from '../../../../electron/engine/packets/block-format.ts';
import type { ConversationIndex } from '../../../../electron/engine/packets/reading/conversation-index.ts';
import type { PacketFile } from '../../../../electron/engine/packets/reading/packet-file.ts';
import { createPacketViews } from '../../../../electron/engine/packets/reading/packet-views.ts';
import { createSlowFilter } from '../../../../electron/engine/packets/reading/slow-filter.ts';
import { treeOf } from '../../../../electron/engine/packets/reading/packet-tree.ts';
import { pcapOf, type TimedFrame } from '../../../support/frame-bytes.ts';
import { httpFrames } from '../../../support/http-capture.ts';
import { root } from '../../../support/program.ts';

/** Three connections whose packets come in turns: packet 2 is the first of the second one. */
const frames: readonly TimedFrame[] = httpFrames().flatMap(({ atUs }, index) =>
  [40_000, 40_001, 40_002].map((port, which) => ({
    atUs: atUs + which,
    bytes: httpFrames(port)[index]!.bytes,
  })),
);
const file = fileOf(frames);
const conversations: ConversationIndex = {
  refresh: () => undefined,
  summary: () => null,
  count: () => 3,
  get: (id) => ({
    ...{
      id,
      transport: 'tcp',
      addressA: '192.0.2.1',
      portA: 39_999 + id,
      addressB: '198.51.100.7',
      portB: 80,
    },
    ...{ wordsA: new Uint32Array(4), wordsB: new Uint32Array(4), version: 4, stream: id - 1 },
  }),
};
let dissection: Dissection;

beforeAll(() => {
  dissection = createDissection({
    runtime: process.execPath,
    script: path.join(root, 'dist/dissection/main.js'),
  });
});

afterAll(() => dissection.close());

async function selected(filter: string, dissector: Pick<Dissection, 'filter'> = dissection) {
  return await new Promise<{ numbers: readonly number[]; problem: string | null }>((resolve, reject) => {
    const views = createPacketViews({
      file,
      conversations,
      marked: () => new Set(),
      scopeOf: () => Promise.resolve(succeed({ conversations: null, numbers: null })),
      slowFilter: createSlowFilter({ file, dissector, keyLog: () => '', rules: () => [] }),
      firstViewId: 0,
      changed: (view) => {
        const { looked, total, problem } = view.progress();
        if (looked < total && problem === null) return;
        resolve({ numbers: Array.from({ length: view.count() }, (_, index) => view.number(index)), problem });
      },
    });
    views.open({ kind: 'all' }, filter).catch(reject);
  });
}

describe('a display filter for Wireshark’s engine', () => {
  it.each([
    ['http.request', [10, 11, 12]],
    ['http.response and frame.number > 19', [20, 21]],
    ['tcp.stream == 1 and http', [11, 20]],
    ['frame.time_relative < 0.003002 and http.request', [10, 11]],
    ['!(http.request) and tcp.len > 0 and frame.number < 18', [16, 17]],
    ['http.request or frame.number == 1', [1, 10, 11, 12]],
  ])('%s selects what it would of the whole capture', async (filter, numbers) => {
    expect(await selected(filter)).toEqual({ numbers, problem: null });
    const whole = await dissection.filter({ key: 'whole', bytes: pcapOf(frames), decodeAs: [] }, filter);
    expect(whole.ok && [...whole.value]).toEqual(numbers);
  });

  it('says what is wrong with it', async () => {
    expect(await selected('nosuch.field')).toEqual({
      numbers: [],
      problem: '"nosuch.field" is not a valid protocol or protocol field.',
    });
  });

  it('says that packets are missing which the engine could not read', async () => {
    const failing = { filter: () => Promise.resolve(fail('dissection-crashed', 'It fell.')) };
    expect(await selected('http', failing)).toEqual({
      numbers: [],
      problem: 'Wireshark’s engine could not read 30 packets; they are not in the list.',
    });
  });
});

describe('the tree of a packet', () => {
  const treeBy = async (dissector: Dissection, number: number) => {
    const answer = await treeOf(
      { file, conversations, dissector, keyLog: () => '', rules: () => [] },
      { number } as Parameters<typeof treeOf>[1],
      { id: 2, firstPacket: 2, lastPacket: 29 },
    );
    if (!answer.ok) throw new Error(answer.error.message);
    return answer.value;
  };

  it('speaks of the whole capture', async () => {
    const { tree, dissectedBy, problem } = await treeBy(dissection, 20);
    expect([dissectedBy, problem]).toEqual(['Wireshark 4.4.5', null]);
    const text = JSON.stringify(tree);
    for (const filter of [
      'frame.number == 20',
      'tcp.stream == 1',
      'http.request_in == 11',
      'frame.time_relative == 0.006001000',
      'frame.time_delta == 0.000001000',
    ])
      expect(text).toContain(`"filter":"${filter}"`);
    expect(text).toContain('#17(65), #20(11)');
  });

  it('is plain where no dissector is there', async () => {
    const gone = { ...dissection, tree: () => Promise.resolve(fail('dissection-missing', 'It is gone.')) };
    const { tree, dissectedBy, problem } = await treeBy(gone, 20);
    expect([dissectedBy, problem]).toEqual(['Plumbline', 'It is gone.']);
    expect(tree.map((node) => node.field)).toEqual(['frame', 'eth', 'ip', 'tcp', 'data']);
  });
});

/** One block of frames; every third one belongs to the same conversation. */
function fileOf(all: readonly TimedFrame[]): PacketFile {
  const columns = createColumns();
  const baseSeconds = Math.floor(all[0]!.atUs / 1e6);
  for (const [index, { atUs, bytes }] of all.entries()) {
    columns.seconds[index] = Math.floor(atUs / 1e6) - baseSeconds;
    columns.nanos[index] = (atUs % 1e6) * 1000;
    columns.captured[index] = bytes.length;
    columns.original[index] = bytes.length;
    columns.conversations[index] = (index % 3) + 1;
    columns.interfaces[index] = 1;
  }
  const ethernet = {
    ...{
      id: 1,
      name: 'lo',
      description: '',
      linkType: 1,
      snapBytes: 0,
      filter: '',
      system: '',
      unitsPerSecond: 1e6,
    },
    ...{ received: null, droppedByKernel: null, droppedByInterface: null, droppedByUs: 0 },
  };
  return {
    refresh: () => false,
    count: () => all.length,
    blockCount: () => 1,
    firstNumber: () => 1,
    place: (number) => (number >= 1 && number <= all.length ? { block: 0, index: number - 1 } : null),
    columns: () => ({ ...columns, count: all.length, baseSeconds }),
    frame: ({ index }) => all[index]!.bytes,
    interfaceOf: () => ethernet,
    interfaces: () => [ethernet],
  };
}
