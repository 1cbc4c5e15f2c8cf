import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createGroupBuilder,
  type GroupBuilder,
} from '../../../../../electron/engine/session/body-index/group-builder.ts';
import {
  chunksPerGroup,
  packOwners,
  packPiece,
  piecesPerGroup,
  rowBytes,
  unpackOwners,
  unpackPiece,
  type Owner,
} from '../../../../../electron/engine/session/body-index/group-format.ts';
import {
  addPlainTrigrams,
  addTrigrams,
  isBinary,
  signatureBits,
  wantedBits,
} from '../../../../../electron/engine/session/body-index/signature.ts';
import { createBodyIndex, told } from '../../../../../electron/engine/session/body-index/body-index.ts';
import { createIndexStore } from '../../../../../electron/engine/session/body-index/index-store.ts';
import { migrate } from '../../../../../electron/engine/session/schema.ts';
import { openScratchSqlite, type Sqlite } from '../../../../../electron/engine/session/sqlite.ts';

const text = fc.string({
  unit: fc.constantFrom('a', 'B', 'é', '漢', '💡', '1', '"', ':', ' ', '\n'),
  maxLength: 60,
});

function hasBit(bits: Uint8Array, bit: number): boolean {
  return ((bits[bit >>> 3] as number) & (1 << (bit & 7))) !== 0;
}

describe('a signature', () => {
  it('has every bit that a text within the chunk asks for, in either case', () => {
    fc.assert(
      fc.property(text, text, text, (before, needle, after) => {
        const bytes = Buffer.from(before + needle.toUpperCase() + after);
        const bits = new Uint8Array(signatureBits / 8);
        addTrigrams(bits, bytes, 0, bytes.length);
        const plain = new Uint8Array(signatureBits / 8);
        addPlainTrigrams(plain, bytes, 0, bytes.length);
        const asciiUpper = needle.replace(/[a-z]/g, (letter) => letter.toUpperCase());
        fc.pre(needle.toUpperCase() === asciiUpper);
        for (const wanted of wantedBits(needle) ?? []) {
          expect(hasBit(bits, wanted.bit)).toBe(true);
          if (wanted.plain) expect(hasBit(plain, wanted.bit)).toBe(true);
        }
      }),
    );
  });

  it('says nothing about texts of less than three bytes, or of bytes that are no text', () => {
    expect(wantedBits('')).toBeNull();
    expect(wantedBits('ab')).toBeNull();
    expect(wantedBits('é')).toBeNull();
    expect(wantedBits('a\ufffdbc')).toBeNull();
    expect(wantedBits('漢')).toHaveLength(1);
    expect(wantedBits('x'.repeat(100_000))).toHaveLength(1);
  });

  it('lets at most one in a hundred chunks of JSON through that do not have the word', () => {
    const random = generator(7);
    const chunks = Array.from({ length: 200 }, () => {
      const bits = new Uint8Array(signatureBits / 8);
      const bytes = Buffer.from(jsonText(random, 12_000));
      addTrigrams(bits, bytes, 0, bytes.length);
      return bits;
    });
    let passed = 0;
    for (let count = 0; count < 50; count++) {
      const wanted = wantedBits(
        `order_${Math.floor(random() * 2 ** 32)
          .toString(16)
          .padStart(8, '0')}`,
      );
      passed += chunks.filter((bits) => wanted?.every(({ bit }) => hasBit(bits, bit))).length;
    }
    expect(passed / (50 * chunks.length)).toBeLessThan(0.01);
  });

  it('tells text from other bytes by their beginning', () => {
    expect(isBinary(Buffer.from('{"a": "漢字",\r\n\t"b": 1}'))).toBe(false);
    expect(isBinary(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d]))).toBe(true);
    expect(isBinary(new Uint8Array(0))).toBe(false);
  });
});

