import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { ContextMenu } from 'radix-ui';
import type { PacketDetail } from '../../../../core/contract/packets.ts';
import { BigLines, type BigLinesHandle } from '../../../components/big-lines.tsx';
import { copyText } from '../../../components/clipboard.ts';
import { byteUnder, HexLine } from '../../../components/hex-line.tsx';
import { MenuItem } from '../../../components/menu-item.tsx';
import { byteForms, formatPacketBytes } from '../../../format/byte-forms.ts';
import { formatBytesAs, byteForKey, hexRowBytes } from '../../../format/hex.ts';
import { bytesOfRow, rowOfByte, type FlatTree } from '../../../format/packet-tree.ts';
import { formatCount } from '../../../format/duration.ts';
import '../../../components/hex-view.css';

interface PacketBytesProps {
  readonly detail: PacketDetail;
  readonly tree: FlatTree;
  readonly current: number | null;
  readonly hovered: number | null;
  readonly onHover: (index: number | null) => void;
  readonly onSelect: (index: number | null) => void;
}

/** Bytes of the frame and of what was made of it. Those of the selected field are lit; a byte that is clicked selects its field. */
export function PacketBytes({ detail, tree, current, hovered, onHover, onSelect }: PacketBytesProps) {
  const lines = useRef<BigLinesHandle>(null);
  const lengths = detail.sources.map(({ bytes }) => bytes.length);
  const range = bytesOfRow(tree, current, lengths);
  const soft = bytesOfRow(tree, hovered, lengths);
  const [wanted, setWanted] = useState(0);
  /** The byte that keys have come to; it belongs to the selected field. */
  const [caret, setCaret] = useState<number | null>(null);
  const [fieldShown, setFieldShown] = useState<number | null>(null);
  // A field in another source brings that one to the front, once.
  const isNewField = current !== fieldShown;
  if (isNewField) {
    setFieldShown(current);
    if (range !== null && range.source !== wanted) setWanted(range.source);
    if (range === null || caret === null || caret < range.first || caret > range.last) setCaret(null);
  }
  const shown = wanted < detail.sources.length ? wanted : 0;
  const source = detail.sources[shown];
  const first = range?.source === shown ? range.first : null;
  useEffect(() => {
    if (first !== null) lines.current?.show(Math.floor(first / hexRowBytes));
  }, [first, shown, detail]);
  if (source === undefined) return null;
  const { bytes } = source;
  const lit =
    first === null || range === null ? { low: 0, high: -1 } : { low: range.first, high: range.last };
  const pointed = soft?.source !== shown ? { low: 0, high: -1 } : { low: soft.first, high: soft.last };

  const selectByte = (at: number) => {
    setCaret(at);
    const row = rowOfByte(tree, shown, at);
    if (row !== null) onSelect(row);
  };
  const chosenBytes = lit.high < lit.low ? bytes : bytes.subarray(lit.low, lit.high + 1);
  const onKey = (event: KeyboardEvent): boolean => {
    if (event.ctrlKey || event.metaKey) {
      if (event.key !== 'c') return false;
      void copyText(formatBytesAs(chosenBytes, 'hex'));
      return true;
    }
    const from = caret ?? (lit.high < lit.low ? null : lit.low);
    if (from === null && !event.key.startsWith('Arrow')) return false;
    const to =
      from === null ? 0 : byteForKey(event.key, from, bytes.length - 1, lines.current?.pageLines() ?? 1);
    if (to === null) return false;
    selectByte(to);
    lines.current?.show(Math.floor(to / hexRowBytes));
    return true;
  };
  const node = tree.nodes[hovered ?? current ?? -1];
  return (
    <div className="viewer">
      {detail.sources.length > 1 && (
        <div className="packet-sources" role="group" aria-label="Bytes of">
          {detail.sources.map(({ name, bytes: { length } }, at) => (
            <button
              key={`${at} ${name}`}
              type="button"
              aria-pressed={at === shown}
              onClick={() => setWanted(at)}
            >
              {name.replace(lengthInName, '')} <span className="muted">{formatCount(length)}</span>
            </button>
          ))}
        </div>
      )}
      <ContextMenu.Root modal={false}>
        <ContextMenu.Trigger asChild>
          <div
            className="viewer"
            onPointerMove={(event) => {
              const at = byteUnder(event.target);
              const row = at === null ? null : rowOfByte(tree, shown, at);
              if (row !== hovered) onHover(row);
            }}
            onPointerLeave={() => onHover(null)}
          >
            <BigLines
              ref={lines}
              label={`Bytes, ${source.name}`}
              count={Math.ceil(bytes.length / hexRowBytes)}
              onKey={onKey}
              onPointer={(event) => {
                const at = event.button === 0 ? byteUnder(event.target) : null;
                if (at !== null) selectByte(at);
              }}
              line={(row) => {
                const at = row * hexRowBytes;
                return (
                  <HexLine
                    bytes={bytes.subarray(at, at + hexRowBytes)}
                    offset={at}
                    digits={4}
                    low={lit.low}
                    high={lit.high}
                    softLow={pointed.low}
                    softHigh={pointed.high}
                  />
                );
              }}
            />
          </div>
        </ContextMenu.Trigger>
        <ContextMenu.Portal>
          <ContextMenu.Content className="menu" collisionPadding={8}>
            {byteForms.map(({ form, label }) => (
              <MenuItem key={form} onSelect={() => void copyText(formatPacketBytes(chosenBytes, form))}>
                Copy {lit.high < lit.low ? 'all bytes' : 'the lit bytes'} {label}
              </MenuItem>
            ))}
          </ContextMenu.Content>
        </ContextMenu.Portal>
      </ContextMenu.Root>
      <p className="packet-field-line muted">
        <span className="ellipsis">
          {node === undefined
            ? 'Point at bytes to see which field they are.'
            : node.field === ''
              ? node.label
              : node.field}
        </span>
        {node !== undefined && node.bytes > 0 && <span>{byteWords(node.from, node.bytes)}</span>}
      </p>
    </div>
  );
}

/** Wireshark names some sources by their length too, which stands beside every name here. */
const lengthInName = / \([\d,]+ bytes?\)$/;

function byteWords(from: number, count: number): string {
  return count === 1 ? `byte ${from}` : `bytes ${from}–${from + count - 1} (${formatCount(count)})`;
}
