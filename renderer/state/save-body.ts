import { fail, succeed, type Result } from '../../core/model/result.ts';
import { pageBytes, type BodyPages } from './body-pages.ts';

/** Without access to files, a body is held in memory until the browser has written it. */
const blobBytesMax = 268_435_456;
const readAtOnceBytes = 4 * pageBytes;

interface FileHandle {
  readonly createWritable: () => Promise<{
    readonly write: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
    readonly close: () => Promise<void>;
    readonly abort: () => Promise<void>;
  }>;
}

type Picker = (options: { readonly suggestedName: string }) => Promise<FileHandle>;

/**
 * Writes a body to a file that the person chooses, of any size where the browser gives access to files, else up to
 * 256 MiB as a download. `command` is what to run for larger ones. Failures: `stopped`, `too-large`, `not-saved`.
 */
export async function saveBody(
  pages: BodyPages,
  name: string,
  command: string | null,
  signal: AbortSignal,
  progress: (bytes: number) => void,
): Promise<Result<null>> {
  const picker = filePicker();
  try {
    if (picker !== undefined)
      return await toFile(await picker({ suggestedName: name }), pages, signal, progress);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError')
      return fail('stopped', 'Nothing was saved.');
    // Where access to files is refused, a download is still allowed.
    const refused =
      error instanceof DOMException && ['SecurityError', 'NotAllowedError'].includes(error.name);
    if (!refused)
      return fail(
        'not-saved',
        `The file could not be written: ${error instanceof Error ? error.message : 'unknown reason'}.`,
      );
  }
  return download(pages, name, command, signal, progress);
}

/** The desktop shell grants no access to files; its downloads ask where to save. */
function filePicker(): Picker | undefined {
  const granted = location.protocol === 'http:' || location.protocol === 'https:';
  return granted ? (window as { showSaveFilePicker?: Picker }).showSaveFilePicker : undefined;
}

async function toFile(
  handle: FileHandle,
  pages: BodyPages,
  signal: AbortSignal,
  progress: (bytes: number) => void,
): Promise<Result<null>> {
  const file = await handle.createWritable();
  for (let from = 0; ; from += readAtOnceBytes) {
    const bytes = await pages.read(from, from + readAtOnceBytes);
    const problem = pages.info.get()?.problem ?? null;
    if (signal.aborted || problem !== null) {
      await file.abort();
      return signal.aborted ? fail('stopped', 'Nothing was saved.') : fail('not-saved', problem ?? '');
    }
    await file.write(bytes);
    progress(from + bytes.length);
    if (bytes.length < readAtOnceBytes) break;
  }
  await file.close();
  return succeed(null);
}

async function download(
  pages: BodyPages,
  name: string,
  command: string | null,
  signal: AbortSignal,
  progress: (bytes: number) => void,
): Promise<Result<null>> {
  const bytes = await pages.read(0, blobBytesMax + 1, signal, progress);
  if (signal.aborted) return fail('stopped', 'Nothing was saved.');
  if (bytes.length > blobBytesMax)
    return fail(
      'too-large',
      `This browser cannot save more than 256 MB at once.${command === null ? '' : ` Run: ${command}`}`,
    );
  const url = URL.createObjectURL(new Blob([bytes]));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return succeed(null);
}
