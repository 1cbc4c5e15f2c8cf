import { useEffect, useMemo, useRef, useState } from 'react';
import type { TextLanguage } from '../../../../core/decoders/detect-body.ts';
import type { CodeHandle } from '../../../components/code-view.tsx';
import { CodeView } from '../../../components/lazy-code-view.tsx';
import { FindBar } from '../../../components/find-bar.tsx';
import { useBodySearch } from '../../../components/use-body-search.ts';
import { cutLines, cutPosition } from '../../../format/cut-lines.ts';
import { textDecoder } from '../../../format/media-type.ts';
import { formatSize } from '../../../format/size.ts';
import { textPart, type TextPart } from '../../../format/text-part.ts';
import { pageBytes, type BodyPages } from '../../../state/body-pages.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

interface BodyTextPartsProps {
  readonly pages: BodyPages;
  readonly contentType: string | null;
  readonly language: TextLanguage;
}

/** Pages in the viewer at once: 512 KiB. The next part begins in the middle of this one. */
const partPages = 2;
const stepPages = partPages / 2;

interface Shown {
  readonly page: number;
  readonly part: TextPart;
  readonly text: string;
  readonly firstLine: number | null;
  /** Bytes to select once it is there. */
  readonly mark: readonly [offset: number, bytes: number] | null;
}

/** A large text, a part of 512 KiB at a time, with a search that goes through all of it. */
export function BodyTextParts({ pages, contentType, language }: BodyTextPartsProps) {
  const { layout } = useWindowState();
  const wrap = useStore(layout.wrapText);
  const info = useStore(pages.info);
  const search = useBodySearch(pages);
  const [wanted, setWanted] = useState<{ readonly page: number; readonly mark: Shown['mark'] }>({
    page: 0,
    mark: null,
  });
  const [shown, setShown] = useState<Shown | null>(null);
  const code = useRef<CodeHandle>(null);
  const findField = useRef<HTMLInputElement>(null);
  /** Lines that begin in each page that was read. */
  const lineCounts = useRef(new Map<number, number>());

  useEffect(() => {
    const turn = new AbortController();
    const { page, mark } = wanted;
    const from = page * pageBytes;
    void pages.read(from, from + partPages * pageBytes, turn.signal).then((bytes) => {
      if (turn.signal.aborted) return;
      for (let at = 0; at < bytes.length; at += pageBytes)
        lineCounts.current.set(page + at / pageBytes, newlines(bytes.subarray(at, at + pageBytes)));
      const total = pages.info.get()?.totalBytes ?? null;
      const part = textPart(bytes, from, total !== null && from + bytes.length >= total);
      const text = textDecoder(contentType).decode(part.bytes);
      setShown({
        page,
        part,
        text,
        firstLine: lineAt(lineCounts.current, page, bytes, part.from - from),
        mark,
      });
    });
    return () => turn.abort();
  }, [pages, contentType, wanted]);
  useEffect(() => {
    if (shown?.mark == null) return;
    const [offset, length] = shown.mark;
    const before = textDecoder(contentType).decode(shown.part.bytes.subarray(0, offset - shown.part.from));
    const until = textDecoder(contentType).decode(
      shown.part.bytes.subarray(0, offset + length - shown.part.from),
    );
    code.current?.select(cutPosition(shown.text, before.length), cutPosition(shown.text, until.length));
  }, [shown, contentType]);

  const { text, cut } = useMemo(() => cutLines(shown?.text ?? ''), [shown]);
  if (shown === null || info === null) return null;
  const known = info.totalBytes ?? info.knownBytes;
  const lastPage = Math.max(
    0,
    Math.ceil(known / pageBytes) - partPages + (info.totalBytes === null ? stepPages : 0),
  );
  const go = (page: number, mark: Shown['mark'] = null) =>
    setWanted({ page: Math.max(0, Math.min(lastPage, page)), mark });
  return (
    <div className="viewer">
      <div className="viewer-bar">
        <FindBar
          ref={findField}
          search={search}
          hex={false}
          from={() => (shown.mark === null ? shown.part.from : shown.mark[0] + 1)}
          onFound={(offset, bytes) => go(Math.floor(offset / pageBytes) - 1, [offset, bytes])}
        />
        <span className="spacer" />
        <button
          type="button"
          className="button quiet"
          aria-pressed={wrap}
          onClick={() => layout.wrapText.set(!wrap)}
        >
          Wrap
        </button>
      </div>
      <div className="viewer-bar">
        <button
          type="button"
          className="button"
          disabled={shown.page === 0}
          onClick={() => go(shown.page - stepPages)}
        >
          Earlier
        </button>
        <input
          className="parts-slider"
          type="range"
          aria-label="Place in the body"
          min={0}
          max={lastPage}
          value={wanted.page}
          onChange={(event) => go(Number(event.target.value))}
        />
        <button
          type="button"
          className="button"
          disabled={shown.page >= lastPage}
          onClick={() => go(shown.page + stepPages)}
        >
          Later
        </button>
        <span className="muted">
          {`${formatSize(shown.part.from)} to ${formatSize(shown.part.to)} of ${formatSize(known)}${info.totalBytes === null ? ' so far' : ''} shown${cut > 0 ? ', long lines broken for reading' : ''}`}
        </span>
      </div>
      <CodeView
        ref={code}
        label="Part of the body"
        text={text}
        language={cut > 0 ? 'plain' : language}
        wrap={wrap}
        firstLine={cut > 0 ? null : shown.firstLine}
        onFind={() => findField.current?.focus()}
      />
    </div>
  );
}

function newlines(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) count += 1;
  return count;
}

/** Number of the line that begins `into` bytes behind the beginning of a page; null where a page before was never read. */
function lineAt(
  counts: ReadonlyMap<number, number>,
  page: number,
  bytes: Uint8Array,
  into: number,
): number | null {
  let lines = 1 + newlines(bytes.subarray(0, into));
  for (let index = 0; index < page; index += 1) {
    const count = counts.get(index);
    if (count === undefined) return null;
    lines += count;
  }
  return lines;
}
