import { afterAll, describe, expect, it } from 'vitest';
import { fail, succeed } from '../../../../core/model/result.ts';
import {
  createDissection,
  type Dissection,
  type DissectorChoice,
} from '../../../../electron/engine/dissection/dissection.ts';
import type { Dissector } from '../../../../electron/engine/dissection/dissector.ts';
import { createTsharkDissector } from '../../../../electron/engine/dissection/tshark-dissector.ts';
import { createWiregasmDissector } from '../../../../electron/engine/dissection/wiregasm-dissector.ts';
import { placeTree } from '../../../../core/packets/place-tree.ts';
import { httpCapture } from '../../../support/http-capture.ts';
import { root } from '../../../support/program.ts';

const program = { runtime: process.execPath, script: `${root}dist/dissection/main.js` };
const nothing = { runtime: process.execPath, script: `${root}dist/dissection/none.js` };
const capture = { key: '', bytes: httpCapture(), decodeAs: [] };
const open: Dissection[] = [];

afterAll(() => {
  for (const each of open) each.close();
});

function dissectionOf(where = program, choice: DissectorChoice = 'auto', tshark?: string): Dissection {
  const dissection = createDissection(where, choice, {
    wiregasm: createWiregasmDissector,
    tshark: () => createTsharkDissector(tshark),
  });
  open.push(dissection);
  return dissection;
}

const place = {
  numbers: Uint32Array.from({ length: 10 }, (_, index) => 101 + index),
  stream: 5,
  sinceFirst: '1.000000000',
  sincePrevious: '0.500000000',
};

async function treeBy(dissection: Dissection) {
  const answer = await dissection.tree(capture, 7);
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

describe('taking a packet apart', () => {
  it('is done by Wireshark’s engine, and the tree can be placed in the whole capture', async () => {
    const { tree, dissectedBy, problem } = await treeBy(dissectionOf());
    expect([dissectedBy, problem]).toEqual(['Wireshark 4.4.5', null]);
    const placed = placeTree(tree, place);
    expect(placed[0]!.label).toMatch(/^Frame 107: /);
    const text = JSON.stringify(placed);
    expect(text).toContain('"filter":"tcp.stream == 5"');
    expect(text).toContain('"label":"Request in frame: 104"');
    expect(text).toContain('"filter":"http.request_in == 104"');
    expect(text).toContain('"filter":"frame.time_relative == 1.000000000"');
    expect(text).toContain('#106(65), #107(11)');
  });

  it('is done by tshark where the engine is not there, and says so', async () => {
    const { tree, dissectedBy, problem } = await treeBy(dissectionOf(nothing));
    expect(dissectedBy).toMatch(/^tshark /);
    expect(problem).toMatch(/^Wireshark’s engine did not start: /);
    expect(placeTree(tree, place)[0]!.label).toMatch(/^Frame 107: /);
  });

  it('is done by tshark alone when that was chosen', async () => {
    const { dissectedBy, problem } = await treeBy(dissectionOf(nothing, 'tshark'));
    expect([dissectedBy.slice(0, 6), problem]).toEqual(['tshark', null]);
  });

  it('fails with why the first one failed where neither is there', async () => {
    const dissection = dissectionOf(nothing, 'auto', '/nonexistent/tshark');
    expect(await dissection.tree(capture, 7)).toMatchObject({
      error: {
        code: 'dissection-missing',
        message: expect.stringMatching(/^Wireshark’s engine did not/) as string,
      },
    });
    expect(await dissection.checkFilter('http')).toMatchObject({ error: { code: 'dissection-missing' } });
  });
});

describe('a question to several dissectors', () => {
  const answering = (
    answer: ReturnType<typeof fail> | ReturnType<typeof succeed<Uint32Array>>,
  ): Dissector => ({
    ...createTsharkDissector(),
    filter: () => Promise.resolve(answer),
  });
  const filtered = (first: Dissector, second: Dissector) =>
    createDissection(program, 'auto', { wiregasm: () => first, tshark: () => second }).filter(
      capture,
      'http',
    );
  const good = succeed(Uint32Array.of(1));

  it('goes to the next one when the first one cannot, but not when the question is wrong', async () => {
    expect(await filtered(answering(fail('dissection-crashed', 'It fell.')), answering(good))).toEqual(good);
    const wrong = fail('bad-filter', 'It is wrong.');
    expect(await filtered(answering(wrong), answering(good))).toEqual(wrong);
    const stopped = fail('dissection-stopped', 'It was stopped.');
    expect(await filtered(answering(stopped), answering(good))).toEqual(stopped);
    const [one, other] = [fail('dissection-slow', 'One.'), fail('dissection-missing', 'Other.')];
    expect(await filtered(answering(one), answering(other))).toEqual(one);
  });
});
