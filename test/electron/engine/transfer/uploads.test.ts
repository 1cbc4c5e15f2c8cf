import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createUploads, type Uploads } from '../../../../electron/engine/transfer/uploads.ts';
import { opened, tempFolder, tempPath, valueOf } from '../session/support.ts';

function open(dataDir: string): Uploads {
  const uploads = createUploads(dataDir);
  onTestFinished(() => uploads.close());
  return uploads;
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

function filesIn(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
}

describe('files that a window hands over', () => {
  it('are put together from their parts, for the owner alone, and removed when they were read', async () => {
    const dataDir = tempFolder();
    const uploads = open(dataDir);
    const first = valueOf(
      await uploads.put({ uploadId: null, name: 'slow.har', bytes: text('{"log'), last: false }),
    );
    expect(first.file).toBeNull();
    const { uploadId } = first;
    const parts = [':', '1', '}'].map((part, at) =>
      uploads.put({ uploadId, name: 'slow.har', bytes: text(part), last: at === 2 }),
    );
    const { file } = valueOf((await Promise.all(parts)).at(-1) ?? (await uploads.put(neverPart)));
    expect(file?.kind).toBe('file');
    expect(path.basename(file?.path ?? '')).toBe('slow.har');
    expect(fs.readFileSync(file?.path ?? '', 'utf8')).toBe('{"log:1}');
    expect(fs.statSync(file?.path ?? '').mode & 0o777).toBe(0o600);
    await uploads.forget('/somewhere/else.har');
    expect(filesIn(dataDir)).toEqual(['slow.har']);
    await uploads.forget(file?.path ?? '');
    expect(filesIn(dataDir)).toEqual([]);
  });

  it('lie in their folder whatever they are called', async () => {
    const dataDir = tempFolder();
    const uploads = open(dataDir);
    for (const [name, kept] of [
      ['../../etc/passwd', 'passwd'],
      ['..\\..\\boot.ini', 'boot.ini'],
      ['..', 'dropped'],
      ['a\0b:c.har', 'a_b_c.har'],
      [`${'x'.repeat(300)}.saz`, `${'x'.repeat(60)}.saz`],
    ] as const) {
      const { file } = valueOf(await uploads.put({ uploadId: null, name, bytes: text('x'), last: true }));
      expect(path.relative(path.join(dataDir, 'uploads'), file?.path ?? '')).not.toContain('..');
      expect(path.basename(file?.path ?? '')).toBe(kept);
    }
  });

  it('are sessions that open when their content is one, beside others of the same name', async () => {
    const dataDir = tempFolder();
    const source = tempPath();
    await (await opened(source)).close();
    const bytes = new Uint8Array(fs.readFileSync(source));
    const uploads = open(dataDir);
    const places: string[] = [];
    for (let round = 0; round < 2; round++) {
      const { file } = valueOf(
        await uploads.put({ uploadId: null, name: 'checkout.plumb', bytes, last: true }),
      );
      expect(file?.kind).toBe('session');
      places.push(file?.path ?? '');
    }
    expect(places).toEqual([
      path.join(dataDir, 'sessions', 'checkout.plumb'),
      path.join(dataDir, 'sessions', 'checkout 2.plumb'),
    ]);
    expect((await opened(places[1] ?? '', 'read')).exchangeCount()).toBe(0);
    expect(filesIn(path.join(dataDir, 'uploads'))).toEqual([]);
  });

  it('are gone once they are discarded, and take no more parts', async () => {
    const dataDir = tempFolder();
    const uploads = open(dataDir);
    const { uploadId } = valueOf(
      await uploads.put({ uploadId: null, name: 'a.har', bytes: text('{'), last: false }),
    );
    await uploads.discard(uploadId);
    expect(filesIn(dataDir)).toEqual([]);
    expect(await uploads.put({ uploadId, name: 'a.har', bytes: text('}'), last: true })).toMatchObject({
      ok: false,
      error: { code: 'no-such-upload' },
    });
  });

  it('are at most sixteen at once', async () => {
    const uploads = open(tempFolder());
    for (let count = 0; count < 16; count++) {
      expect((await uploads.put(neverPart)).ok).toBe(true);
    }
    expect(await uploads.put(neverPart)).toMatchObject({ error: { code: 'too-many-uploads' } });
  });

  it('are removed at the start when an engine before left them, not when one that runs has them', async () => {
    const dataDir = tempFolder();
    const leftover = (name: string): void => {
      const folder = path.join(dataDir, 'uploads', name, '1');
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(path.join(folder, `of-${name}.har`), '{}');
    };
    leftover('4194305');
    leftover(String(process.pid));
    leftover(String(process.ppid));
    const uploads = open(dataDir);
    await uploads.put(neverPart);
    expect(filesIn(dataDir).sort()).toEqual(['first.har', `of-${process.ppid}.har`].sort());
    await uploads.close();
    expect(filesIn(dataDir)).toEqual([`of-${process.ppid}.har`]);
  });
});

/** The beginning of a file whose end does not come. */
const neverPart = { uploadId: null, name: 'first.har', bytes: text('{'), last: false };
