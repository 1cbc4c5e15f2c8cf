import { memo } from 'react';
import { hexRowBytes } from '../format/hex.ts';

interface HexLineProps {
  /** Undefined while they are fetched. */
  readonly bytes: Uint8Array | undefined;
  readonly offset: number;
  readonly digits: number;
  /** Selected bytes, none where `high` is below `low`. */
  readonly low: number;
  readonly high: number;
  /** Bytes pointed at, in the same way. */
  readonly softLow?: number;
  readonly softHigh?: number;
}

export const HexLine = memo(function HexLine({
  bytes,
  offset,
  digits,
  low,
  high,
  softLow = 0,
  softHigh = -1,
}: HexLineProps) {
  const cells = Array.from({ length: hexRowBytes }, (_, at) => ({ at: offset + at, byte: bytes?.[at] }));
  const look = (at: number) => {
    if (at >= low && at <= high) return 'hex-selected';
    return at >= softLow && at <= softHigh ? 'hex-pointed' : undefined;
  };
  return (
    <>
      <span className="gutter hex-offset">{offset.toString(16).padStart(digits, '0')}</span>
      {bytes === undefined ? (
        <span className="muted">…</span>
      ) : (
        <>
          <span className="hex-bytes">
            {cells.map(({ at, byte }, index) => (
              <span key={index} data-at={byte === undefined ? undefined : at} className={look(at)}>
                {byte === undefined ? '  ' : byte.toString(16).padStart(2, '0')}
                {index === 7 ? '  ' : ' '}
              </span>
            ))}
          </span>
          <span className="hex-text">
            {cells.map(({ at, byte }, index) =>
              byte === undefined ? null : (
                <span key={index} data-at={at} className={look(at)}>
                  {byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'}
                </span>
              ),
            )}
          </span>
        </>
      )}
    </>
  );
});

/** Offset of the byte whose cell in a `HexLine` this is, or is in; null for anything else. */
export function byteUnder(target: EventTarget): number | null {
  const cell = target instanceof Element ? target.closest('[data-at]') : null;
  return cell instanceof HTMLElement ? Number(cell.dataset['at']) : null;
}
