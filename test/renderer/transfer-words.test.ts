import { describe, expect, it } from 'vitest';
import { exportFormats } from '../../core/formats/index.ts';
import { exportFormatNames } from '../../core/contract/transfers.ts';
import {
  folderOf,
  nameOf,
  offeredFormats,
  pathIn,
  withEnding,
} from '../../renderer/format/export-formats.ts';
import { importWords, progressWords, shareOf } from '../../renderer/format/transfer-words.ts';
import { detachedUrl, readDetached } from '../../renderer/state/detached.ts';

const nothing = { doneExchanges: 0, totalExchanges: null, doneBytes: 0, totalBytes: null };

describe('the words of a transfer', () => {
  it('say how far it is by what is known', () => {
    expect(progressWords(nothing)).toBe('');
    expect(shareOf(nothing)).toBeNull();
    const reading = { ...nothing, doneExchanges: 1204, doneBytes: 3_000_000, totalBytes: 12_000_000 };
    expect(progressWords(reading)).toMatch(/^1,204 exchanges · 3.* of 12.* · 25 %$/);
    const writing = { ...nothing, doneExchanges: 1, totalExchanges: 3, doneBytes: 500 };
    expect(progressWords(writing)).toMatch(/^1 of 3 exchanges · 500 B · 33 %$/);
  });

  it('name the first twenty reasons and count the others', () => {
    const skips = Array.from({ length: 100 }, (_, index) => ({ index, reason: 'No URL.' }));
    const summary = { path: '/a', exchanges: 1, skipped: 250, skips, warnings: [], cut: true };
    const { text, details } = importWords(summary, 'a.har');
    expect(text).toBe(
      '1 exchange imported from “a.har”. 250 entries of it could not be used. The file ends too early: what came before is here.',
    );
    expect(details).toHaveLength(21);
    expect(details.at(-1)).toBe('230 entries more could not be used.');
  });
});

describe('the paths of exports', () => {
  it('have the endings that the formats have', () => {
    for (const name of exportFormatNames) {
      expect(offeredFormats[name].ending).toBe(exportFormats[name].ending);
    }
  });

  it('follow the format while the ending is that of the format', () => {
    expect(withEnding('/a/b.har', 'har', 'saz')).toBe('/a/b.saz');
    expect(withEnding('/a/b.txt', 'har', 'saz')).toBe('/a/b.txt');
  });

  it('are put together and taken apart as the machine of the engine writes them', () => {
    expect(pathIn('/data/', 'exports', 'a.har')).toBe('/data/exports/a.har');
    expect(pathIn('C:\\Data', 'exports', 'a.har')).toBe('C:\\Data\\exports\\a.har');
    expect(folderOf('/x/y/a.har')).toBe('/x/y/');
    expect(folderOf('a.har')).toBeNull();
    expect(nameOf('C:\\Data\\a.har')).toBe('a.har');
  });
});

describe('the address of a window for one exchange', () => {
  it('is read as it was written, whatever the path', () => {
    const wanted = { exchangeId: 17, sessionPath: '/data/a & b #1?.plumb' };
    const url = new URL(detachedUrl('http://127.0.0.1:9000/?token=x#y', wanted));
    expect(readDetached(url.search)).toEqual(wanted);
    expect(url.href).not.toContain('token');
  });

  it('is that of the usual window for anything else', () => {
    for (const search of ['', '?exchange=1', '?exchange=-1&session=/a', '?exchange=x&session=/a']) {
      expect(readDetached(search)).toBeNull();
    }
  });
});
