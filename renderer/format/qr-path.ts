import qrcode from 'qrcode-generator';

/** A QR code as one SVG path on a grid of modules, without the quiet zone around it. */
export interface QrPath {
  /** Modules of a side. */
  readonly size: number;
  readonly path: string;
}

/** Modules that stay light around a code (ISO/IEC 18004 section 9.1). */
export const quietModules = 4;

/** The code that holds `text`, in the smallest version that takes it; one run of dark modules after the other. */
export function qrPath(text: string): QrPath {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const size = code.getModuleCount();
  const runs: string[] = [];
  for (let row = 0; row < size; row += 1) {
    for (let from = 0; from < size; from += 1) {
      let to = from;
      while (to < size && code.isDark(row, to)) to += 1;
      if (to > from) runs.push(`M${from} ${row}h${to - from}v1h-${to - from}z`);
      from = to;
    }
  }
  return { size, path: runs.join('') };
}
