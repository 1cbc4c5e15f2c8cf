import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { onePiece } from '../../../core/encoding/byte-source.ts';
import type { FormatExchange, NamedEntry } from '../../../core/formats/format.ts';
import { readHar } from '../../../core/formats/har.ts';
import { readMitmproxy } from '../../../core/formats/mitmproxy.ts';
import { readSaz, writeSaz } from '../../../core/formats/saz.ts';
import { nodePlatform } from '../../support/platform.ts';
import { createReport, flatten, piecesText, sourceOf, writeContext } from './support.ts';

const casesEach = 10_000;

const fixture = (name: string): Buffer => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url));

function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const tricky = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\\ud800',
  '\\u12',
  '-1',
  '1e999',
  'null',
  '\0',
  '\xff',
  '\r\n',
  '<',
  '&#0;',
  '999999999999:',
  '0:~',
  '"}',
  '{"$range":0}',
  '{"$range":-1}',
  '"timings":{},',
  '"_plumbline":{"record":{}},',
];

function damaged(bytes: Buffer, random: (below: number) => number): Buffer {
  let text = bytes.toString('latin1');
  for (let count = 1 + random(4); count > 0; count--) {
    const at = random(text.length + 1);
    const kind = random(5);
    if (kind === 0) text = text.slice(0, at) + String.fromCharCode(random(256)) + text.slice(at + 1);
    else if (kind === 1) text = text.slice(0, at) + text.slice(at + 1 + random(60));
    else if (kind === 2) text = text.slice(0, at) + (tricky[random(tricky.length)] ?? '') + text.slice(at);
    else if (kind === 3)
      text = text.slice(0, at) + text.slice(random(text.length), at + random(400)) + text.slice(at);
    else text = text.slice(0, at);
  }
  return Buffer.from(text, 'latin1');
}

/** Reads everything, bodies included; every exchange must be one that a session can hold. */
async function consume(exchanges: AsyncGenerator<FormatExchange>): Promise<number> {
  let count = 0;
  for await (const exchange of exchanges) {
    const { record, heads } = await flatten(exchange);
    count += 1;
    const times = Object.entries(record).filter(([name]) => name.endsWith('Us'));
    const wrong = times.find(([, us]) => us !== null && !Number.isFinite(us));
    if (wrong !== undefined) expect.fail(`${wrong[0]} is ${String(wrong[1])}`);
    if (/[^\x00-\xff]/.test(heads.request ?? '')) expect.fail('a head with characters that are no bytes');
  }
  return count;
}

describe('damaged files', { timeout: 120_000 }, () => {
  it('of HAR are read without a failure', async () => {
    const names = ['chrome', 'firefox', 'mitmproxy', 'fiddler', 'http-toolkit', 'postman', 'charles'];
    const files = names.map((name) =>
      Buffer.from(JSON.stringify(JSON.parse(fixture(`${name}.har`).toString()))),
    );
    const random = createRandom(1);
    for (let index = 0; index < casesEach; index++) {
      const bytes = damaged(files[index % files.length]!, random);
      const report = createReport();
      const source = sourceOf(new Uint8Array(bytes), 1 + random(3000));
      expect(await consume(readHar(source, { platform: nodePlatform, report }))).toBeLessThan(200);
    }
  });

  it('of mitmproxy are read without a failure', async () => {
    const flows = fixture('mitmproxy-8.flows').subarray(0, 8000);
    const random = createRandom(2);
    for (let index = 0; index < casesEach; index++) {
      const source = sourceOf(new Uint8Array(damaged(flows, random)));
      const report = createReport();
      expect(await consume(readMitmproxy(source, { platform: nodePlatform, report }))).toBeLessThan(200);
    }
  });

  it('in an archive are read without a failure', async () => {
    const report = createReport();
    const source = readMitmproxy(sourceOf(new Uint8Array(fixture('mitmproxy-8.flows'))), {
      platform: nodePlatform,
      report,
    });
    const files: (readonly [string, Buffer])[] = [];
    for await (const { name, pieces } of writeSaz(source, writeContext)) {
      files.push([name, Buffer.from(await piecesText(pieces()), 'latin1')]);
    }
    const random = createRandom(3);
    for (let index = 0; index < casesEach; index++) {
      const first = random(files.length - 3);
      const entries = files.slice(first, first + 4).map(([name, bytes]): NamedEntry => {
        const changed = damaged(bytes.subarray(0, 2000), random);
        return { name, sizeBytes: changed.length, read: () => onePiece(new Uint8Array(changed)) };
      });
      await consume(readSaz(entries, { platform: nodePlatform, report: createReport() }));
    }
  });
});
