import { useMemo } from 'react';
import { qrPath, quietModules } from '../../format/qr-path.ts';

/** Longest side, px. A module has whole pixels, so that its edges are sharp. */
const sidePxMax = 304;

/** A QR code, dark on light in both themes: many cameras read no other. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { size, path } = useMemo(() => qrPath(text), [text]);
  const side = size + 2 * quietModules;
  const sidePx = Math.floor(sidePxMax / side) * side;
  return (
    <svg
      className="qr-code"
      width={sidePx}
      height={sidePx}
      viewBox={`${-quietModules} ${-quietModules} ${side} ${side}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect x={-quietModules} y={-quietModules} width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
