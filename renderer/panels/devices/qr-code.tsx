import { useMemo } from 'react';
import { qrPath, quietModules } from '../../format/qr-path.ts';

/** A QR code, dark on light in both themes: many cameras read no other. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { size, path } = useMemo(() => qrPath(text), [text]);
  const side = size + 2 * quietModules;
  return (
    <svg
      className="qr-code"
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
