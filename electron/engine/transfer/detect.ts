import type { ByteSource } from '../../../core/encoding/byte-source.ts';
import type { ImportFormatName } from '../../../core/formats/index.ts';
import { fail, succeed, type Result } from '../../../core/model/result.ts';

const startBytes = 512;

/** Which format a file has, by its first bytes, whatever its name. Failures: `unknown-format`, `is-a-session`. */
export async function detectFormat(source: ByteSource, name: string): Promise<Result<ImportFormatName>> {
  const start = Buffer.from(await source.read(0, startBytes)).toString('latin1');
  const text = start.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (start.startsWith('PK\x03\x04') || start.startsWith('PK\x05\x06')) return succeed('saz');
  if (text.startsWith('{')) return succeed('har');
  if (/^\d{1,12}:/.test(start)) return succeed('mitmproxy');
  if (start.startsWith('SQLite format 3\0')) {
    return fail('is-a-session', `“${name}” is a database: open it as a session instead of importing it.`);
  }
  return fail(
    'unknown-format',
    `“${name}” is not a file that can be imported. HAR, SAZ and flow files of mitmproxy can.`,
  );
}
