import type { exportFormatNames } from '../../core/contract/transfers.ts';

export type ExportFormatName = (typeof exportFormatNames)[number];

interface Offered {
  readonly label: string;
  readonly ending: string;
  /** Its file can be protected by a password. */
  readonly protectable: boolean;
}

/** How the window offers the formats; importing them would bring their readers and writers into it. */
export const offeredFormats: Readonly<Record<ExportFormatName, Offered>> = {
  har: { label: 'HAR, for browsers and most tools', ending: 'har', protectable: false },
  saz: { label: 'Fiddler archive (SAZ)', ending: 'saz', protectable: true },
  pcapng: {
    label: 'Packets (pcapng), with the keys to decrypt them',
    ending: 'pcapng',
    protectable: false,
  },
  curl: { label: 'curl commands', ending: 'sh', protectable: false },
  'curl-cmd': { label: 'curl commands for Windows', ending: 'cmd', protectable: false },
  powershell: { label: 'PowerShell commands', ending: 'ps1', protectable: false },
  raw: { label: 'Raw HTTP requests', ending: 'http', protectable: false },
};

/** The path with the ending of another format, where it had that of the one before. */
export function withEnding(path: string, before: ExportFormatName, after: ExportFormatName): string {
  const old = `.${offeredFormats[before].ending}`;
  return path.endsWith(old) ? `${path.slice(0, -old.length)}.${offeredFormats[after].ending}` : path;
}

/** `a/b.har` in `/data` of the machine that has that folder, with its own separators. */
export function pathIn(folder: string, ...parts: readonly string[]): string {
  const separator = /^[A-Za-z]:\\|^\\\\/.test(folder) ? '\\' : '/';
  return [folder.replace(/[/\\]+$/, ''), ...parts].join(separator);
}

/** The folder of a path with its separator at the end; null for a bare name. */
export function folderOf(path: string): string | null {
  return /^(.*[/\\])[^/\\]*$/.exec(path)?.[1] ?? null;
}

export function nameOf(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path;
}
