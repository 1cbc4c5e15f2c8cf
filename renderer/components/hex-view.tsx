import type { ReactNode } from 'react';
import { hexRow, hexRowBytes } from '../format/hex.ts';
import { VirtualLines } from './virtual-lines.tsx';

export function HexView({ bytes, end }: { readonly bytes: Uint8Array; readonly end?: ReactNode }) {
  return (
    <div className="viewer">
      <VirtualLines
        label="Bytes"
        count={Math.ceil(bytes.length / hexRowBytes)}
        end={end}
        line={(index) => {
          const row = hexRow(bytes, index);
          return (
            <>
              <span className="gutter hex-offset">{row.offset}</span>
              {row.hex}
              <span className="hex-text">{row.text}</span>
            </>
          );
        }}
      />
    </div>
  );
}
