import type { ByteSource } from '../../../core/encoding/byte-source.ts';
import type { ImportFormatName } from '../../../core/formats/index.ts';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { openFileSource } from './file-source.ts';

const startBytes = 512;

/** Which format a file has, by its first bytes, whatever its name. Failures: `unknown-format`, `is-a-session`. */
export async function detectFormat(
  source: ByteSource,
  name: string,
): Promise<Result<ImportFormatName | 'capture'>> {
  const start = Buffer.from(await source.read(0, startBytes)).toString('latin1');
  const text = start.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (start.startsWith('PK\x03\x04') || start.startsWith('PK\x05\x06')) return succeed('saz');
  if (isCapture(start)) return succeed('capture');
  if (text.startsWith('{')) return succeed('har');
  if (/^\d{1,12}:/.test(start)) return succeed('mitmproxy');
  if (start.startsWith('SQLite format 3\0')) {
    return fail('is-a-session', `“${name}” is a database: open it as a session instead of importing it.`);
  }
  return fail(
    'unknown-format',
    `“${name}” is not a file that can be imported. HAR, SAZ, flow files of mitmproxy, pcap and pcapng can.`,
  );
}

/** Whether a file is a capture; what cannot be read is none. */
export async function isCaptureFile(path: string): Promise<boolean> {
  const source = await openFileSource(path, path);
  if (!source.ok) return false;
  try {
    const format = await detectFormat(source.value, path);
    return format.ok && format.value === 'capture';
  } catch {
    return false;
  } finally {
    await source.value.close();
  }
}

/** pcap in either byte order and resolution, pcapng, or gzip, which none of the others is compressed with as a whole. */
function isCapture(start: string): boolean {
  return /^(?:\xa1\xb2[\xc3\x3c][\xd4\x4d]|[\xd4\x4d][\xc3\x3c]\xb2\xa1|\x0a\x0d\x0d\x0a|\xa1\xb2\xcd\x34|\x34\xcd\xb2\xa1|\x1f\x8b)/.test(
    start,
  );
}
