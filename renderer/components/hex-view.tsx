import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { byteForKey, formatBytesAs, hexRowBytes, typedOffset, type HexForm } from '../format/hex.ts';
import { formatSize } from '../format/size.ts';
import { pageBytes, type BodyPages } from '../state/body-pages.ts';
import { useStore } from '../state/store.ts';
import { BigLines, type BigLinesHandle } from './big-lines.tsx';
import { copyText } from './clipboard.ts';
import { FindBar } from './find-bar.tsx';
import { byteUnder, HexLine } from './hex-line.tsx';
import { useBodySearch } from './use-body-search.ts';
import { ValueMenu } from './value-menu.tsx';
import './hex-view.css';

/** First and last selected byte, in the order they were touched. */
export type ByteRange = readonly [anchor: number, head: number];

/** More is not put on the clipboard. */
const copyBytesMax = 8_388_608;

const forms: readonly (readonly [HexForm, string])[] = [
  ['hex', 'Copy as hex'],
  ['c', 'Copy as C array'],
  ['base64', 'Copy as base64'],
  ['text', 'Copy as UTF-8'],
];

/** The bytes of a body of any size; pages are fetched as they are scrolled to. */
export function HexView({ pages, readBytes }: { readonly pages: BodyPages; readonly readBytes: number }) {
  useStore(pages.version);
  const lines = useRef<BigLinesHandle>(null);
  const search = useBodySearch(pages);
  const [selected, setSelected] = useState<ByteRange | null>(null);
  const [typed, setTyped] = useState('');
  const dragging = useRef(false);
  const low = selected === null ? 0 : Math.min(...selected);
  const high = selected === null ? -1 : Math.max(...selected);
  const digits = readBytes > 0xffffffff ? 10 : 8;

  const show = (offset: number, bytes: number) => {
    setSelected([offset, offset + bytes - 1]);
    lines.current?.show(Math.max(0, Math.floor(offset / hexRowBytes) - 4), 'top');
  };
  const copy = async (form: HexForm) => {
    const bytes = await pages.read(low, Math.min(high + 1, low + copyBytesMax));
    await copyText(formatBytesAs(bytes, form));
  };
  const onPointer = (event: PointerEvent<HTMLDivElement>) => {
    const at = byteUnder(event.target);
    if (at === null || event.button !== 0) return;
    dragging.current = true;
    setSelected(event.shiftKey && selected !== null ? [selected[0], at] : [at, at]);
  };
  /** Left and right begin at the first byte in sight; from then on all arrows move, with Shift they extend. */
  const onKey = (event: KeyboardEvent): boolean => {
    const last = Math.max(0, readBytes - 1);
    if (event.ctrlKey || event.metaKey) {
      if (event.key === 'a') setSelected([0, last]);
      else if (event.key === 'c' && selected !== null) void copy('hex');
      else return false;
      return true;
    }
    if (event.key === 'Escape' && selected !== null) {
      setSelected(null);
      return true;
    }
    const handle = lines.current;
    if (handle === null) return false;
    if (selected === null && !/^Arrow(Left|Right)$/.test(event.key)) return false;
    const first = Math.min(last, handle.firstLine() * hexRowBytes);
    const to = selected === null ? first : byteForKey(event.key, selected[1], last, handle.pageLines());
    if (to === null) return false;
    setSelected([event.shiftKey && selected !== null ? selected[0] : to, to]);
    handle.show(Math.floor(to / hexRowBytes));
    return true;
  };
  const offset = typedOffset(typed);
  return (
    <div className="viewer" data-find>
      <div className="viewer-bar">
        <FindBar search={search} hex from={() => (selected === null ? 0 : low + 1)} onFound={show} />
        <span className="spacer" />
        {selected !== null && (
          <span className="muted">
            {`${(high - low + 1).toLocaleString('en')} selected at 0x${low.toString(16)}`}
          </span>
        )}
        <input
          className="field hex-jump"
          placeholder="Offset: 0x1f0"
          aria-label="Go to offset"
          value={typed}
          aria-invalid={typed !== '' && offset === null}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || offset === null) return;
            event.preventDefault();
            show(Math.min(offset, Math.max(0, readBytes - 1)), 1);
          }}
        />
      </div>
      <ValueMenu
        items={() =>
          selected === null
            ? [{ label: 'Select bytes first: drag over them, or use the arrows', run: () => undefined }]
            : forms.map(([form, label]) => ({
                label:
                  high - low >= copyBytesMax ? `${label} (the first ${formatSize(copyBytesMax)})` : label,
                run: () => void copy(form),
              }))
        }
      >
        <div
          className="viewer"
          onPointerMove={(event) => {
            const at = dragging.current && selected !== null ? byteUnder(event.target) : null;
            if (at !== null && selected !== null && at !== selected[1]) setSelected([selected[0], at]);
          }}
          onPointerUp={() => {
            dragging.current = false;
          }}
          onPointerLeave={() => {
            dragging.current = false;
          }}
        >
          <BigLines
            ref={lines}
            label="Bytes"
            count={Math.ceil(readBytes / hexRowBytes)}
            onPointer={onPointer}
            onKey={onKey}
            line={(row) => {
              const at = row * hexRowBytes;
              const page = pages.peek(Math.floor(at / pageBytes));
              const bytes = page?.subarray(at % pageBytes, (at % pageBytes) + hexRowBytes);
              return <HexLine bytes={bytes} offset={at} digits={digits} low={low} high={high} />;
            }}
          />
        </div>
      </ValueMenu>
    </div>
  );
}
