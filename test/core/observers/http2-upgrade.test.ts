import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HeaderFields } from '../../../core/model/header-fields.ts';
import { createHttp2Observer, readUpgradeSettings } from '../../../core/observers/http2.ts';
import type { Http2Event } from '../../../core/observers/http2-events.ts';
import { nodePlatform } from '../../support/platform.ts';

const usual = 'usual ones until it sends others';
const read = (...values: readonly string[]) =>
  readUpgradeSettings(
    values.map((value) => ['HTTP2-Settings', value] as const),
    nodePlatform,
  );

describe('the HTTP2-Settings field of an upgrade', () => {
  it('is the payload of a SETTINGS frame in base64url, its name in any case', () => {
    const fields: HeaderFields = [
      ['Host', 'x'],
      ['http2-settings', 'AAMAAABkAAQAAP__'],
    ];
    const { settings, problem } = readUpgradeSettings(fields, nodePlatform);
    expect([...(settings ?? [])]).toEqual([0, 3, 0, 0, 0, 100, 0, 4, 0, 0, 0xff, 0xff]);
    expect(problem).toBeNull();
  });

  it('may be empty, and may be padded', () => {
    expect(read('').settings).toHaveLength(0);
    expect(read(Buffer.alloc(768).toString('base64url')).settings).toHaveLength(768);
    expect(read('AAMAAABk==').settings).toHaveLength(6);
  });

  it.each([
    ['is missing', [], 'has no HTTP2-Settings field'],
    ['is there twice', ['AAMAAABk', 'AAMAAABk'], 'has 2 HTTP2-Settings fields'],
    ['is joined from two', ['AAMAAABk, AAMAAABk'], 'is no base64url'],
    ['has the other alphabet', ['AAQAAP//'], 'is no base64url'],
    ['has characters left over', ['AAMAAABkA'], 'is no base64url'],
    ['is more than padding', ['AAMAAABk==='], 'is no base64url'],
    ['holds half a setting', ['AAMA'], 'holds 3 octets, which are no whole settings'],
    ['is too long', ['A'.repeat(1032)], 'is longer than 1024 characters'],
  ])('that %s is ignored, with a sentence', (_, values, words) => {
    const { settings, problem } = read(...values);
    expect(settings).toBeNull();
    expect(problem).toContain(words);
    expect(problem).toContain(usual);
  });

  it('never gives more than whole settings, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 2000 }), { maxLength: 3 }), (values) => {
        const { settings, problem } = read(...values);
        expect(settings === null).toBe(problem !== null);
        expect((settings?.length ?? 0) % 6).toBe(0);
        expect(settings?.length ?? 0).toBeLessThanOrEqual(768);
      }),
    );
  });

  it('is told as SETTINGS of the client at the moment of the upgrade', () => {
    const events: Http2Event[] = [];
    const { settings } = read('AAEAACAAAAQAAAAD');
    createHttp2Observer(
      nodePlatform,
      (event) => events.push(event),
      {},
      { upgraded: true, upgradeSettings: settings ?? new Uint8Array(0), upgradedAtUs: 7 },
    );
    expect(events).toEqual([
      {
        ...{ type: 'settings', sender: 'client', atUs: 7, ack: false },
        settings: [
          [expect.stringMatching(/HEADER_TABLE_SIZE/), 8192],
          [expect.stringMatching(/INITIAL_WINDOW_SIZE/), 3],
        ],
      },
    ]);
  });
});
