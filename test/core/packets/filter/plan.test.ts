import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFault, parseDisplayFilter } from '../../../../core/packets/filter/parse.ts';
import { faultText, planDisplayFilter } from '../../../../core/packets/filter/plan.ts';
import { indexFields } from '../../../../core/packets/filter/fields.ts';
import type { PacketTest } from '../../../../core/packets/filter/compile.ts';
import { PacketSet } from '../../../../core/packets/filter/packet-set.ts';
import { RowFields } from '../../../../core/packets/filter/row-fields.ts';
import { rowsOf, selectRows } from '../../../support/filter-rows.ts';
import { httpCapture } from '../../../support/http-capture.ts';

const rows = rowsOf(httpCapture());
const numbers = rows.map((row) => row.number);

function problemOf(filter: string): string | null {
  const plan = planDisplayFilter(filter);
  return plan.runsIn === 'nobody' ? faultText(plan.fault) : null;
}

describe('a display filter', () => {
  it('runs in the index when the index has all of it', () => {
    expect(planDisplayFilter('tcp.port == 80 and ip.addr != 10.0.0.0/8').runsIn).toBe('index');
    expect(planDisplayFilter('').runsIn).toBe('index');
  });

  it.each([
    'http.host == "shop.test"',
    'tcp.port == 80 && http',
    'frame contains "x"',
    'ip.addr == shop.test',
    'tcp.port == 70000',
    'tcp.flags == "Set"',
    'ip.src[0:2] == 0a:00',
    'len(tcp.payload) > 3',
    'tcp.srcport + 1 == tcp.dstport',
    'tcp.port == ${tcp.port}',
    '@tcp.port == 00:50',
    'ip.addr#1 == 10.0.0.1',
    'tcp matches "x"',
    'not nosuch.field',
    'ip.proto == TCP',
    'frame.time > "2026-01-01"',
    '1 == 1',
    'tcp == 1',
    'ip.src == tcp.port',
  ])('%s is for Wireshark’s engine', (filter) => {
    expect(planDisplayFilter(filter).runsIn).toBe('wireshark');
  });

  it.each([
    ['tcp and', 'The filter ends too early (character 8).'],
    ['(tcp', 'The filter ends too early; “)” is missing (character 5).'],
    ['tcp)', '“)” is not expected here (character 4).'],
    ['tcp tcp', '“tcp” is not expected here (character 5).'],
    ['tcp.port = 80', '“=” means nothing in a display filter (character 10).'],
    ['frame contains "abc', 'The closing " is missing (character 16).'],
    ['tcp.port in {80 443}', '“443” is not expected here; “}” is missing (character 17).'],
    ['tcp.port in {80,}', '“}” is not expected here (character 17).'],
    ['tcp AND ip', '“AND” is not expected here (character 5).'],
    ["tcp.port == 'ab'", 'One character in single quotes is expected here (character 13).'],
    ['any tcp.port', 'The filter ends too early (character 13).'],
    ['tcp.port == (80)', '“(” is not expected here (character 13).'],
    ['ip.src[0:2', 'The closing ] is missing (character 7).'],
  ])('%s is wrong, and it says where', (filter, problem) => {
    expect(problemOf(filter)).toBe(problem);
  });

  it('may have 8192 characters, parentheses 100 deep and 2000 parts', () => {
    expect(problemOf(`tcp${' '.repeat(8190)}`)).toMatch(/at most 8192 characters/);
    expect(problemOf(`${'('.repeat(100)}tcp${')'.repeat(100)}`)).toBeNull();
    expect(problemOf(`${'('.repeat(101)}tcp${')'.repeat(101)}`)).toMatch(/at most 100 deep/);
    expect(problemOf(`${'!'.repeat(101)}tcp`)).toMatch(/at most 100 deep/);
    expect(problemOf(Array.from({ length: 990 }, () => 'tcp').join('||'))).toBeNull();
    expect(problemOf(Array.from({ length: 1200 }, () => 'tcp').join('||'))).toMatch(/at most 2000 parts/);
    expect(problemOf(`tcp.port in {${Array.from({ length: 2500 }, () => '1').join(',')}}`)).toMatch(
      /2000 parts/,
    );
  });

  it('never throws and takes no time, whatever is written', () => {
    const parts = [
      'tcp',
      '.',
      'port',
      '==',
      '!=',
      '(',
      ')',
      '{',
      '}',
      ',',
      '..',
      '80',
      '"',
      '[',
      ']',
      "'",
      '&',
      '!',
      '-',
      '/',
      ':',
      '$',
      ' ',
      'in',
      'not',
      '\\',
      'x',
    ];
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.constantFrom(...parts)).map((all) => all.join('')),
        ),
        (text) => {
          const parsed = parseDisplayFilter(text);
          if (isFault(parsed)) {
            expect(parsed.at).toBeLessThanOrEqual(parsed.end);
            expect(parsed.end).toBeLessThanOrEqual(text.length);
          }
          planDisplayFilter(text);
        },
      ),
      { numRuns: 3000 },
    );
    for (const unit of ['(', '!', '-', '"', '..', 'a.', 'tcp&', '[', "'\\", '0x', 'tcp==', '{', '1,']) {
      const started = performance.now();
      planDisplayFilter(unit.repeat(8192 / unit.length));
      expect(performance.now() - started).toBeLessThan(200);
    }
  });

  it('means the opposite with a not before it, and the same in parentheses', () => {
    const atom = fc.constantFrom(
      'tcp.port == 80',
      'tcp.len > 0',
      'tcp.flags.syn == 1',
      'frame.number in {2..5}',
      'udp',
      'tcp.port != 80',
    );
    const test = fc.letrec((tie) => ({
      test: fc.oneof(
        { maxDepth: 4 },
        atom,
        fc
          .tuple(tie('test'), fc.constantFrom('&&', '||', 'and', 'or', 'xor'), tie('test'))
          .map(([one, how, other]) => `(${String(one)}) ${how} (${String(other)})`),
        tie('test').map((one) => `!(${String(one)})`),
      ),
    })).test;
    fc.assert(
      fc.property(test, test, (one, other) => {
        const [left, right] = [selectRows(rows, one), selectRows(rows, other)];
        expect(selectRows(rows, `not (${one})`)).toEqual(numbers.filter((number) => !left.includes(number)));
        expect(selectRows(rows, `(${one}) and ((${other}))`)).toEqual(
          left.filter((number) => right.includes(number)),
        );
        expect(selectRows(rows, `(${one}) or (${other})`)).toEqual(
          numbers.filter((number) => left.includes(number) || right.includes(number)),
        );
      }),
      { numRuns: 200 },
    );
  });
});

