import { open } from 'node:fs/promises';
import { get as getHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { get as getHttps } from 'node:https';
import { fileURLToPath } from 'node:url';
import type { SecureContext } from 'node:tls';
import { fail, succeed, type Result } from '../../../../../core/model/result.ts';

/** Largest PAC that is read; Chromium takes 1 MiB, too. */
export const pacBytesMax = 1024 * 1024;
const fetchMs = 10_000;
const redirectsMax = 5;

/** The path of a PAC that is a file; null for a URL. */
export function pacPath(source: string): string | null {
  if (/^https?:\/\//i.test(source)) return null;
  if (!/^file:\/\//i.test(source)) return source;
  try {
    return fileURLToPath(source);
  } catch {
    return source;
  }
}

/**
 * Reads a PAC from a file, or directly (through no proxy) from an http(s) URL, believing the same roots as for servers.
 * UTF-8, else ISO 8859-1. Failure: `pac-unreadable`.
 */
export async function readPac(source: string, trust: SecureContext): Promise<Result<string>> {
  const path = pacPath(source);
  try {
    const bytes = path === null ? await fetchPac(new URL(source), trust, redirectsMax) : await readFile(path);
    const text = bytes.toString('utf8');
    return succeed(text.includes('\ufffd') ? bytes.toString('latin1') : text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fail('pac-unreadable', `The PAC ${shown(source)} cannot be read: ${reason.slice(0, 300)}`);
  }
}

async function readFile(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new Error('it is no file.');
    if (found.size > pacBytesMax) throw new Error('it is larger than 1 MiB.');
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function fetchPac(url: URL, trust: SecureContext, redirectsLeft: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options: RequestOptions & { secureContext?: SecureContext } = {
      agent: false,
      headers: { Accept: 'application/x-ns-proxy-autoconfig, */*;q=0.5' },
      signal: AbortSignal.timeout(fetchMs),
      secureContext: trust,
    };
    const taken = (answer: IncomingMessage): void => {
      const { statusCode = 0, headers } = answer;
      if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined && redirectsLeft > 0) {
        answer.destroy();
        const target = new URL(headers.location, url);
        if (/^https?:$/.test(target.protocol)) resolve(fetchPac(target, trust, redirectsLeft - 1));
        else reject(new Error(`it leads to ${target.protocol}`));
        return;
      }
      if (statusCode !== 200) {
        answer.destroy();
        reject(new Error(`the server answered ${statusCode}.`));
        return;
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes > pacBytesMax) answer.destroy(new Error('it is larger than 1 MiB.'));
      });
      answer.on('error', reject);
      answer.on('end', () => {
        resolve(Buffer.concat(chunks));
      });
    };
    const request = url.protocol === 'https:' ? getHttps(url, options, taken) : getHttp(url, options, taken);
    request.on('error', (error) => {
      reject(
        error.name === 'AbortError' || error.name === 'TimeoutError'
          ? new Error('it took longer than 10 s.')
          : error,
      );
    });
  });
}

/** User and password of a URL are not shown. */
function shown(source: string): string {
  return source.replace(/^(https?:\/\/)[^/@]*@/i, '$1').slice(0, 300);
}