describe('what is stored of a group', () => {
  const owner = fc.oneof(
    fc.record({
      id: fc.integer({ min: 1, max: 2 ** 40 }),
      kind: fc.constantFrom('passed' as const, 'partly' as const),
    }),
    fc.record({
      id: fc.integer({ min: 1, max: 2 ** 40 }),
      kind: fc.constant('covered' as const),
      span: fc.nat(3),
    }),
  );

  it('is read back as it was', () => {
    fc.assert(
      fc.property(fc.array(owner, { maxLength: 50 }), fc.nat(2 ** 32 - 1), (given, series) => {
        let next = 0;
        const list = given.map((each): Owner => {
          if (!('span' in each)) return each;
          const { id, kind, span } = each;
          if (span === 0) return { id, kind, first: 1, last: 0 };
          next += span;
          return { id, kind, first: next - span, last: next - 1 };
        });
        const plainOnly = new Uint8Array(rowBytes).fill(3);
        const owners = { series, chunks: next, plainOnly, list };
        expect(unpackOwners(packOwners(owners))).toEqual({ ...owners, plainOnly: Buffer.from(plainOnly) });
      }),
    );
  });

  it('is known for damaged, whatever byte is another', () => {
    const packed = packOwners({
      series: 5,
      chunks: 9,
      plainOnly: new Uint8Array(rowBytes),
      list: [{ id: 3, kind: 'covered', first: 0, last: 8 }],
    });
    const piece = packPiece(5, createGroupBuilder(5).piece(0));
    expect(unpackPiece(5, piece)).not.toBeNull();
    expect(unpackPiece(6, piece)).toBeNull();
    for (const whole of [packed, piece]) {
      for (let at = 0; at < whole.length; at++) {
        const damaged = Uint8Array.from(whole);
        damaged[at] = (damaged[at] as number) ^ 64;
        expect(whole === packed ? unpackOwners(damaged) : unpackPiece(5, damaged)).toBeNull();
      }
      expect(
        whole === packed ? unpackOwners(whole.subarray(1)) : unpackPiece(5, whole.subarray(1)),
      ).toBeNull();
    }
    expect(unpackOwners(null)).toBeNull();
    expect(unpackOwners('text')).toBeNull();
    expect(unpackPiece(5, new Uint8Array(3))).toBeNull();
  });
});

describe('a group of signatures', () => {
  it('finds every text of its bodies, also across chunks and pages, and of none that lie beside each other', () => {
    const piece = fc.oneof(text, fc.constantFrom('padding '.repeat(1600), '\0\x01\x02'.repeat(30_000)));
    fc.assert(
      fc.property(
        fc.array(fc.array(piece, { maxLength: 4 }), { minLength: 1, maxLength: 6 }),
        fc.nat(),
        (bodies, seed) => {
          const builder = createGroupBuilder(1);
          bodies.forEach((pages, index) => {
            builder.begin();
            for (const page of pages) expect(builder.append(Buffer.from(page))).toBe(true);
            builder.end();
            builder.close(index + 1, 'covered');
          });
          const db = stored(builder, bodies.length);
          bodies.forEach((pages, index) => {
            const whole = pages.join('');
            const from = seed % Math.max(1, whole.length);
            // A half of a surrogate pair would be another character.
            const needle = whole.slice(from, from + 12).replace(/\p{Cs}/gu, '');
            fc.pre(whole.includes(needle));
            const found = createBodyIndex(db).search({ how: 'contains', text: needle });
            if (found !== null) expect(found(0)[index]).toBe(told.candidate);
          });
          const absent = createBodyIndex(db).search({ how: 'contains', text: 'zyx-not-there' });
          expect([...(absent?.(0).subarray(0, bodies.length) ?? [])]).toEqual(bodies.map(() => told.absent));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('takes no more than it has room for', () => {
    const builder = createGroupBuilder(1);
    builder.begin();
    const page = Buffer.alloc(262_144, 'some text of a body that never ends ');
    let pages = 0;
    while (builder.append(page)) pages++;
    expect(pages).toBeGreaterThan(150);
    expect(builder.append(page)).toBe(false);
    builder.close(1, 'partly');
    expect(builder.isFull()).toBe(true);
    expect(builder.owners().chunks).toBe(chunksPerGroup);
  });
});

function stored(builder: GroupBuilder, lastId: number): Sqlite {
  const db = openScratchSqlite();
  migrate(db);
  const store = createIndexStore(db);
  const owners = builder.owners();
  const pieces = Array.from({ length: piecesPerGroup }, (_, index) => packPiece(1, builder.piece(index)));
  store({ kind: 'pieces', group: 1, first: 0, pieces });
  store({ kind: 'group', group: 1, fromId: 1, toId: lastId, owners: packOwners(owners), replaces: null });
  return db;
}

function generator(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

function jsonText(random: () => number, length: number): string {
  const words = 'order shipped to customer address payment pending confirmed invoice amount discount'.split(
    ' ',
  );
  const items: string[] = [];
  for (let sum = 0; sum < length; sum += items.at(-1)?.length ?? 0) {
    const name = words[Math.floor(random() * words.length)] ?? '';
    const id = Math.floor(random() * 2 ** 32).toString(16);
    items.push(
      JSON.stringify({ id, name, price: Math.floor(random() * 1e5) / 100, description: words.join(' ') }),
    );
  }
  return items.join(',');
}