describe('a filter that Wireshark’s engine runs', () => {
  const partsOf = (filter: string): readonly string[] => {
    const plan = planDisplayFilter(filter);
    return plan.runsIn === 'wireshark' ? plan.parts : [];
  };

  it('leaves in the index what depends on where a packet stands in the capture', () => {
    expect(partsOf('http and frame.number > 3')).toEqual(['http']);
    expect(partsOf('tcp.stream == 0 && (http.request || tls.handshake.type == 1) && not dns')).toEqual([
      '(http.request) or (tls.handshake.type == 1)',
    ]);
    expect(partsOf('not http or frame.number == 1 or http')).toEqual(['!(http)', 'http']);
    expect(partsOf('all http.host == "a" xor tcp and not http.host contains "b"')).toEqual([
      'all http.host == "a"',
      '!(http.host contains "b")',
    ]);
  });

  it('puts the answers together', () => {
    const plan = planDisplayFilter('(http and frame.number > 4) or frame.number == 1');
    if (plan.runsIn !== 'wireshark') throw new Error(plan.runsIn);
    const selected = new PacketSet();
    for (const number of [4, 7]) selected.add(number);
    expect(select(plan.combine([selected]))).toEqual([1, 7]);
  });

  it('says which packets can pass at all', () => {
    const candidatesOf = (filter: string): readonly number[] | null => {
      const plan = planDisplayFilter(filter);
      if (plan.runsIn !== 'wireshark') throw new Error(plan.runsIn);
      return plan.candidates === null ? null : select(plan.candidates);
    };
    expect(candidatesOf('http')).toBeNull();
    expect(candidatesOf('http && tcp.len > 0')).toEqual([4, 6, 7]);
    expect(candidatesOf('http && tcp.len > 0 || frame.number == 2')).toEqual([2, 4, 6, 7]);
    expect(candidatesOf('http || tcp.len > 0')).toBeNull();
    expect(candidatesOf('not (http && tcp.len > 0)')).toBeNull();
  });

  function select(test: PacketTest): readonly number[] {
    const fields = new RowFields(rows[0]!);
    return rows.filter((row) => test(fields.at(row))).map((row) => row.number);
  }
});

describe('a set of packets', () => {
  it('holds what was added', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100_000 })), (added) => {
        const set = new PacketSet();
        for (const number of added) set.add(number);
        const wanted = [...new Set(added)].sort((one, other) => one - other);
        expect([...set.numbers()]).toEqual(wanted);
        expect(set.count).toBe(wanted.length);
        expect(added.every((number) => set.has(number))).toBe(true);
        expect(set.has(200_000)).toBe(false);
      }),
    );
  });
});

describe('the fields of the index', () => {
  it('are found by how they begin', () => {
    expect(indexFields('tcp.flags.s')).toEqual([{ name: 'tcp.flags.syn', label: 'Syn' }]);
    expect(indexFields('tcp.analysis.').length).toBe(15);
    expect(indexFields('nosuch')).toEqual([]);
  });
});
