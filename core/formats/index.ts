import { curlCmdSnippet, curlSnippet } from './curl.ts';
import { browserFetchSnippet, nodeFetchSnippet } from './fetch.ts';
import type { ArchiveReader, ArchiveWriter, FileReader, FileWriter, Snippet } from './format.ts';
import { goSnippet } from './go.ts';
import { readHar, writeHar } from './har.ts';
import { readMitmproxy } from './mitmproxy.ts';
import { powershellSnippet } from './powershell.ts';
import { pythonSnippet } from './python.ts';
import { rawSnippet } from './raw.ts';
import { readSaz, writeSaz } from './saz.ts';

/** How a person knows a format, and the ending of its files. */
interface Named {
  readonly label: string;
  readonly ending: string;
}

export type ImportFormat = Named &
  (
    | { readonly kind: 'file'; readonly read: FileReader }
    | { readonly kind: 'archive'; readonly read: ArchiveReader }
  );

export type ExportFormat = Named &
  (
    | { readonly kind: 'file'; readonly write: FileWriter }
    | { readonly kind: 'archive'; readonly write: ArchiveWriter }
    /** The packets themselves, which are no exchanges. */
    | { readonly kind: 'packets' }
    | { readonly kind: 'snippets'; readonly snippet: Snippet; readonly comment: string }
  );

/** A new format is one file and one line here. */
export const importFormats = {
  har: { label: 'HAR', ending: 'har', kind: 'file', read: readHar },
  saz: { label: 'Fiddler archive', ending: 'saz', kind: 'archive', read: readSaz },
  mitmproxy: { label: 'mitmproxy flows', ending: 'flows', kind: 'file', read: readMitmproxy },
} as const satisfies Readonly<Record<string, ImportFormat>>;
export type ImportFormatName = keyof typeof importFormats;

/** One request as something to run or read; a new one is one file and one line here. `comment` begins a remark in it. */
export const snippetFormats = {
  curl: { label: 'curl', ending: 'sh', kind: 'snippets', snippet: curlSnippet, comment: '#' },
  'curl-cmd': {
    label: 'curl (Windows)',
    ending: 'cmd',
    kind: 'snippets',
    snippet: curlCmdSnippet,
    comment: 'rem',
  },
  fetch: {
    label: 'fetch (browser)',
    ending: 'js',
    kind: 'snippets',
    snippet: browserFetchSnippet,
    comment: '//',
  },
  'node-fetch': {
    label: 'fetch (Node)',
    ending: 'mjs',
    kind: 'snippets',
    snippet: nodeFetchSnippet,
    comment: '//',
  },
  python: { label: 'Python requests', ending: 'py', kind: 'snippets', snippet: pythonSnippet, comment: '#' },
  go: { label: 'Go net/http', ending: 'go', kind: 'snippets', snippet: goSnippet, comment: '//' },
  powershell: {
    label: 'PowerShell',
    ending: 'ps1',
    kind: 'snippets',
    snippet: powershellSnippet,
    comment: '#',
  },
  raw: { label: 'raw HTTP', ending: 'http', kind: 'snippets', snippet: rawSnippet, comment: '###' },
} as const satisfies Readonly<Record<string, ExportFormat>>;
export type SnippetName = keyof typeof snippetFormats;

/** Whole sessions. Of the snippets those that may stand one below the other in a file. */
export const exportFormats = {
  har: { label: 'HAR', ending: 'har', kind: 'file', write: writeHar },
  saz: { label: 'Fiddler archive', ending: 'saz', kind: 'archive', write: writeSaz },
  pcapng: { label: 'pcapng', ending: 'pcapng', kind: 'packets' },
  curl: snippetFormats.curl,
  'curl-cmd': snippetFormats['curl-cmd'],
  powershell: snippetFormats.powershell,
  raw: snippetFormats.raw,
} as const satisfies Readonly<Record<string, ExportFormat>>;
export type ExportFormatName = keyof typeof exportFormats;
