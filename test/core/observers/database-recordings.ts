import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import type { Sender } from '../../../core/observers/observer.ts';
import type { QueryStep } from './query-script.ts';

interface RecordingFile {
  readonly chunks: readonly string[];
  readonly deflated: string;
}

/** A conversation between programs of others, without its ends: see make-databases.mjs. */
export function readDatabaseRecording(name: string): QueryStep[] {
  const url = new URL(`../../fixtures/database-${name}.json`, import.meta.url);
  const file = JSON.parse(readFileSync(url, 'utf8')) as RecordingFile;
  const bytes = inflateRawSync(Buffer.from(file.deflated, 'base64'));
  let at = 0;
  return file.chunks.map((chunk) => {
    const [sender, length] = chunk.split(' ');
    const from = at;
    at += Number(length);
    return { sender: sender as Sender, bytes: new Uint8Array(bytes.subarray(from, at)) };
  });
}

export const postgresRecordings = ['postgres-psql', 'postgres-pgbench-extended', 'postgres-pgbench-prepared'];
export const mysqlRecordings = ['mysql-client', 'mysql-compressed', 'mysql-prepared'];
